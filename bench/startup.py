"""What starting costs: CPU over a Python that does nothing, and modules imported."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from bench.company import company
from bench.figures import Figure, Found, Size
from bench.passdesk import Home, home

SCRIPT = """\
import sys
from connector.cli.main import collect_seldom, outcome
collect_seldom()
code = outcome(sys.argv[1:])
print(len(sys.modules), file=sys.stderr)
sys.exit(code)
"""
NOTHING = "import sys; print(len(sys.modules), file=sys.stderr)"


def measure(size: Size) -> Found:
    """Run each verb several times, each in a Python of its own; the least counts."""
    times = size.of(2, 7)
    figures = []
    with company(0, 0) as there, home(there, 8) as at:
        least, modules = best(at, ["-c", NOTHING], times)
        figures.append(Figure("python -c pass", least * 1000, "ms CPU"))
        verbs = {"--help": ["--help"], "check": ["check", "--config", at.config]}
        verbs["once on an empty queue"] = ["once", "--config", at.config]
        for name, verb in verbs.items():
            cpu, more = best(at, ["-c", SCRIPT, *verb], times)
            figures.append(Figure(f"{name}, CPU over python -c pass", (cpu - least) * 1000, "ms"))
            figures.append(Figure(f"{name}, modules over python -c pass", more - modules, "modules"))
    return Found(figures)


def best(at: Home, arguments: Sequence[str], times: int) -> tuple[float, int]:
    """The least CPU of several runs in seconds, and the modules that were imported at the end."""
    found = [ran(at, arguments) for _ in range(times)]
    return min(cpu for cpu, _ in found), found[-1][1]


def ran(at: Home, arguments: Sequence[str]) -> tuple[float, int]:
    environment = {**os.environ, **at.environment}
    with subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, int(said.split()[-1])
