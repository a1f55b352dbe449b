"""The hours in which passes are made, in the zone of the mapping."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connector.config.load import load
from connector.mapping.hours import Hours, minutes
from tests.config.files import CONFIG, MAPPING, lay
from tests.mapping.broken import said_once

WEEK = (0, 1, 2, 3, 4)
AMSTERDAM = "Europe/Amsterdam"


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("when", "open_"),
    [
        ("2026-03-02 05:59:59", False),  # a Monday, 06:59:59 there
        ("2026-03-02 06:00:00", True),
        ("2026-03-02 17:59:59", True),
        ("2026-03-02 18:00:00", False),
        ("2026-02-28 11:00:00", False),  # a Saturday
        ("2026-07-06 05:00:00", True),  # in summer it is 07:00 there
        ("2026-07-06 17:00:00", False),
    ],
)
def test_hours_are_those_of_the_mappings_zone_from_the_first_minute_to_before_the_last(
    when: str, open_: bool
) -> None:
    assert Hours(WEEK, minutes("07:00"), minutes("19:00")).cover(at(when), AMSTERDAM) is open_


@pytest.mark.parametrize(
    ("when", "open_"),
    [
        ("2026-03-06 21:59:00", False),  # a Friday
        ("2026-03-06 22:00:00", True),
        ("2026-03-07 05:59:00", True),  # what began on Friday
        ("2026-03-07 06:00:00", False),
        ("2026-03-07 22:00:00", False),
        ("2026-03-06 05:00:00", False),  # what would have begun on Thursday
    ],
)
def test_hours_over_midnight_belong_to_the_day_on_which_they_begin(when: str, open_: bool) -> None:
    assert Hours((4,), minutes("22:00"), minutes("06:00")).cover(at(when), "UTC") is open_


@pytest.mark.parametrize(
    ("opens", "closes", "when", "open_"),
    [
        ("02:30", "04:00", "2026-03-29 00:59:59", False),  # 01:59:59, and the next second is 03:00
        ("02:30", "04:00", "2026-03-29 01:00:00", True),
        ("01:00", "02:30", "2026-03-29 00:59:59", True),
        ("01:00", "02:30", "2026-03-29 01:00:00", False),
        ("02:00", "02:30", "2026-10-25 00:15:00", True),  # 02:15 for the first time
        ("02:00", "02:30", "2026-10-25 00:45:00", False),
        ("02:00", "02:30", "2026-10-25 01:15:00", True),  # and once more
    ],
)
def test_when_the_clocks_change_the_time_that_they_show_decides(
    opens: str, closes: str, when: str, open_: bool
) -> None:
    sunday = Hours((6,), minutes(opens), minutes(closes))
    assert sunday.cover(at(when), AMSTERDAM) is open_


def test_a_whole_day_ends_at_24() -> None:
    saturday = Hours((5,), minutes("00:00"), minutes("24:00"))
    times = ("2026-03-06 23:59:59", "2026-03-07 00:00:00", "2026-03-07 23:59:59", "2026-03-08 00:00:00")
    assert [saturday.cover(at(when), "UTC") for when in times] == [False, True, True, False]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (WEEK, "mon to fri, 07:00 to 19:00"),
        ((0, 2), "mon and wed, 07:00 to 19:00"),
        ((5,), "sat, 07:00 to 19:00"),
        ((0, 1, 4), "mon, tue and fri, 07:00 to 19:00"),
    ],
)
def test_hours_are_said_in_words(days: tuple[int, ...], words: str) -> None:
    assert Hours(days, 420, 1140).words == words


def test_a_mapping_says_hours_and_how_old_a_ticket_may_be(tmp_path: Path) -> None:
    rules = 'allow: {hours: {days: [sat, mon], from: "22:00", to: "06:00"}, oldest: 14d}\n'
    (mapping,) = load(lay(tmp_path, CONFIG, incidents=MAPPING + rules)).mappings
    assert mapping.allow.hours == Hours((0, 5), 1320, 360)
    assert mapping.allow.oldest == 14 * 86400


@pytest.mark.parametrize(
    ("allow", "sentence"),
    [
        ('{hours: {days: [mon, ¶monday], from: "07:00", to: "19:00"}}', 'no day "monday"; write mon'),
        ('{hours: {days: [mon, ¶mon], from: "07:00", to: "19:00"}}', "is in the list twice"),
        ('{hours: {days: ¶[], from: "07:00", to: "19:00"}}', "list is empty"),
        ('{hours: {days: [mon], from: ¶"7:00", to: "19:00"}}', "is no time of the day"),
        ('{hours: {days: [mon], from: ¶"24:00", to: "19:00"}}', "the day ends then"),
        ('{hours: {days: [mon], from: "07:00", to: ¶"25:00"}}', "is no time of the day"),
        ('{hours: {days: [mon], from: "07:00", to: ¶"07:00"}}', 'write "00:00" and "24:00"'),
        ('{hours: {days: [mon], from: "07:00", to: ¶19:00}}', '"19:00" in quotes'),
        ('{hours: ¶{from: "07:00", to: "19:00"}}', '"days" is missing'),
        ("{oldest: ¶14}", "has no unit"),
        ("{oldest: ¶30s}", "write 60s or more"),
    ],
)
def test_what_is_wrong_with_them_is_said_at_its_place(tmp_path: Path, allow: str, sentence: str) -> None:
    said_once(tmp_path, f"{MAPPING}allow: {allow}\n", sentence)
