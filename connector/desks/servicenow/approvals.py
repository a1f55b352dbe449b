"""Approvals of a ticket: rows of `sysapproval_approver`, one for each person who was asked. servicenow.md §5

The approval stands on the record that the mapping's approval field is of: the ticket itself for `approval`,
the requested item behind a task for `request_item.approval`. A dropped condition returns everybody's
approvals, so each row is checked again. An approval that a delegate gave is the approver's here: no
documented column says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connector.desks.servicenow.cells import as_text
from connector.desks.servicenow.names import approved_record
from connector.desks.servicenow.query import SYS_ID
from connector.desks.servicenow.replies import listed
from connector.desks.servicenow.variables import UNREADABLE
from connector.domain import logger as log
from connector.domain.events import Event
from connector.domain.ticket import Ticket
from connector.http.service import Service
from connector.mapping import Key, Mapping

TABLE, APPROVED = "sysapproval_approver", "approved"
ROWS, MOST = (
    100,
    8,
)  # rows that are asked for, and people that are told: at most three of them are no approver of their own
_PARAMS = {
    "sysparm_display_value": "false",
    "sysparm_exclude_reference_link": "true",
    "sysparm_fields": "sys_id,sysapproval,state,approver.email",
    "sysparm_limit": str(ROWS),
}


@dataclass(frozen=True)
class Approvals:
    """Approvals of one mapping's tickets. Reads only."""

    service: Service
    mapping: Mapping

    def of(self, ticket: Ticket) -> Sequence[Key | None]:
        """Each person who approved it, by mail; None: somebody did who can't be told. Empty where no approval
        is shown.

        Raises Down.
        """
        record = ticket.fields.get(behind, "") if (behind := approved_record(self.mapping)) else ticket.id
        if not SYS_ID.fullmatch(record):
            return ()
        params = {**_PARAMS, "sysparm_query": f"sysapproval={record}^state={APPROVED}^ORDERBYsys_id"}
        answer = self.service.read("GET", f"/api/now/table/{TABLE}", params=params)
        rows = [] if answer.status in UNREADABLE else listed(answer, self.service.name, TABLE)
        given = [row for row in rows if isinstance(row, dict) and _is_of(row, record)]
        mails = dict.fromkeys((as_text(row.get("approver.email")) or "").strip() for row in given)
        if not given or "" in mails:
            self._tell(ticket)
        known = [Key(mail, "mail") for mail in mails if mail]
        return [*known[:MOST], *([None] if "" in mails or len(known) > MOST else [])]

    def _tell(self, ticket: Ticket) -> None:
        log.news.event(
            Event.APPROVER_UNKNOWN,
            desk=self.service.name,
            ticket=ticket.number,
            cure=(
                f"the account needs read on {TABLE} and on email of sys_user, or somebody approved without "
                "a row there"
            ),
        )


def _is_of(row: dict[str, object], record: str) -> bool:
    return as_text(row.get("sysapproval")) == record and as_text(row.get("state")) == APPROVED
