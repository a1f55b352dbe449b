"""What every ledger promises about who works on what, and what is judged again."""

from __future__ import annotations

import re

import pytest

from connector.domain.errors import Lost
from connector.domain.outcome import Decision, Ending, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.lifecycle.ledger_roles import Requeue, Skip
from tests.ledger.desk import DESK, LEASE, House, plan

OUTSTANDING = NotYet(Reason.APPROVAL_OUTSTANDING, "The approval is outstanding.")


def refused(house: House, ticket: str = "1") -> Claim:
    claim = house.ledger.settling(
        house.claim(ticket), Decision(State.REFUSED, Reason.SUBJECT_MISSING, "Nobody is named.")
    )
    house.ledger.close(claim, State.REFUSED)
    return house.row(ticket)


def up(house: House, state: State) -> Claim:
    [claim] = house.ledger.take_up([state])
    return claim


# Taking


def test_a_new_ticket_is_claimed_and_gets_a_code_that_begins_with_the_installation(house: House) -> None:
    claim = house.claim()
    assert (claim.state, claim.owner, claim.token, claim.mapping) == (
        State.CLAIMED,
        "worker-1",
        1,
        "incidents",
    )
    assert re.fullmatch("TAP-[0-9A-HJKMNP-TV-Z]{8}", claim.code)
    assert claim.code.startswith(f"TAP-{house.ledger.installation}")
    assert len(house.ledger.installation) == 3


def test_a_ticket_has_one_worker(house: House) -> None:
    house.claim()
    other = house.worker("worker-2")
    assert other.take(house.sighting()) is Skip.HELD
    assert house.ledger.take(house.sighting()) is Skip.HELD
    assert other.take_up() == []


def test_a_lease_that_ran_out_goes_to_another_and_its_owner_loses_the_row(house: House) -> None:
    claim = house.claim()
    house.clock.on(LEASE)
    taken = house.worker("worker-2").take(house.sighting())
    assert isinstance(taken, Claim)
    assert taken.token == claim.token + 1
    for write in (
        lambda: house.ledger.issuing(claim, plan(), 0),
        lambda: house.ledger.settling(claim, Decision(State.REFUSED, Reason.SUBJECT_MISSING)),
        lambda: house.ledger.close(claim, State.WAITING, OUTSTANDING),
        lambda: house.ledger.reschedule(claim, Requeue()),
        lambda: house.ledger.hand_back(claim, Requeue()),
    ):
        with pytest.raises(Lost):
            write()
    assert house.row() == taken


def test_a_renewed_lease_holds(house: House) -> None:
    house.claim()
    house.clock.on(LEASE - 1)
    house.ledger.renew()
    house.clock.on(LEASE - 1)
    assert house.worker("worker-2").take(house.sighting()) is Skip.HELD


def test_what_was_handed_back_is_not_renewed(house: House) -> None:
    house.ledger.reschedule(house.issuing(), Requeue())
    house.ledger.renew()
    assert [claim.state for claim in house.worker("worker-2").take_up()] == [State.ISSUING]


def test_whatever_others_left_leased_is_free_at_once_but_not_ones_own(house: House) -> None:
    house.issuing("1", "ann")
    other = house.worker("worker-2")
    assert isinstance(other.take(house.sighting("2")), Claim)
    other.give_up_others()
    assert [claim.ticket for claim in other.take_up()] == ["1"]


def test_taking_up_gives_the_oldest_due_first_and_no_more_than_asked(house: House) -> None:
    for ticket, wait in (("1", 60), ("2", 0), ("3", 30)):
        house.ledger.reschedule(house.issuing(ticket, f"person{ticket}"), Requeue(wait=wait))
    assert house.ledger.take_up([State.CLAIMED]) == []
    assert [each.ticket for each in house.ledger.take_up(due=True)] == ["2"]
    house.clock.on(60)
    assert [each.ticket for each in house.ledger.take_up(due=True, limit=2)] == ["2", "3"]
    assert [each.ticket for each in house.ledger.take_up()] == ["1"]


def test_a_ticket_that_is_under_way_is_left_to_recovery(house: House) -> None:
    house.ledger.reschedule(house.issuing(), Requeue())
    assert house.ledger.take(house.sighting()) is Skip.UNFINISHED
    house.ledger.take_up()
    assert house.ledger.take(house.sighting()) is Skip.HELD


def test_a_ticket_that_had_its_pass_is_done_whatever_changes_on_it(house: House) -> None:
    house.live()
    assert house.ledger.take(house.sighting(digest="other facts")) is Skip.UNFINISHED
    claim = house.ledger.revoking(up(house, State.LIVE), Decision(State.ENDED, Ending.EXPIRED))
    house.ledger.close(
        house.ledger.settling(claim, Decision(State.ENDED, Ending.EXPIRED, revocation_proven=True)),
        State.ENDED,
    )
    assert house.ledger.take(house.sighting(digest="other facts")) is Skip.DONE


def test_a_deferred_ticket_is_judged_again_under_the_mapping_that_shows_it(house: House) -> None:
    assert house.ledger.close(house.claim(), State.WAITING, OUTSTANDING) is State.WAITING
    assert (house.row().reason, house.row().detail, house.row().owner) == (
        OUTSTANDING.reason,
        OUTSTANDING.detail,
        "",
    )
    assert house.claim().token == 2


# Refused


def test_a_refused_ticket_is_left_alone_until_what_it_was_judged_on_changes(house: House) -> None:
    refused(house)
    house.clock.on(60)
    assert house.ledger.take(house.sighting()) is Skip.SAME
    again = house.claim(digest="other facts")
    assert (again.state, (again.posted_mark or "").split()[0], again.reason) == (
        State.CLAIMED,
        "subject_missing",
        None,
    )


def test_a_refused_ticket_that_left_the_queue_and_came_back_is_judged_again(house: House) -> None:
    refused(house)
    house.clock.on(60)
    house.ledger.seen(DESK, "incidents", ["2", "3"], house.clock.now)
    assert house.ledger.take(house.sighting()) is Skip.SAME  # seen by the very poll that didn't show it
    house.clock.on(60)
    assert (house.claim().posted_mark or "").startswith("subject_missing ")


@pytest.mark.parametrize(
    ("desk", "mapping", "shown", "age"),
    [
        (DESK, "incidents", ["1"], 60),
        (DESK, "incidents", [], 0),
        (DESK, "tasks", [], 60),
        ("https://example.org", "incidents", [], 60),
    ],
    ids=["still shown", "a poll from before the refusal", "another mapping's poll", "another desk's poll"],
)
def test_only_a_later_poll_of_its_own_mapping_tells_that_it_left(
    house: House, desk: str, mapping: str, shown: list[str], age: float
) -> None:
    refused(house)
    house.ledger.seen(desk, mapping, shown, house.clock.now + age)
    house.clock.on(120)
    assert house.ledger.take(house.sighting()) is Skip.SAME


def test_having_left_the_queue_counts_once(house: House) -> None:
    refused(house)
    house.clock.on(60)
    house.ledger.seen(DESK, "incidents", [], house.clock.now)
    house.clock.on(60)
    claim = house.ledger.settling(house.claim(), Decision(State.REFUSED, Reason.SUBJECT_MISSING))
    house.ledger.close(claim, State.REFUSED)
    house.clock.on(60)
    assert house.ledger.take(house.sighting()) is Skip.SAME


def test_a_digest_from_the_decision_replaces_the_sightings(house: House) -> None:
    claim = house.ledger.settling(
        house.claim(), Decision(State.REFUSED, Reason.SUBJECT_MISSING, digest="as we left it")
    )
    house.ledger.close(claim, State.REFUSED)
    assert house.ledger.take(house.sighting(digest="as we left it")) is Skip.SAME


def test_a_refusal_that_the_desk_would_not_take_is_not_said(house: House) -> None:
    claim = house.ledger.settling(
        house.claim(), Decision(State.REFUSED, Reason.SUBJECT_MISSING, "Nobody is named.")
    )
    house.ledger.close(claim, State.REFUSED, NotYet(Reason.DESK_UNREACHABLE, "403"))
    assert (house.row().reason, house.row().detail, house.row().posted_mark) == (
        Reason.SUBJECT_MISSING,
        "Nobody is named.",
        None,
    )
    assert house.ledger.history()[-1].detail["unsaid"] == "403"
