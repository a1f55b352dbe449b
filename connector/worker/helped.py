"""Looks whether passes helped: whether their people registered a lasting method since. docs/decisions/0035

It runs behind after-care, in a bounded number of calls a round, and nothing waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from connector.domain.errors import Down
from connector.domain.events import Event
from connector.domain.methods import Method, new_since
from connector.domain.outcome import DidNot, Happened, Retry, State
from connector.domain.ticket import Claim
from connector.ledger.helped import REGISTERED, MethodWatch
from connector.lifecycle.events import Listener, TicketEvent, announce
from connector.lifecycle.roles import Roles

MOST: Final = 100  # people a round: 5 calls


class Watches(Protocol):
    """A ledger, as far as it keeps what is watched. Raises Unwritten."""

    def watch_methods(self, claims: Sequence[Claim]) -> None: ...

    def methods_due(self, limit: int) -> Sequence[MethodWatch]: ...

    def methods_before(self, watch: MethodWatch, before: Sequence[str]) -> None: ...

    def methods_found(self, watch: MethodWatch, kinds: Sequence[str]) -> bool: ...

    def methods_told(self, watch: MethodWatch) -> None: ...


@dataclass(frozen=True)
class Helped:
    """One round. `roles_of`: those of a ticket's mapping."""

    ledger: Watches
    roles_of: Callable[[Claim], Roles]
    listener: Listener

    def round(self, living: Sequence[Claim]) -> None:
        """`living`: passes that after-care looks at now, which are watched from now on. Raises Down and
        Unwritten: then the rest is asked about later.
        """
        if living and self._sees(living[0]):
            self.ledger.watch_methods(living)
        watches = self.ledger.methods_due(MOST)
        if not watches or not self._sees(watches[0].claim):
            return
        asked = [each for each in watches if is_asked(each, self._now(each.claim))]
        people = sorted({each.claim.current_attempt.subject.id for each in asked})
        holders = self.roles_of(watches[0].claim).holders
        found = holders.methods(people) if holders and people else {}
        for each in watches:
            self._one(each, found)

    def _sees(self, claim: Claim) -> bool:
        holders = self.roles_of(claim).holders
        return holders is not None and holders.sees_methods()

    def _now(self, claim: Claim) -> int:
        return self.roles_of(claim).issuer.now()

    def _one(self, watch: MethodWatch, found: Mapping[str, Sequence[Method]]) -> None:
        attempt = watch.claim.current_attempt
        methods = found.get(attempt.subject.id)
        if methods is not None and attempt.used_at is None:
            if watch.before is None and self._now(watch.claim) < attempt.start:  # also when the list came
                self.ledger.methods_before(watch, [each.id for each in methods])
            return
        outcome = watch.outcome
        if methods is not None and outcome != REGISTERED:
            kinds = new_since(methods, attempt.start, watch.before)
            if kinds is not None and self.ledger.methods_found(watch, kinds):
                said = REGISTERED if kinds else "none yet"
                announce(self.listener, TicketEvent(Event.REGISTRATION, watch.claim, detail=said))
            outcome = REGISTERED if kinds else outcome
        if outcome == REGISTERED and watch.claim.state is State.ENDED:
            self._tell(watch)

    def _tell(self, watch: MethodWatch) -> None:
        """Behind what the end of the pass sets. A desk that refuses is let be; a lost reply isn't."""
        try:
            done = self.roles_of(watch.claim).updater.registered(watch.claim)
        except Down:
            return
        if isinstance(done, Happened) or (isinstance(done, DidNot) and done.retry is not Retry.UNCOUNTED):
            self.ledger.methods_told(watch)


def is_asked(watch: MethodWatch, now: int) -> bool:
    """Tell whether the person is asked about: before the start, once, for what is there already; and after
    the first use, until something was registered.
    """
    attempt = watch.claim.current_attempt
    if attempt.used_at is None:
        return watch.before is None and now < attempt.start
    return watch.outcome != REGISTERED
