"""One scrape of /metrics: what it looks at, and what it finds: samples with the values of their labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from connector.domain.outcome import State
from connector.domain.reasons import Reason
from connector.ledger.day_figures import Open, opened
from connector.web.tally import Spread, Tally

if TYPE_CHECKING:
    from connector.web.window import Window

Labels = tuple[str, ...]
Sample = tuple[Labels, float | Spread]
OPEN: Final = (State.WAITING, State.CLAIMED, State.ISSUING, State.DELIVERING, State.REVOKING, State.SETTLING)
_BEFORE_A_PASS: Final = (State.WAITING, State.CLAIMED, State.ISSUING, State.DELIVERING)


@dataclass(frozen=True)
class Seen:
    """What one scrape looks at, read once. `known`: what `passdesk status --json` tells."""

    window: Window
    known: Mapping[str, Any]

    @cached_property
    def opened(self) -> Sequence[Open]:
        return self.window.reader.browse(lambda db: opened(db, (*OPEN, State.STUCK)))

    @cached_property
    def waiting(self) -> dict[str, tuple[int, float]]:
        """By reason: how many tickets wait for a pass, and for how many seconds the first of them does."""
        found: dict[str, tuple[int, float]] = {}
        for each in self.opened:
            if each.state in _BEFORE_A_PASS or (each.state, each.then) == (State.REVOKING, State.CLAIMED):
                moving = each.state is not State.WAITING and not each.reason
                reason = str(Reason.RECOVERING) if moving else each.reason or ""
                count, age = found.get(reason, (0, 0.0))
                found[reason] = count + each.count, max(age, self.window.now() - each.since)
        return found

    def count(self, *some: State) -> int:
        return sum(each.count for each in self.opened if each.state in some)

    @property
    def tally(self) -> Tally:
        return self.window.tally

    @property
    def sweep(self) -> Mapping[str, Any]:
        return self.known["last_sweep"] or {}


def alone(value: Callable[[Seen], float | None]) -> Callable[[Seen], Iterator[Sample]]:
    """A metric without labels; None: there is nothing to tell yet."""

    def samples(seen: Seen) -> Iterator[Sample]:
        found = value(seen)
        if found is not None:
            yield (), float(found)

    return samples


def decisions_of(seen: Seen) -> Iterator[Sample]:
    with seen.tally.lock:
        yield from list(seen.tally.decisions.items())


def calls_of(seen: Seen) -> Iterator[Sample]:
    with seen.tally.lock:
        yield from list(seen.tally.calls.items())


def hints_of(seen: Seen) -> Iterator[Sample]:
    with seen.tally.lock:
        yield from list(seen.tally.hints.items())


def stages_of(seen: Seen) -> Iterator[Sample]:
    yield from (((name,), spread) for name, spread in list(seen.tally.stages.items()))


def services_of(seen: Seen) -> Iterator[Sample]:
    yield from (((name,), spread) for name, spread in list(seen.tally.services.items()))


def up(seen: Seen) -> Iterator[Sample]:
    for each in seen.known["services"]:
        if each["reachable"] is not None or each["sign_in_refused"]:
            yield (each["service"],), float(bool(each["reachable"]) and not each["sign_in_refused"])


def exposed(seen: Seen) -> int:
    now = seen.window.now()
    out = [each for each in seen.window.reader.passes_out() if each.delivered_at is None]
    return sum(each.claim.current_attempt.start <= now < each.claim.current_attempt.end for each in out)


def lately(seen: Seen) -> Iterator[Sample]:
    for quantile, seconds in zip(("0.5", "0.95"), seen.window.figures.lately, strict=True):
        if seconds is not None:
            yield (quantile,), seconds
