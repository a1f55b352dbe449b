"""Whoever tells the person of their pass, beside the sweeps, and what arrives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from connector.deliveries.render import Email
from connector.domain.notice import Contact, Notice
from connector.domain.outcome import Effect, Happened, Unknown
from connector.domain.secret import Secret
from connector.ledger.sql import SqlLedger
from connector.worker.notifying import Notifier
from tests.kill.world import LOST, World

ADDRESSES: Final = ("ann.lee@contoso.com", "ann.private@example.org")


def notifier(world: World, book: SqlLedger) -> Notifier:
    """As wire.py puts it together. A notice's subject is its reference."""

    def contacts(people: Sequence[str]) -> Mapping[str, Contact | None]:
        return {each: Contact(ADDRESSES) for each in people}

    def write(notice: Notice, to: Contact, asker: str, token: Secret | None) -> Email:
        return Email(notice.reference, Secret("this wasn't me"))

    def mail(to: str, subject: str, body: Secret) -> Effect[None]:
        fault = world.fault("told")
        if fault != "drop":
            world.truth.told.append((subject, to))
            world.keep()
        return Unknown(LOST) if fault else Happened(None)

    def sessions(person: str) -> Effect[None]:
        return Happened(None)

    return Notifier(book, contacts, mail, write, sessions, world.now, lambda: f"token of {book.owner}")
