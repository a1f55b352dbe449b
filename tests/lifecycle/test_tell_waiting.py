"""A ticket that waits long says why, once a reason, whatever is interrupted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.domain.outcome import DidNot, Effect, Happened, No, NotYet, Retry, State, Unknown
from connector.domain.reasons import AGENTS_WAITS, MEANINGS, Reason
from connector.domain.receipts import UpdateReceipt
from connector.domain.ticket import Claim
from tests.lifecycle.world import World, plan

UNAPPROVED = NotYet(Reason.APPROVAL_OUTSTANDING, "The approval is outstanding (approval is requested).")
TOLD = ["waiting:approval_outstanding"]


@pytest.fixture
def world() -> World:
    made = World(verdict=UNAPPROVED)
    made.roles = replace(made.roles, tell_waiting=1800.0)
    return made


def polls(world: World, often: int, apart: int = 60) -> None:
    for _ in range(often):
        world.see()
        world.time += apart


def test_a_ticket_says_why_it_waits_once_it_has_waited_so_long(world: World) -> None:
    polls(world, 30)
    assert world.words == []
    polls(world, 1)
    assert world.words == TOLD
    assert (world.row().state, world.row().reason) == (State.WAITING, UNAPPROVED.reason)


def test_it_says_so_once_and_again_only_for_another_reason(world: World) -> None:
    polls(world, 200)
    assert world.words == TOLD
    for between in (Reason.DESK_UNREACHABLE, Reason.APPROVAL_OUTSTANDING):
        world.verdict = NotYet(between, "")
        polls(world, 2)
    assert world.words == TOLD
    world.verdict = NotYet(Reason.PASS_STANDING, "The person has a pass already.")
    polls(world, 20)
    assert world.words == [*TOLD, "waiting:pass_standing"]


def test_without_tell_waiting_nothing_is_said(world: World) -> None:
    world.roles = replace(world.roles, tell_waiting=None)
    polls(world, 100)
    assert (world.row().state, world.row().wait_since is None, world.words) == (State.WAITING, False, [])


@pytest.mark.parametrize(
    "reason", [each for each in Reason if MEANINGS[each].outcome == "deferred" and each not in AGENTS_WAITS]
)
def test_what_no_agent_can_act_on_is_not_said(world: World, reason: Reason) -> None:
    world.verdict = NotYet(reason, "")
    polls(world, 40)
    assert (world.words, world.row().state) == ([], State.WAITING)


def test_the_wait_goes_on_while_it_is_told(world: World) -> None:
    """Its age is the whole of it, and what is the ticket's own stays bounded."""
    world.verdict = NotYet(Reason.APPROVAL_UNPROVEN, "")
    began = world.time
    polls(world, 40)
    assert world.words == ["waiting:approval_unproven"]
    assert world.row().wait_since == began
    world.roles = replace(world.roles, wait_at_most=3600.0)
    polls(world, 30)
    assert (world.row().state, world.row().reason) == (State.STUCK, Reason.WAITED_TOO_LONG)


def test_once_it_is_approved_it_gets_its_pass(world: World) -> None:
    polls(world, 40)
    world.verdict = plan()
    world.see()
    assert (world.row().state, world.words) == (State.LIVE, TOLD)


def test_a_refusal_after_it_is_told_and_after_that_a_wait_too(world: World) -> None:
    polls(world, 40)
    world.verdict = No(Reason.APPROVAL_REJECTED, "The request was rejected.")
    polls(world, 1)
    world.verdict = UNAPPROVED
    world.see("changed")
    polls(world, 40)
    assert world.words == [*TOLD, "refused:approval_rejected", *TOLD]


def test_a_ticket_carries_the_mark_of_its_refusal_and_that_of_a_wait_told_since(world: World) -> None:
    refusal = No(Reason.APPROVAL_REJECTED, "The request was rejected.")
    world.verdict = refusal
    polls(world, 1)
    mark = world.row().posted_mark
    assert mark and world.row().posted_wait is None
    world.verdict = UNAPPROVED
    world.see("changed")
    polls(world, 40)
    waits = world.row().posted_wait
    assert waits and world.row().posted_mark == mark
    world.verdict = refusal
    polls(world, 1)
    assert (world.row().posted_mark, world.row().posted_wait) == (mark, waits)
    world.verdict = No(Reason.APPROVAL_REJECTED, "It was rejected for another reason.")
    world.see("changed again")
    assert world.row().posted_mark not in (None, mark) and world.row().posted_wait is None


@pytest.mark.parametrize("way", ["lose", "drop"])
def test_a_lost_reply_is_looked_into_and_ends(world: World, way: str) -> None:
    polls(world, 30)
    getattr(world, way).add("tell")
    world.see()
    assert world.row().state is State.SETTLING
    world.time += 60
    assert world.recover() is State.WAITING
    assert world.row().reason is UNAPPROVED.reason
    polls(world, 40)
    assert set(world.words) == set(TOLD) and len(world.words) <= 2


def test_a_note_whose_fate_stays_unknown_holds_the_ticket_for_minutes_only(world: World) -> None:
    polls(world, 30)
    world.refuse["tell"] = DidNot(Reason.DESK_REFUSED, Retry.COUNTED)
    world.roles = replace(world.roles, updater=Silent())
    world.see()
    for _ in range(world.roles.max_update_attempts):
        world.time += 60
        world.recover()
    assert world.row().state is State.WAITING


@pytest.mark.parametrize("retry", [Retry.NEVER, Retry.COUNTED])
def test_a_note_that_the_desk_refuses_is_not_tried_in_each_sweep(world: World, retry: Retry) -> None:
    polls(world, 30)
    world.refuse["tell"] = DidNot(Reason.DESK_REFUSED, retry, "Operation Failed")
    polls(world, 2)
    world.refuse.clear()
    polls(world, 60)
    assert (world.words, world.row().state, world.row().reason) == ([], State.WAITING, UNAPPROVED.reason)
    unsaid = [line.detail.get("unsaid") for line in world.ledger.history() if "unsaid" in line.detail]
    assert len(unsaid) == 1 and "Operation Failed" in str(unsaid[0])


def test_the_trail_says_that_it_was_told(world: World) -> None:
    polls(world, 50)
    actions = [line.action for line in world.ledger.history()]
    assert actions == ["claimed", "deferred", "wait_told", "deferred"]


class Silent:
    """An updater whose replies are all lost."""

    def registered(self, claim: Claim) -> Effect[None]:
        return Happened(None)

    def update(self, claim: Claim) -> Effect[UpdateReceipt]:
        return Unknown("no answer")
