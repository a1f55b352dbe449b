"""Errors on the way of a ticket. A no is none of them: it is a value (outcome.py).

PassdeskError
├── Down         a service could not be reached, or didn't answer sense; nothing was changed
│   └── SignInRefused  it is there, and passdesk can't sign in: a person must act
├── Lost         the lease went to another worker: stop, whatever we know is theirs
├── Unwritten    the ledger could not be written: nothing may be issued
│   ├── LedgerDown   its server can't be reached
│   └── NoLedger     what the configuration names is no ledger of this release, or can't be one
└── Busy         another passdesk works on this ledger
"""

from __future__ import annotations

from connector.domain.durations import written


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


class SignInRefused(Down):
    """Signing in to a service fails, and time alone doesn't mend it: a person must act. Nothing was changed.

    `wait`: seconds after a refusal in which no other try is made; None: each sweep tries. `place`: of the
    section in the configuration that says how to sign in.
    """

    def __init__(
        self,
        service: str,
        cause: str,
        cure: str = "",
        retry_after: float | None = None,
        *,
        wait: float | None = None,
        place: str = "",
    ) -> None:
        told = [cause, cure, f"see {place}" if place else "", tried_again(wait)]
        super().__init__(service, "; ".join(filter(None, told)), retry_after)
        self.cause, self.cure, self.wait = cause, cure, wait

    def at(self, service: str, place: str) -> SignInRefused:
        """The same, with the place in the configuration."""
        return SignInRefused(service, self.cause, self.cure, self.retry_after, wait=self.wait, place=place)


def tried_again(wait: float | None) -> str:
    """Say when passdesk signs in again. It stays the same while it waits: a change would be news."""
    return f"passdesk tries again after {written(round(wait))}" if wait else "each sweep tries again"


class Lost(PassdeskError):
    """The lease went to another worker, or a person changed the row."""


class Unwritten(PassdeskError):
    """The ledger could not be written."""


class LedgerDown(Unwritten):
    """The server of the ledger can't be reached, or lets nobody in."""


class NoLedger(Unwritten):
    """The configuration names what is no ledger, or can't be one: waiting mends nothing."""


class Busy(PassdeskError):
    """Another passdesk works on this ledger."""
