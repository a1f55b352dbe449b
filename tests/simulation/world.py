"""One world: everything in it, and what it looks for after every event."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from pathlib import Path
from random import Random

from connector.domain.outcome import UNFINISHED, State
from connector.domain.ticket import Claim
from connector.ledger.audit import Sealed
from connector.ledger.polling import PollTurn
from connector.ledger.rows import Row
from connector.lifecycle.events import TicketEvent
from connector.worker import sweep
from tests.simulation import (  # noqa: F401  # what `failing` looks at  # noqa: F401
    liveness,
    safety,
    safety_of_accounts,
    safety_of_aftercare,
    safety_of_approvals,
    safety_of_events,
    safety_of_floor,
    safety_of_links,
    safety_of_mails,
    safety_of_maps,
    safety_of_names,
    safety_of_notices,
    safety_of_people,
    safety_of_polls,
    safety_of_posts,
    safety_of_rests,
    safety_of_rows,
    safety_of_trails,
    safety_of_words,
)
from tests.simulation.clocks import clock
from tests.simulation.desk import URL
from tests.simulation.exposure import exposure
from tests.simulation.hub import Pool
from tests.simulation.invariants import failing
from tests.simulation.ledgers import Watched
from tests.simulation.network import Network
from tests.simulation.people import People
from tests.simulation.replica import Replica
from tests.simulation.setting import Setting
from tests.simulation.shape import Asked, Crash, Deed, Overlap, Shape, Stop
from tests.simulation.truth import Truth

RESTING = frozenset({State.LIVE, State.WAITING, State.REFUSED, State.ENDED, State.STUCK})
QUIET = 600.0  # seconds within which everything settles once nothing goes wrong any more


class Broken(BaseException):
    """An invariant does not hold. No `except Exception` of the program may swallow it."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.name, self.detail = name, detail


@dataclass
class Result:
    shape: Shape
    broken: Broken | None
    story: list[str]
    events: int
    exposures: list[float]
    rows: list[tuple[object, ...]]  # what the ledger says at the end, for the twins to agree on
    errors: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.story).encode()).hexdigest()[:16]


class World(Setting):
    def __init__(self, shape: Shape, sql: Path | None = None) -> None:
        super().__init__(shape, sql)
        self.lot = Random(f"{shape.seed} time")
        self.part_lot = Random(f"{shape.seed} parts")
        self.story: list[str] = []
        self.errors: list[str] = []
        self.strict, self.changes, self.looked_at = True, 0, 0
        self.steps, self.steps_of = 0, [0] * shape.replicas
        self.quiet_from: float | None = None
        self.writer: Claim | None = None
        self.known_rows: dict[tuple[str, str], Row] = {}
        self.turn = PollTurn(URL)  # whose it is to poll the desk
        self.remembered: dict[int, Sealed] = {}  # every line that the trail ever had, where some are removed
        self.truth = Truth(self)
        self.network = Network(self)
        self.people = People(self)
        self.operator = self.open_ledger("operator", clock(shape.walls[0], lambda: self.hub.now))
        self.operator.opened(self, None)
        self.lives = [0] * shape.replicas
        self.replicas: list[Replica | None] = [None] * shape.replicas
        self.twins: list[Replica] = []
        self.sleeper: Replica | None = None  # goes on when its ticket is taken
        self._by_step = {
            each.step: each for each in shape.kept if isinstance(each, Deed) and each.step is not None
        }
        self._ends = {
            (each.replica, each.step): each for each in shape.kept if isinstance(each, Crash | Stop)
        }
        self._overlaps = [each for each in shape.kept if isinstance(each, Overlap)]

    # Time

    def tell(self, what: str) -> None:
        self.story.append(f"{self.hub.now:8.1f}  {what}")

    def travel(self, replica: Replica) -> None:
        """A little time passes. Before it does, whatever was to happen at this step happens."""
        self.steps += 1
        number, step = replica.number, self.steps_of[replica.number]
        self.steps_of[number] = step + 1
        if self.quiet_from is None:
            if deed := self._by_step.get(self.steps):
                self.people.do(deed)
            if end := self._ends.get((number, step)):
                self.end(replica, end)
        self.pause_a_little()

    def step(self, replica: Replica, channel: str) -> None:
        for each in self._overlaps:
            if (
                channel == "ledger"
                and replica.number == each.replica
                and self.steps_of[0] >= each.step
                and replica.ledger.mine
            ):
                self._overlaps.remove(each)
                self.overlap(replica, each)
                break
        self.travel(replica)

    def overlap(self, replica: Replica, each: Overlap) -> None:
        self.tell(f"{replica} stands still until its ticket is taken, and another is started in its place")
        replica.stopped_until = self.hub.now + 200
        self.twins.append(replica)
        self.sleeper = replica
        self.hub.at(
            self.hub.now + 1, partial(self.start, replica.number, replica.owner if each.same_owner else None)
        )

    def pause_a_little(self) -> None:
        chance = self.lot.random()
        self.hub.pause(0.02 + 0.3 * chance if chance < 0.97 else 2.0)

    def end(self, replica: Replica, end: Crash | Stop) -> None:
        if isinstance(end, Stop):
            self.tell(f"{replica} stands still for {end.seconds:g} s")
            replica.stopped_until = self.hub.now + end.seconds
            replica.slept += end.seconds
            return
        owner = replica.owner if end.same_owner else None
        if end.same_owner and self.shape.replicas > 1 and end.down >= 20:
            self.tell(f"{replica} stands still for {end.down + 60:g} s, and another is started in its place")
            replica.stopped_until = self.hub.now + end.down + 60
            self.twins.append(replica)
        else:
            self.tell(f"{replica} dies")
            self.replicas[replica.number] = None
            replica.stopped_until = self.hub.now + 1e9
            self.hub.at(self.hub.now, replica.die)
        self.hub.at(self.hub.now + end.down, partial(self.start, replica.number, owner))

    def wake(self, replica: Replica) -> None:
        self.tell(f"{replica} goes on")
        self.hub.thaw(replica)

    def start(self, number: int, owner: str | None = None) -> None:
        alive = self.replicas[number]
        if alive and alive.stopped_until <= self.hub.now and self.quiet_from is not None:
            return  # it was started when faults stopped
        self.lives[number] += 1
        life = self.lives[number]
        replica = Replica(self, number, life, owner or f"host-{number}:{life}")
        self.replicas[number] = replica
        self.tell(f"{replica} starts")

    # What it looks for

    def ledger_changed(self, ledger: Watched) -> None:
        writer, self.writer = self.writer, None
        if ledger.shared and (turn := ledger.read(lambda db: db.poll_turn(URL))) != self.turn:
            last, self.turn = self.turn, turn
            self.check("turn", (last, turn, ledger.owner))
        for row in sorted(ledger.all_rows(), key=attrgetter("number")):  # however a ledger sorts them
            before = self.known_rows.get(row.key)
            if before is not row and before != row:
                self.known_rows[row.key] = row
                self.changes += 1
                self.noted(before, row)
                if (
                    before
                    and self.sleeper
                    and before.fence < row.fence
                    and row.key in self.sleeper.ledger.mine
                ):
                    self.hub.at(self.hub.now + self.lot.uniform(0, 0.6), partial(self.wake, self.sleeper))
                    self.sleeper = None
                self.check("row", (before, row, writer, ledger.owner))
        if self.shape.prunes:
            self.remembered |= {each.seq: each for each in ledger.read(lambda db: list(db.lines(None, None)))}
            self.check("written", None)

    def noted(self, before: Row | None, row: Row) -> None:
        if before is None or before.state is not row.state:
            then = f" → {row.then_}" if row.then_ else ""
            why = f" ({row.reason}{': ' + row.detail if row.detail else ''})" if row.reason else ""
            self.tell(f"ledger: {row.number} {row.state}{then}{why}")
        if row.state in RESTING or (row.state is State.CLAIMED and row.failures and row.owner is None):
            self.truth.restless.pop(row.ticket, None)
        else:
            self.truth.restless.setdefault(row.ticket, self.hub.now)
        if row.attempt:
            self.truth.tickets[row.attempt.attempt.reference] = row.ticket
            if row.attempt.delivered_at is not None:
                tried = row.attempt.attempt
                self.truth.handed[tried.reference] = tried.subject.id
            if row.state not in UNFINISHED:
                self.truth.rested.add(row.attempt.attempt.reference)
        if row.state in {State.CLAIMED, State.WAITING}:
            self.truth.waits.setdefault(row.ticket, self.hub.now)
        elif row.state is not State.ISSUING and row.then_ is not State.WAITING:
            self.truth.waits.pop(row.ticket, None)
        if row.state.value == "settling" and (before is None or before.state is not row.state):
            self.truth.decided[row.ticket] = self.hub.now

    def check(self, when: str, what: object) -> None:
        if found := failing(self, when, what):
            name, detail = found
            self.tell(f"BROKEN {name}: {detail}")
            raise Broken(name, detail)

    def heard(self, happened: TicketEvent) -> None:
        self.check("announced", happened)

    def failed(self, number: str, error: Exception) -> None:
        self.errors.append(f"{number}: {type(error).__name__}: {error}")
        self.tell(f"something unexpected: {self.errors[-1]}")
        self.check("error", error)

    def clock_of(self, owner: str) -> float | None:
        """The clock of the process of that name; None: there is none, or there may be two, since one stood
        still when the other was started in its place.
        """
        crashes = (each for each in self.shape.troubles if isinstance(each, Crash) and each.same_owner)
        if any(owner.startswith(f"host-{each.replica}:") for each in crashes):
            return None
        found = next((each for each in self.replicas if each and each.owner == owner), None)
        return found.clock() if found else None

    def after(self) -> None:
        """Only what changes can break what holds always."""
        version = self.changes + len(self.passes.audit)
        if version != self.looked_at:
            self.looked_at = version
            self.check("always", None)

    # The whole of it

    def run(self) -> Result:
        broken: Broken | None = None
        shipped = vars(sweep)["ThreadPoolExecutor"]
        setattr(sweep, "ThreadPoolExecutor", self.pool)  # noqa: B010
        try:
            self.begin()
            self.hub.run(self.shape.faults_until, self.after)
            self.calm_down()
            self.hub.run(self.shape.faults_until + QUIET, self.after)
            self.check("settled", None)
            if self.shape.tail:
                self.hub.run(self.shape.faults_until + QUIET + self.shape.minutes * 60 + 1500, self.after)
                self.check("ended", None)
            self.check("end", None)
        except Broken as found:
            broken = found
        finally:
            setattr(sweep, "ThreadPoolExecutor", shipped)  # noqa: B010
            self.close()
        exposures = self.exposures()
        return Result(
            self.shape, broken, self.story, self.hub.events, exposures, self.at_the_end(), self.errors
        )

    def pool(self, workers: int, **_: object) -> Pool:
        return Pool(self.hub, workers)

    def begin(self) -> None:
        for each in self.shape.kept:
            if isinstance(each, Asked):
                self.hub.at(each.at, partial(self.people.ask, each))
            elif isinstance(each, Deed) and each.step is None:
                self.hub.at(each.at, partial(self.people.do, each))
        for number in range(self.shape.replicas):
            self.hub.at(0.5 * number, partial(self.start, number))

    def calm_down(self) -> None:
        self.quiet_from = self.hub.now
        self.tell("from now on nothing goes wrong")
        if self.operator.paused() is not None:
            self.truth.resumed.append(self.hub.now)
            self.operator.resume()
        for each in [*self.replicas, *self.twins]:
            if each and each.stopped_until > self.hub.now:
                self.wake(each)
        for number, replica in enumerate(self.replicas):
            if replica is None:
                self.start(number)

    def close(self) -> None:
        for replica in [*self.replicas, *self.twins]:
            if replica:
                replica.die()
        self.left = self.operator.all_rows()
        for handle in self.handles:
            with suppress(AttributeError):
                handle.dispose()  # type: ignore[attr-defined]

    def exposures(self) -> list[float]:
        return [
            exposure(self, made) for made in self.truth.made.values() if made.born.id not in self.truth.alike
        ]

    def at_the_end(self) -> list[tuple[object, ...]]:
        return sorted(
            (row.number, row.state.value, str(row.reason), row.attempts, row.failures, row.fence)
            for row in self.left
        )
