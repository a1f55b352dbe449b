"""Errors on the way of a ticket. A no is none of them: it is a value (outcome.py).

PassdeskError
├── Down         a service could not be reached, or didn't answer sense; nothing was changed
├── Lost         the lease went to another worker: stop, whatever we know is theirs
├── Unwritten    the ledger could not be written: nothing may be issued
│   └── NoLedger     what the configuration names is no ledger of this release, or can't be one
└── Busy         another passdesk works on this ledger
"""

from __future__ import annotations


class PassdeskError(Exception):
    """Base of the tree; the sentence is the message."""


class Down(PassdeskError):
    """A service could not be reached, or gave an answer that is none. Nothing was changed by the call.

    `service` is a desk's name or "entra"; `retry_after` is in seconds, where the service named one; `alone`:
    the service is there, and withholds only what was asked about this one person.
    """

    def __init__(
        self, service: str, sentence: str, retry_after: float | None = None, *, alone: bool = False
    ) -> None:
        super().__init__(f"{service}: {sentence}")
        self.service, self.sentence, self.retry_after, self.alone = service, sentence, retry_after, alone


class Lost(PassdeskError):
    """The lease went to another worker, or a person changed the row."""


class Unwritten(PassdeskError):
    """The ledger could not be written."""


class NoLedger(Unwritten):
    """The configuration names what is no ledger, or can't be one: waiting mends nothing."""


class Busy(PassdeskError):
    """Another passdesk works on this ledger."""
