"""One sweep over every mapping: recover and look after what is unfinished, then poll, and handle the oldest
first.

One bad ticket, mapping or desk never stops the others: each is worked behind its own boundary (`work`,
`poll`, `take`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from connector.domain.errors import Down, Unwritten
from connector.domain.outcome import UNFINISHED, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.lifecycle.aftercare import NOTHING, watch
from connector.lifecycle.ledger_roles import Removed, Requeue
from connector.lifecycle.recovery import resume
from connector.worker.crew import Crew
from connector.worker.helped import Helped, Watches
from connector.worker.line import HANDFUL, Ask, Handful, Line, Pick, Poll, Recover
from connector.worker.looks import SOME, Looks, alive, in_parts, not_alive
from connector.worker.polling import Look, Polling
from connector.worker.report import Report
from connector.worker.turns import in_turn

INTERRUPTED = frozenset({State.ISSUING, State.DELIVERING})
WATCHED = 600  # s past its start that an attempt is watched: our clock and Entra's may differ by as much


@dataclass(frozen=True)
class Round:
    """What those share who work for one sweep."""

    report: Report
    line: Line
    crew: Crew
    every: float | None  # s between two polls of a desk; None: one


@dataclass(frozen=True)
class Sweep(Polling):
    """One sweep."""

    wall: Callable[[], float] | None = None  # the machine's, where `clock` is the ledger's
    removed: Callable[[Sequence[Removed]], None] = lambda done: None  # hears what the ledger's care took out
    asked: set[str] = field(default_factory=set)  # services that were asked since the last sweep was kept
    every: float | None = None  # s between two polls of a desk within one sweep, while it works; None: one
    turns: float = 2  # how often each worker comes for what waits, at least
    patience: float = 0.0  # s that `once` waits for its turn to poll, where another replica polls
    looks: Looks = field(default_factory=Looks)
    watches: Watches | None = None  # None: it isn't looked whether passes helped

    def report(self) -> Report:
        """A report that nothing stands in yet."""
        return Report(names={way.url: way.desk for way in self.ways.values()})

    def once(self, report: Report | None = None, *, due: bool = False) -> Report:
        """The whole of it; `due`: what is unfinished only where its time has come. Raises Unwritten."""
        report = report or self.report()
        try:
            self.ledger.watch_chain()
        except Unwritten as error:  # passes are looked after, and revoked, all the same
            report.not_kept(error)
        with ThreadPoolExecutor(self.workers, thread_name_prefix="ticket") as pool:
            self.watch(report)
            self.recover(report, pool, due=due)
            self.fresh(report, pool, self.every if due else None)
            self.resume(report, pool, INTERRUPTED)  # a lost reply is looked into at once
        self.tend(report)
        return report.finish(self.ledger)

    def due(self) -> Report:
        """Only what is unfinished and whose time has come: so that no pass waits for the next poll."""
        report = Report(names={})
        with ThreadPoolExecutor(self.workers, thread_name_prefix="ticket") as pool:
            self.recover(report, pool, due=True)
            if self.ledger.shared:
                self.work_noted(Round(report, self.line((), None), Crew(pool), None)).finish()
        return report

    def tend(self, report: Report) -> None:
        """Let the ledger remove a little of what it keeps no longer: after the tickets, which never wait."""
        try:
            self.removed(self.ledger.tend())
        except Unwritten as error:
            report.not_kept(error)
        except Exception as error:  # noqa: BLE001  # what can't be removed stays, and stops no ticket
            report.broke()
            self.tell("ledger", error, None)

    def watch(self, report: Report) -> None:
        """Attempts that were called gone before their start: a POST may still arrive. Hardly ever there are
        any.
        """
        # The ledger's clock may be ahead for good, once the machine's was; a start is on Entra's.
        adrift = self.ledger.may_still_arrive(int(min(self.clock(), (self.wall or self.clock)())) - WATCHED)
        issuers = [way.roles.issuer for way in self.ways.values()]
        for attempt, now in adrift if issuers else ():
            try:
                watch(attempt, now, issuers[0])
            except Down as down:
                report.down(down)
                if not down.alone:
                    return
            except Exception as error:  # noqa: BLE001  # no attempt keeps the others from being watched
                report.broke()
                self.tell(attempt.reference, error, None)

    def recover(self, report: Report, pool: ThreadPoolExecutor, *, due: bool = False) -> None:
        """Every unfinished row; what is free to begin again does so in the same sweep."""
        living = self.resume(report, pool, UNFINISHED, due=due)
        self.resume(report, pool, frozenset({State.CLAIMED}), due=due)
        if self.watches and not self.stop.is_set():
            self.look_whether_they_helped(report, self.watches, living)

    def look_whether_they_helped(self, report: Report, watches: Watches, living: Sequence[Claim]) -> None:
        """Passes that have ended are looked after no more, and yet it is asked whether they helped."""
        try:
            Helped(watches, self.roles_of, self.listener).round(living)
        except Down as down:
            report.down(down)
        except Unwritten as error:
            report.not_kept(error)
        except Exception as error:  # noqa: BLE001  # what isn't known then stops no ticket
            report.broke()
            self.tell("methods", error, None)

    def resume(
        self, report: Report, pool: ThreadPoolExecutor, states: frozenset[State], *, due: bool = False
    ) -> list[Claim]:
        """Delivered passes are looked after together, behind all others; they are answered."""
        claims = self.take_up(states, due=due)
        recovered = pool.map(partial(self.work, report, resume), not_alive(claims))
        if (living := alive(claims)) and not self.stop.is_set():
            self.looks.ask_accounts(living, self.roles_of(living[0]))
        list(pool.map(partial(self.look_after, report), in_parts(living)))
        list(recovered)
        return living

    def look_after(self, report: Report, claims: Sequence[Claim]) -> None:
        """Look after delivered passes of one mapping: what can be asked of several is asked once."""
        seen = [] if self.stop.is_set() else self.looks.of(claims, self.roles_of(claims[0]))
        for claim, each in zip(claims, seen or [NOTHING] * len(claims), strict=True):
            self.work(report, partial(resume, seen=each), claim)

    def take_up(self, states: frozenset[State], *, due: bool = False, limit: int = 1000) -> list[Claim]:
        """A ticket that was only taken, and never attempted, waits for a poll: nobody looked through its
        notes.
        """
        taken = self.ledger.take_up(states, due=due, limit=limit)
        begun = [claim for claim in taken if claim.state is not State.CLAIMED or claim.attempt]
        for claim in taken:
            if claim not in begun:
                self.hand_back(
                    claim, Requeue(Reason.RECOVERING, "It was interrupted before anything was done.")
                )
        return begun

    def fresh(self, report: Report, pool: ThreadPoolExecutor, every: float | None) -> None:
        """Poll each desk, and work what it shows as soon as it does: no desk waits for another."""
        desks = dict.fromkeys(way.url for way in self.ways.values())
        round_ = Round(report, self.line(desks, every), Crew(pool), every)
        others = [desk for desk in round_.line.desks if not self.look(round_, desk)]
        if others:
            self.work_noted(round_)
        until = self.clock() + self.patience
        while others and every is None and self.clock() < until and not self.stop.wait(1):
            others = [desk for desk in others if not self.look(round_, desk)]
            self.work_noted(round_)
        round_.crew.finish()

    def line(self, desks: Iterable[str], every: float | None) -> Line:
        return Line(desks, self.workers, self.clock(), every, self.turns, order=in_turn)

    def look(self, round_: Round, desk: str) -> bool:
        """Let each mapping of a desk be polled; whoever is the last lines up what all of them show. False: it
        is another replica's turn.
        """
        names, token, began = [name for name, way in self.ways.items() if way.url == desk], None, self.clock()
        try:
            token = self.ledger.begin_poll(desk, round_.every)
        except Unwritten as error:
            round_.report.not_kept(error)
        if token is None:
            self.come(round_, round_.line.polled(desk, ()))
            return False
        look = Look(desk, len(names), began, token)
        for name in names:
            round_.crew.begin(partial(self.polled, round_, look, name))
        return True

    def polled(self, round_: Round, look: Look, name: str) -> None:
        tickets = self.poll(round_.report, self.ways[name])
        self.note(round_.report, name, tickets, look)
        if look.took(name, tickets):
            self.come(round_, round_.line.polled(look.desk, self.shared_out(round_.report, look)))

    def come(self, round_: Round, workers: int) -> None:
        for _ in range(workers):
            round_.crew.begin(partial(self.serve, round_))

    def work_noted(self, round_: Round) -> Crew:
        """Work what other replicas' polls showed, and nobody has begun."""
        try:
            count = self.ledger.noted(self.ways.keys(), HANDFUL * self.workers)
        except Unwritten as error:
            round_.report.not_kept(error)
        else:
            self.come(round_, round_.line.noted(count))
        return round_.crew

    def serve(self, round_: Round) -> None:
        """Do what the line says is next, one work after the other until there is none."""
        job = None if self.stop.is_set() else round_.line.next(self.clock())
        if job is None:
            return
        more, others = False, 0
        try:
            match job:
                case Recover():
                    claims = self.take_up(UNFINISHED, due=True, limit=SOME)
                    more = len(claims) == SOME
                    for claim in not_alive(claims):
                        self.work(round_.report, resume, claim)
                    for part in in_parts(alive(claims)):
                        self.look_after(round_.report, part)
                case Poll(desk):
                    self.look(round_, desk)
                case Pick(size):
                    more = self.pick(round_.report, size)
                case Ask(_, tickets):
                    self.ask(tickets)
                case Handful(_, tickets, asked):
                    self.begin_some(round_.report, tickets, asked=asked)
        finally:
            others = round_.line.done(job, more=more)
        for _ in range(1 + others):
            round_.crew.begin(partial(self.serve, round_))
