"""What a measure hands back: figures, each beside what is asked of it, and rows for plots and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Size:
    """How much is measured. `quick`: all in about two minutes, for a look; `long`: hours of load, too."""

    quick: bool = False
    long: bool = False

    def of(self, quick: int, usual: int, long: int | None = None) -> int:
        if self.quick:
            return quick
        return long if self.long and long is not None else usual


@dataclass(frozen=True)
class Figure:
    """One number. `at_most`, `at_least`: what is asked of it, where something is."""

    what: str
    value: float
    unit: str = "×"
    at_most: float | None = None
    at_least: float | None = None


@dataclass(frozen=True)
class Found:
    """The result of one measure."""

    figures: Sequence[Figure]
    rows: Sequence[Row] = field(default_factory=list)


def shown(value: float) -> str:
    """A number with as many digits as it is worth."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def amount(value: float, unit: str) -> str:
    """A number with its unit; what is counted has no fraction where it is whole."""
    whole = float(value).is_integer() and unit != "×"
    return f"{value:,.0f} {unit}" if whole else f"{shown(value)} {unit}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
