"""The doctor's part about approvals: who gave them, and whether records prove what they are of."""

from __future__ import annotations

from collections.abc import Iterator

from connector.desks.servicenow.approval_rows import APPROVED, APPROVERS, AUDIT, UNREADABLE
from connector.desks.servicenow.approved_columns import ApprovedColumns
from connector.desks.servicenow.cells import as_text
from connector.desks.servicenow.doctor_view import DoctorView
from connector.desks.servicenow.names import in_row
from connector.desks.servicenow.probe import approvals
from connector.desks.servicenow.query import among
from connector.desks.servicenow.replies import counted, listed, no_record
from connector.domain.finding import CheckResult
from connector.forms.mistakes import choice

TIMES = ("sysapproval", "state", "sys_created_on", "sys_updated_on", "sys_updated_by", "approver.user_name")
HISTORY = ("documentkey", "fieldname", "newvalue", "user", "sys_created_on")


def approvers(at: DoctorView) -> Iterator[CheckResult]:
    if not at.mapping.allow.four_eyes:
        return
    cure = f"grant the account read on {APPROVERS}, and on email of sys_user"
    seen = approvals(at.service)
    if seen is None:
        says = "that it can be told who approved a ticket is not proven: no approval is shown"
        yield at.say(None, says, f"approve a test ticket; where none is shown then, {cure}")
    elif seen:
        yield at.say(True, "it can be told who approved a ticket")
    else:
        yield at.say(
            False,
            "it can't be told who approved a ticket, so with allow.four_eyes every ticket would wait",
            cure,
        )


def times(at: DoctorView) -> Iterator[CheckResult]:
    """The rows that tell when somebody approved."""
    rule = at.mapping.allow.approval
    if rule is None or not at.mapping.asks_for_proof or not in_row(rule.field):
        return
    seen = _shown(at, APPROVERS, f"state={APPROVED}", TIMES)
    cure = f"grant the account read on {APPROVERS}, and on user_name of sys_user"
    if seen is None:
        says = "that it can be told when a ticket was approved is not proven: no approval is shown"
        yield at.say(None, says, f"approve a test ticket; where none is shown then, {cure}")
    elif seen:
        yield at.say(True, "it can be told when a ticket was approved")
    else:
        says = "it can't be told when a ticket was approved: only what passdesk saw before proves an approval"
        yield at.say(None, says, cure)


def history(at: DoctorView) -> Iterator[CheckResult]:
    """The history of columns, where who gets the pass stands in one."""
    decisive = ApprovedColumns(at.mapping).decisive if at.mapping.asks_for_proof else ()
    tickets = [each.id for each in at.seen.tickets]
    if not decisive or not tickets:
        return
    seen = _shown(at, AUDIT, among("documentkey", tickets), HISTORY)
    if seen:
        yield at.say(True, f"the history of columns can be read, which proves approvals of {at.mapping.name}")
        return
    how = "shows nothing of the tickets seen" if seen is None else "can't be read"
    says = (
        f"{choice([*decisive], 'and')} of {at.mapping.name} are columns, whose history ({AUDIT}) {how}: only "
        "what passdesk saw before proves an approval"
    )
    cure = "the role audit_viewer lets the account read it, and that of every other table, too"
    yield at.say(None, says, cure)


def _shown(at: DoctorView, table: str, query: str, columns: tuple[str, ...]) -> bool | None:
    """Tell whether a row shows all these columns. None: there is no row to be seen."""
    params = {
        "sysparm_exclude_reference_link": "true",
        "sysparm_display_value": "false",
        "sysparm_limit": "20",
        "sysparm_fields": ",".join(columns),
        "sysparm_query": query,
    }
    answer = at.service.read("GET", f"/api/now/table/{table}", params=params)
    if answer.status in UNREADABLE and not no_record(answer):
        return False
    rows = listed(answer, at.service.name, table)
    if not rows:
        return False if counted(answer) else None
    return any(
        isinstance(row, dict) and all(as_text(row.get(name)) is not None for name in columns) for row in rows
    )
