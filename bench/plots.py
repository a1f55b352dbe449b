"""Plots of what was measured: SVG, each in a light and a dark form, beside docs/performance.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from bench.bound import ROWS
from bench.stages import PARTS

FOLDER = Path(__file__).parents[1] / "docs" / "performance"
ASKED = 1.25  # drain ÷ bound
Results = Mapping[str, Any]


@dataclass(frozen=True)
class Theme:
    """The colours of one form; the ground is the page's own."""

    name: str
    ink: str
    faint: str
    own: str  # passdesk's
    other: str  # what it is compared with
    parts: Sequence[str]


THEMES = (
    Theme("light", "#1f2328", "#d1d9e0", "#0969da", "#6e7781", ("#0969da", "#bc4c00", "#8250df", "#57606a")),
    Theme("dark", "#e6edf3", "#3d444d", "#4493f8", "#9198a1", ("#4493f8", "#f0883e", "#ab7df8", "#9198a1")),
)


def write(results: Results) -> None:
    """Draw each plot for which there are results."""
    FOLDER.mkdir(exist_ok=True)
    for name, (measure, size, draw) in PLOTS.items():
        for theme in THEMES if results.get(measure, {}).get("rows") else ():
            with mpl.rc_context(style(theme)):  # type: ignore[arg-type]
                figure = Figure(figsize=size, layout="constrained")
                FigureCanvasSVG(figure)
                draw(figure, results[measure]["rows"], theme)
                figure.savefig(FOLDER / f"{name}-{theme.name}.svg", transparent=True, metadata={"Date": None})


def style(theme: Theme) -> dict[str, Any]:
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "passdesk",  # the same plot for the same numbers
        "font.size": 10,
        "text.color": theme.ink,
        "axes.facecolor": "none",
        "axes.edgecolor": theme.faint,
        "axes.labelcolor": theme.ink,
        "axes.titlecolor": theme.ink,
        "axes.titlesize": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": theme.faint,
        "grid.linewidth": 0.6,
        "xtick.color": theme.ink,
        "ytick.color": theme.ink,
        "legend.frameon": False,
    }


def drain(figure: Figure, rows: Sequence[Any], theme: Theme) -> None:
    """Drain ÷ bound by workers, a panel for each latency."""
    latencies = sorted({each["latency_ms"] for each in rows})
    panels = figure.subplots(1, len(latencies), sharey=True, squeeze=False)[0]
    for panel, latency in zip(panels, latencies, strict=True):
        for who, colour, mark in (("passdesk", theme.own, "o"), ("floor", theme.other, "s")):
            found = [each for each in rows if (each["latency_ms"], each["who"]) == (latency, who)]
            workers = [each["workers"] for each in found]
            panel.plot(
                workers, [each["drain_over_bound"] for each in found], mark + "-", color=colour, label=who
            )
            panel.set_xscale("log", base=2)
            panel.set_xticks(workers, [str(each) for each in workers])
            panel.minorticks_off()
        panel.axhline(ASKED, color=theme.ink, linewidth=1, linestyle="--", label=f"asked: {ASKED}")
        panel.set_title(f"{latency} ms a call")
        panel.set_xlabel("workers")
    panels[0].set_ylabel(f"drain ÷ bound ({ROWS} calls in a row)")
    panels[0].set_ylim(bottom=0)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)


def stages(figure: Figure, rows: Sequence[Any], theme: Theme) -> None:
    """CPU a ticket by stage, each bar divided into parts."""
    panel: Axes = figure.subplots()
    names = [each["stage"] for each in rows]
    left = [0.0] * len(rows)
    for part, colour in zip(PARTS, theme.parts, strict=True):
        widths = [each[part] for each in rows]
        panel.barh(names, widths, left=left, color=colour, label=part, height=0.65)
        left = [before + width for before, width in zip(left, widths, strict=True)]
    panel.invert_yaxis()
    panel.grid(visible=False, axis="y")
    panel.set_xlabel("CPU ms a ticket")
    panel.legend(loc="lower right")


def stream(figure: Figure, rows: Sequence[Any], theme: Theme) -> None:
    """The share of tickets that were done within so many seconds."""
    panel: Axes = figure.subplots()
    for name, values, colour in (
        ("a perfect engine", rows[1]["perfect_s"], theme.other),
        ("passdesk", rows[0]["passdesk_s"], theme.own),
    ):
        shares = [(number + 1) / len(values) for number in range(len(values))]
        panel.step([0, *values], [0, *shares], where="post", color=colour, label=name, linewidth=1.6)
    panel.set_xlabel("seconds from the ticket's opening to its note")
    panel.set_ylabel("share of tickets")
    panel.set_xlim(left=0)
    panel.set_ylim(0, 1.02)
    panel.legend(loc="lower right")


def replicas(figure: Figure, rows: Sequence[Any], theme: Theme) -> None:
    """Tickets a second by replicas, beside so many times the first."""
    panel: Axes = figure.subplots()
    counts = [each["replicas"] for each in rows]
    rates = [each["tickets_a_second"] for each in rows]
    bars = panel.bar(counts, rates, color=theme.own, width=0.5, label="measured")
    panel.bar_label(bars, [f"{rate / rates[0]:.2f} ×" for rate in rates], color=theme.ink, padding=2)
    ideal = [rates[0] * count for count in counts]
    panel.plot(counts, ideal, "s--", color=theme.other, label="one, so many times", linewidth=1)
    panel.grid(visible=False, axis="x")
    panel.set_xticks(counts)
    panel.set_xlabel("replicas")
    panel.set_ylabel("tickets a second")
    panel.set_ylim(top=max(ideal) * 1.3)
    panel.legend(loc="upper left", ncols=2)


Draw = Callable[[Figure, Sequence[Any], Theme], None]
PLOTS: dict[str, tuple[str, tuple[float, float], Draw]] = {
    "drain": ("drain", (8, 3), drain),
    "stages": ("cost", (8, 3.6), stages),
    "stream": ("stream", (8, 3), stream),
    "replicas": ("replicas", (5, 3), replicas),
}
