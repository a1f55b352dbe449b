"""What every desk promises (roles.Desk), whatever it speaks: each of KINDS, over real HTTP to its simulator.

The promises of its writes are in test_promises_of_writes.py.
"""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.errors import Down
from connector.domain.outcome import DidNot, Happened, Unknown
from connector.lifecycle.roles import TicketWrite
from connector.mapping.keys.dialect import unsupported
from connector.simulators.faults import ALWAYS, answer, when
from tests.desks.promises import FIRST, NASTY, NO_ANSWER, READS, hurried, marker, note, stalled
from tests.desks.receipts import ALL_SET
from tests.desks.site import EMAIL, Site


def test_a_poll_shows_each_watched_ticket_once_over_several_pages(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.page, 3)
    made = [site.ticket() for _ in range(10)]
    site.stray()
    assert sorted(each.id for each in site.desk.poll()) == sorted(made)


def test_what_is_settled_while_a_poll_goes_on_hides_no_other_ticket(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.page, 3)
    made, shown = [site.ticket() for _ in range(10)], []
    for each in site.desk.poll():
        shown.append(each.id)
        assert site.desk.write(each.id, TicketWrite(None, site.left)) == ALL_SET
    assert sorted(shown) == sorted(made)


def test_an_empty_queue_is_no_trouble(site: Site) -> None:
    assert list(site.desk.poll()) == []
    assert site.line.heard


def test_nothing_outside_watch_is_handed_on_where_the_server_drops_the_filter(site: Site) -> None:
    made, closed = site.ticket(), site.ticket()
    site.close(closed)
    site.stray()
    site.unfiltered()
    assert [each.id for each in site.desk.poll()] == [made]
    assert vars(site.desk)["ignored"] == 2


def test_a_closed_ticket_is_not_shown_and_read_as_closed(site: Site) -> None:
    made = site.ticket()
    assert site.read(made).open
    site.close(made)
    assert list(site.desk.poll()) == []
    assert not site.read(made).open


def test_a_read_returns_what_the_poll_showed(site: Site) -> None:
    made, _ = site.ticket(), site.ticket(anonymous=True)
    shown = {each.id: each for each in site.desk.poll()}
    assert {key: site.desk.read(key) for key in shown} == shown
    assert shown[made].desk == site.line.url
    assert shown[made].fields[site.email] == EMAIL
    assert site.mapping.watch.matches(shown[made].fields)


def test_tickets_sort_oldest_first_by_when_they_were_opened(site: Site) -> None:
    made = [site.ticket() for _ in range(3)]
    assert [each.id for each in sorted(site.desk.poll(), key=lambda each: each.opened)] == made


def test_an_empty_field_is_empty_and_one_that_may_not_be_read_is_absent(site: Site) -> None:
    made, nobodys = site.ticket(), site.ticket(anonymous=True)
    assert site.read(nobodys).fields[site.email] == ""
    site.hide_emails()
    assert list(site.desk.poll())
    assert site.email not in site.read(made).fields


def test_a_ticket_that_is_gone_is_none(site: Site) -> None:
    made, kept = site.ticket(), site.ticket()
    ticket = site.read(made)
    assert site.find(ticket.number)
    assert isinstance(site.desk.write(kept, TicketWrite(note(), marker(site))), Happened)
    site.remove(made)
    assert site.desk.read(made) is None
    assert site.find(ticket.number) is None
    assert site.desk.references([ticket]) == {}
    assert [site.desk.shows_note(each, FIRST) for each in (ticket, site.read(kept))] == [False, True]


def test_a_ticket_is_found_by_the_number_that_people_read(site: Site) -> None:
    made = site.ticket()
    ticket = site.read(made)
    assert ticket.number and ticket.number != ticket.id
    assert site.find(ticket.number) == ticket
    assert [
        site.find(each)
        for each in ("", " ", "INC9999999", f"{ticket.number}^ORactive=true", "../x", "*", "\n", "x' or 1")
    ] == [None] * 8


def test_what_is_no_id_of_a_ticket_reaches_no_address(site: Site) -> None:
    for each in ("", "..", "x/../y", f"{site.ticket()}?", "INC0010001"):
        with pytest.raises(ValueError, match="a ticket is asked for by its"):
            site.desk.read(each)
        with pytest.raises(ValueError, match="a ticket is asked for by its"):
            site.desk.write(each, TicketWrite("word"))
    assert site.line.heard == []


@pytest.mark.parametrize("fault", NO_ANSWER)
def test_a_desk_that_gives_no_sense_is_down_and_nothing_was_changed(site: Site, fault: Any) -> None:
    ticket = site.read(site.ticket())
    site.say(ticket.id, "Busy.")
    site.line.faults.add(when("*", "", times=ALWAYS), fault)
    for reads in READS:
        with pytest.raises(Down) as down:
            reads(site, ticket)
        assert down.value.service == "contoso"
        assert down.value.sentence.isprintable()
        site.time += 60  # what is dead isn't asked for a while
    assert site.writes == []


def test_a_desk_that_cannot_be_reached_is_down_and_is_there_again_afterwards(site: Site) -> None:
    ticket = site.read(site.ticket())
    site.line.stop()
    for reads in READS:
        with pytest.raises(Down):
            reads(site, ticket)
    site.line.start()
    site.time += 60
    for reads in READS:
        reads(site, ticket)


def test_a_desk_that_lets_nobody_in_is_down_and_is_not_asked_on_and_on(site: Site) -> None:
    ticket = site.read(site.ticket())
    site.line.faults.add(when("*", "", times=ALWAYS), answer(site.refusal(401, "who are you?")))
    before = len(site.line.heard)
    for each in READS:
        with pytest.raises(Down):
            each(site, ticket)
    assert len(site.line.heard) - before <= 3


def test_a_desk_that_is_slow_is_down(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = site.read(site.ticket())
    hurried(monkeypatch)
    with stalled(site, "*"):
        for reads in READS:
            with pytest.raises(Down, match="no reply in time"):
                reads(site, ticket)
            site.time += 60


@pytest.mark.parametrize("status", [403, 500])
def test_the_desks_own_words_are_cut_and_printable(site: Site, status: int) -> None:
    made = site.ticket()
    site.line.faults.add(when("*", "", times=ALWAYS), answer(site.refusal(status, NASTY)))
    with pytest.raises(Down) as down:
        list(site.desk.poll())
    done = site.desk.write(made, TicketWrite("A word."))
    assert isinstance(done, DidNot | Unknown)
    for each in (down.value.sentence, done.detail):
        assert each.isprintable() and 0 < len(each) < 400
    assert status == 500 or ("Verboten" in down.value.sentence and "Verboten" in done.detail)


def test_what_a_desk_cannot_be_asked_for_is_said_with_its_key_and_the_cure(site: Site) -> None:
    dialect = site.plug.dialect
    assert list(unsupported(dialect, site.mapping, site.line.url)) == []
    for mapping, key in site.unsupported:
        (sentence,) = unsupported(dialect, mapping, site.line.url)
        assert sentence.startswith(f"{key}: ") and sentence.isprintable() and len(sentence) < 400
        assert "; " in sentence


def test_what_other_mappings_watch_is_read_too(site: Site) -> None:
    desk = site.plug.desk(site.service, site.mapping, site.line.url, (site.also,))
    made = site.ticket()
    assert {each.id: each.fields[site.also] for each in desk.poll()} == {made: ""}
