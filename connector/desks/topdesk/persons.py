"""The card behind `caller.id`: the only thing that says who a caller is. topdesk.md §3.1, §6

An unregistered caller has no card, and an archived card stands for nobody: then every field of the caller is
empty. Where a card can't be read, nobody can tell, and the fields are absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from connector.desks.topdesk.fields import ID, id_of, shown
from connector.desks.topdesk.names import CALLER, CALLER_ID
from connector.desks.topdesk.replies import BARE
from connector.desks.topdesk.rows import Rows
from connector.domain.ticket import Ticket
from connector.http.service import Service

_OTHER = frozenset({400, 404, 405, 406})  # what a version may answer that knows persons by another path


@dataclass(frozen=True)
class Version:
    path: str
    accept: str


VERSIONS = (
    Version("/tas/api/persons/", "application/x.topdesk-person-v2+json"),
    Version("/tas/api/persons/id/", "application/json"),
)
Card = Mapping[str, Any]
NOBODY: Card = {}
ARCHIVED: Card = {}  # another object: the card of somebody who is no longer here
WHY = "the caller's card in TOPdesk is archived"


class Persons:
    """The cards that one mapping needs, each read once in a sweep. Safe to share between threads."""

    def __init__(self, service: Service, rows: Rows) -> None:
        self._service, self._rows = service, rows
        self._lock, self._cards = Lock(), dict[str, Card | None]()
        self._version: Version | None = None  # the one that answered

    def forget(self) -> None:
        """A new sweep: a card may have changed."""
        with self._lock:
            self._cards.clear()

    def filled(self, ticket: Ticket) -> Ticket:
        """The ticket with what its caller's card says. Raises Down."""
        if not self._rows.reads_card or CALLER_ID not in ticket.fields:
            return ticket
        key = ticket.fields[CALLER_ID]
        card = NOBODY if key == "" else self._card(key)
        if card is None:
            return ticket
        if card is NOBODY or card is ARCHIVED:
            nobodys = (CALLER_ID, *self._rows.of_caller)
            why = dict.fromkeys(nobodys, WHY) if card is ARCHIVED else {}
            return replace(ticket, fields={**ticket.fields, **dict.fromkeys(nobodys, "")}, why_empty=why)
        told = {
            name: text
            for name in self._rows.of_caller
            if (text := shown(card, name.removeprefix(CALLER))) is not None
        }
        return replace(ticket, fields={**ticket.fields, **told})

    def _card(self, key: str) -> Card | None:
        with self._lock:
            if key in self._cards:
                return self._cards[key]
        card = self._read(key) if ID.fullmatch(key) else None
        with self._lock:
            self._cards[key] = card
        return card

    def _read(self, key: str) -> Card | None:
        """Read a card; None if it can't be read, is another's, or doesn't say whether it is archived."""
        for version in [self._version] if self._version else VERSIONS:
            answer = self._service.read(
                "GET", version.path + key, headers={"Accept": version.accept}, bare=BARE
            )
            if answer.status == 200:
                self._version = version
                card = answer.json if id_of(answer.json) == key else None
                stands = None if card is None else _stands(card)
                return card if stands else ARCHIVED if stands is False else None
            if answer.status not in _OTHER:
                return None
        return None


def _stands(card: Card) -> bool | None:
    """Tell whether a card is that of somebody who is still here; version 1 has a `status` in place of a
    flag. None: it doesn't say.
    """
    archived, status = card.get("archived"), card.get("status")
    if isinstance(archived, bool):
        return not archived
    return status == "person" if isinstance(status, str) else None
