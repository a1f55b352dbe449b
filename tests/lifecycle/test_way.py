"""The way of a ticket, and what each interruption of it comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.domain.outcome import DidNot, Ending, NotYet, Retry, State
from connector.domain.reasons import Reason
from connector.domain.ticket import ExistingPass
from connector.lifecycle.ledger_roles import Skip
from tests.lifecycle.world import DESK, LATER, NO, World, plan


def test_an_eligible_ticket_is_delivered_once_and_never_again() -> None:
    world = World()
    assert world.see() is State.LIVE
    assert world.see("edited") is Skip.UNFINISHED
    assert len(world.passes) == len(world.notes) == 1


def test_a_refusal_is_said_once_and_judged_again_only_when_the_facts_change() -> None:
    world = World(verdict=NO)
    assert world.see() is State.REFUSED
    assert world.see() is Skip.SAME
    world.verdict = plan()
    assert world.see("other facts") is State.LIVE
    assert world.words == ["refused:subject_disabled"]


def test_what_time_may_change_waits_without_a_word() -> None:
    world = World(verdict=NotYet(Reason.APPROVAL_OUTSTANDING, "outstanding"))
    assert world.see() is State.WAITING
    assert not world.words
    world.verdict = plan()
    assert world.see() is State.LIVE


def test_a_ticket_that_changed_while_it_was_handled_is_judged_again() -> None:
    world = World(changed=True)
    assert world.see() is State.WAITING
    assert not world.passes
    world.changed = False
    assert world.see() is State.LIVE


def test_a_ticket_that_changed_while_its_pass_was_made_never_holds_that_pass() -> None:
    """However quickly the pass was made."""
    world = World(changed_by_the_post=True, slow=3)
    world.see()
    assert not world.notes
    assert [each.deleted for each in world.passes] == [True]


def test_a_desk_that_goes_away_while_a_pass_is_made_keeps_no_pass_alive() -> None:
    world = World(desk_gone_by_the_post=True, slow=3)
    world.see()
    world.try_to_recover()
    assert [each.deleted for each in world.passes] == [True]
    assert not world.notes


def test_a_lost_reply_to_the_post_ends_in_one_delivered_live_pass() -> None:
    world = World(lose={"issue"})
    assert world.see() is State.ISSUING
    assert world.settle_down() is State.LIVE
    assert [each.deleted for each in world.passes] == [True, False]
    assert world.notes == [world.row().current_attempt.reference]


def test_a_post_that_may_still_land_is_waited_for_before_the_next() -> None:
    world = World(drop={"issue"})
    world.see()
    start = world.row().current_attempt.start
    while world.recover() is not State.LIVE:
        assert not world.passes or world.time >= start + 15
        world.time += 5
    assert world.time >= start + 15


def test_without_a_fence_recovery_waits_until_the_attempt_must_have_expired() -> None:
    world = World(verdict=plan(fence=0), drop={"issue"})
    world.see()
    end = world.row().current_attempt.end
    while world.recover() is not State.LIVE:
        world.time += 60
    assert world.time >= end


def test_a_lost_reply_to_the_note_is_settled_when_the_note_is_there() -> None:
    world = World(lose={"deliver"})
    assert world.see() is State.DELIVERING
    assert world.recover() is State.LIVE
    assert len(world.passes) == 1


def test_a_note_that_cannot_be_seen_is_no_proof_so_the_pass_goes_and_another_is_made() -> None:
    world = World(lose={"deliver"}, journal=False)
    world.see()
    assert world.settle_down() is State.LIVE
    assert len(world.live()) == 1
    assert len(world.notes) == 2


def test_a_pass_that_was_used_is_not_taken_away_by_recovery() -> None:
    world = World(lose={"deliver"}, journal=False)
    world.see()
    world.passes[0].used = True
    assert world.recover() is State.LIVE
    assert not world.passes[0].deleted


def test_a_place_that_gives_passes_away_gets_no_second_one() -> None:
    world = World(refuse={"deliver": DidNot(Reason.DESK_UNREACHABLE, Retry.NEVER, "callers see it")})
    world.see()
    assert world.settle_down() is State.STUCK
    assert world.row().detail == "callers see it"
    assert [each.id for each in world.passes] == world.revoked() == ["p1"]


def test_no_pass_is_made_where_it_could_not_be_handed_over_now() -> None:
    world = World()
    world.held = NotYet(Reason.DESK_REFUSED, "Callers see it.")
    for _ in range(6):
        assert world.see() is State.WAITING
    assert (world.row().reason, world.row().detail, world.passes) == (
        Reason.DESK_REFUSED,
        "Callers see it.",
        [],
    )
    world.held = None
    assert world.see() is State.LIVE


def test_a_pass_that_cannot_be_delivered_is_revoked_and_after_four_tries_the_ticket_is_stuck() -> None:
    world = World(refuse={"deliver": DidNot(Reason.DESK_UNREACHABLE, Retry.COUNTED, "403")})
    world.see()
    assert world.settle_down(rounds=200) is State.STUCK
    assert world.row().reason is Reason.ATTEMPTS_EXHAUSTED
    assert [each.id for each in world.passes] == world.revoked() == ["p1", "p2", "p3", "p4"]


def test_what_was_certainly_not_made_waits_and_counts_no_attempt() -> None:
    world = World(refuse={"issue": LATER})
    for _ in range(10):
        assert world.see() is State.WAITING
    world.refuse.clear()
    assert world.see() is State.LIVE


def test_a_pass_that_the_policy_will_not_let_be_used_is_revoked_and_refused() -> None:
    world = World(out_of_scope=True)
    assert world.see() is State.REVOKING
    assert world.settle_down() is State.REFUSED
    assert world.row().reason is Reason.SUBJECT_OUT_OF_SCOPE
    assert world.revoked() == ["p1"] and not world.live()


def test_a_pass_made_otherwise_than_asked_is_revoked() -> None:
    world = World(as_asked=False)
    assert world.see() is State.REVOKING
    assert [each.id for each in world.passes] == world.revoked() == ["p1"]
    world.recover()
    assert not world.live() and not world.notes


def test_a_revocation_is_believed_on_the_second_look_only() -> None:
    world = World(out_of_scope=True)
    world.see()
    assert world.recover() is State.REVOKING
    world.time += 11
    assert world.recover() is State.REFUSED


def test_a_start_far_ahead_is_not_waited_for() -> None:
    world = World(drop={"issue"})
    world.verdict = replace(plan(), starts_at=world.time + 86_400)
    world.see()
    world.drop.clear()
    assert world.settle_down() is State.LIVE
    assert world.time < world.row().current_attempt.start - 80_000


def test_an_administrators_pass_is_never_deleted() -> None:
    world = World(drop={"issue"})
    world.see()
    world.others = [ExistingPass("by-hand", world.time - 1000, 7200, used=False, over=False)]
    world.verdict = NO
    assert world.settle_down() is State.REFUSED
    assert world.shown == {"by-hand"}
    assert not world.deletions


def test_a_reference_that_the_ledger_does_not_know_is_stuck_until_released() -> None:
    world = World(strangers=("TAP-AAAAAAAA-1",))
    assert world.see() is State.STUCK
    assert not world.passes
    assert world.see() is Skip.STUCK
    world.ledger.release(DESK, "INC1")
    assert world.see() is State.LIVE


def test_a_used_pass_ends_a_quarter_of_an_hour_later() -> None:
    world = World()
    world.see()
    world.passes[0].used = True
    assert world.recover() is State.LIVE
    world.time += 899
    assert world.recover() is State.LIVE
    world.time += 1
    assert world.settle_down() is State.ENDED
    assert world.row().reason is Ending.USED
    assert world.passes[0].deleted


def test_an_expired_pass_ends_and_its_person_may_have_another() -> None:
    world = World()
    world.see()
    world.time = world.row().current_attempt.end + 15
    assert world.recover() is State.ENDED
    assert world.row().reason is Ending.EXPIRED


@pytest.mark.parametrize("already_used", [False, True])
def test_a_cancelled_ticket_ends_its_pass_but_a_used_one_stays_its_time(already_used: bool) -> None:
    world = World()
    world.see()
    world.passes[0].used = already_used
    world.open = False
    world.recover()
    assert world.passes[0].deleted is not already_used
    assert (world.settle_down(rounds=3) is State.ENDED) is not already_used


def test_a_pass_that_somebody_deleted_ends_as_revoked_on_the_second_look() -> None:
    world = World()
    world.see()
    world.time = world.row().current_attempt.start + 15
    world.passes[0].deleted = True
    assert world.recover() is State.LIVE
    world.time += 11
    assert world.settle_down() is State.ENDED
    assert world.row().reason is Ending.REVOKED


def test_a_late_note_of_an_earlier_attempt_revokes_the_pass_and_is_stuck() -> None:
    world = World(lose={"deliver"}, journal=False)
    world.see()
    first = world.row().current_attempt.reference
    world.settle_down()
    world.journal = True
    world.notes.append(first)
    world.recover()
    assert world.settle_down() is State.STUCK
    assert world.row().reason is Reason.NOTE_OVERWRITTEN
    assert world.revoked() == ["p1", "p2"] and not world.live()


def test_somebody_forbidden_before_the_start_loses_the_pass_in_time() -> None:
    world = World()
    assert world.see() is State.LIVE
    world.verdict = NO
    world.recover()
    assert world.revoked() == ["p1"] and not world.live()
    assert world.settle_down() is State.ENDED


def test_a_word_that_the_desk_refuses_is_tried_a_few_times_and_the_pass_stays_valid() -> None:
    world = World(lose={"deliver"}, refuse={"tell": DidNot(Reason.DESK_UNREACHABLE, Retry.COUNTED, "403")})
    world.see()
    assert world.settle_down(rounds=10, step=31) is State.LIVE
    assert len(world.live()) == 1


def test_the_start_is_never_on_a_full_minute() -> None:
    for second in range(120):
        world = World(time=1_800_000_000 + second)
        world.see()
        start = world.row().current_attempt.start
        assert start % 60 != 0
        assert start - world.time in (75, 76)
