"""Unattended: APScheduler, signals and the heartbeat of leases. What happens in between is sweep.py's."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event as StopEvent
from threading import Lock, Thread

from connector import log
from connector.domain.errors import PassdeskError
from connector.domain.events import Event
from connector.domain.steady import steady
from connector.lifecycle.ledger_roles import Leases
from connector.worker.background import Rounds, in_rounds
from connector.worker.care import HeadLog, HeadOfTrail
from connector.worker.clock_watch import ClockWatch, replan
from connector.worker.hints import NO_HINTS, Hints
from connector.worker.report import Report
from connector.worker.sweep import Sweep

DUE_EVERY = 2  # seconds: how often recovery looks whether its time has come
NOTED_EVERY = 1  # seconds: the same, where it also looks for what another replica's poll showed
FIRST_ROUND = (
    10.0  # s that the first sweep waits for what is read in rounds: else its tickets wait for the next
)


@contextmanager
def heartbeat(leases: Leases, lease: float) -> Iterator[None]:
    """Renew what this worker holds until the block ends."""
    done = StopEvent()

    def beat() -> None:
        while not done.wait(lease / 3):
            try:
                leases.renew()
                log.news.over(Event.LEASE_NOT_RENEWED)
            except PassdeskError as error:
                log.news.event(Event.LEASE_NOT_RENEWED, detail=str(error))

    thread = Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def stopping(stop: StopEvent) -> Iterator[None]:
    """SIGTERM and SIGINT ask to stop: what is in flight is finished, nothing new is begun."""
    before = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def remember(sweep: Sweep, report: Report, seconds: float, by: str) -> None:
    """Keep the sweep for `passdesk status`. A ledger that can't be written says so elsewhere."""
    versions = {name: way.version for name, way in sorted(sweep.ways.items())}
    with suppress(PassdeskError):
        began = sweep.clock() - seconds
        asked = sorted(sweep.asked)
        sweep.asked.clear()
        sweep.ledger.record("last_sweep", report.record(began, seconds, by, versions) | {"asked": asked})


def usable_again(trouble: Event) -> None:
    """Say that the ledger can be used again, where it was said that it can't."""
    if log.news.over(trouble):
        log.event(Event.LEDGER_USABLE_AGAIN)


@dataclass
class OutageLog:
    """Outages and refused sign-ins: said once when a service breaks, once when it heals, with how long it
    lasted.
    """

    clock: Callable[[], float] = steady
    since: dict[str, float] = field(default_factory=dict)
    refused: dict[str, tuple[str, float]] = field(default_factory=dict)  # why, and since when

    def note(self, report: Report) -> None:
        self._note_sign_ins(report.sign_in_refused)
        for service, why in report.unreachable.items():
            if service not in self.since:
                self.since[service] = self.clock()
                log.event(Event.UNREACHABLE, service=service, detail=why)
        for service in self.since.keys() - report.unreachable.keys():
            log.event(
                Event.REACHABLE_AGAIN, service=service, down_s=round(self.clock() - self.since.pop(service))
            )

    def _note_sign_ins(self, refused: Mapping[str, str]) -> None:
        """Another cause is news, too."""
        for service, why in refused.items():
            before, since = self.refused.get(service, ("", self.clock()))
            self.refused[service] = why, since
            if why != before:
                log.event(Event.SIGN_IN_REFUSED, service=service, detail=why)
        for service in self.refused.keys() - refused.keys():
            _, since = self.refused.pop(service)
            log.event(Event.SIGNED_IN_AGAIN, service=service, down_s=round(self.clock() - since))


@dataclass
class Runner:
    """`passdesk run`: sweeps at their interval, recovery when it is due, until a signal."""

    sweep: Sweep
    every: float
    jitter: float
    lease: float
    stop_within: float
    between: Callable[[], Sweep] | None = (
        None  # asked between two sweeps for the one to go on with: its mappings may be others
    )
    trail: HeadOfTrail | None = None  # whose head is told
    weather: OutageLog = field(default_factory=OutageLog)
    heads: HeadLog = field(default_factory=HeadLog)
    clock: ClockWatch = field(default_factory=ClockWatch)
    busy: Lock = field(default_factory=Lock)  # held by a sweep: recovery that is due comes with it
    rounds: Rounds | None = None  # what is read beside the sweeps
    notices: Rounds | None = None  # who tells people of their passes
    first_round: StopEvent = field(default_factory=StopEvent)  # set once that was read, or failed
    hints: Hints = NO_HINTS  # of desks that call
    swept: StopEvent = field(default_factory=StopEvent)  # set once the first sweep is over, however it went

    def run(self) -> int:
        """Until SIGTERM or SIGINT; 0. What is in flight is finished, or left to the next start as a crash
        would leave it.
        """
        from apscheduler.schedulers.background import BackgroundScheduler

        from connector.worker.schedule import FromNow

        scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        scheduler.add_job(self.whole, FromNow(self.every, self.jitter), next_run_time=datetime.now(UTC))
        scheduler.add_job(
            self.due, FromNow(min(DUE_EVERY, NOTED_EVERY) if self.sweep.ledger.shared else DUE_EVERY)
        )
        with (
            heartbeat(self.sweep.ledger, self.lease),
            stopping(self.sweep.stop),
            in_rounds(self.rounds) as self.first_round,
            in_rounds(self.notices),
            self.hints.heard(lambda: self.sweep, self.swept) as end_hints,
        ):
            scheduler.start()
            log.event(
                Event.STARTED, mappings={name: way.version for name, way in sorted(self.sweep.ways.items())}
            )
            # Python handles signals in this thread only, and the system may wake another: so look each
            # second.
            while not self.sweep.stop.wait(1):
                if step := self.clock.step():
                    log.event(Event.CLOCK_SET, by_s=round(step))
                if slept := self.clock.slept():
                    log.event(Event.SLEPT, for_s=round(slept))
                if step or slept:
                    replan(scheduler, datetime.now(UTC))
            ending = Thread(target=lambda: (scheduler.shutdown(), end_hints()), daemon=True)
            ending.start()
            ending.join(self.stop_within)
        if ending.is_alive():
            log.event(
                Event.STOPPED_UNFINISHED, detail="Some tickets were in flight; the next start recovers them."
            )
            with suppress(OSError, ValueError):
                sys.stderr.flush()
            os._exit(0)  # worker threads can't be interrupted; a crash is what the ledger is made for
        self.head(last=True)
        log.event(Event.STOPPED)
        return 0

    def head(self, *, last: bool = False) -> None:
        """Say how far the audit trail is, where it grew."""
        if self.trail:
            self.heads.say(self.trail, last=last)

    def whole(self) -> None:
        """One sweep, and what is to be said of it."""
        try:
            self.sweep_once()
        finally:
            self.swept.set()

    def sweep_once(self) -> None:
        if self.rounds:
            self.first_round.wait(FIRST_ROUND)
        began = steady()
        with self.busy:
            self.refresh()
            try:
                report = self.sweep.once(due=True)
            except PassdeskError as error:
                log.news.event(Event.SWEEP_FAILED, detail=str(error))
                return
            seconds = steady() - began
            remember(self.sweep, report, seconds, "run")
        if report.unwritten:
            log.news.event(Event.SWEEP_FAILED, detail=report.unwritten)
        else:
            usable_again(Event.SWEEP_FAILED)
        self.head()
        self.weather.note(report)
        counts: Mapping[str, int] = report.counts()
        known: dict[str, float] = {"seen": report.seen, "ignored": report.ignored, "ended": report.ended}
        known |= counts
        known["duration_s"] = round(seconds, 3)
        if report.changed:
            log.event(Event.SWEPT, **known)
        else:
            log.quietly(Event.SWEPT, **known)

    def due(self) -> None:
        if not self.busy.acquire(blocking=False):
            return
        try:
            self.refresh()
            if unwritten := self.sweep.due().unwritten:
                log.news.event(Event.RECOVERY_FAILED, detail=unwritten)
            else:
                usable_again(Event.RECOVERY_FAILED)
            self.head()
        except PassdeskError as error:
            log.news.event(Event.RECOVERY_FAILED, detail=str(error))
        finally:
            self.busy.release()

    def refresh(self) -> None:
        """No ticket is in anybody's hands here, so none is handled by half of the old mappings and half of
        the new.
        """
        try:
            self.sweep = self.between() if self.between else self.sweep
        except Exception as error:  # noqa: BLE001  # the mappings in force stay in force
            log.failed("mappings", error)
