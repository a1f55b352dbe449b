"""A notice: the mail that tells a person that a pass was made for them. It never has the pass."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """A notice that is due about one attempt: ids and times, and nobody's name or address.

    `end` is Entra's clock, `made` the ledger's, both epoch seconds. `told`: digests of the addresses that it
    went to already.
    """

    reference: str  # of the attempt
    desk: str
    ticket: str
    number: str
    mapping: str
    subject: str  # object id
    requester: str | None  # object id
    start: int
    end: int
    once: bool
    made: float
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contact:
    """A person's mail addresses, their mailbox's first, and their language, as the directory has them now."""

    addresses: tuple[str, ...]
    name: str = ""
    upn: str = ""
    language: str = ""  # `preferredLanguage`, such as nl-NL; "": the directory has none
