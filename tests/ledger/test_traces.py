"""Nothing is left of an erased person: no name, and no digest by which whoever knows it can confirm it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from hashlib import sha256

from sqlalchemy import String, Text, select

from connector.domain.approval import ApprovalLook, changed_since
from connector.domain.durations import Limit
from connector.domain.outcome import Decision, State
from connector.domain.people import Involved, Subject
from connector.domain.pins import Pin, name_of
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim
from connector.ledger.limiting import IN_ALL
from connector.ledger.observing import Observation, Seen, digest
from connector.ledger.persons import marks_of
from connector.ledger.rests import Rest, Suspect
from connector.ledger.retention import Retention, erase_now
from connector.ledger.rows import Operator
from connector.ledger.schema import meta
from connector.ledger.transaction import Transaction
from connector.lifecycle.ledger_roles import Skip
from tests.ledger.desk import DAY, DESK, House, made, plan
from tests.ledger.test_names import BOSS, forever
from tests.ledger.test_sql import on_disk

ZOE = Subject("id-zoe", "zoë.ray@contoso.com", "Zoë Ray")
SENTENCE = "zoë.ray@contoso.com holds an administrator role."
FACTS = sha256(b"zo\xc3\xab.ray@contoso.com asks for herself").hexdigest()
CONTENT = sha256(b"zo\xc3\xab.ray@contoso.com, an hour").hexdigest()
PIN = name_of("upn", ZOE.upn)
ASKER = sha256(f"mail\n{ZOE.upn}".encode()).hexdigest()[:32]
CONFIRM = (FACTS, CONTENT, PIN, ASKER, sha256(SENTENCE.encode()).hexdigest()[:8])  # whoever knows a name can

ERASED, IDS, TICKET, TIMES = "erased", "object ids only", "names a ticket, not a person", "codes and marks"
COLUMNS = {
    "tickets.desk": "a service's address",
    "tickets.ticket": TICKET,
    "tickets.number": TICKET,
    "tickets.mapping": "a name of the admin's",
    "tickets.state": TIMES,
    "tickets.owner": "names a worker",
    "tickets.code": TICKET,
    "tickets.then_": TIMES,
    "tickets.reason": TIMES,
    "tickets.detail": ERASED,
    "tickets.said": ERASED,
    "tickets.wait_said": "the code of a reason",
    "tickets.digest": ERASED,
    "tickets.again": "digest of the field that asks for another pass: an answer, and nobody's name",
    "tickets.pins": ERASED,
    "tickets.seen_unapproved": ERASED,
    "tickets.seen_approved": ERASED,
    "polls.desk": "a service's address",
    "polls.owner": "names a worker",
    "seen.desk": "a service's address",
    "seen.ticket": TICKET,
    "seen.mapping": "a name of the admin's",
    "seen.opened": TIMES,
    "attempts.desk": "a service's address",
    "attempts.ticket": TICKET,
    "attempts.reference": TICKET,
    "attempts.subject_id": IDS,
    "attempts.subject_upn": ERASED,
    "attempts.subject_name": ERASED,
    "attempts.requester": IDS,
    "attempts.recipient": ERASED,
    "attempts.pass_id": "names a pass, at random",
    "audit.desk": "a service's address",
    "audit.ticket": TICKET,
    "audit.number": TICKET,
    "audit.action": TIMES,
    "audit.detail": "ids, codes, salted digests; test_former_names.py on lines of older releases",
    "audit.hash": "over lines without names",
    "rests.route": "names a service and a mapping",
    "rests.reason": TIMES,
    "rests.answer": ERASED,
    "rests.detail": ERASED,
    "rests.probe": TICKET,
    "rests.suspects": ERASED,
    "names.digest": "salted, and goes with its record",
    "names.salt": "at random, and goes with its record",
    "names.desk": "a service's address",
    "names.ticket": TICKET,
    "names.person": IDS,
    "names.record": ERASED,
    "observations.kind": TIMES,
    "observations.key": ERASED,
    "observations.value": IDS,
    "alert_states.condition": TIMES,
    "alert_states.key": TICKET,
    "alert_states.label": "a name of the admin's",
    "alert_addresses.address": "a reference of config.yaml",
    "alert_addresses.pending": "conditions, names of the admin's, ids of tickets",
    "alert_addresses.answer": "our own words",
    "switches.name": TIMES,
    "switches.value": ERASED,
}


def test_each_column_with_text_says_whether_an_erasure_reaches_it_or_why_it_needs_not() -> None:
    texts = {
        f"{table.name}.{column.name}"
        for table in meta.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | Text)
    }
    assert texts == COLUMNS.keys()


def refused(house: House) -> None:
    """Zoë's ticket, seen before and after its approval, pinned and refused."""
    look = ApprovalLook(False, CONTENT, CONTENT)
    polled = replace(house.sighting("1", FACTS), look=look)
    claim = house.ledger.take(polled)
    assert isinstance(claim, Claim)
    about = Involved(ZOE, BOSS, pins=(Pin(PIN, ZOE.id, 1), Pin(name_of("mail", BOSS.upn), BOSS.id)))
    no = Decision(State.REFUSED, Reason.SUBJECT_PRIVILEGED, SENTENCE, about=about)
    house.ledger.close(house.ledger.settling(claim, no), State.REFUSED)


def delivered(house: House) -> None:
    """A ticket by which Zoë got a pass that is used and gone, by mail."""
    look = ApprovalLook(True, CONTENT, CONTENT, "row@1")
    claim = house.ledger.take(replace(house.sighting("2", FACTS), look=look))
    assert isinstance(claim, Claim)
    wanted = replace(plan(), subject=ZOE, requester=ZOE.id, asker=ASKER, recipient=f"mail:{ZOE.id}|{ZOE.upn}")
    ledger, start = house.ledger, int(house.clock.now) + 75
    booked = ledger.issuing(claim, wanted, start=start)
    assert isinstance(booked, Claim)
    held = ledger.settling(ledger.delivering(booked, made("p2", house.clock.now)), Decision(State.LIVE))
    ledger.close(held, State.LIVE)
    [live] = ledger.take_up([State.LIVE])
    gone = ledger.revoking(live, Decision(State.ENDED))
    ledger.close(ledger.settling(gone, Decision(State.ENDED, revocation_proven=True)), State.ENDED)


def observe(mark: Observation, db: Transaction) -> None:
    db.observe(mark)


def around(house: House) -> None:
    """Zoë in all that stands beside tickets and the trail."""
    ledger, now = house.ledger, house.clock.now
    ledger.pause(f"{ZOE.upn} was seen elsewhere")
    ledger.record("last_sweep", {"unreachable_because": {"entra": f"no answer about {ZOE.upn}"}})
    ledger.raise_limit(IN_ALL, Limit(9, 3600), now + DAY, Operator("mia"), f"for {ZOE.name}")
    marks = [(Seen.REACHED, f"passes_per_subject {digest(ZOE.id)}")]
    marks += [(kind, digest(ZOE.id)) for kind in (Seen.PRIVILEGED, Seen.FLIP)]
    for kind, key in marks:
        ledger.write(partial(observe, Observation(kind, key, now)))
    said = f"no answer about {ZOE.upn}"
    met = Suspect(ZOE.id, "503", now, detail=said)
    ledger.write(lambda db: db.put_rest(Rest("entra", (met,), now, now + 60, 1, answer=said, detail=said)))


def values(house: House) -> dict[str, str]:
    """All texts of the ledger's file, by their column."""
    with on_disk(house).engine.connect() as db:
        return {
            f"{table.name}.{column.name}": "\n".join(map(str, db.execute(select(column)).scalars()))
            for table in meta.sorted_tables
            for column in table.columns
            if isinstance(column.type, String | Text)
        }


def telling(house: House) -> set[str]:
    """The columns that tell of Zoë: by name, or by a digest that can be confirmed."""
    known = (*CONFIRM, ZOE.upn, ZOE.name, r"zo\u00eb.ray", r"Zo\u00eb Ray", digest(ZOE.id))
    return {name for name, text in values(house).items() if any(each in text for each in known)}


def test_an_erasure_leaves_no_name_and_no_digest_that_confirms_one(sql: House) -> None:
    refused(sql)
    delivered(sql)
    around(sql)
    sql.clock.on(2 * DAY)
    assert telling(sql) == {name for name, why in COLUMNS.items() if why == ERASED}
    assert sql.ledger.erase("Zoë Ray", Operator("mia")).done
    assert telling(sql) == set()
    assert BOSS.upn in forever(sql)
    assert sql.ledger.verify().holds


def test_a_second_erasure_finds_nothing_left(house: House) -> None:
    refused(house)
    delivered(house)
    assert house.ledger.erase("Zoë Ray").done
    assert not house.ledger.erase("Zoë Ray").done
    assert not house.ledger.erase(ZOE.upn).done


def test_a_refusal_without_its_facts_stands_until_the_ticket_comes_back(house: House) -> None:
    refused(house)
    assert isinstance(house.ledger.take(house.sighting("1", FACTS)), Skip)
    assert house.ledger.erase("Zoë Ray").done
    assert house.ledger.take(house.sighting("1", "changed")) is Skip.SAME
    house.clock.on(60)
    house.ledger.seen(DESK, "incidents", (), house.clock.now)
    house.clock.on(60)
    assert isinstance(house.ledger.take(house.sighting("1", FACTS)), Claim)


def test_what_a_poll_shows_of_an_erased_refusal_is_not_written_down_again(house: House) -> None:
    refused(house)
    assert house.row().seen_unapproved == CONTENT
    assert house.ledger.erase("Zoë Ray").done
    look = ApprovalLook(False, CONTENT, CONTENT)
    assert house.ledger.take(replace(house.sighting("1", FACTS), look=look)) is Skip.SAME
    assert house.row().seen_unapproved is None


def test_an_approval_of_before_the_erasure_counts_no_more_and_another_does(house: House) -> None:
    delivered(house)
    before = house.row("2").seen_approved
    assert house.ledger.erase("Zoë Ray").done
    kept = house.row("2").seen_approved
    same = ApprovalLook(True, CONTENT, CONTENT, "row@1")
    assert (changed_since(before, same), changed_since(kept, same)) == (False, True)
    assert not changed_since(kept, replace(same, mark="row@2"))


def test_whose_privileges_were_seen_within_the_hour_stays_under_watch(house: House) -> None:
    refused(house)
    around(house)
    house.clock.on(600)
    assert house.ledger.erase("Zoë Ray").done
    kept = house.ledger.read(lambda db: [each.key for each in db.observations(Seen.PRIVILEGED)])
    assert kept == [digest(ZOE.id)]


def test_a_pin_keeps_its_account_without_the_name(house: House) -> None:
    refused(house)
    assert {pin.name for pin in house.row().pins} == {PIN, name_of("mail", BOSS.upn)}
    assert house.ledger.erase("Zoë Ray").done
    pins = {pin.id: pin for pin in house.row().pins}
    assert (pins[ZOE.id].erased, pins[ZOE.id].created) == (True, 1)
    assert pins[BOSS.id].name == name_of("mail", BOSS.upn)


def test_a_ticket_whose_lines_are_gone_is_still_theirs_by_its_pin(house: House) -> None:
    refused(house)
    house.ledger.retention = Retention(trail=DAY)
    house.ledger.write(lambda db: db.drop_names([each.digest for each in db.name_records()]))
    house.clock.on(3 * DAY)
    house.ledger.tend()
    assert house.row().detail == SENTENCE
    house.ledger.write(partial(_erase, house.clock.now))
    assert house.row().detail == ""


def _erase(now: float, db: Transaction) -> None:
    erase_now(db, marks_of(db, {ZOE.id}), now, Operator("mia"), "")
