"""docs/performance.md shows what bench/results.json has."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bench import arithmetic
from bench.__main__ import MEASURES, RESULTS
from bench.page import NAMES, PAGE, filled, tables, verdict

KNOWN: dict[str, Any] = json.loads(RESULTS.read_text("utf-8"))


def test_the_page_is_made_of_the_results() -> None:
    page = PAGE.read_text("utf-8")
    assert filled(page, KNOWN) == page


def test_a_page_that_says_something_else_is_found() -> None:
    page = PAGE.read_text("utf-8")
    better = page.replace("missed", "met")
    assert better != page
    assert filled(better, KNOWN) != better


def test_each_table_has_its_place_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    assert {"machine", "figures", "drain", "stages", "arithmetic"} <= set(tables(KNOWN))
    assert all(f"<!-- {name} -->" in page for name in tables(KNOWN))


def test_each_measure_is_named_and_kept() -> None:
    assert list(NAMES) == list(MEASURES) == list(KNOWN)


def test_each_plot_is_shown_light_and_dark() -> None:
    shown = re.findall(r"performance/([a-z]+)-(light|dark)\.svg", PAGE.read_text("utf-8"))
    names = {name for name, _ in shown}
    assert sorted(shown) == sorted((name, theme) for name in names for theme in ("light", "dark"))
    drawn = {path.name for path in (PAGE.parent / "performance").iterdir()}
    assert drawn == {f"{name}-{theme}.svg" for name, theme in shown}


def test_the_arithmetic_follows_the_figures() -> None:
    rows = {row[0]: row[2] for row in arithmetic.rows(KNOWN)}
    assert rows["Tickets, mean"] == "1.4 a second"
    assert rows["Tickets, a morning"] == "14 a second"
    assert rows["Polls"] == "17 a second"
    assert rows["One round of polls"] == "3.1 s"


@pytest.mark.parametrize("missing", ["cost", "idle"])
def test_without_a_figure_there_is_no_arithmetic(missing: str) -> None:
    assert "arithmetic" not in tables({name: each for name, each in KNOWN.items() if name != missing})


@pytest.mark.parametrize(
    ("value", "asked", "said"),
    [
        (1.25, {"at_most": 1.25}, "met"),
        (1.254, {"at_most": 1.25}, "met"),
        (1.26, {"at_most": 1.25}, "missed"),
        (1.9, {"at_least": 1.9}, "met"),
        (1.89, {"at_least": 1.9}, "missed"),
        (3, {}, ""),
    ],
)
def test_a_figure_is_met_missed_or_only_told(value: float, asked: dict[str, float], said: str) -> None:
    assert verdict({"value": value, **asked}) == said
