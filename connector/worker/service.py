"""Unattended: APScheduler, signals and the heartbeat of leases. What happens in between is sweep.py's."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event as StopEvent
from threading import Lock, Thread

from connector import log
from connector.domain.errors import PassdeskError
from connector.domain.events import Event
from connector.lifecycle.roles import Leases
from connector.worker.report import Report
from connector.worker.sweep import Sweep

DUE_EVERY = 2  # seconds: how often recovery looks whether its time has come


@dataclass
class Trouble:
    """Trouble with the ledger: said once while it stays the same, however many tickets and sweeps meet it."""

    said: str = ""

    def note(self, event: Event, sentence: str) -> None:
        """An empty sentence: it is over."""
        if sentence and sentence != self.said:
            log.event(event, detail=sentence)
        self.said = sentence


@contextmanager
def heartbeat(leases: Leases, lease: float) -> Iterator[None]:
    """Renew what this worker holds until the block ends."""
    done, trouble = StopEvent(), Trouble()

    def beat() -> None:
        while not done.wait(lease / 3):
            try:
                leases.renew()
            except PassdeskError as error:
                trouble.note(Event.LEASE_NOT_RENEWED, str(error))
            else:
                trouble.note(Event.LEASE_NOT_RENEWED, "")

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


@dataclass
class OutageLog:
    """Outages: said once when a service breaks, once when it heals, with how long it lasted."""

    clock: Callable[[], float] = time.monotonic
    since: dict[str, float] = field(default_factory=dict)

    def note(self, report: Report) -> None:
        for service, why in report.unreachable.items():
            if service not in self.since:
                self.since[service] = self.clock()
                log.event(Event.UNREACHABLE, service=service, detail=why)
        for service in self.since.keys() - report.unreachable.keys():
            log.event(
                Event.REACHABLE_AGAIN, service=service, down_s=round(self.clock() - self.since.pop(service))
            )


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
    weather: OutageLog = field(default_factory=OutageLog)
    trouble: Trouble = field(default_factory=Trouble)
    busy: Lock = field(default_factory=Lock)  # held by a sweep: recovery that is due comes with it

    def run(self) -> int:
        """Until SIGTERM or SIGINT; 0. What is in flight is finished, or left to the next start as a crash
        would leave it.
        """
        from apscheduler.schedulers.background import BackgroundScheduler

        scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        scheduler.add_job(
            self.whole,
            "interval",
            seconds=self.every,
            jitter=self.jitter or None,
            next_run_time=datetime.now(UTC),
        )
        scheduler.add_job(self.due, "interval", seconds=DUE_EVERY)
        with heartbeat(self.sweep.ledger, self.lease), stopping(self.sweep.stop):
            scheduler.start()
            log.event(Event.STARTED, mappings=sorted(self.sweep.ways))
            # Python handles signals in this thread only, and the system may wake another: so look each
            # second.
            while not self.sweep.stop.wait(1):
                pass
            ending = Thread(target=scheduler.shutdown, daemon=True)
            ending.start()
            ending.join(self.stop_within)
        if ending.is_alive():
            log.event(
                Event.STOPPED_UNFINISHED, detail="Some tickets were in flight; the next start recovers them."
            )
            with suppress(OSError, ValueError):
                sys.stderr.flush()
            os._exit(0)  # worker threads can't be interrupted; a crash is what the ledger is made for
        log.event(Event.STOPPED)
        return 0

    def whole(self) -> None:
        began = time.monotonic()
        with self.busy:
            self.refresh()
            try:
                report = self.sweep.once(due=True)
            except PassdeskError as error:
                self.trouble.note(Event.SWEEP_FAILED, str(error))
                return
        self.trouble.note(Event.SWEEP_FAILED, report.unwritten)
        self.weather.note(report)
        counts: Mapping[str, int] = report.counts()
        log.event(
            Event.SWEPT,
            seen=report.seen,
            ended=report.ended,
            duration_s=round(time.monotonic() - began, 3),
            **counts,
        )

    def due(self) -> None:
        if not self.busy.acquire(blocking=False):
            return
        try:
            self.refresh()
            if unwritten := self.sweep.due().unwritten:
                self.trouble.note(Event.RECOVERY_FAILED, unwritten)
        except PassdeskError as error:
            self.trouble.note(Event.RECOVERY_FAILED, str(error))
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
