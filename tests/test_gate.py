"""The gate gives the same answer on any day: nothing in it asks which day it is. It can be run on another."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.searching import SEARCH, searched
from tests.test_private_names import sources

TESTS = Path(__file__).parent
DAYS = {(of, name) for of in ("date", "datetime") for name in ("today", "now", "utcnow")}
CLOCKS = {"time", "time_ns", "localtime", "gmtime", "ctime", "asctime", "strftime"}  # of time
MODIFIED = {"getmtime", "getctime", "st_mtime", "st_ctime", "st_mtime_ns"}
REAL = {
    "another_day/sitecustomize.py": "sets the day",
    "conftest.py": "says on which day the gate ran",
    "docs/thirddesk/helpdeskx/doctor.py": "program of a page: compares a service's clock with the machine's",
    "docs/thirddesk/simulator.py": "program of a page: has the machine's clock by default",
    "entra/test_credential_deadline.py": "azure-identity gives a token's end on the machine's clock",
    "worker/test_clock_is_set.py": "APScheduler plans by the machine's clock",
    "endtoend/house.py": "commands in processes of their own have the machine's clock; so have the services",
}


def clocks(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each line that asks the machine for the day or the time, or takes the function that does."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom("time", names=names):
                yield from ((node.lineno, each.name) for each in names if each.name in CLOCKS)
            case ast.Attribute(ast.Name("time"), name) if name in CLOCKS:
                yield node.lineno, f"time.{name}"
            case ast.Call(ast.Attribute(ast.Name(of) | ast.Attribute(_, of), name)) if (of, name) in DAYS:
                yield node.lineno, name
            case ast.Attribute(_, name) if name in MODIFIED:
                yield node.lineno, name


def test_nothing_in_the_gate_asks_what_day_it_is() -> None:
    found = {path: asked for path, tree in sources().items() if (asked := [*clocks(tree)])}
    assert {path: asked for path, asked in found.items() if path not in REAL} == {}
    assert sorted(found) == sorted(REAL), "an exception that nobody needs"


@pytest.mark.parametrize(
    "source",
    [
        "date.today()",
        "datetime.now(UTC)",
        "datetime.datetime.now(tz=UTC)",
        "time.time()",
        "Clock(time.time)",
        "from time import time",
        "path.stat().st_mtime",
        "time.strftime('%Y')",
    ],
)
def test_whoever_asks_for_the_day_is_found(source: str) -> None:
    assert len([*clocks(ast.parse(source))]) == 1


@pytest.mark.parametrize("source", ["self.clock.now()", "desk.now()", "time.monotonic()", "time.sleep(1)"])
def test_a_clock_that_a_test_sets_is_not_the_machines(source: str) -> None:
    assert [*clocks(ast.parse(source))] == []


TELL = "import datetime, time; print(datetime.date.today(), time.strftime('%F', time.gmtime(time.time())))"
IN_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {TELL!r}])"


def on(day: str) -> dict[str, str]:
    """The environment of a gate on another day."""
    known = {name: value for name, value in os.environ.items() if name != "GATE_AHEAD"}
    return known | {"PYTHONPATH": str(TESTS / "another_day"), "GATE_ON": day, "TZ": "UTC"}


OTHER_DAYS = ("2028-02-29", "2031-03-30")


@pytest.mark.parametrize(
    ("day", "code"), searched([*product(OTHER_DAYS, (TELL, IN_A_CHILD))], (OTHER_DAYS[1], IN_A_CHILD))
)
def test_on_another_day_each_process_sees_that_day(day: str, code: str) -> None:
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, env=on(f"{day}T12:00"), capture_output=True, text=True, check=True)
    assert ran.stdout == f"{day} {day}\n"


@SEARCH
def test_a_day_that_does_not_exist_stops_the_gate() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "tests/test_gate.py"]
    ran = subprocess.run(
        command, env=on("2031-02-29"), cwd=TESTS.parent, capture_output=True, text=True, check=False
    )
    assert ran.returncode != 0
    assert "ON=2031-02-29" in ran.stderr + ran.stdout


def test_no_server_of_the_gate_looks_now_and_then_whether_it_is_to_end() -> None:
    """Such a server costs each test a wait for its next look (`simulators/listening.py` has none)."""
    polling = "serve" + "_forever("
    texts = {path: path.read_text("utf-8") for path in TESTS.rglob("*.py")}
    assert len(texts) > 200
    assert [path for path, text in texts.items() if polling in text] == []
