"""What every ledger keeps of looks at a ticket's approval: also of those that take nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.domain.approval import ApprovalLook
from connector.domain.outcome import Decision, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.lifecycle.ledger_roles import Skip
from tests.ledger.desk import House

BEFORE = ApprovalLook(approved=False, content="facts", written="facts at 8")
AFTER = ApprovalLook(approved=True, content="facts", written="facts at 8", mark="row@9")
UNMAPPED = ApprovalLook(approved=False, content=None, written=None)


def look(house: House, shown: ApprovalLook | None, digest: str = "facts") -> Claim | Skip:
    return house.ledger.take(replace(house.sighting(digest=digest), look=shown))


def kept(house: House) -> tuple[str | None, str | None]:
    return house.row().seen_unapproved, house.row().seen_approved


def waiting(house: House, claim: Claim | Skip) -> None:
    assert isinstance(claim, Claim)
    house.ledger.close(claim, State.WAITING)


def test_the_first_look_is_kept_with_the_claim(house: House) -> None:
    claim = look(house, AFTER)
    assert isinstance(claim, Claim)
    assert (claim.seen_unapproved, claim.seen_approved) == (None, "row@9 facts")
    assert kept(house) == (None, "row@9 facts")


def test_a_look_before_the_approval_stays_known_after_it(house: House) -> None:
    waiting(house, look(house, BEFORE))
    claim = look(house, AFTER)
    assert isinstance(claim, Claim)
    assert (claim.seen_unapproved, claim.seen_approved) == ("facts at 8", "row@9 facts")


def test_an_approval_is_kept_as_it_was_first_seen_until_another_stands_there(house: House) -> None:
    waiting(house, look(house, AFTER))
    waiting(house, look(house, replace(AFTER, content="other")))
    assert kept(house) == (None, "row@9 facts")
    waiting(house, look(house, replace(AFTER, content="other", mark="second")))
    assert kept(house) == (None, "second other")


def test_without_its_approval_the_earlier_one_is_forgotten(house: House) -> None:
    waiting(house, look(house, AFTER))
    waiting(house, look(house, BEFORE))
    assert kept(house) == ("facts at 8", None)
    waiting(house, look(house, UNMAPPED))
    assert kept(house) == (None, None)


def test_no_look_changes_nothing(house: House) -> None:
    waiting(house, look(house, AFTER))
    waiting(house, look(house, None))
    assert kept(house) == (None, "row@9 facts")


@pytest.mark.parametrize("state", [State.STUCK, State.REFUSED])
def test_a_look_at_a_ticket_that_is_not_taken_counts_too(house: House, state: State) -> None:
    claim = look(house, AFTER)
    assert isinstance(claim, Claim)
    decided = Decision(state, Reason.WAITED_TOO_LONG if state is State.STUCK else Reason.APPROVAL_REJECTED)
    house.ledger.close(house.ledger.settling(claim, decided), state)
    assert look(house, BEFORE) in {Skip.STUCK, Skip.SAME}
    assert kept(house) == ("facts at 8", None)


def test_a_look_at_a_ticket_that_is_worked_changes_nothing(house: House) -> None:
    claim = look(house, AFTER)
    assert house.worker("worker-2").take(replace(house.sighting(), look=BEFORE)) is Skip.HELD
    assert kept(house) == (None, "row@9 facts")
    waiting(house, claim)
