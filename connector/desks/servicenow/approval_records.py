"""Proof from ServiceNow's records that an approval is of what its ticket says now. servicenow.md §11

Who answered, and when, tells the newest answer on the very record that is approved. Where somebody else wrote
on it last, such as a reminder, it may be as old as the question. What is approved stands
    in answers on a form    each has a time of its own, which must not be after the approval
    in columns              only the history of columns tells: none may have changed since
A column that only says who asked is looked at where the history may be read; without it, the rule for
requesters judges who asks. A record's own `sys_updated_on` tells nothing: approvals and notes move it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from connector.desks.servicenow.approval_rows import (
    APPROVED,
    DECISIVE,
    Answered,
    Answers,
    Change,
    Changes,
    Refused,
    answers_on,
    changes_of,
)
from connector.desks.servicenow.approved_columns import ApprovedColumns
from connector.desks.servicenow.names import in_row
from connector.desks.servicenow.query import SYS_ID
from connector.domain.approval import ApprovalRecord
from connector.domain.ticket import Ticket
from connector.http.service import Service
from connector.mapping import Mapping

NOBODY = "The desk has no record of who approved the ticket."
UNREADABLE = "The desk doesn't show who approved the ticket."
OTHERWISE = "The newest answer on record is no approval."
NO_HISTORY = "The desk doesn't show whether the ticket was changed after the approval."
TOUCHED = "Somebody else wrote on the approver's answer later, so it isn't known what was changed after it."
SYSTEM = frozenset({"", "system", "guest"})  # who changes a column where no person did


@dataclass
class ServiceNowRecords:
    """The records about one mapping's approvals. Reads only."""

    service: Service
    mapping: Mapping
    no_history: bool = False  # learnt: the account is shown no history of columns

    def __post_init__(self) -> None:
        self.columns = ApprovedColumns(self.mapping)

    def can_prove(self, mapping: Mapping) -> str:
        rule = mapping.allow.approval
        if rule is None or not in_row(rule.field):
            return ""
        if ApprovedColumns(mapping).decisive:
            return "the history of columns"
        return "its approvers and the times of its variables"

    def shown(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        records = {each.id: self.columns.approved_record(each) for each in tickets}
        answers, changes = self._answers(records.values()), self._changes(tickets, records.values())
        if answers and any(answers.values()) and changes is not None and not any(changes.values()):
            self.no_history = True  # whoever answered wrote the approval's own column, too
        found = {each.id: self._record(each, records[each.id], answers, changes) for each in tickets}
        return [replace(each, approval=found[each.id]) for each in tickets]

    def _answers(self, records: Iterable[str]) -> Answers | None:
        try:
            return answers_on(self.service, {each for each in records if SYS_ID.fullmatch(each)})
        except Refused:
            return None

    def _changes(self, tickets: Sequence[Ticket], records: Iterable[str]) -> Changes | None:
        """The history of all that is approved; where no proof needs it, not asked for again once there was
        none.
        """
        if self.no_history and not self.columns.decisive:
            return None
        ids = {key for each in tickets for key in self.columns.records(each)} | {*records}
        try:
            named = {each for each in ids if SYS_ID.fullmatch(each)}
            return changes_of(self.service, named, self.columns.audited)
        except Refused:
            self.no_history = True
            return None

    def _record(
        self, ticket: Ticket, record: str, answers: Answers | None, changes: Changes | None
    ) -> ApprovalRecord:
        if not SYS_ID.fullmatch(record):
            return ApprovalRecord(why=NOBODY)
        given = None if answers is None else newest(answers[record])
        history = [] if changes is None else changes[record]
        moved = max(
            (each for each in history if each.column == self.columns.approval), key=_time, default=None
        )
        if given and given.state != APPROVED:
            return ApprovalRecord(why=OTHERWISE, void=True, mark=given.mark)
        by_hand = moved if moved and self._approves(moved, ticket, record) else None
        if given is None and (by_hand is None or by_hand.by in SYSTEM):
            return ApprovalRecord(why=UNREADABLE if answers is None else NOBODY)
        at = min(each.at for each in (given, by_hand) if each)
        mark = given.mark if given else by_hand.id if by_hand else ""
        judged = self._judged(ticket, at, by_hand, changes)
        if judged.proof and given and not given.own:
            others = (answers or {})[record]
            sure = is_newest(given, others) and self._judged(
                ticket, min(at, given.earliest), by_hand, changes
            )
            judged = judged if sure and sure.proof else ApprovalRecord(why=TOUCHED)
        return replace(judged, mark=mark)

    def _approves(self, moved: Change, ticket: Ticket, record: str) -> bool:
        """Tell whether a change of the column approved the ticket: what it was made with is a copy."""
        rule = self.mapping.allow.approval
        made_later = record != ticket.id or "" < ticket.opened < moved.at
        return rule is not None and rule.approves(moved.new) and made_later

    def _judged(
        self, ticket: Ticket, at: str, by_hand: Change | None, changes: Changes | None
    ) -> ApprovalRecord:
        """Compare the times of all that is approved with that of the approval."""
        for name in self.columns.variables:
            if name not in ticket.written:
                return ApprovalRecord(why=untold(name))
            if ticket.written[name] > at:
                return ApprovalRecord(why=changed(name), void=True)
        if changes is not None and (name := self.columns.changed_since(ticket, at, changes)):
            return ApprovalRecord(why=changed(name), void=True)
        known = changes is not None and by_hand is not None and self.columns.is_shown(ticket, changes)
        if self.columns.decisive_on(ticket) and not known:
            return ApprovalRecord(why=NO_HISTORY)
        since = "by the history of columns" if known else "by the times of the answers on its form"
        return ApprovalRecord(proof=f"approved at {at} UTC, and not changed since, {since}")


def changed(field: str) -> str:
    return f"The field {field} was changed after the approval."


def untold(field: str) -> str:
    return f"The desk doesn't show when {field} was last changed."


def newest(answers: Sequence[Answered]) -> Answered | None:
    """The newest answer, or question; of those of one second, one that isn't an approval. None: there is
    none.
    """
    decisive = [each for each in answers if each.state in DECISIVE]
    return max(decisive, key=lambda each: (each.at, each.state != APPROVED, each.id), default=None)


def is_newest(given: Answered, others: Sequence[Answered]) -> bool:
    """Tell whether an approval is newer than all that isn't one, however early it was given."""
    rest = [each.at for each in others if each.state in DECISIVE and each.state != APPROVED]
    return all(at < given.earliest for at in rest)


def _time(change: Change) -> tuple[str, str]:
    return change.at, change.id
