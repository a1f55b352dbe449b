"""Questions that only people ask: a call by its number, and what the account may see. Nothing is written."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import quote

from connector.desks.topdesk.fields import ID, shown
from connector.desks.topdesk.persons import Persons
from connector.desks.topdesk.query import fiql
from connector.desks.topdesk.replies import BARE, MISSING, listed, unreadable, words
from connector.desks.topdesk.rows import Rows
from connector.desks.topdesk.trail import Trail
from connector.domain.spellings import joined, spellings
from connector.domain.ticket import Ticket
from connector.http.headers import http_date
from connector.http.service import Service
from connector.mapping.model import Mapping

INCIDENTS = "/tas/api/incidents"


@dataclass(frozen=True)
class Sample:
    """Some calls: of a mapping's queue, or any if the queue is empty. TOPdesk decides how many."""

    shown: (
        frozenset[str] | None
    )  # the mapping's fields that a call has, its caller's among them; None: no call is shown
    tickets: tuple[Ticket, ...]
    ahead: float | None  # seconds that the desk's clock is ahead of ours, by the reply's Date
    refused: str = ""  # why the queue can't be read, in TOPdesk's words


def find(service: Service, mapping: Mapping, url: str, number: str) -> Ticket | None:
    """By the number that people read, whatever its mask, or the id, however they are spelt. None: no such
    call, or not to be seen. Raises Down.
    """
    rows = Rows(mapping, url)
    asked = [each for each in spellings(number) if each.isprintable() and "/" not in each]
    ids = [f"id/{each}" for each in asked if ID.fullmatch(each)][:1]
    for path in ids or [f"number/{quote(each, safe='')}" for each in asked]:
        answer = service.read("GET", f"{INCIDENTS}/{path}", bare=BARE)
        if answer.status in MISSING:
            continue
        if answer.status != 200:
            raise unreadable(answer, service.name, "the incident")
        ticket = rows.ticket(answer.json)
        if ticket and (ticket.id in asked if ids else joined(ticket.number) == joined(number)):
            return Persons(service, rows).filled(ticket)
    return None


def sample(service: Service, mapping: Mapping, url: str) -> Sample:
    """Raises Down."""
    rows = Rows(mapping, url)
    persons = Persons(service, rows)
    refused = ""
    for query in ({"query": fiql(mapping.watch)}, {}):
        answer = service.read("GET", INCIDENTS, params=query, bare=BARE)
        theirs = http_date(answer.headers.get("date", ""))
        ahead = None if theirs is None else theirs - time.time()
        if answer.status in MISSING:
            refused = refused or f"it answers {answer.status}, {words(answer.json) or 'and says nothing'}"
            continue
        found = [
            ticket
            for row in listed(answer, service.name, "the list of incidents")
            if (ticket := rows.ticket(row))
        ]
        tickets = tuple(persons.filled(ticket) for ticket in found)
        if tickets:
            return Sample(
                frozenset(name for each in tickets for name in each.fields), tickets, ahead, refused
            )
    return Sample(None, (), ahead, refused)


def who(service: Service) -> str:
    """The login that TOPdesk takes us for; no permission is needed to ask (topdesk.md §7). Raises Down."""
    answer = service.read("GET", "/tas/api/operators/current", bare=BARE)
    if answer.status != 200:
        raise unreadable(answer, service.name, "the account's own card")
    return shown(answer.json, "loginName") or shown(answer.json, "dynamicName") or "an account without a name"


def version(service: Service) -> str:
    """The version of the API; "" if it isn't told. Raises Down."""
    answer = service.read("GET", "/tas/api/version", bare=BARE)
    told = shown(answer.json, "version") if answer.status == 200 else None
    return told if told and told.isprintable() and len(told) <= 40 else ""


def trail_readable(service: Service, ticket: Ticket) -> bool:
    """Tell whether notes can be read back; without that, no pass is ever proven to be delivered. Raises
    Down.
    """
    return Trail(service).actions(f"{INCIDENTS}/id/{ticket.id}") is not None


def card_readable(service: Service, mapping: Mapping, ticket: Ticket) -> bool | None:
    """Tell whether the caller's card can be read. None: the caller is unregistered, or no field of a
    caller is named.
    """
    rows = Rows(mapping, ticket.desk)
    key = ticket.fields.get("caller.id")
    if not rows.reads_card or not key:
        return None
    return all(name in ticket.fields for name in rows.of_caller)
