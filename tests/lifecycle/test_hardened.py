"""What a red team and the simulation found, each as the promise that it broke."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.domain.outcome import UNFINISHED, DidNot, Effect, Ending, No, Retry, State
from connector.domain.people import Subject
from connector.domain.reasons import Reason
from connector.domain.ticket import Attempt, ExistingPass, Pass
from tests.lifecycle.world import DESK, LATER, NO, Made, World, plan

REFUSES = DidNot(Reason.EVIDENCE_MISSING, Retry.COUNTED, "403")


def test_a_pass_that_nobody_is_known_to_hold_goes_when_it_becomes_usable_even_if_the_desk_stays_down() -> (
    None
):
    world = World(lose={"deliver"}, down=set())
    world.see()
    world.down.add("desk")
    start = world.row().current_attempt.start
    while world.time < start + 20:
        world.try_to_recover()
        world.time += 5
    assert world.revoked() == ["p1"] and not world.live()


def test_what_time_has_ended_needs_no_look_to_end() -> None:
    world = World()
    world.see()
    world.time = world.row().current_attempt.end + 15
    world.down.add("entra")
    assert world.recover() is State.ENDED


def test_a_deletion_that_entra_refuses_is_counted_and_goes_on() -> None:
    world = World(refuse={"delete": REFUSES})
    world.see()
    world.ledger.revoke(DESK, "INC1")
    world.recover()
    assert world.row().update_attempts == 1
    assert world.live()
    world.refuse.clear()
    assert world.settle_down() is State.ENDED


@pytest.mark.parametrize(
    "refuse", [{"delete": REFUSES}, {"delete": LATER}, {}], ids=["refused", "not now", "lost"]
)
def test_a_pass_that_looks_do_not_show_is_not_gone_before_its_deletion_was_answered(
    refuse: dict[str, DidNot],
) -> None:
    world = World(refuse=dict(refuse))
    world.see()
    world.passes_shown = False
    world.ledger.revoke(DESK, "INC1")
    for _ in range(5):
        world.lose |= {"delete"} - set(refuse)  # each time anew
        world.time += 20
        assert world.recover() is State.REVOKING
    world.refuse.clear()
    world.lose.clear()
    assert world.settle_down() is State.ENDED
    assert world.revoked() == ["p1"] and not world.live()


def test_looks_that_are_older_than_the_pass_do_not_end_it_or_hide_it_from_deletion() -> None:
    world = World()
    world.see()
    shown, world.passes_shown = world.passes_shown, False
    world.recover()
    world.time += 11
    assert world.recover() is State.LIVE
    world.ledger.revoke(DESK, "INC1")
    world.settle_down()
    world.passes_shown = shown
    assert world.revoked() == ["p1"] and not world.live()


def test_a_post_that_arrived_twice_leaves_nothing_live_behind() -> None:
    world = World()
    world.see()
    first = world.passes[0]
    first.deleted = True
    world.passes.append(Made("twin", first.start, first.lifetime))
    world.recover()
    assert "twin" in world.shown
    assert world.deletions == ["p1", "twin"] and not world.live()
    assert world.settle_down() is State.ENDED
    assert world.row().reason is Ending.REVOKED


def test_an_administrators_pass_of_the_same_minute_and_lifetime_is_told_from_ours() -> None:
    world = World(drop={"issue"})
    world.see()
    attempt = world.row().current_attempt
    for since in (-30, -5, 5, 14, 40):
        began = attempt.start + since
        by_hand = ExistingPass(
            "x", began, attempt.lifetime, used=False, over=False, one_time=True, created=began
        )
        assert not by_hand.belongs_to(attempt)
    ours = ExistingPass(
        "x",
        attempt.start,
        attempt.lifetime,
        used=False,
        over=False,
        one_time=True,
        created=attempt.start - 40,
    )
    assert ours.belongs_to(attempt)


def test_a_word_that_is_only_put_off_is_never_given_up() -> None:
    world = World(verdict=NO, refuse={"tell": LATER})
    world.see()
    for _ in range(20):
        world.time += 31
        assert world.recover() is State.SETTLING
    world.refuse.clear()
    world.time += 31
    assert world.recover() is State.REFUSED
    assert world.words == ["refused:subject_disabled"]


def test_a_ticket_that_our_refusal_took_out_and_somebody_put_back_at_once_is_judged_again() -> None:
    world = World(verdict=NO, leaves=True)
    world.see()
    world.time += 1
    world.verdict = plan()
    assert world.see() is State.LIVE


def test_another_refusal_of_the_same_kind_is_another() -> None:
    world = World(verdict=NO)
    world.see()
    said = world.row().posted_mark
    assert said
    world.verdict = No(Reason.SUBJECT_DISABLED, "The account of somebody else is disabled.")
    world.see("other facts")
    assert world.row().posted_mark != said


def test_a_failed_ticket_that_must_wait_is_not_judged_at_once_again() -> None:
    world = World(lose={"issue"})
    world.see()
    world.verdict = NO
    world.refuse["tell"] = LATER
    assert world.settle_down(rounds=5) is State.SETTLING
    assert not world.ledger.take_up(due=True)
    assert world.ledger.take_up(UNFINISHED)


def test_a_slow_post_has_the_ticket_read_again_before_its_pass_is_written_there() -> None:
    world = World()
    issue = world.issue

    def slow(attempt: Attempt) -> Effect[Pass]:
        done = issue(attempt)
        world.time += 20
        world.open = False
        return done

    world.issue = slow  # type: ignore[method-assign]
    world.see()
    assert not world.notes
    world.recover()
    assert world.revoked() == ["p1"] and not world.live()


def test_a_desk_that_goes_down_once_the_note_was_seen_revokes_nothing() -> None:
    world = World(lose={"deliver"})
    world.see()
    world.time = world.row().current_attempt.start + 1
    right = world.update

    def update(claim: Any) -> Any:
        world.reach("tell")
        return right(claim)

    world.update = update  # type: ignore[method-assign]
    world.down = {"tell"}
    world.try_to_recover()
    assert world.row().state is State.SETTLING
    world.down = set()
    assert world.settle_down() is State.LIVE
    assert len(world.passes) == 1


def test_a_pass_whose_reply_never_came_is_known_by_the_very_start_that_was_asked_for() -> None:
    world = World(lose={"issue"})
    world.see()
    asked = world.row().current_attempt.start
    world.recover()
    assert (world.row().current_attempt.pass_id, world.row().current_attempt.start) == ("p1", asked)


def test_another_start_within_a_minute_may_be_an_earlier_attempts_so_the_fence_is_waited_for() -> None:
    """Else the attempt's own POST, still on its way, would land with nobody looking."""
    world = World(lose={"issue"})
    world.see()
    asked = world.row().current_attempt.start
    world.passes[0].start = asked - 20
    world.recover()
    assert world.revoked() == ["p1"] and not world.live()
    attempt = world.row().current_attempt
    assert (attempt.pass_id, attempt.start, attempt.asked) == (None, asked, asked)


def test_a_pass_ahead_is_revoked_when_the_ticket_is_for_somebody_else_by_now() -> None:
    world = World(verdict=replace(plan(), starts_at=1_800_090_000))
    world.see()
    world.verdict = replace(plan(), subject=Subject("b1", "bob.ray@contoso.com", "Bob Ray"))
    world.recover()
    assert world.settle_down() is State.ENDED
    assert world.row().reason is Reason.SUBJECT_CHANGED
    assert world.revoked() == ["p1"] and not world.live()


@pytest.mark.parametrize(
    ("named", "ends"),
    [
        ("mail:m1|gus@contoso.com", False),
        ("mail:m1|grand@contoso.com", False),
        ("mail:m2|mia@contoso.com", True),
        ("note:work_notes", True),
    ],
)
def test_a_mailed_pass_ahead_is_revoked_when_another_manager_is_to_have_it(named: str, ends: bool) -> None:
    world = World(verdict=replace(plan(), recipient="mail:m1|gus@contoso.com", starts_at=1_800_090_000))
    world.see()
    world.verdict = replace(plan(), recipient=named, starts_at=1_800_090_000)
    world.recover()
    assert world.settle_down() is (State.ENDED if ends else State.LIVE)
    assert (world.row().reason is Reason.RECIPIENT_NOT_ALLOWED) is ends


def test_a_delivered_pass_is_looked_after_though_its_word_is_never_known_to_stand() -> None:
    world = World(lose={"tell"}, settled=False)
    world.see()
    for _ in range(30):
        world.lose.add("tell")
        world.time += 31
        world.recover()
    assert world.row().state is State.LIVE
