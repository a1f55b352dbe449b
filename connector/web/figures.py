"""What the days came to: counted beside the requests, so that no page waits for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import quantiles
from threading import Event as StopEvent

from connector.domain.errors import PassdeskError
from connector.domain.outcome import State
from connector.ledger.day_figures import outcomes, states, times_to_pass
from connector.ledger.sql import SqlLedger

DAYS = 30
EVERY = 60.0  # s between two rounds
LATELY = 3600.0  # s


@dataclass(frozen=True)
class Day:
    """A day on the operator's clock. `p50`, `p95`: seconds from a ticket's first line to its pass; None: none
    was delivered.
    """

    name: str  # 2026-03-02
    counts: Mapping[State, int]
    delivered: int
    p50: float | None
    p95: float | None

    def of(self, *some: State) -> int:
        return sum(self.counts.get(each, 0) for each in some)


@dataclass
class Figures:
    """The last days, newest last, how many tickets are in each state, and the times to a pass of the last
    hour. Past days are counted once an hour.
    """

    reader: SqlLedger
    now: Callable[[], float]
    days: tuple[Day, ...] = ()
    states: Mapping[State, int] = field(default_factory=dict)
    lately: tuple[float | None, float | None] = (None, None)
    counted: dict[str, tuple[float, Day]] = field(default_factory=dict)

    def refresh(self) -> None:
        """Count again. Raises Unwritten where the ledger can't be read."""
        self.states = self.reader.browse(states)
        now = self.now()
        seconds = self.reader.browse(lambda db: times_to_pass(db, now - LATELY, now + 1))
        self.lately = middle_and_most(sorted(seconds))
        today = datetime.fromtimestamp(now).astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        self.days = tuple(self._day(today - timedelta(days=back), now) for back in range(DAYS - 1, -1, -1))

    def keep_fresh(self, stop: StopEvent, trouble: Callable[[Exception], None]) -> None:
        """Until `stop` is set."""
        while not stop.is_set():
            try:
                self.refresh()
            except PassdeskError:
                pass  # the pages say that the ledger can't be read
            except Exception as error:  # noqa: BLE001  # a figure is no reason to stop the page
                trouble(error)
            stop.wait(EVERY)

    def _day(self, begin: datetime, now: float) -> Day:
        name, known = f"{begin:%Y-%m-%d}", self.counted.get(f"{begin:%Y-%m-%d}")
        since, until = begin.timestamp(), (begin + timedelta(days=1)).timestamp()
        past = until + 3600 < now
        if known and past and now - known[0] < 3600:
            return known[1]
        counts = self.reader.browse(lambda db: outcomes(db, since, until))
        seconds = sorted(self.reader.browse(lambda db: times_to_pass(db, since, until)))
        day = Day(name, counts, len(seconds), *middle_and_most(seconds))
        self.counted[name] = now, day
        return day


def middle_and_most(seconds: list[float]) -> tuple[float | None, float | None]:
    """The 50th and the 95th percentile."""
    if not seconds:
        return None, None
    if len(seconds) == 1:
        return seconds[0], seconds[0]
    cut = quantiles(seconds, n=20, method="inclusive")
    return cut[9], cut[18]
