"""Worlds that failed once, a seed a line: by a fault of the program, or because the simulation misjudged
them.
"""

from __future__ import annotations

from pathlib import Path

REGRESSIONS, MISJUDGED = (Path(__file__).with_name(name) for name in ("regressions.txt", "misjudged.txt"))


def seeds(file: Path) -> list[int]:
    lines = file.read_text("utf-8").splitlines()
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


def known() -> list[int]:
    return seeds(REGRESSIONS) + seeds(MISJUDGED)
