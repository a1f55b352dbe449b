"""Reads that only people ask for: a ticket by its number, and what the account can see. Nothing is written."""

from __future__ import annotations

import re
from collections.abc import Mapping as Fields
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from connector.desks.servicenow_replies import listed
from connector.desks.servicenow_rows import ALWAYS, Rows
from connector.http import Answer, Service
from connector.mapping import Mapping
from connector.ticket import Ticket

NUMBER = re.compile(r"[A-Z]{2,10}[0-9]{3,20}")
_ONE = {"sysparm_limit": "1", "sysparm_exclude_reference_link": "true", "sysparm_display_value": "false"}


@dataclass(frozen=True)
class Probe:
    """What one row of the mapping's table shows. `absent` is None where the table showed no row at all."""

    absent: tuple[str, ...] | None
    journal: bool | None  # whether notes can be read back; None: nobody wrote one yet
    clock: float | None  # epoch seconds by the reply's Date


def find(service: Service, mapping: Mapping, url: str, number: str) -> Ticket | None:
    """By the number that people read. None: not in this table, or not to be seen. Raises Down."""
    if not NUMBER.fullmatch(number):
        return None
    rows = Rows(mapping, url)
    params = {**_ONE, "sysparm_query": f"number={number}", "sysparm_fields": rows.fields}
    answer = service.read("GET", f"/api/now/table/{mapping.table}", params=params)
    tickets = (rows.ticket(row) for row in listed(answer, service.name, mapping.table))
    return next((ticket for ticket in tickets if ticket and ticket.number == number), None)


def probe(service: Service, mapping: Mapping, url: str) -> Probe:
    """Raises Down."""
    rows = Rows(mapping, url)
    answer = service.read("GET", f"/api/now/table/{mapping.table}", params={**_ONE, "sysparm_fields": rows.fields})
    shown = [row for row in listed(answer, service.name, mapping.table) if isinstance(row, dict)]
    wanted = dict.fromkeys((*ALWAYS, *rows.columns))
    absent = tuple(name for name in wanted if name not in shown[0]) if shown else None
    return Probe(absent, journal(service, mapping), date(answer.headers))


def journal(service: Service, mapping: Mapping) -> bool | None:
    """Whether notes of the table can be read back. An empty answer proves neither."""
    params = {**_ONE, "sysparm_query": f"name={mapping.table}^element={mapping.note.plain}", "sysparm_fields": "element_id"}
    answer: Answer = service.read("GET", "/api/now/table/sys_journal_field", params=params)
    if answer.status in (400, 403, 404):
        return False
    return True if listed(answer, service.name, "sys_journal_field") else None


def date(headers: Fields[str, str]) -> float | None:
    text = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
