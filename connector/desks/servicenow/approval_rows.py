"""Rows that tell of approvals: who was asked and answered (`sysapproval_approver`), and the history of
columns (`sys_audit`). servicenow.md §11

A dropped condition returns everybody's rows, and a row that may not be read is counted all the same: so each
row is checked again, and where it isn't certain that these are all, nobody knows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.desks.servicenow.cells import as_text, sys_id_of
from connector.desks.servicenow.query import among
from connector.desks.servicenow.replies import all_counted, counted, listed, no_record
from connector.desks.servicenow.variable_times import time_of
from connector.http.service import Service

APPROVERS, AUDIT = "sysapproval_approver", "sys_audit"
UNREADABLE = frozenset({400, 403, 404})  # what a table that the account may not read can answer
APPROVED = "approved"
DECISIVE = frozenset({APPROVED, "rejected", "requested"})  # the other states say that nobody need answer
AT_ONCE, MOST = 150, 5000  # records a question, which fits into an address, and rows a reply
_PLAIN = {
    "sysparm_display_value": "false",
    "sysparm_exclude_reference_link": "true",
    "sysparm_suppress_pagination_header": "true",
    "sysparm_limit": str(MOST),
}


class Refused(Exception):
    """The account is shown nothing of the table."""


@dataclass(frozen=True)
class Answered:
    """One person's answer on a record. `at`: when it was written last. `asked_at`: when its row was made; "":
    that isn't shown. `own`: the person who was asked wrote it last, not somebody else.
    """

    id: str
    state: str
    at: str
    own: bool
    asked_at: str

    @property
    def earliest(self) -> str:
        """The answer was given then, or later: what another wrote, such as a reminder, moved its time."""
        return self.at if self.own else self.asked_at

    @property
    def mark(self) -> str:
        """Its identity: a later write of another's, such as a reminder, makes no other approval of it."""
        return f"{self.id}@{self.at}" if self.own else self.id


@dataclass(frozen=True)
class Change:
    """One change of a column, as the history of columns shows it."""

    id: str
    column: str
    new: str
    at: str
    by: str


Answers = dict[str, list[Answered]]  # by record
Changes = dict[str, list[Change]]


def answers_on(service: Service, records: Collection[str]) -> Answers | None:
    """The answers on each of these records. None: it isn't certain that all are shown. Raises Refused,
    Down.
    """
    columns = "sys_id,sysapproval,state,sys_created_on,sys_updated_on,sys_updated_by,approver.user_name"
    found: Answers = {each: [] for each in records}
    for ids in _chunks(records):
        rows = _all(service, APPROVERS, "sysapproval", columns, among("sysapproval", ids))
        for row in rows or ():
            state, at = as_text(row.get("state")) or "", time_of(row, "sys_updated_on")
            if at is None:
                return None
            asked, by = as_text(row.get("approver.user_name")), as_text(row.get("sys_updated_by"))
            key = as_text(row.get("sysapproval")) or ""
            own, made = bool(by) and asked == by, time_of(row, "sys_created_on") or ""
            found[key].append(Answered(sys_id_of(row) or "", state, at, own, made))
        if rows is None:
            return None
    return found


def changes_of(service: Service, records: Collection[str], columns: Collection[str]) -> Changes | None:
    """The changes of these columns on each of these records. None: it isn't certain that all are shown.
    Raises Down.
    """
    shown = "sys_id,documentkey,fieldname,newvalue,user,sys_created_on"
    found: Changes = {each: [] for each in records}
    for ids in _chunks(records):
        query = f"{among('documentkey', ids)}^{among('fieldname', sorted(columns))}"
        rows = _all(service, AUDIT, "documentkey", shown, query)
        for row in rows or ():
            at, column, new = (
                time_of(row, "sys_created_on"),
                as_text(row.get("fieldname")),
                as_text(row.get("newvalue")),
            )
            if at is None or not column or new is None:
                return None
            key, by = as_text(row.get("documentkey")) or "", as_text(row.get("user")) or ""
            found[key].append(Change(sys_id_of(row) or "", column, new, at, by))
        if rows is None:
            return None
    return found


def _all(
    service: Service, table: str, record: str, columns: str, query: str
) -> list[Mapping[str, Any]] | None:
    """Every row about the records that the query names. None: it isn't certain that these are all. Raises
    Refused, Down.
    """
    params = {**_PLAIN, "sysparm_fields": columns, "sysparm_query": query}
    answer = service.read("GET", f"/api/now/table/{table}", params=params)
    if answer.status in UNREADABLE and not no_record(answer):
        raise Refused(table)
    page = listed(answer, service.name, table)
    if not page and counted(answer):
        raise Refused(table)  # rows that there are, and none of them is shown
    rows = [row for row in page if isinstance(row, dict)]
    whole = len(page) < MOST and all_counted(answer, len(page)) and len(rows) == len(page)
    if not whole or any(as_text(row.get(record)) is None for row in rows):
        return None
    wanted = {*query.partition("IN")[2].partition("^")[0].split(",")}
    return [row for row in rows if as_text(row.get(record)) in wanted]


def _chunks(records: Collection[str]) -> list[Sequence[str]]:
    every = sorted(records)
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]
