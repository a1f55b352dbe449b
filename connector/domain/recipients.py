"""Destinations of a pass, as a plan fixes them and the ledger keeps them: `note:work_notes`,
`mail:OBJECT-ID|ADDRESS`, or both.

Both are joined by ` or `, in the order in which they are tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

_OR = " or "
_ADDRESS = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.ASCII | re.IGNORECASE
)
_LONGEST = 200  # characters of an address: both places fit into the ledger's column


@dataclass(frozen=True)
class NoteDestination:
    """A field of the ticket."""

    field: str

    def __str__(self) -> str:
        return f"note:{self.field}"


@dataclass(frozen=True)
class MailDestination:
    """A person's mailbox, as the directory named it before the pass was made."""

    person: str  # object id
    address: str

    def __str__(self) -> str:
        return f"mail:{self.person}|{self.address}"

    @property
    def masked(self) -> str:
        """`g•••@contoso.com`: enough for an agent who knows the manager, too little for a mail."""
        name, _, domain = self.address.partition("@")
        return f"{name[:1]}•••@{domain}"


Destination: TypeAlias = NoteDestination | MailDestination


def written(places: Iterable[Destination]) -> str:
    """The recipient of a plan: the places in the order in which they are tried."""
    return _OR.join(map(str, places))


def destinations(recipient: str) -> tuple[Destination, ...]:
    """The places of a plan or an attempt; what isn't understood is left out, so that nothing goes there."""
    found = (_destination(each) for each in recipient.split(_OR))
    return tuple(each for each in found if each)


def mail_destination(recipient: str) -> MailDestination | None:
    return next((each for each in destinations(recipient) if isinstance(each, MailDestination)), None)


def note_destination(recipient: str) -> NoteDestination | None:
    return next((each for each in destinations(recipient) if isinstance(each, NoteDestination)), None)


def without_address(recipient: str) -> str:
    """The places of a plan without a mail address, also one that isn't understood: whose mailbox it is, is
    left.
    """
    return _OR.join(
        each.partition("|")[0] if each.startswith("mail:") else each for each in recipient.split(_OR)
    )


def is_address(text: str) -> bool:
    """Tell whether a mail address is of the plain kind, which every sink shows and takes as it is."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None


def _destination(text: str) -> Destination | None:
    kind, _, rest = text.partition(":")
    person, bar, address = rest.partition("|")
    if kind == "mail" and person and bar and is_address(address):
        return MailDestination(person, address)
    return NoteDestination(rest) if kind == "note" and rest else None
