"""`run` works on when the machine's clock is set, back or ahead, and when the machine slept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from connector.worker.clock_watch import STEP, ClockWatch, replan
from connector.worker.schedule import FromNow
from tests.ledger.test_clock import Machine


def watching(machine: Machine) -> ClockWatch:
    return ClockWatch(lambda: machine.wall, lambda: machine.steady, lambda: machine.awake)


NOW = datetime(2026, 3, 2, 8, 41, 15, tzinfo=UTC)


def test_a_clock_that_only_goes_on_is_no_news() -> None:
    machine = Machine()
    watch = watching(machine)
    for _ in range(100):
        machine.passes(1)
        assert watch.step() == 0
    machine.passes(1, set_by=STEP)
    assert watch.step() == pytest.approx(STEP)


@pytest.mark.parametrize("set_by", [-600.0, STEP, 31_536_000.0])
def test_a_clock_that_is_set_is_noticed_once(set_by: float) -> None:
    machine = Machine()
    watch = watching(machine)
    machine.passes(1, set_by=set_by)
    assert watch.step() == pytest.approx(set_by)
    machine.passes(1)
    assert watch.step() == 0


def test_small_steps_add_up() -> None:
    machine = Machine()
    watch = watching(machine)
    seen = []
    for _ in range(6):
        machine.passes(1, set_by=-2)
        seen.append(watch.step())
    assert [round(each) for each in seen] == [0, 0, -6, 0, 0, -6]


def test_a_sleep_is_noticed_once_and_is_no_clock_that_was_set() -> None:
    machine = Machine()
    watch = watching(machine)
    machine.passes(1, asleep=3600)
    assert watch.slept() == pytest.approx(3600)
    assert watch.step() == 0
    machine.passes(1)
    assert watch.slept() == 0
    machine.passes(1, set_by=600)
    assert watch.slept() == 0
    assert watch.step() == pytest.approx(600)


def test_a_leap_ahead_has_missed_one_run_and_no_more() -> None:
    trigger = FromNow(2)
    after = trigger.get_next_fire_time(NOW, NOW + timedelta(days=365))
    assert after == NOW + timedelta(days=365, seconds=2)


def test_a_run_comes_within_its_jitter_and_never_at_once() -> None:
    nexts = [FromNow(5, 10).get_next_fire_time(None, NOW) - NOW for _ in range(200)]
    assert min(nexts) >= timedelta(seconds=0.1) and max(nexts) <= timedelta(seconds=15)
    assert len(set(nexts)) > 1


def test_after_a_step_back_every_job_runs_at_once() -> None:
    """A job that is due in an hour stands for one that was due in a second, before the clock was set back."""
    ran = Event()
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(ran.set, FromNow(1), next_run_time=datetime.now(UTC) + timedelta(hours=1))
    scheduler.start()
    try:
        assert not ran.is_set()
        replan(scheduler, datetime.now(UTC))
        assert ran.wait(30)
    finally:
        scheduler.shutdown()
