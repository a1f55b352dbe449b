"""The doctor's part about notes: who sees them, whether they can be read back, and what may be written."""

from __future__ import annotations

from collections.abc import Iterator

from connector.desks.linked import READ, linked
from connector.desks.servicenow.acl import EVERYBODY, FOR_CALLERS, readers
from connector.desks.servicenow.children import Children
from connector.desks.servicenow.doctor_columns import instead
from connector.desks.servicenow.doctor_view import DoctorView
from connector.desks.servicenow.journal import Journal
from connector.desks.servicenow.names import JOURNALS
from connector.desks.servicenow.probe import ConditionFate, may_not_write
from connector.domain.finding import CheckResult
from connector.forms.mistakes import choice

WORKED = 10  # tickets of a sample of 20: where so many were worked on, somebody has written a note
NO_COUNT = "let the proxy or gateway before the desk pass on the header X-Total-Count"
WRITERS = {
    "incident": "sn_incident_write",
    "sc_req_item": "sn_request_write",
    "sc_task": "sn_request_write",
}  # §8.4


def own_field(at: DoctorView) -> Iterator[CheckResult]:
    """The field for passes is never read here, where one may stand: it is asked for what it can't be."""
    name = at.mapping.note.field
    if name in JOURNALS:
        return
    if at.ask(name) is ConditionFate.DROPPED:
        yield at.say(
            False,
            f"{at.place(name)}: the column {name} for passes doesn't exist: a pass would be written nowhere",
            instead(at, name),
        )


def links(at: DoctorView) -> Iterator[CheckResult]:
    """Rules that copy notes can be seen by administrators only (§10), so links are counted."""
    if at.mapping.notes_pass and at.seen.tickets:
        children = Children(at.service, at.mapping)
        found = [each.links for each in children.filled(at.seen.tickets)]
        proxied = None in found and all(each.links is not None for each in at.seen.tickets)
        cure = NO_COUNT if proxied and not children.counted() else READ
        yield linked(at.service.name, at.mapping, found, cure=cure)


def hidden_from_callers(at: DoctorView) -> CheckResult:
    name, table = at.mapping.note.field, at.mapping.table
    label, rules = at.labels.get(name, ""), readers(at.service, table, name)
    if FOR_CALLERS.search(label):
        return at.say(
            False,
            f'callers can read {name}: it is called "{label}"',
            "name a restricted field in note.field",
        )
    if any(roles & EVERYBODY for roles in rules or ()):
        cure = "delete that rule, or name another field in note.field"
        return at.say(False, f"callers can read {name}: one of its read rules lets everybody read it", cure)
    if rules and all(rules):
        return at.say(
            True,
            f"callers can't read {name}: it needs the role {choice(sorted(frozenset().union(*rules)))}",
        )
    why = "a read rule names no role" if rules else "the account may not see its access rules"
    cure = f"impersonate a caller without roles in ServiceNow, and see that {name} is not on the ticket"
    return at.say(None, f"that callers can't read {name} is not proven: {why}", cure)


def read_back(at: DoctorView) -> CheckResult:
    """Check whether a lost reply can be told from a lost request."""
    name, marker = at.mapping.note.field, at.mapping.note.marker
    if marker:
        return at.say(True, f"a lost reply can be told from a lost request by the field {marker}")
    cure = "name a field for the reference as note.marker, or grant the account read on sys_journal_field"
    seen, worked = Journal(at.service, at.mapping).readable(), at.seen.worked
    if seen is None and (at.delivered or worked >= WORKED):
        # there must be some, and no row is what a lacking right looks like (servicenow.md §0.2)
        seen = False
    if seen is None and worked:
        says = (
            f"that notes in {name} can be read back is not proven: tickets were worked on, and no note "
            "is shown"
        )
        return at.say(None, says, cure)
    if seen is None:
        return at.say(
            None, f"no note in {name} is shown: there is none yet, or they can't be read back", cure
        )
    if not seen:
        return at.say(
            False,
            f"notes in {name} can't be read back, so a lost reply can't be told from a lost request",
            cure,
        )
    return at.say(True, "notes can be read back, so a lost reply can be told from a lost request")


def write(at: DoctorView) -> CheckResult:
    rules, table = at.mapping.note, at.mapping.table
    settled = (name for fields in at.mapping.settle.values() for name in fields)
    fields = dict.fromkeys(filter(None, (rules.field, rules.marker, rules.plain, *settled)))
    cure = f"grant it write on the table and on {choice(list(fields), 'and')}"
    if table in WRITERS:
        cure += f" (the role {WRITERS[table]}, say)"
    if why := may_not_write(at.service, table):
        return at.say(False, f"the account may not write to the table {table}: {why}", cure)
    if at.delivered:
        return at.say(True, f"the account can write to the table {table}: a pass was delivered there")
    says = (
        f"that the account may write to {choice(list(fields), 'and')} is not proven: a check changes no "
        "ticket"
    )
    return at.say(None, says, f"deliver a pass on a test ticket; where that fails, {cure}")
