"""What every ledger promises to people: their verbs, and what they read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.domain.errors import Lost
from connector.domain.outcome import Decision, Ending, NotYet, State
from connector.domain.people import Involved, Subject
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.ledger.rows import Operator, PauseRecord
from connector.lifecycle.ledger_roles import Requeue
from tests.ledger.desk import DESK, House, made, plan

OUTSTANDING = NotYet(Reason.APPROVAL_OUTSTANDING, "")


def stuck(house: House) -> None:
    house.ledger.close(
        house.ledger.settling(house.claim(), Decision(State.STUCK, Reason.UNKNOWN_HISTORY, "TAP-ABCDEFGH-1")),
        State.STUCK,
    )


@pytest.mark.parametrize("word", ["1", "INC0000001"], ids=["sys_id", "number"])
def test_revoking_takes_the_row_from_its_worker(house: House, word: str) -> None:
    claim = house.issuing()
    answer = house.worker("somebody").revoke(DESK, word, "wrong person")
    assert (answer.done, answer.sentence) == (True, "INC0000001: its pass is being revoked.")
    with pytest.raises(Lost):
        house.ledger.delivering(claim, made())
    [row] = house.ledger.take_up(due=True)
    assert (row.state, row.next_state, row.reason, row.detail) == (
        State.REVOKING,
        State.ENDED,
        Ending.REVOKED,
        "wrong person",
    )
    assert house.actions()[-1] == "revocation_requested"


def test_whatever_may_be_out_can_be_revoked(house: House) -> None:
    house.live("1", "ann")
    house.delivering("2", "bob")
    house.ledger.settling(house.delivering("3", "cy"), Decision(State.LIVE))
    house.ledger.revoking(
        house.issuing("4", "dan", "id-boss"), Decision(State.CLAIMED, Reason.RECOVERING)
    )  # another would have been made
    for ticket in ("1", "2", "3", "4"):
        assert house.ledger.revoke(DESK, ticket).done
        assert (house.row(ticket).state, house.row(ticket).next_state) == (State.REVOKING, State.ENDED)
        assert not house.ledger.revoke(DESK, ticket).done


def test_where_no_pass_is_out_revoking_says_so_and_changes_nothing(house: House) -> None:
    house.claim("1")
    house.ledger.close(house.claim("2"), State.WAITING, OUTSTANDING)
    house.ledger.settling(house.claim("3"), Decision(State.REFUSED, Reason.SUBJECT_MISSING))
    house.ended("4")
    before = house.ledger.rows(State)
    sentences = {ticket: house.ledger.revoke(DESK, ticket) for ticket in ("1", "2", "3", "4", "5")}
    assert not any(answer.done for answer in sentences.values())
    assert sentences["2"].sentence == "INC0000002 is waiting; it has no pass."
    assert sentences["5"].sentence == f"The ledger knows no ticket 5 at {DESK}."
    assert house.ledger.rows(State) == before


def test_a_released_ticket_starts_anew_and_is_forgiven(house: House) -> None:
    stuck(house)
    assert house.ledger.release(DESK, "INC0000001").done
    assert (house.row().state, house.row().failures, house.row().history_accepted) == (State.WAITING, 0, True)
    assert house.claim().history_accepted
    assert house.actions()[-1] == "released"


def test_only_a_stuck_ticket_is_released(house: House) -> None:
    house.live()
    answer = house.ledger.release(DESK, "1")
    assert (answer.done, answer.sentence) == (False, "INC0000001 isn't stuck; it is live.")


def test_the_same_wait_again_is_no_news(house: House) -> None:
    for _ in range(3):
        house.ledger.close(house.claim(), State.WAITING, OUTSTANDING)
    assert house.actions() == ["claimed", "deferred"]
    house.ledger.close(house.claim(), State.WAITING, NotYet(Reason.OUTSIDE_HOURS, ""))
    assert house.ledger.history()[-1].detail == {"reason": "outside_hours"}
    assert len(house.ledger.history()) == 3


def test_history_is_asked_by_ticket_and_by_time(house: House) -> None:
    house.claim("1")
    house.clock.on(60)
    house.ledger.close(house.claim("2"), State.WAITING, OUTSTANDING)
    house.ledger.pause()
    assert [line.number for line in house.ledger.history("INC0000001")] == ["INC0000001"]
    assert [line.action for line in house.ledger.history("2")] == ["claimed", "deferred"]
    late = house.ledger.history(since=house.clock.now)
    assert [(line.seq, line.action) for line in late] == [(2, "claimed"), (3, "deferred"), (4, "paused")]
    assert [line.ticket for line in late] == ["2", "2", None]


def test_the_trail_is_whole(house: House) -> None:
    house.ended()
    house.ledger.pause("drill")
    chain = house.ledger.verify()
    assert (chain.lines, chain.broken) == (9, None)


def test_the_ledger_knows_its_own_references_and_no_attempt_that_it_never_booked(house: House) -> None:
    codes = [house.claim(str(ticket)).code for ticket in range(1, 4)]
    assert len(set(codes)) == 3
    assert set(house.ledger.whose([codes[0], codes[2], "TAP-ABCDEFGH", f"{codes[1]}-1"])) == {
        codes[0],
        codes[2],
    }
    assert house.ledger.whose([codes[2]])[codes[2]][1] == "3"
    assert house.ledger.whose([]) == {}


def test_the_ledger_knows_an_attempt_of_its_own(house: House) -> None:
    live = house.live()
    assert set(house.ledger.whose([live.current_attempt.reference, f"{live.code}-2"])) == {
        live.current_attempt.reference
    }


def test_a_number_that_somebody_typed_is_no_attempt_however_long_it_is(house: House) -> None:
    live = house.live()
    typed = [f"{live.code}-{digits}" for digits in ("0", "1", "2", "9" * 5000)]
    assert [*house.ledger.whose(typed)] == [live.current_attempt.reference] == [typed[1]]


def test_rows_are_read_without_claiming_them(house: House) -> None:
    house.ledger.reschedule(house.issuing(), Requeue())
    [row] = house.ledger.rows([State.ISSUING, State.STUCK])
    assert (row.owner, row.current_attempt.number) == ("", 1)
    assert house.ledger.find(DESK, "INC0000001") == row
    assert house.ledger.find(DESK, "INC0000002") is None
    assert [claim.token for claim in house.ledger.take_up()] == [row.token + 1]


def test_a_worker_that_opens_later_finds_the_same_installation(house: House) -> None:
    claim = house.claim()
    other = house.worker("worker-2")
    assert other.installation == house.ledger.installation
    taken = other.take(house.sighting("2"))
    assert isinstance(taken, Claim)
    assert taken.code != claim.code
    assert isinstance(other.issuing(taken, plan("bob"), 0), Claim)


def test_whoever_acts_stands_in_the_trail(house: House) -> None:
    ann, known = Operator("ann", "svc"), {"by": "ann", "login": "svc"}
    house.ended("3", "cy")
    house.live("1", "ann")
    house.ledger.revoke(DESK, "1", "Revoked by ann.", ann, "lost phone")
    stuck_one = house.claim("2")
    house.ledger.close(
        house.ledger.settling(stuck_one, Decision(State.STUCK, Reason.UNKNOWN_HISTORY)), State.STUCK
    )
    house.ledger.release(DESK, "2", ann)
    house.ledger.reissue(DESK, "3", ann)
    house.ledger.pause("a drill", ann)
    house.ledger.resume(ann)
    acts = {
        line.action: {name: line.detail.get(name) for name in ("by", "login")}
        for line in house.ledger.history()
        if "by" in line.detail
    }
    verbs = ("revocation_requested", "released", "reissue_requested", "paused", "resumed")
    assert acts == dict.fromkeys(verbs, known)
    assert house.ledger.verify().broken is None


def test_every_pass_that_may_be_out_is_revoked_in_one_go(house: House) -> None:
    house.ended("3", "cy")
    house.live("1", "ann")
    house.delivering("2", "bob")
    house.claim("4")
    answers = house.ledger.revoke_all("Revoked by ann.", Operator("ann"), "an incident")
    assert sorted((each.done, each.claim and each.claim.number) for each in answers) == [
        (True, "INC0000001"),
        (True, "INC0000002"),
    ]
    assert {house.row(ticket).reason for ticket in ("1", "2")} == {Ending.REVOKED}
    assert house.row("4").state is State.CLAIMED
    assert [each.done for each in house.ledger.revoke_all()] == [False, False]


def test_what_is_out_is_what_is_not_proven_gone(house: House) -> None:
    house.ended("3", "cy")
    house.live("1", "ann")
    house.issuing("2", "bob")
    house.ledger.revoke(DESK, "1")
    out = house.ledger.passes_out()
    assert [(each.claim.number, each.delivered_at is None) for each in out] == [
        ("INC0000001", False),
        ("INC0000002", True),
    ]


def test_a_pause_keeps_its_first_reason_and_who_began_it(house: House) -> None:
    assert house.ledger.pause_record() is None
    assert house.ledger.pause("an incident", Operator("ann")) is None
    began = house.clock.now
    house.clock.on(60)
    first = PauseRecord("an incident", "ann", began)
    assert house.worker("somebody").pause("a drill", Operator("bob")) == first
    assert (house.ledger.pause_record(), house.ledger.paused()) == (first, "an incident")
    assert house.actions() == ["paused"]
    house.ledger.resume()
    house.ledger.pause()
    assert house.ledger.pause_record() == PauseRecord("", "", house.clock.now)


@pytest.mark.parametrize("number", ["", "-1", "-7"])
def test_a_ticket_is_found_by_its_reference(house: House, number: str) -> None:
    code = house.live("1").code
    house.live("2", "bob")
    found = house.ledger.find(DESK, f"{code}{number}".lower())
    assert found is not None
    assert found.number == "INC0000001"
    assert house.ledger.find(DESK, "TAP-ABCDEFGH") is None


def test_a_decision_keeps_the_ids_of_its_people_in_the_trail_and_their_names_beside_it(house: House) -> None:
    ann, boss = Subject("id-ann", "ann@contoso.com", "Ann"), Subject("id-boss", "boss@contoso.com", "Boss")
    about = Involved(ann, boss)
    house.ledger.close(house.claim("1"), State.WAITING, replace(OUTSTANDING, about=about))
    house.ledger.settling(house.claim("2"), Decision(State.REFUSED, Reason.SUBJECT_DISABLED, about=about))
    lines = [line for line in house.ledger.history() if line.action in {"deferred", "refused"}]
    assert [(line.detail["subject"], line.detail["requester"]) for line in lines] == [
        ("id-ann", "id-boss")
    ] * 2
    assert house.ledger.names() == {"id-ann": ann, "id-boss": boss}
    assert not any("contoso" in str(line.detail) for line in lines)


def test_a_person_who_was_renamed_is_known_by_the_new_name(house: House) -> None:
    for number, name in enumerate(("Ann Lee", "Ann Ray"), 1):
        about = Involved(Subject("id-ann", "ann@contoso.com", name))
        house.ledger.close(house.claim(str(number)), State.WAITING, replace(OUTSTANDING, about=about))
    assert house.ledger.names()["id-ann"].name == "Ann Ray"
    assert {line.number for line in house.ledger.history(person="ann ray")} == {"INC0000001", "INC0000002"}
    assert house.ledger.history(person="Ann Lee") == []


def test_a_wait_is_as_old_as_its_first_line_though_it_was_judged_often(house: House) -> None:
    began = house.clock.now
    for reason, count in ((Reason.APPROVAL_OUTSTANDING, 3), (Reason.PAUSED, 2)):
        for _ in range(count):
            house.ledger.close(house.claim("1"), State.WAITING, NotYet(reason, ""))
            house.clock.on(60)
    house.ledger.close(house.claim("2"), State.WAITING, OUTSTANDING)
    first, second = house.ledger.waits([State.WAITING])
    assert (first.claim.number, first.since, first.reason_since) == ("INC0000001", began, began + 180)
    assert (second.claim.number, second.since) == ("INC0000002", began + 300)


def test_what_a_worker_keeps_of_itself_is_read_by_others_and_is_no_decision(house: House) -> None:
    assert house.ledger.recorded("last_sweep") is None
    house.ledger.record("last_sweep", {"seen": 3})
    house.ledger.record("last_sweep", {"seen": 4})
    assert house.worker("somebody").recorded("last_sweep") == {"seen": 4}
    assert house.actions() == []
