"""How many calls at once a service is given: more while that costs no waiting, fewer when it says that it is
too many, is about to say so, or answers more slowly. Pure arithmetic; pace.py makes callers wait.

It begins with a few. A round is as many answers as calls are allowed, of calls that began since the number
changed. After a round in which all were needed, and nothing was slow, half as many more are tried. Where
calls wait for each other, answers come later in proportion: then the number before comes back, and one more,
so that the service never waits for us; from then on a fifth more is tried, and seldom. Fewer:

- 429 or 503: that many were too many. A quarter fewer; then one more a round, near that number a tenth.
- The service says that its limit is near: a quarter fewer, once in `EASE` seconds, and no more meanwhile.
- Answers of a round took twice as long as their kind of call takes at best: half of them. If answers don't
  get quicker by that, the calls at once are not why: the number before comes back, and what is best is
  learned anew. So a service that is simply slow keeps its calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from connector.http.latency import Latencies, Slowness

FIRST: Final = 4  # calls at once before a service has answered any; slower answers alone allow no fewer
MORE: Final = 1.5
LESS: Final = 0.75  # of the calls that were too many
NEAR: Final = 0.75  # of the calls that were too many: from here on it grows slowly
SLOWLY: Final = 10.0
TOO_MANY: Final = frozenset({429, 503})
AS_EVER: Final = 1.5  # times the best: up to here more are tried
SLOWER: Final = 2.0  # times the best: from here on there are fewer
OUTLIER: Final = 4.0  # times: a single answer counts as no slower
HALF: Final = 0.5
EASE: Final = 5.0  # s
HOLD: Final = 10.0  # s until more are tried again where more were answered later
CLEARLY: Final = 1.2  # times as many calls: with fewer, waiting doesn't stand out


@dataclass
class Place:
    """One call's place. Whoever has it says what the service answered, and after how many seconds."""

    cuts: int
    changes: int
    status: int = 0
    kind: str = ""
    took: float = 0.0

    def answered(self, status: int | None, kind: str = "", took: float = 0.0) -> None:
        self.status, self.kind, self.took = status or 0, kind, took


@dataclass(frozen=True)
class _Trial:
    """Another number of calls at once than `before`."""

    before: float
    calls: float

    def in_proportion(self, slowness: float) -> bool:
        """Tell whether the answers are slower, or quicker, as they are where calls wait for each other.

        `slowness`: how many times as long as before they take.
        """
        between = (1 + self.calls / self.before) / 2
        return (slowness > between) is (self.calls > self.before)


class CallLimit:
    """One service's. `most`: calls at once that are never exceeded. For one thread at a time."""

    def __init__(self, most: int, monotonic: Callable[[], float]) -> None:
        self._most, self._monotonic = float(max(1, most)), monotonic
        self._limit = min(self._most, float(FIRST))
        self._too_many = float("inf")  # calls at once that were too many last
        self._held = self._eased = float("-inf")
        self._latencies, self._round = Latencies(monotonic), list[Slowness]()
        self._used = self._used_before = 0  # calls at once, in this round and the one before
        self._trial: _Trial | None = None
        self._cuts = self._changes = 0
        self.under_way = 0

    @property
    def calls(self) -> int:
        """Calls at once that a read counts on now."""
        return int(self._limit)

    def begin(self, kept: int = 0) -> Place:
        """`kept`: places that are taken without a call under way."""
        self.under_way += 1
        self._used = max(self._used, self.under_way + kept)
        return Place(self._cuts, self._changes)

    def end(self, place: Place) -> None:
        """Learn from a call that is over. Calls that were turned away together count once."""
        if place.status in TOO_MANY:
            if place.cuts == self._cuts:
                self._too_many = max(1.0, min(self._limit, float(self.under_way)))
                self._cut(self._too_many * LESS)
        elif 200 <= place.status < 400:
            slowness = self._latencies.learn(place.kind, place.took)
            if slowness and place.changes == self._changes:
                self._round.append(slowness)
                if len(self._round) >= max(self.calls, min(self._most, FIRST)):
                    self._judge()
        self.under_way -= 1

    def ease(self) -> None:
        """The service says that its limit is near."""
        now = self._monotonic()
        if now >= self._eased + EASE:
            self._eased = now
            self._cut(min(self._limit, float(max(self._used, self._used_before))) * LESS)

    def _judge(self) -> None:
        """Judge a round, and begin the next."""
        trial, self._trial = self._trial, None
        now, limit, used = self._monotonic(), self._limit, float(self._used)
        since = fmean(min(each.of_marked, OUTLIER) for each in self._round)
        best = fmean(min(each.of_best, OUTLIER) for each in self._round)
        if trial and trial.calls > trial.before and trial.in_proportion(since):
            self._held = now
            limit = min(limit, trial.before + 1)
        elif trial and trial.calls < trial.before and not trial.in_proportion(since):
            self._latencies.forget()
            limit = trial.before
        elif used > FIRST and best > SLOWER:
            self._held, before = now, min(limit, used)
            limit = min(limit, max(float(FIRST), before * HALF))
            self._try(before, limit)
        elif best <= AS_EVER and used >= int(limit) and now >= max(self._held + HOLD, self._eased + EASE):
            limit = min(self._most, limit + self._step())
            if limit >= self._limit * CLEARLY:
                self._try(self._limit, limit)
        self._change(limit)

    def _try(self, before: float, calls: float) -> None:
        self._latencies.mark()
        self._trial = _Trial(before, calls)

    def _step(self) -> float:
        if self._too_many == float("inf"):
            first = self._held == float("-inf")
            return self._limit * (MORE - 1) if first else max(1.0, self._limit * (CLEARLY - 1))
        return 1 / (SLOWLY if self._limit >= self._too_many * NEAR else 1)

    def _cut(self, limit: float) -> None:
        self._cuts += 1
        self._trial = None
        self._change(max(1.0, limit))

    def _change(self, limit: float) -> None:
        self._limit = limit
        self._changes += 1
        self._round.clear()
        self._used_before, self._used = self._used, 0
