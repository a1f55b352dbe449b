"""`allow.hours` and `allow.oldest` at either desk, by its own times and Entra's clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endtoend.kinds import housed, mapping

EVERY_DAY = "[mon, tue, wed, thu, fri, sat, sun]"
HALF_DAY = 12 * 3600


@pytest.mark.parametrize("kind", ["servicenow", "topdesk"])
def test_passes_are_made_in_hours_and_at_no_other_time(kind: str, tmp_path: Path) -> None:
    """Half of each day is open. Twelve hours later, what was open is shut."""
    with housed(kind, tmp_path) as house:
        hours = f'{{days: {EVERY_DAY}, from: "00:00", to: "12:00"}}'
        house.rewrite(mapping(house), more=f"allow: {{hours: {hours}}}\n")
        first = house.ticket("ann.lee")
        before = house.once().outcomes()
        house.clock.added += HALF_DAY
        second = house.ticket("bob.ray")
        after = house.once().outcomes()
        waits = ("deferred", "outside_hours")
        if before[house.number(first)] == waits:
            assert after[house.number(first)] == after[house.number(second)] == ("delivered", None)
        else:
            assert before[house.number(first)] == ("delivered", None)
            assert after[house.number(second)] == waits
            assert house.notes(second) == []


@pytest.mark.parametrize("kind", ["servicenow", "topdesk"])
def test_a_ticket_that_is_too_old_is_refused_and_told_once(kind: str, tmp_path: Path) -> None:
    with housed(kind, tmp_path) as house:
        house.rewrite(mapping(house), more="allow: {oldest: 10m}\n")
        old = house.ticket("ann.lee")
        house.clock.added += 660
        young = house.ticket("bob.ray")
        assert house.once().outcomes() == {
            house.number(old): ("refused", "ticket_too_old"),
            house.number(young): ("delivered", None),
        }
        house.clock.added += 60
        house.once()
        assert [("more than 10m ago" in note) for note in house.notes(old)] == [True]
