"""Names beside the trail: sealed by a salted digest, deleted without a trace, and the chain stays whole."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from connector.domain.outcome import Decision, NotYet, State
from connector.domain.people import Grounds, Involved, Subject
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.ledger import retention
from connector.ledger.chain_watch import ChainWatch
from connector.ledger.names import WORDS, digests_of
from connector.ledger.retention import Retention
from connector.ledger.rows import ERASED, AuditLine, Operator
from tests.ledger.desk import DAY, House, made, plan

ANN = Subject("id-ann", "ann.lee@contoso.com", "Ann Lee")
BOSS = Subject("id-boss", "mia.boss@contoso.com", "Mia Boss")
GROUNDS = Grounds((("NotPrivileged", "yes"),), "id-boss", ("id-fred", None), "a" * 64)
SENTENCE = "ann.lee@contoso.com holds an administrator role."


def refused(house: House, ticket: str = "1", person: Subject = ANN, sentence: str = SENTENCE) -> None:
    """Judged, refused, and told so."""
    no = Decision(
        State.REFUSED, Reason.SUBJECT_PRIVILEGED, sentence, about=Involved(person, BOSS, grounds=GROUNDS)
    )
    house.ledger.close(house.ledger.settling(house.claim(ticket), no), State.REFUSED)


def mailed(house: House, ticket: str = "1") -> Claim:
    """Being made, and to be mailed to the manager."""
    wanted = replace(plan(), subject=ANN, recipient=f"note:work_notes or mail:{BOSS.id}|{BOSS.upn}")
    claim = house.ledger.issuing(house.claim(ticket), wanted, start=int(house.clock.now) + 75)
    assert isinstance(claim, Claim)
    return claim


def finish(house: House, claim: Claim) -> None:
    ledger = house.ledger
    held = ledger.settling(ledger.delivering(claim, made("p1", house.clock.now)), Decision(State.LIVE))
    ledger.close(held, State.LIVE)
    [live] = ledger.take_up([State.LIVE])
    gone = ledger.revoking(live, Decision(State.ENDED))
    ledger.close(ledger.settling(gone, Decision(State.ENDED, revocation_proven=True)), State.ENDED)


def line_of(house: House, action: str) -> AuditLine:
    return next(line for line in house.ledger.history() if line.action == action)


def forever(house: House) -> str:
    """Everything that the ledger tells of its trail, its rows and its switches."""
    ledger = house.ledger
    told = [repr(ledger.history()), repr(ledger.rows(State)), repr(ledger.names()), repr(ledger.salts())]
    return " ".join([*told, str(ledger.paused()), repr(ledger.recorded("last_sweep"))])


def test_a_line_names_nobody_and_seals_who_it_is_about(house: House) -> None:
    refused(house)
    line = line_of(house, "refused")
    assert not any(each in line.text for each in ("ann.lee", "Ann", "mia.boss", "administrator"))
    assert (line.people["id-ann"], line.people["id-boss"]) == (ANN, BOSS)
    assert line.detail["detail"] == SENTENCE
    records = house.ledger.salts()
    for role, digest in digests_of(json.loads(line.text)).items():
        record = records[digest]
        assert sha256(f"{record.salt}{record.text}".encode()).hexdigest() == digest, role
    assert {*digests_of(json.loads(line.text))} == {"subject", "requester", WORDS}


def test_a_decision_carries_its_grounds_as_ids_hashes_and_verdicts(house: House) -> None:
    refused(house)
    sealed = json.loads(line_of(house, "refused").text)
    assert (sealed["guards"], sealed["manager"]) == ({"NotPrivileged": "yes"}, "id-boss")
    assert (sealed["approvers"], sealed["policy"]) == (["id-fred", None], "a" * 64)


def test_each_record_has_a_salt_of_its_own(house: House) -> None:
    for ticket in range(1, 6):
        refused(house, str(ticket))
    salts = [each.salt for each in house.ledger.salts().values()]
    assert len(salts) == 20
    assert len(set(salts)) == len(salts)
    assert all(len(each) == 64 for each in salts)


def test_an_address_that_a_pass_is_mailed_to_stands_beside_the_line(house: House) -> None:
    mailed(house)
    line = line_of(house, "issuing")
    assert json.loads(line.text)["recipient"] == "note:work_notes or mail:id-boss"
    assert BOSS.upn not in line.text
    assert line.detail["recipient"] == f"note:work_notes or mail:id-boss|{BOSS.upn}"


def test_names_go_after_their_time_and_the_chain_stays_whole(house: House) -> None:
    house.ledger.retention = Retention(names=90 * DAY)
    refused(house)
    house.clock.on(89 * DAY)
    refused(house, "2", Subject("id-bob", "bob@contoso.com", "Bob"), "bob@contoso.com is disabled.")
    house.ledger.tend()
    assert "ann.lee@contoso.com" in forever(house)
    house.clock.on(2 * DAY)
    house.ledger.tend()
    left = forever(house)
    assert "ann.lee" not in left and "Ann Lee" not in left
    assert "bob@contoso.com is disabled." in left
    line = line_of(house, "refused")
    assert (line.people, line.deleted) == ({"id-ann": None, "id-boss": None}, True)
    assert "reason" in line.detail and "detail" not in line.detail
    chain = house.ledger.verify()
    assert (chain.holds, chain.names_deleted) == (True, 4)


def test_digests_of_what_an_ended_ticket_said_go_with_its_names(house: House) -> None:
    """A refused ticket keeps its own: it is judged again when its facts change."""
    house.ledger.retention = Retention(names=DAY)
    house.ended("1")
    refused(house, "2")
    before = house.ledger.read(lambda db: [db.ticket(house.row(each).desk, each) for each in ("1", "2")])
    assert all(each and each.digest not in (None, "", ERASED) for each in before)
    house.clock.on(3 * DAY)
    house.ledger.tend()
    after = house.ledger.read(lambda db: [db.ticket(house.row(each).desk, each) for each in ("1", "2")])
    assert after[0] and before[0] and after[1] and before[1]
    assert after[0].digest == ERASED
    assert (after[0].state, after[0].updated_at) == (before[0].state, before[0].updated_at)
    assert after[1].digest == before[1].digest


def test_names_of_a_ticket_that_is_under_way_stay(house: House) -> None:
    house.ledger.retention = Retention(names=DAY)
    claim = mailed(house)
    house.clock.on(3 * DAY)
    house.ledger.tend()
    assert house.row().current_attempt.subject == ANN
    assert line_of(house, "issuing").people == {"id-ann": ANN}
    finish(house, claim)
    house.clock.on(3 * DAY)
    house.ledger.tend()
    assert "ann.lee" not in forever(house)
    assert house.row().current_attempt.recipient == "note:work_notes or mail:id-boss"


def test_old_lines_go_behind_a_checkpoint_and_the_rest_verifies(house: House) -> None:
    house.ledger.retention = Retention(trail=400 * DAY)
    refused(house)
    last = house.ledger.history()[-1]
    house.clock.on(399 * DAY)
    refused(house, "2")
    assert house.ledger.tend() == ()
    house.clock.on(3 * DAY)
    house.ledger.tend()
    history = house.ledger.history()
    assert [line.action for line in history] == ["claimed", "refused", "settled", "trail_pruned"]
    assert history[-1].detail == {"removed": 3, "last": last.seq, "hash": last.hash}
    chain = house.ledger.verify()
    assert (chain.holds, chain.lines, chain.removed) == (True, 4, 3)
    assert house.ledger.hash_of_line(last.seq) == last.hash
    assert {each.seq for each in house.ledger.salts().values()} == {5, 6}


def test_a_trail_is_pruned_twice(house: House) -> None:
    house.ledger.retention = Retention(trail=10 * DAY)
    for ticket in range(1, 4):
        refused(house, str(ticket))
        house.clock.on(12 * DAY)
        house.ledger.tend()
    chain = house.ledger.verify()
    assert (chain.holds, chain.removed) == (True, 11)
    assert [line.action for line in house.ledger.history()] == ["trail_pruned"]


def test_a_watch_over_the_chain_takes_a_pruned_trail_for_whole(house: House) -> None:
    house.ledger.retention, watch = Retention(trail=10 * DAY), ChainWatch()
    refused(house)
    assert house.ledger.read(watch.look) == ()
    house.clock.on(12 * DAY)
    refused(house, "2")
    house.ledger.tend()
    assert house.ledger.verify().removed == 3
    assert house.ledger.read(watch.look) == house.ledger.read(ChainWatch().look) == ()


def test_lines_of_an_unfinished_ticket_and_all_behind_them_stay(house: House) -> None:
    house.ledger.retention = Retention(trail=10 * DAY)
    refused(house)
    claim = mailed(house, "2")
    refused(house, "3")
    house.clock.on(30 * DAY)
    house.ledger.tend()
    assert [line.number for line in house.ledger.history()][:2] == ["INC0000002"] * 2
    finish(house, claim)
    house.clock.on(30 * DAY)
    house.ledger.tend()
    assert [line.action for line in house.ledger.history()] == ["trail_pruned"]
    assert house.ledger.verify().holds


def test_much_goes_in_steps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "STEP", 20)
    house.ledger.retention = Retention(trail=10 * DAY)
    for _ in range(25):
        house.ledger.pause()
        house.ledger.resume()
    house.clock.on(30 * DAY)
    assert [each.count for each in house.ledger.tend()] == [20]
    assert house.ledger.verify().holds
    assert [each.count for each in house.ledger.tend()] == [20]
    assert [each.count for each in house.ledger.tend()] == [10]
    assert house.ledger.tend() == ()
    assert house.ledger.verify().holds


# Erasure


def test_an_erased_person_is_named_nowhere_and_the_trail_says_that_somebody_was(house: House) -> None:
    refused(house)
    refused(house, "2", Subject("id-bob", "bob@contoso.com", "Bob"), "bob@contoso.com is disabled.")
    house.ledger.pause("Ann Lee was seen elsewhere")
    house.ledger.record(
        "last_sweep", {"unreachable_because": {"entra": "no answer about ann.lee@contoso.com"}}
    )
    assert house.ledger.erase("Ann Lee", Operator("mia"), "request 7").done
    left = forever(house)
    assert not any(each in left.casefold() for each in ("ann.lee", "ann lee"))
    assert "bob@contoso.com is disabled." in left and BOSS.upn in left
    line = house.ledger.history()[-1]
    assert (line.action, line.detail["by"], line.detail["why"]) == ("person_erased", "mia", "request 7")
    assert house.ledger.paused() == ""
    assert house.ledger.verify().holds
    assert line_of(house, "refused").people["id-ann"] is None
    assert house.ledger.erase("Ann Lee").done is False


@pytest.mark.parametrize("who", ["ANN.LEE@contoso.com", "ann  lee", "id-ann"])
def test_a_person_is_erased_by_whatever_they_are_known_by(house: House, who: str) -> None:
    refused(house)
    assert "Ann Lee" in forever(house)
    assert house.ledger.erase(who).done
    assert "ann.lee" not in forever(house).casefold()


def test_sentences_about_an_erased_person_go_whatever_they_call_them(house: House) -> None:
    refused(house, sentence="No user is called ann.lee.")
    refused(house, "2", Subject("id-bob", "bob@contoso.com", "Bob"), "Asked by ann.lee@contoso.com.")
    assert house.ledger.erase("id-ann").done
    assert "ann.lee" not in forever(house)


def test_what_is_under_way_keeps_its_names_until_it_ends(house: House) -> None:
    refused(house, "2")
    claim = mailed(house)
    done = house.ledger.erase("Ann Lee")
    assert done.under_way == ("INC0000001",)
    assert "INC0000001; these names go when that has ended" in done.sentence
    assert house.row().current_attempt.subject == ANN
    finish(house, claim)
    house.clock.on(301)
    house.ledger.tend()
    assert "ann.lee" not in forever(house)
    assert house.ledger.recorded("erasures") is None
    assert house.ledger.verify().holds


def test_a_ticket_that_waits_in_the_queue_keeps_its_names_as_it_would_bring_them_back(house: House) -> None:
    waits = NotYet(Reason.PASS_STANDING, "ann.lee@contoso.com has a pass.", about=Involved(ANN))
    house.ledger.close(house.claim(), State.WAITING, waits)
    assert house.ledger.erase("Ann Lee").under_way == ("INC0000001",)
    house.clock.on(2 * DAY)
    house.ledger.tend()
    assert "ann.lee" not in forever(house).casefold()


def test_two_people_of_one_name_are_told_apart_by_their_ids(house: House) -> None:
    refused(house)
    refused(house, "2", Subject("id-other", "ann.lee2@contoso.com", "Ann Lee"), "Disabled.")
    answer = house.ledger.erase("Ann Lee")
    assert (answer.done, answer.sentence) == (
        False,
        "2 people are called Ann Lee; give one object id: id-ann, id-other",
    )
    assert house.ledger.erase("id-other").done
    assert "ann.lee2" not in forever(house) and SENTENCE in forever(house)


@pytest.mark.parametrize(
    ("by", "why"), [("mia", "Ann Lee asked for it"), ("Ann Lee", ""), ("mia", "for ANN.LEE@contoso.com")]
)
def test_an_erasure_never_writes_the_name_that_it_deletes(house: House, by: str, why: str) -> None:
    refused(house)
    before = house.ledger.history()
    assert not house.ledger.erase("id-ann", Operator(by), why).done
    assert house.ledger.history() == before


def test_under_what_name_an_operator_acted_stays(house: House) -> None:
    refused(house)
    house.ledger.pause("a drill", Operator("Ann Lee"))
    house.ledger.resume(Operator("Ann Lee"))
    assert house.ledger.erase("Ann Lee", Operator("mia")).done
    assert [line.detail["by"] for line in house.ledger.history() if line.action == "resumed"] == ["Ann Lee"]
    assert house.ledger.verify().holds


def test_nobody_is_erased_under_a_name_that_the_ledger_doesnt_know(house: House) -> None:
    refused(house)
    for word in ("Ann", "ann.lee", "lee@contoso.com", "x"):
        assert not house.ledger.erase(word).done
    assert SENTENCE in forever(house)
