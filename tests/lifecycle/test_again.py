"""A ticket that had its pass gets another one only when it is asked for, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.domain.outcome import NotYet, State
from connector.domain.reasons import Reason
from connector.lifecycle.aftercare import watch
from connector.lifecycle.journey import first_second
from connector.lifecycle.ledger_roles import Skip
from tests.lifecycle.world import DESK, Made, World, plan


def had_one(again: str | None = "") -> World:
    world = World(again=again)
    world.see()
    world.time = world.row().current_attempt.end + 15
    assert world.settle_down() is State.ENDED
    return world


def test_a_field_that_changed_since_allows_exactly_one_more() -> None:
    world = had_one()
    assert world.see("edited") is Skip.DONE
    world.again = "yes"
    assert world.see() is State.LIVE
    assert world.notes == [f"{world.row().code}-1", f"{world.row().code}-2"]
    world.time = world.row().current_attempt.end + 15
    world.settle_down()
    assert world.see() is Skip.DONE
    assert len(world.passes) == 2


def test_a_field_that_asked_already_before_the_first_pass_allows_none() -> None:
    world = had_one(again="yes")
    assert world.see() is Skip.DONE


def test_a_field_that_was_emptied_in_between_asks_anew() -> None:
    world = had_one(again="yes")
    world.again = ""
    assert world.see() is Skip.DONE
    world.again = "yes"
    assert world.see() is State.LIVE


@pytest.mark.parametrize("meanwhile", ["unreadable", "another mapping's"])
def test_a_field_that_never_changed_asks_for_nothing(meanwhile: str) -> None:
    world = had_one(again="yes")
    world.again, world.field = (
        (None, world.field) if meanwhile == "unreadable" else ("yes", "another/u_again")
    )
    assert world.see() is Skip.DONE
    world.again, world.field = "yes", "incidents/u_again"
    assert world.see() is Skip.DONE


def test_a_field_that_is_named_only_now_asks_for_nothing() -> None:
    world = had_one(again=None)
    world.again = "yes"
    assert world.see() is Skip.DONE


def test_what_a_person_revoked_only_a_person_gives_again() -> None:
    world = World()
    world.see()
    world.ledger.revoke(DESK, "INC1")
    assert world.settle_down() is State.ENDED
    world.again = "yes"
    assert world.see() is Skip.DONE
    assert world.ledger.reissue(DESK, "INC1").done
    assert world.see() is State.LIVE


def test_reissue_revokes_what_is_out_and_allows_one_more() -> None:
    world = World()
    world.see()
    assert world.ledger.reissue(DESK, "INC1").done
    assert not world.ledger.reissue(DESK, "INC1").done
    assert world.see() is Skip.UNFINISHED
    assert world.settle_down() is State.ENDED
    assert world.revoked() == ["p1"] and not world.live()
    assert world.see() is State.LIVE
    assert not world.passes[1].deleted
    world.time = world.row().current_attempt.end + 15
    world.settle_down()
    assert world.see() is Skip.DONE


@pytest.mark.parametrize("state", ["waiting", "stuck", "unknown"])
def test_what_had_no_pass_is_not_reissued_and_a_sentence_says_what_to_do(state: str) -> None:
    world = (
        World(strangers=("TAP-AAAAAAAA-1",))
        if state == "stuck"
        else World(verdict=NotYet(Reason.APPROVAL_OUTSTANDING, ""))
    )
    if state != "unknown":
        world.see()
    answer = world.ledger.reissue(DESK, "INC1")
    assert not answer.done
    assert {"waiting": "waits", "stuck": "release", "unknown": "knows no ticket"}[state] in answer.sentence


def far_ahead(days: int = 1) -> World:
    """A ticket whose first POST was lost, and whose second attempt was delivered long before its start."""
    world = World(drop={"issue"}, verdict=replace(plan(), starts_at=1_800_000_001 + 86_400 * days))
    world.see()
    world.settle_down()
    return world


def test_each_attempt_at_a_start_far_ahead_takes_a_start_of_its_own() -> None:
    world = far_ahead()
    ((lost, _),) = world.ledger.may_still_arrive(world.time)
    assert world.row().current_attempt.start - lost.start == 2
    assert world.time - 1_800_000_001 < 700


def test_no_two_attempts_begin_in_the_same_second_nor_on_a_full_minute() -> None:
    for second in range(1_800_000_000 + 86_340, 1_800_000_000 + 86_460):
        starts = [
            first_second(1_800_000_001, replace(plan(), starts_at=second), failures) for failures in range(4)
        ]
        assert len(set(starts)) == 4
        assert all(start % 60 and start >= second for start in starts)


def test_a_post_that_lands_hours_later_is_found_and_deleted() -> None:
    world = far_ahead()
    ((lost, now),) = world.ledger.may_still_arrive(world.time)
    late = Made("late", lost.start, lost.lifetime)
    world.passes.append(late)
    watch(lost, now, world)
    assert late.deleted
    assert not world.passes[0].deleted
    assert world.ledger.may_still_arrive(lost.start) == []


def test_a_post_that_arrives_again_before_its_start_is_found_and_deleted() -> None:
    world = World(out_of_scope=True)
    world.see()
    assert world.settle_down() is State.REFUSED
    ((gone, now),) = world.ledger.may_still_arrive(world.time)
    twin = Made("twin", gone.start, gone.lifetime)
    world.passes.append(twin)
    watch(gone, now, world)
    assert twin.deleted


def test_nothing_is_touched_while_the_persons_pass_of_now_is_not_known_by_its_id() -> None:
    world = far_ahead()
    ((lost, now),) = world.ledger.may_still_arrive(world.time)
    assert now
    late = Made("late", lost.start, lost.lifetime)
    world.passes.append(late)
    world.shown.clear()
    watch(lost, replace(now, pass_id=None), world)
    assert "late" in world.shown
    assert not world.deletions


def test_a_pass_far_ahead_that_somebody_deletes_is_noticed_before_its_start() -> None:
    world = World(verdict=replace(plan(), starts_at=1_800_000_001 + 86_400))
    assert world.see() is State.LIVE
    world.passes[0].deleted = True
    world.time += 700
    world.recover()
    world.time += 11
    world.recover()
    assert world.settle_down() is State.ENDED
    assert world.time < world.row().current_attempt.start - 80_000
