"""Questions that only people ask: a ticket by its number, and what the account may see and do. Nothing is written."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping as Fields
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum
from uuid import uuid4

from connector.desks.encoded_query import encoded
from connector.desks.servicenow_replies import counted, listed, no_record, words
from connector.desks.servicenow_rows import Rows, as_text
from connector.desks.servicenow_variables import Variables
from connector.errors import Down
from connector.http import Answer, Service
from connector.mapping import Mapping
from connector.ticket import Ticket

NUMBER = re.compile(r"[A-Z]{2,10}[0-9]{3,20}")
ROWS = 20  # that are looked at
REFUSED = frozenset({400, 403, 404})
_PLAIN = {"sysparm_exclude_reference_link": "true", "sysparm_display_value": "false"}


@dataclass(frozen=True)
class Sample:
    """What some rows of a mapping's table show: those of its queue, or any where there are none."""

    shown: frozenset[str] | None  # columns that a row has; None: no row is shown
    worked: int  # rows that somebody changed since they were made
    tickets: tuple[Ticket, ...]
    ahead: float | None  # seconds that the desk's clock is ahead of ours, by the reply's Date
    refused: str = ""  # why the table can't be read


class Asked(Enum):
    """What becomes of a condition in a query."""

    TAKEN = "taken"
    DROPPED = "dropped"  # as if nobody had written it. facts/servicenow.md 0.1, 0.3
    REFUSED = "refused"


def find(service: Service, mapping: Mapping, url: str, number: str) -> Ticket | None:
    """By the number that people read. None: not in this table, or not to be seen. Raises Down."""
    if not NUMBER.fullmatch(number):
        return None
    rows = Rows(mapping, url)
    params = {**rows.params, "sysparm_limit": "1", "sysparm_query": f"number={number}"}
    answer = service.read("GET", f"/api/now/table/{mapping.table}", params=params)
    tickets = (rows.ticket(row) for row in listed(answer, service.name, mapping.table))
    found = [ticket for ticket in tickets if ticket and ticket.number == number]
    return Variables(service, rows).filled(found[:1])[0] if found else None


def sample(service: Service, mapping: Mapping, url: str) -> Sample:
    """Raises Down. The limit comes before the ACLs (0.4), so the queue, which the account is there to see, is asked first."""
    rows = Rows(mapping, url)
    for query in ({"sysparm_query": encoded(mapping.watch)}, {}):
        params = {**rows.params, **query, "sysparm_limit": str(ROWS)}
        answer = service.read("GET", f"/api/now/table/{mapping.table}", params=params)
        theirs = date(answer.headers)
        ahead = None if theirs is None else theirs - time.time()
        if answer.status in REFUSED and not no_record(answer):
            found = Sample(None, 0, (), ahead, f"it answers {answer.status}, {words(answer.json) or 'and says nothing'}")
            continue
        page = [row for row in listed(answer, service.name, mapping.table) if isinstance(row, dict)]
        tickets = tuple(ticket for row in page if (ticket := rows.ticket(row)))
        shown = frozenset(name for row in page for name in row) if page else None
        found = Sample(shown, sum(as_text(row.get("sys_mod_count")) not in ("0", None) for row in page), tickets, ahead)
        if page:
            break
    return found


def asked(service: Service, table: str, column: str) -> Asked:
    """Ask for what no row can be: a value that nobody writes, and empty as well, whatever the column's kind. Raises Down."""
    query = f"{column}=passdesk_{uuid4().hex}^{column}ISEMPTY"
    answer = service.read("GET", f"/api/now/table/{table}", params={**_PLAIN, **_one("sys_id"), "sysparm_query": query})
    if answer.status in REFUSED and not no_record(answer):
        return Asked.REFUSED
    return Asked.DROPPED if listed(answer, service.name, table) or counted(answer) else Asked.TAKEN


def notes(service: Service, table: str, field: str) -> bool | None:
    """Whether notes in a journal can be read back. None: no note is shown, which proves nothing. Raises Down."""
    params = {**_PLAIN, **_one("element_id"), "sysparm_query": f"name={table}^element={field}"}
    answer: Answer = service.read("GET", "/api/now/table/sys_journal_field", params=params)
    if answer.status in REFUSED and not no_record(answer):
        return False
    return True if listed(answer, service.name, "sys_journal_field") else None


def may_not_write(service: Service, table: str) -> str:
    """Why the account may write nothing to a table; "" where nothing says so. Raises Down where nobody answers.

    An empty change to a record that doesn't exist: there is no row that it could touch, and a table, method or role that
    may not write is refused before (facts 1.4, 8.4). That a real row takes it without a trace is documented nowhere, and
    a field that may not be written is dropped without a word (6): so more than this can't be proven without writing.
    """
    reply = service.write("PATCH", f"/api/now/table/{table}/{uuid4().hex}", params=_PLAIN, json={})
    if not isinstance(reply, Answer):
        raise Down(service.name, reply.why)
    if reply.status not in (401, 403, 405):
        return ""
    return f"it answers {reply.status}, {words(reply.json) or 'and says nothing'}"


def _one(fields: str) -> Fields[str, str]:
    return {"sysparm_limit": "1", "sysparm_fields": fields}


def date(headers: Fields[str, str]) -> float | None:
    """Epoch seconds; None where the reply doesn't say."""
    text = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
