"""For every test: how Hypothesis searches, and a log that is this test's own."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib import import_module
from pkgutil import walk_packages

import pytest
import structlog
from hypothesis import HealthCheck, settings

import connector
from connector.domain.logger import writer
from tests import made_once, postgres

# Nothing that was found or learnt on one machine, and no clock, decides what the gate tries. `make nightly`
# searches.
_SAME = settings(deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("gate", _SAME, derandomize=True)
settings.register_profile("search", _SAME, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))


def pytest_configure() -> None:
    asked = os.environ.get("GATE_ON")
    if asked and "GATE_AHEAD" not in os.environ:
        raise pytest.UsageError(f"ON={asked} is no day, or time-machine could not be loaded (see above).")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was tried, so that two runs can be compared by eye, and on which day."""
    reports = [each for every in terminalreporter.stats.values() for each in every]
    known = [pair for each in reports for pair in getattr(each, "user_properties", ())]
    tried = []
    for kind in ("worlds", "kills"):
        every = sorted({each for name, found in known if name == kind for each in found})
        if every:
            tried.append(f"{len(every)} {kind} ({sha256(repr(every).encode()).hexdigest()[:12]})")
    if tried or "GATE_ON" in os.environ:
        terminalreporter.write_line(", ".join([*tried, f"on {datetime.now():%Y-%m-%d}"]))


@pytest.fixture(scope="session", autouse=True)
def made_before() -> Iterator[None]:
    with made_once.for_all():
        yield


@pytest.fixture(autouse=True)
def fresh_log() -> Iterator[None]:
    """A verb that a test ran logs to that test's standard error, which is closed afterwards."""
    yield
    structlog.reset_defaults()
    writer.begin(0)


def pytest_collection_finish() -> None:
    """Don't look for garbage again and again among thousands of tests and modules."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("hypothesis"):
        loaded()


@cache
def loaded() -> None:
    """Load the whole program: Hypothesis draws some values from the constants of all loaded modules."""
    for each in walk_packages(connector.__path__, "connector."):
        if not each.name.endswith("__main__") and ".migrations" not in each.name:
            import_module(each.name)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a database on a real PostgreSQL server."""
    with postgres.server() as url:
        yield url
