"""The second reading of a ticket, before its pass is made: together with its neighbours in the line, or
beside the last question to the directory; after that, where either is too old. Decisions 0021, 0024, 0026
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from connector.domain.ticket import Claim, Ticket
from connector.lifecycle.roles import Roles, Underway

LIKELY = 0.5  # s that the directory's answer is likely to take at most


@dataclass(frozen=True)
class Shown:
    """A ticket, as a reading of several showed it."""

    ticket: Ticket
    reading: Underway


class Reread:
    """One ticket's. Whoever judges the ticket begins it, waits for it, and takes what it shows."""

    def __init__(self, claim: Claim, roles: Roles, shown: Shown | None = None) -> None:
        self._claim, self._roles, self._before = claim, roles, shown
        self._underway: Underway | None = None
        self._shown: list[Ticket | None] = []  # empty: not read, or it failed

    def begin(self) -> None:
        """Begin to read beside the caller's own work, unless a reading is likely to be fresh enough at its
        end. One that waited is likely to wait on: it isn't read.
        """
        if self._before and self._before.reading.age() <= self._roles.reread_after - LIKELY:
            return
        if self._roles.beside and self._underway is None and self._claim.reason is None:
            self._underway = self._roles.beside.begin(self._read)

    def wait(self) -> None:
        """Wait until nothing of it is on its way any more."""
        if self._underway:
            self._underway.wait()

    def ticket(self) -> Ticket | None:
        """The ticket, as a reading shows it that began `reread_after` ago at most. Raises Down."""
        oldest = self._roles.reread_after
        if self._underway and self._shown and self._underway.age() <= oldest:
            return self._shown[0]
        if self._before and not self._underway and self._before.reading.age() <= oldest:
            return self._before.ticket
        return self._roles.desk.read(self._claim.ticket)

    def _read(self) -> None:
        with suppress(Exception):  # it is read again, by a caller who can say why it can't be read
            self._shown.append(self._roles.desk.read(self._claim.ticket))
