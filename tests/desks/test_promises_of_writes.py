"""What every desk promises of its writes: one request, what became of it, who sees it, and what is left in
the end.
"""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from connector.domain.outcome import DidNot, Happened, Retry, Unknown
from connector.lifecycle.roles import TicketWrite
from connector.simulators.faults import (
    ALWAYS,
    Late,
    accepted,
    answer,
    drop_after,
    drop_before,
    failure,
    html_page,
    when,
)
from tests.desks.promises import (
    CODE,
    FIRST,
    LANDED,
    OTHER,
    PASS,
    SECOND,
    TWELFTH,
    didnt,
    hurried,
    lines,
    marker,
    note,
    said,
    stalled,
)
from tests.desks.receipts import ALL_SET, NOT_ALL_SET
from tests.desks.site import Site


def test_a_note_and_the_fields_go_in_one_request(site: Site) -> None:
    made = site.ticket()
    fields = site.mapping.settle["delivered"]
    done = site.desk.write(made, TicketWrite(note(), {**fields, **marker(site)}))
    assert done == (ALL_SET if site.fields_beside_a_pass else NOT_ALL_SET)
    assert len(site.writes) == 1
    assert len(site.notes(made)) == 1
    after = site.read(made).fields
    assert all(after[name] == text for name, text in marker(site).items())
    assert all(after[name] == text for name, text in fields.items()) is site.fields_beside_a_pass


def test_a_notice_and_the_fields_go_in_one_request(site: Site) -> None:
    made = site.ticket()
    assert site.desk.write(made, TicketWrite("No pass was made.", site.left)) == ALL_SET
    assert len(site.writes) == 1
    assert lines(site.notes(made)) == [["No pass was made."]]
    assert not site.mapping.watch.matches(site.read(made).fields)


@pytest.mark.parametrize("secret", [PASS, "+A&lt;9%20$", "a\\nb'\"`{{x}}", "<b>Q</b>"])
def test_agents_read_the_note_as_it_was_written_and_callers_never(site: Site, secret: str) -> None:
    made = site.ticket()
    assert isinstance(site.desk.write(made, TicketWrite(note(secret=secret), marker(site))), Happened)
    assert lines(site.notes(made)) == lines([said(secret=secret)])
    assert site.seen(made) == []


def test_a_notice_is_not_for_callers_either_nor_what_settle_says_where_notices_go(site: Site) -> None:
    made = site.ticket()
    assert site.desk.write(made, TicketWrite("Refused.\nReference TAP-7QK3F9C2")) == ALL_SET
    assert site.desk.write(made, TicketWrite("Ended.", {site.mapping.note.plain: "From settle."})) == ALL_SET
    assert site.desk.write(made, TicketWrite(None, {site.mapping.note.plain: "Alone."})) == ALL_SET
    told = [line for each in lines(site.notes(made)) for line in each]
    assert sorted(told) == ["Alone.", "Ended.", "From settle.", "Reference TAP-7QK3F9C2", "Refused."]
    assert site.seen(made) == []


def test_a_sentence_for_callers_is_read_by_them_and_the_notice_beside_it_is_not(site: Site) -> None:
    made, sentence = site.ticket(), "We can't handle this & call you."
    notice = TicketWrite("No pass was made.\nReference TAP-7QK3F9C2", site.left, comment=sentence)
    assert site.desk.write(made, notice) == ALL_SET
    seen = [unescape(each) for each in site.seen(made)]
    assert seen and all(sentence in each for each in seen)
    assert not any("No pass" in each or CODE in each for each in seen)
    assert lines(site.notes(made)) == [["No pass was made.", "Reference TAP-7QK3F9C2"]]
    assert not site.mapping.watch.matches(site.read(made).fields)


def test_a_note_that_callers_see_did_not_happen(site: Site) -> None:
    """Its pass is revoked then. Where the desk doesn't tell who sees a note, only the doctor can warn of
    it.
    """
    made, lost = site.ticket(), site.read(site.ticket())
    site.expose_notes()
    site.line.faults.add(when("PATCH", ""), drop_after)
    assert isinstance(site.desk.write(lost.id, TicketWrite(note(), marker(site))), Unknown)
    assert site.desk.shows_note(lost, FIRST) is not site.tells_who_sees_a_note
    done = site.desk.write(made, TicketWrite(note(), marker(site)))
    assert isinstance(done, DidNot) is site.tells_who_sees_a_note
    assert (site.seen(made) == []) is (site.tells_who_sees_a_note and site.takes_a_pass_away)


def test_a_note_that_was_taken_and_does_not_stand_there_did_not_surely_happen(site: Site) -> None:
    """That notes can be read is known once one was."""
    made = site.ticket()
    site.say(made, "Busy.")
    site.forgets(site.note_key)
    done = site.desk.write(made, TicketWrite(note(), marker(site)))
    assert isinstance(done, DidNot | Unknown)
    assert (site.notes(made), site.desk.shows_note(site.read(made), FIRST)) == ([], False)


def test_fields_are_told_apart_by_whether_they_were_read_back_as_set(site: Site) -> None:
    made, other = site.ticket(), site.ticket()
    assert site.desk.write(made, TicketWrite(None, site.left)) == ALL_SET
    for name in site.left:
        site.forgets(name)
    assert site.desk.write(other, TicketWrite("A word.", site.left)) == NOT_ALL_SET
    assert site.mapping.watch.matches(site.read(other).fields)


def test_nothing_to_write_asks_nobody(site: Site) -> None:
    made = site.ticket()
    assert site.desk.write(made, TicketWrite()) == ALL_SET
    assert site.writes == []


def test_a_write_that_is_refused_did_not_happen_and_left_nothing(site: Site) -> None:
    made = site.ticket()
    didnt(site.desk.write(made, TicketWrite("A word.", site.policed)), Retry.COUNTED)
    didnt(site.desk.write(made, TicketWrite(None, site.policed)), Retry.COUNTED)
    assert site.notes(made) == []
    site.line.faults.add(when("PATCH", "", times=ALWAYS), answer(site.refusal(403, "Nothing for you.")))
    before = site.read(made)
    didnt(site.desk.write(made, TicketWrite(note(), marker(site))), Retry.COUNTED)
    assert "Nothing for you." in didnt(site.desk.write(made, TicketWrite("A word.")), Retry.COUNTED)
    assert (site.notes(made), site.seen(made), site.read(made)) == ([], [], before)


def test_a_write_to_a_ticket_that_is_gone_did_not_happen(site: Site) -> None:
    made, _ = site.ticket(), site.ticket()
    site.remove(made)
    didnt(site.desk.write(made, TicketWrite(note())), Retry.COUNTED)


@pytest.mark.parametrize("status", [429, 401])
def test_a_write_that_comes_at_a_bad_moment_did_not_happen_and_is_nobodys_fault(
    site: Site, status: int
) -> None:
    made = site.ticket()
    site.line.faults.add(
        when("PATCH", ""), answer(site.refusal(status, "not now").with_headers({"Retry-After": "30"}))
    )
    didnt(site.desk.write(made, TicketWrite(note(), site.mapping.settle["delivered"])), Retry.UNCOUNTED)
    assert (len(site.writes), site.notes(made)) == (1, [])


def test_a_write_that_reaches_nobody_did_not_happen_and_is_nobodys_fault(site: Site) -> None:
    made = site.ticket()
    site.line.stop()
    didnt(site.desk.write(made, TicketWrite(note())), Retry.UNCOUNTED)
    assert site.notes(made) == []


@pytest.mark.parametrize("fault", LANDED)
def test_a_write_whose_reply_is_lost_is_unknown_and_a_look_finds_it(site: Site, fault: Any) -> None:
    ticket = site.read(site.ticket())
    site.line.faults.add(when("PATCH", ""), fault)
    assert isinstance(site.desk.write(ticket.id, TicketWrite(note(), marker(site))), Unknown)
    assert len(site.writes) == 1
    assert site.desk.shows_note(ticket, FIRST)
    assert site.desk.references([site.read(ticket.id)]) == {ticket.id: (FIRST,)}


@pytest.mark.parametrize("fault", [drop_before, html_page(), failure(502), accepted()])
def test_a_write_that_nobody_answers_is_unknown_and_a_look_finds_nothing(site: Site, fault: Any) -> None:
    ticket = site.read(site.ticket())
    site.line.faults.add(when("PATCH", ""), fault)
    assert isinstance(site.desk.write(ticket.id, TicketWrite(note(), marker(site))), Unknown)
    assert len(site.writes) == 1
    assert not site.desk.shows_note(ticket, FIRST)
    assert site.desk.references([ticket]) == {}


def test_a_write_that_lands_late_is_unknown_and_found_once_it_stands(site: Site) -> None:
    ticket, late = site.read(site.ticket()), Late()
    site.line.faults.add(when("PATCH", ""), late)
    assert isinstance(site.desk.write(ticket.id, TicketWrite(note(), marker(site))), Unknown)
    assert not site.desk.shows_note(ticket, FIRST)
    late.land()
    assert site.desk.shows_note(ticket, FIRST)


def test_a_write_to_a_slow_desk_is_unknown(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = site.read(site.ticket())
    hurried(monkeypatch)
    with stalled(site, "PATCH"):
        done = site.desk.write(ticket.id, TicketWrite(note(), marker(site)))
    assert done == Unknown("no reply in time")
    assert len(site.writes) == 1


def test_references_come_oldest_first_each_once_where_it_stands_last_of_all_tickets_asked(site: Site) -> None:
    one, other, without = (site.read(site.ticket()) for _ in range(3))
    for text in (f"Reference {FIRST}", f"see {OTHER} and TAP-nothing", f"{SECOND}, {CODE}", f"again {FIRST}"):
        site.say(one.id, text)
    site.say(other.id, OTHER)
    assert site.desk.references([one, other, without]) == {
        one.id: (OTHER, SECOND, CODE, FIRST),
        other.id: (OTHER,),
    }
    assert site.desk.references([without, other]) == {other.id: (OTHER,)}
    assert site.desk.references([]) == {}


def test_only_the_very_attempt_is_held(site: Site) -> None:
    ticket, other = site.read(site.ticket()), site.read(site.ticket())
    assert isinstance(site.desk.write(ticket.id, TicketWrite(note(TWELFTH))), Happened)
    assert [site.desk.shows_note(ticket, each) for each in (TWELFTH, FIRST, SECOND, CODE, OTHER)] == [
        True,
        False,
        False,
        False,
        False,
    ]
    assert not site.desk.shows_note(other, TWELFTH)


def test_what_a_caller_types_proves_nothing(site: Site) -> None:
    ticket = site.read(site.ticket())
    site.call(ticket.id, said())
    assert any(FIRST in each for each in site.seen(ticket.id))
    assert not site.desk.shows_note(ticket, FIRST)
    assert site.desk.references([ticket]) == {}


def test_a_marker_without_its_note_is_not_held(site: Site) -> None:
    """A desk may keep the one and not the other. That notes can be read is known once one was."""
    made = site.ticket()
    site.say(made, "Busy.")
    assert site.desk.write(made, TicketWrite(None, marker(site))) == ALL_SET
    ticket = site.read(made)
    assert not site.desk.shows_note(ticket, FIRST)
    assert site.desk.references([ticket]) == ({made: (FIRST,)} if marker(site) else {})


def test_at_the_end_the_pass_is_taken_away_where_the_desk_can(site: Site) -> None:
    made = site.ticket()
    assert isinstance(site.desk.write(made, TicketWrite(note(), marker(site))), Happened)
    assert (
        site.desk.write(made, TicketWrite(f"The pass {CODE} was used.", site.cleared, over=(FIRST,)))
        == ALL_SET
    )
    held = [each for each in site.notes(made) if PASS in each]
    assert (held == []) is site.takes_a_pass_away
    assert any(f"The pass {CODE} was used." in each for each in site.notes(made))
    assert site.desk.shows_note(site.read(made), FIRST) is bool(held)


def test_a_colleagues_words_and_another_attempts_note_are_left_alone(site: Site) -> None:
    ticket = site.read(site.ticket())
    site.say(ticket.id, f"Told Ann, see {FIRST}")
    assert isinstance(site.desk.write(ticket.id, TicketWrite(note(SECOND))), Happened)
    assert site.desk.write(ticket.id, TicketWrite(None, over=(FIRST,))) == ALL_SET
    assert site.desk.shows_note(ticket, SECOND)
    assert FIRST in site.desk.references([ticket])[ticket.id]
