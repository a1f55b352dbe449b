"""Measure all, and write it down: bench/results.json, the plots, and the tables of docs/performance.md.

    python -m bench [--only drain,stream] [--quick | --long] [--write]

Ratios are compared from run to run, never seconds: whatever is compared takes turns in one run, against
simulators in a process of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.figures import Figure, Found, Size, amount
from bench.page import verdict, wanted
from bench.process import timed

RESULTS = Path(__file__).parent / "results.json"
MEASURES = (
    "drain",
    "cost",
    "stream",
    "limits",
    "replicas",
    "idle",
    "memory",
    "aged",
    "aftercare",
    "startup",
    "trail",
    "mapping",
)


def main() -> int:
    known = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    known.add_argument("--only", default=",".join(MEASURES), help=f"some of {', '.join(MEASURES)}")
    known.add_argument("--quick", action="store_true", help="all in about two minutes, for a look")
    known.add_argument("--long", action="store_true", help="also 100,000 tickets and 1,000,000 old rows")
    known.add_argument("--write", action="store_true", help="also what --quick found")
    asked = known.parse_args()
    names = asked.only.split(",")
    if unknown := set(names) - set(MEASURES):
        known.error(f"there is no measure {', '.join(sorted(unknown))}")
    size = Size(asked.quick, asked.long)
    found = {}
    for name in names:
        try:
            found[name] = measured(name, size)
        except RuntimeError as error:  # the others are measured all the same
            print(f"{name}: {error}")
    if asked.write or not size.quick:
        write(found, size)
    return 0 if len(found) == len(names) else 1


def measured(name: str, size: Size) -> Found:
    began = time.monotonic()
    told = timed(
        lambda: asdict(import_module(f"bench.{name}").measure(size))
    ).told  # in a process that has imported nothing else
    found = Found([Figure(**each) for each in told["figures"]], told["rows"])
    table = Table("", "measured", "asked", "", title=f"{name} ({time.monotonic() - began:.0f} s)")
    for each in found.figures:
        known = asdict(each)
        table.add_row(each.what, amount(each.value, each.unit), wanted(known), verdict(known))
    Console(width=120).print(table)
    return found


def write(found: dict[str, Found], size: Size) -> None:
    """Keep what was measured, beside what was measured before, and make plots and tables of it."""
    from bench import page, plots

    known: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    machine = {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    for name, each in found.items():
        figures = [kept(figure) for figure in each.figures]
        known[name] = {"machine": machine, "short": size.quick, "figures": figures, "rows": list(each.rows)}
    known = {name: known[name] for name in MEASURES if name in known}
    RESULTS.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")
    plots.write(known)
    page.write(known)


def kept(figure: Figure) -> dict[str, Any]:
    return {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in asdict(figure).items()
        if value is not None
    }


if __name__ == "__main__":
    raise SystemExit(main())
