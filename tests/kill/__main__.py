"""`python -m tests.kill`: kill the process in every state, and see that all ends as if nothing had been."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import SystemRandom

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from tests.kill import choices, hunt
from tests.kill.bench import Bench
from tests.kill.hunt import Findings, Job
from tests.kill.lines import HOME, WATCHED, runnable
from tests.kill.scenarios import ALL

screen = Console(stderr=True)


def main() -> int:
    known = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    known.add_argument("--scenario", choices=ALL, help="one of: %(choices)s")
    known.add_argument("--at", type=int, help="replay: kill at this line, counted from 1")
    known.add_argument("--then", type=int, help="and the life after it at this one")
    known.add_argument("--quick", action="store_true", help="all scenarios, with fewer kills by chance")
    known.add_argument(
        "--one-in", type=int, metavar="N", help="beside every state, one line in N (40); 1: every line"
    )
    known.add_argument(
        "--twice",
        type=int,
        metavar="N",
        help="after 240 of the kills, N kills of the life that follows (2)",
    )
    known.add_argument("--seed", type=int, help="of the samples; a random one where it isn't said")
    known.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    known.add_argument("--json", action="store_true", help="the figures on standard output")
    asked = known.parse_args()
    if asked.at:
        return replay(asked.scenario or "sunny", *filter(None, (asked.at, asked.then)))
    seed = SystemRandom().randrange(10**9) if asked.seed is None else asked.seed
    screen.print(f"seed {seed}")
    names = [asked.scenario] if asked.scenario else list(ALL)
    began = time.monotonic()
    findings = kills(names, seed, asked.workers, one_in=asked.one_in, twice=asked.twice, quick=asked.quick)
    tell(findings, time.monotonic() - began, seed)
    if asked.json:
        sys.stdout.write(json.dumps(figures(findings)) + "\n")
    return 1 if findings.broken or findings.missed() else 0


def kills(
    names: Sequence[str],
    seed: int,
    workers: int,
    *,
    one_in: int | None,
    twice: int | None,
    quick: bool = False,
) -> Findings:
    """Kill these scenarios. The seed alone decides at which lines, however many workers there are."""
    findings = Findings()
    with hunt.hunters(workers, names) as hunters:
        single = choices.singles(names, seed, one_in or (1000 if quick else 40), briefly=quick)
        double = choices.doubles(names, 2 if twice is None else twice, seed, count=8 if quick else 240)
        watched("in every state", list(single), findings, hunters)
        watched("and once more", double, findings, hunters)
        watched("lines of recovery", choices.aimed(findings), findings, hunters)
    return findings


def watched(title: str, jobs: list[Job], findings: Findings, hunters: hunt.Hunt) -> None:
    columns = (
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
    )
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=screen) as bar:
        task = bar.add_task(title, total=sum(len(job.lines) + job.stated for job in jobs), rate="")
        began, before = time.monotonic(), len(findings.points)
        for done in hunters(jobs):
            findings.add(done)
            rate = (len(findings.points) - before) / (time.monotonic() - began)
            bar.update(task, advance=len(done.points), rate=f"{rate:.0f}/s {done.job.scenario}")


def tell(findings: Findings, seconds: float, seed: int) -> None:
    table = Table(title="Lines at which a process was killed")
    for name, side in (
        ("file", "left"),
        ("lines", "right"),
        ("ran", "right"),
        ("killed at", "right"),
        ("never ran", "left"),
    ):
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    never = findings.never()
    for file in sorted(WATCHED.values(), key=lambda each: ("/" in each, each)):
        lines = runnable(file)
        killed = len({place for place in findings.killed if place[0] == file})
        idle = never.get(file, [])
        table.add_row(file, str(len(lines)), str(len(lines) - len(idle)), str(killed), spans(idle))
    screen.print(table)
    points = len(findings.points)
    double = sum(len(each.at) > 1 for each in findings.points)
    screen.print(
        f"{points} kills, {double} of them of a life after a kill, in {seconds:.0f} s "
        f"({points / seconds:.0f} a second, "
        f"{cpu() / max(1, points) * 1000:.1f} ms of CPU each), seed {seed}: "
        f"{findings.hit / max(1, points):.0%} hit their line, {len(findings.broken)} broke a promise. "
        f"They stand for the {findings.stand_for()} lines that run in the same states."
    )
    for file, line in sorted(findings.missed()):
        screen.print(f"ran, and was never a kill point: {file}:{line}")
    for each in findings.broken[:20]:
        screen.print(
            (
                f"{each.replay}   # {each.place or 'not killed'}: "
                f"{', '.join(each.broken) or f'meant {each.meant}'}"
            ),
            soft_wrap=True,
        )


def figures(findings: Findings) -> dict[str, object]:
    return {
        "points": len(findings.points),
        "hit": findings.hit,
        "broken": [f"{each.replay}: {', '.join(each.broken)}" for each in findings.broken],
        "kills": sorted(" ".join((each.scenario, *map(str, each.at))) for each in findings.points),
        "missed": [f"{file}:{line}" for file, line in sorted(findings.missed())],
        "stand for": findings.stand_for(),
        "lines": sum(len(hunt.whole(name).seen) for name in {each.scenario for each in findings.points}),
    }


def replay(name: str, *at: int) -> int:
    """The lives one after the other, in plain view."""
    scenario = ALL[name]
    screen.print(f"{name}: {scenario.says}")
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        bench = Bench(Path(folder))
        for number, life in enumerate(bench.kill(scenario, bench.start(scenario), 1, *at), 1):
            file, line = life.seen[-1] if life.seen else ("?", 0)
            if life.killed:
                said = (HOME / file).read_text().splitlines()[line - 1].strip()
                screen.print(
                    f"life {number}: killed at line {at[number - 1]} of it, {file}:{line}: {said}",
                    markup=False,
                )
        verdict, truth = bench.judged(scenario, life), bench.shared.get()
    screen.print(f"life {number}: {verdict.life.raised or 'came to its end'}", markup=False)
    for each in truth.passes:
        screen.print(f"  {each}", markup=False)
    screen.print(f"  notes {truth.notes}, words {truth.words}", markup=False)
    screen.print(
        "every promise holds" if not verdict.broken else f"broken: {', '.join(verdict.broken)}", markup=False
    )
    return 1 if verdict.broken else 0


def cpu() -> float:
    """Seconds, of this process and all that it waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def large_pages() -> None:
    """Begin again with memory in large pages: what a fork costs is its page tables, and this halves it."""
    if "GLIBC_TUNABLES" not in os.environ:
        os.environ |= {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "PYTHONMALLOC": "malloc"}
        os.execv(sys.executable, [sys.executable, "-m", "tests.kill", *sys.argv[1:]])


def spans(lines: list[int]) -> str:
    """1, 2, 3, 7 → 1–3, 7"""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


if __name__ == "__main__":
    large_pages()
    sys.exit(main())
