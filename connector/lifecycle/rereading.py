"""The second reading of a ticket, before its pass is made: beside the last question to the directory where
that was answered at once, else after it. docs/decisions/0021
"""

from __future__ import annotations

from contextlib import suppress

from connector.domain.ticket import Claim, Ticket
from connector.lifecycle.roles import Roles, Underway


class Reread:
    """One ticket's. Whoever judges the ticket begins it, waits for it, and takes what it shows."""

    def __init__(self, claim: Claim, roles: Roles) -> None:
        self._claim, self._roles = claim, roles
        self._underway: Underway | None = None
        self._shown: list[Ticket | None] = []  # empty: not read, or it failed

    def begin(self) -> None:
        """Begin to read beside the caller's own work. One that waited is likely to wait on: it isn't read."""
        if self._roles.beside and self._underway is None and self._claim.reason is None:
            self._underway = self._roles.beside.begin(self._read)

    def wait(self) -> None:
        """Wait until nothing of it is on its way any more."""
        if self._underway:
            self._underway.wait()

    def ticket(self) -> Ticket | None:
        """The ticket, as a reading shows it that began `reread_after` ago at most. Raises Down."""
        if self._underway and self._shown and self._underway.age() <= self._roles.reread_after:
            return self._shown[0]
        return self._roles.desk.read(self._claim.ticket)

    def _read(self) -> None:
        with suppress(Exception):  # it is read again, by a caller who can say why it can't be read
            self._shown.append(self._roles.desk.read(self._claim.ticket))
