"""References like ours, in what operators wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.domain.errors import Down
from connector.domain.ticket import Ticket
from connector.lifecycle.roles import TicketWrite
from connector.simulators import Response
from connector.simulators.faults import ALWAYS, answer, failure, when
from connector.simulators.topdesk import refused
from tests.desks.topdesk.office import NOW, PASS, REFERENCE, Office, office, secret
from tests.searching import SEARCH


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


def ticket(there: Office, made: str) -> Ticket:
    found = there.desk().read(made)
    assert found is not None
    return found


def references(there: Office, made: str) -> tuple[str, ...]:
    return there.desk().references([ticket(there, made)]).get(made, ())


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("dates", ["z", "offset", "mixed"])
@pytest.mark.parametrize("ticks", [0.0, 1.0])
def test_references_come_oldest_first_each_where_it_stands_last(
    there: Office, order: str, dates: str, ticks: float
) -> None:
    made = there.incident()
    there.traps(trail_order=order, trail_dates=dates)
    names = ["TAP-7QK3F9C2-1", "TAP-7QK3F9C2-2", "TAP-7QK3F9C2-1", "TAP-7QK3F9C2"]
    for number, name in enumerate(names):
        there.server.clock = lambda number=number: NOW + ticks * number  # type: ignore[misc]
        there.server.say(made, f"Reference {name} ·", invisible=True)
    if ticks or order == "newest":
        assert references(there, made) == ("TAP-7QK3F9C2-2", "TAP-7QK3F9C2-1", "TAP-7QK3F9C2")
    assert set(references(there, made)) == set(names)


def test_a_trail_of_many_pages_is_read_to_its_end_and_each_entry_once(there: Office) -> None:
    made = there.incident()
    for number in range(205):
        there.server.say(made, f"Reference TAP-7QK3F9C2-{number + 1}", invisible=True)
    assert len(references(there, made)) == 205


def test_an_entry_that_comes_while_the_trail_is_read_moves_none_out_of_sight(there: Office) -> None:
    made = there.incident()
    for number in range(150):
        there.server.say(made, f"Reference TAP-7QK3F9C2-{number + 1}", invisible=True)

    def one_more(handle: Any) -> Any:
        page = handle()
        there.server.say(made, "A word.")
        return page

    there.served.faults.add(when("GET", "/progresstrail"), one_more)
    assert len(references(there, made)) == 150


def test_what_a_caller_a_mail_or_a_file_says_proves_and_blocks_nothing(there: Office) -> None:
    made = there.incident(request=f"Reference {REFERENCE}")
    there.server.say(made, f"Reference {REFERENCE}", by=there.people["Ann Lee"])
    there.server.attach(made, "email", f"Reference {REFERENCE}", sender="x@example.org")
    there.server.attach(made, "attachment", f"{REFERENCE}.png")
    assert references(there, made) == ()
    assert not there.desk().shows_note(ticket(there, made), REFERENCE)


def test_the_marker_counts_too(there: Office) -> None:
    made = there.incident(optionalFields1={"text1": "TAP-7QK3F9C2-2"})
    there.server.say(made, f"Reference {REFERENCE}", invisible=True)
    assert references(there, made) == (REFERENCE, "TAP-7QK3F9C2-2")


@pytest.mark.parametrize("status", [400, 403, 404])
@pytest.mark.parametrize("shape", ["list", "html", "empty"])
def test_a_trail_that_may_not_be_read_shows_nothing_and_the_marker_does(
    there: Office, status: int, shape: Any
) -> None:
    made = there.incident(optionalFields1={"text1": REFERENCE})
    found = ticket(there, made)
    there.served.faults.add(when("GET", "/progresstrail", times=ALWAYS), answer(refused(status, "No", shape)))
    desk = there.desk()
    assert desk.references([found]) == {made: (REFERENCE,)}
    assert not desk.shows_note(found, REFERENCE)  # the marker may have landed without the note


def test_a_trail_that_is_down_is_down(there: Office) -> None:
    found = ticket(there, there.incident())
    there.served.faults.add(when("GET", "/progresstrail", times=ALWAYS), failure(503))
    with pytest.raises(Down):
        there.desk().references([found])


def test_only_an_action_that_callers_do_not_see_holds_the_pass(there: Office) -> None:
    made = there.incident()
    found, desk = ticket(there, made), there.desk()
    assert not desk.shows_note(found, REFERENCE)
    there.server.say(made, f"Reference {REFERENCE}", by=there.colleague)
    assert not desk.shows_note(found, REFERENCE)
    desk.write(made, TicketWrite(secret()))
    assert desk.shows_note(found, REFERENCE)


@SEARCH
def test_a_trail_of_odd_texts_is_read_to_its_end(there: Office) -> None:
    """Whoever calls may write them; a look that tries every split of the blanks would not come back."""
    made = there.incident()
    for by in (there.colleague, there.people["Ann Lee"]):
        for text in ("<" + " " * 300_000, "<br" * 60_000, "<" * 200_000, "</ " * 60_000):
            there.server.say(made, text, by=by)
    there.server.say(made, f"Reference {REFERENCE}", by=there.colleague)
    assert there.desk().references([ticket(there, made)]) == {made: (REFERENCE,)}


def test_where_topdesk_does_not_say_who_we_are_nothing_proves_a_delivery(there: Office) -> None:
    made = there.incident()
    there.desk().write(made, TicketWrite(secret()))
    there.served.faults.add(when("GET", "operators/current", times=ALWAYS), answer(refused(403, "No")))
    with pytest.raises(Down):
        there.desk().shows_note(ticket(there, made), REFERENCE)


def test_a_colleague_who_quotes_a_note_that_callers_see_does_not_hide_it(there: Office) -> None:
    """They write where callers don't see it, and that a look proves nothing of ours."""
    made = there.incident()
    desk, found = there.desk(), ticket(there, made)
    there.server.say(made, f"Reference {REFERENCE}", by=there.colleague, invisible=True)
    assert not desk.shows_note(found, REFERENCE)
    there.server.say(made, f"Pass {PASS}, reference {REFERENCE}")
    assert not desk.shows_note(found, REFERENCE)


@pytest.mark.parametrize("other", ["TAP-7QK3F9C2-11", "TAP-7QK3F9C2", "XTAP-7QK3F9C2-1"])
def test_another_attempts_note_does_not_hold_this_ones_pass(there: Office, other: str) -> None:
    made = there.incident()
    there.server.say(made, f"Reference {other}", invisible=True)
    assert not there.desk().shows_note(ticket(there, made), REFERENCE)


def test_an_entry_with_its_text_in_one_form_only_is_read(there: Office) -> None:
    made = there.incident()
    found, who = ticket(there, made), {"id": made, "name": "API"}
    entries = [
        {"id": made, "plainText": "Reference TAP-7QK3F9C2-1", "operator": who},
        {
            "id": there.people["Ann Lee"],
            "memoText": "<b>Reference</b><br>TAP-7QK3F9C2-2<i></i>",
            "operator": who,
            "entryDate": 7,
        },
        {"memoText": "TAP-7QK3F9C2-3", "operator": who},
        "TAP-7QK3F9C2-4",
    ]
    there.served.faults.add(when("GET", "/progresstrail"), answer(Response.json(200, entries)))
    assert set(there.desk().references([found])[made]) == {"TAP-7QK3F9C2-1", "TAP-7QK3F9C2-2"}
