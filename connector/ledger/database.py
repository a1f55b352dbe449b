"""Where a ledger's tables lie: a file, or a server. Each kind is a module of its own, and looks the same from
here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Engine

from connector.domain.errors import Unwritten
from connector.domain.finding import CheckResult
from connector.ledger.prepared import Driver


class Database(Protocol):
    """The tables of one ledger. `shared`: several workers write it at a time; else one does.

    `engine`: for what isn't done for each ticket, such as migrations.
    """

    shared: bool
    kind: str  # the dialect's name

    @property
    def engine(self) -> Engine: ...

    def open(self) -> None:
        """Make what isn't there yet, and bring it to the schema of this release. Raises NoLedger."""

    def writing(self) -> AbstractContextManager[Driver]:
        """Open a transaction that is kept whole or not at all; what it reads to change it, nobody else
        changes meanwhile.
        """

    def reading(self) -> AbstractContextManager[Driver]:
        """Open a transaction that reads one state of the ledger."""

    def only_read(self) -> None:
        """Let the database itself refuse every write from now on."""

    def alone(self, patience: float) -> AbstractContextManager[None]:
        """Be the one worker, where there may be only one. Raises Busy after `patience` seconds."""

    def there(self) -> bool:
        """Tell whether there is a ledger, without making one. Raises NoLedger where there can be none."""

    def now(self) -> float | None:
        """The server's time, in epoch seconds; None: a file has none of its own."""

    def findings(self) -> Iterator[CheckResult]:
        """What `check` says of the place itself. Raises a driver's error."""

    def scrub(self) -> bool:
        """Leave no trace of what was deleted; False: it is in use, so some may be left."""

    def lost_a_race(self, error: Exception) -> bool:
        """Tell whether a transaction was ended for the sake of another's, and may simply be done again."""

    def dispose(self) -> None:
        """Close what is open and not in use. Whoever goes on opens it again."""

    def trouble(self, done: str, error: Exception) -> Unwritten:
        """The error to raise in place of a driver's, which may carry statements and values.

        `done`: opened, read or written.
        """
