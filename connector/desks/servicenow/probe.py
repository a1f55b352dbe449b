"""Questions that only people ask: a ticket by its number, and what the account may see and do. Nothing is
written.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping as Fields
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum
from uuid import uuid4

from connector.desks.servicenow.approvals import APPROVED
from connector.desks.servicenow.approvals import TABLE as APPROVALS
from connector.desks.servicenow.cells import as_text
from connector.desks.servicenow.children import Children
from connector.desks.servicenow.query import SYS_ID, after, encoded
from connector.desks.servicenow.replies import counted, listed, no_record, words
from connector.desks.servicenow.rows import Rows
from connector.desks.servicenow.variables import Variables
from connector.domain.errors import Down
from connector.domain.spellings import joined, spellings
from connector.domain.ticket import Ticket
from connector.http.service import Answer, Service
from connector.mapping import Mapping

NUMBER = re.compile(r"[A-Z]{2,10}[0-9]{3,20}")
ROWS = 20  # that are looked at
REFUSED = frozenset({400, 403, 404})
_PLAIN = {"sysparm_exclude_reference_link": "true", "sysparm_display_value": "false"}


@dataclass(frozen=True)
class Sample:
    """Some rows of a mapping's table: of its queue, or any if the queue is empty."""

    shown: frozenset[str] | None  # columns that a row has; None: no row is shown
    worked: int  # rows that somebody changed since they were made
    tickets: tuple[Ticket, ...]
    ahead: float | None  # seconds that the desk's clock is ahead of ours, by the reply's Date
    refused: str = ""  # why the table can't be read


class ConditionFate(Enum):
    """The fate of a condition in a query."""

    TAKEN = "taken"
    DROPPED = "dropped"  # as if nobody had written it. servicenow.md §0.1, §0.3
    REFUSED = "refused"


def find(service: Service, mapping: Mapping, url: str, number: str) -> Ticket | None:
    """By the number that people read, or the sys_id, however they are spelt. None: not in this table, or not
    to be seen. Raises Down.
    """
    asked = joined(number) if spellings(number) else ""
    sys_id = asked.lower() if SYS_ID.fullmatch(asked.lower()) else ""
    if not sys_id and not NUMBER.fullmatch(asked):
        return None
    rows = Rows(mapping, url)
    query = f"sys_id={sys_id}" if sys_id else f"number={asked}"
    params = {**rows.params, "sysparm_limit": "1", "sysparm_query": query}
    answer = service.read("GET", f"/api/now/table/{mapping.table}", params=params)
    tickets = (rows.ticket(row) for row in listed(answer, service.name, mapping.table))
    found = [
        ticket
        for ticket in tickets
        if ticket and (ticket.id == sys_id if sys_id else joined(ticket.number) == asked)
    ]
    filled = Children(service, mapping).filled(Variables(service, rows).filled(found[:1]))
    return filled[0] if filled else None


def sample(service: Service, mapping: Mapping, url: str) -> Sample:
    """Raises Down. The limit comes before the ACLs (§0.4), so the queue, which the account is there to see,
    is asked first.
    """
    rows = Rows(mapping, url)
    for query in ({"sysparm_query": encoded(mapping.watch)}, {}):
        params = {**rows.params, **query, "sysparm_limit": str(ROWS)}
        answer = service.read("GET", f"/api/now/table/{mapping.table}", params=params)
        theirs = date(answer.headers)
        ahead = None if theirs is None else theirs - time.time()
        if _refused(answer):
            found = Sample(
                None, 0, (), ahead, f"it answers {answer.status}, {words(answer.json) or 'and says nothing'}"
            )
            continue
        page = [row for row in listed(answer, service.name, mapping.table) if isinstance(row, dict)]
        tickets = tuple(ticket for row in page if (ticket := rows.ticket(row)))
        shown = frozenset(name for row in page for name in row) if page else None
        found = Sample(
            shown, sum(as_text(row.get("sys_mod_count")) not in ("0", None) for row in page), tickets, ahead
        )
        if page:
            break
    return found


def asked(service: Service, table: str, column: str) -> ConditionFate:
    """Ask for what no row can be: a value that nobody writes, and empty as well, whatever the column's kind.
    Raises Down.
    """
    return _asked(service, table, f"{column}=passdesk_{uuid4().hex}^{column}ISEMPTY")


def behind(service: Service, table: str) -> ConditionFate:
    """Ask for what lies behind the last sys_id that there can be, the way a poll asks for its next page
    (§2.3). Raises Down.
    """
    return _asked(service, table, after("", "f" * 32).removeprefix("^"))


def approvals(service: Service) -> bool | None:
    """Tell whether the desk names approvers by mail address. None: no approval is shown, which proves
    nothing. Raises Down.
    """
    columns = ("sysapproval", "state", "approver.email")
    params = {
        **_PLAIN,
        "sysparm_limit": str(ROWS),
        "sysparm_fields": ",".join(columns),
        "sysparm_query": f"state={APPROVED}",
    }
    answer = service.read("GET", f"/api/now/table/{APPROVALS}", params=params)
    if _refused(answer):
        return False
    rows = listed(answer, service.name, APPROVALS)
    if not rows:
        return False if counted(answer) else None
    return any(isinstance(row, dict) and all(as_text(row.get(name)) for name in columns) for row in rows)


def counted_rows(
    service: Service, table: str, query: str, columns: tuple[str, ...], limit: int = 1
) -> tuple[int, list[Fields[str, object]]]:
    """The tickets that a query brings, as the server counts them, and the first of them as they are seen,
    each column with its label. None where it is refused. Raises Down.
    """
    params = {
        "sysparm_exclude_reference_link": "true",
        "sysparm_display_value": "all",
        "sysparm_limit": str(limit),
        "sysparm_fields": ",".join(("sys_id", *columns)),
        "sysparm_query": query,
    }
    answer = service.read("GET", f"/api/now/table/{table}", params=params)
    if _refused(answer):
        return 0, []
    rows: list[Fields[str, object]] = [
        row for row in listed(answer, service.name, table) if isinstance(row, dict)
    ]
    return max(counted(answer), len(rows)), rows


def may_not_write(service: Service, table: str) -> str:
    """Find the reason why the account may write nothing to a table; "" if there is none to be seen. Raises
    Down if nobody answers.

    An empty change to a record that doesn't exist: there is no row that it could touch, and a table, method
    or role that may not write is refused before (§1.4, §8.4). That a real row takes it without a trace is
    documented nowhere, and a field that may not be written is dropped without a word (§6): so more than this
    can't be proven without writing.
    """
    reply = service.write("PATCH", f"/api/now/table/{table}/{uuid4().hex}", params=_PLAIN, json={})
    if not isinstance(reply, Answer):
        raise Down(service.name, reply.why)
    if reply.status not in (401, 403, 405):
        return ""
    return f"it answers {reply.status}, {words(reply.json) or 'and says nothing'}"


def _asked(service: Service, table: str, query: str) -> ConditionFate:
    """Try a query that no row meets, and tell what the instance makes of it."""
    params = {**_PLAIN, "sysparm_limit": "1", "sysparm_fields": "sys_id", "sysparm_query": query}
    answer = service.read("GET", f"/api/now/table/{table}", params=params)
    if _refused(answer):
        return ConditionFate.REFUSED
    return (
        ConditionFate.DROPPED
        if listed(answer, service.name, table) or counted(answer)
        else ConditionFate.TAKEN
    )


def _refused(answer: Answer) -> bool:
    return answer.status in REFUSED and not no_record(answer)


def date(headers: Fields[str, str]) -> float | None:
    """Epoch seconds; None where the reply doesn't say."""
    text = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
