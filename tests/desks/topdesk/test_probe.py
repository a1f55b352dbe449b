"""What people ask of a desk: a call by its number, and what the account may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connector.desks.topdesk.probe import card_readable, find, sample, trail_readable, version, who
from connector.domain.errors import Down
from connector.simulators.faults import ALWAYS, answer, failure, when
from connector.simulators.topdesk import refused
from tests.desks.topdesk.office import MAPPING, Office, office


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


@pytest.mark.parametrize("mask", ["I {yy}{mm} {n:03}", "I{yy}{mm}-{n:04}", "M#{n} %20?x", "Ï{n}"])
def test_a_call_is_found_by_its_number_whatever_its_mask(there: Office, mask: str) -> None:
    there.server.records.mask = mask
    made = there.incident()
    number = there.server.incident(made)["number"]
    found = find(there.service, MAPPING, there.url, number)
    assert found == there.desk().read(made)


@pytest.mark.parametrize("number", ["", " ", "I 0000 000", "../persons", "a/b", "I\n1", "?"])
def test_a_number_that_no_call_has_finds_nothing(there: Office, number: str) -> None:
    known = there.server.incident(there.incident())["number"]
    assert find(there.service, MAPPING, there.url, known)
    assert find(there.service, MAPPING, there.url, number) is None


def test_a_desk_that_is_down_is_not_a_call_that_is_missing(there: Office) -> None:
    there.served.faults.add(when("GET", "/number/", times=ALWAYS), failure(503))
    with pytest.raises(Down):
        find(there.service, MAPPING, there.url, "I 2609 104")


def test_a_sample_is_of_the_queue_with_what_its_calls_show(there: Office) -> None:
    made = there.incident()
    there.incident(category="Hardware", subcategory="Laptop")
    seen = sample(there.service, MAPPING, there.url)
    assert [ticket.id for ticket in seen.tickets] == [made]
    assert seen.shown is not None and seen.shown >= {"caller.email", "category.name"}
    assert seen.refused == ""


def test_a_sample_is_of_any_calls_where_the_queue_is_empty(there: Office) -> None:
    assert sample(there.service, MAPPING, there.url).shown is None
    other = there.incident(category="Hardware", subcategory="Laptop")
    assert [ticket.id for ticket in sample(there.service, MAPPING, there.url).tickets] == [other]


def test_a_sample_says_what_topdesk_says_of_the_query(there: Office) -> None:
    there.incident()
    there.served.faults.add(when("GET", "/incidents$"), answer(refused(400, "The field 'x' is unknown.")))
    assert sample(there.service, MAPPING, there.url).refused == "it answers 400, The field 'x' is unknown."


def test_a_field_that_no_call_shows_is_not_among_those_that_are_shown(there: Office) -> None:
    there.incident()
    mapping = replace(MAPPING, settle={"used": {"optionalFields1.text1": "x", "priority.name": ""}})
    seen = sample(
        there.service, replace(mapping, note=replace(mapping.note, marker="optionalFields9.text1")), there.url
    )
    assert (
        seen.shown is not None and "priority.name" in seen.shown and "optionalFields9.text1" not in seen.shown
    )


def test_the_clock_of_the_desk_is_told_by_its_replies(there: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_780_000_000
    monkeypatch.setattr("connector.desks.topdesk.probe.time.time", lambda: now)
    there.server.clock = lambda: now + 120
    assert sample(there.service, MAPPING, there.url).ahead == 120


def test_who_and_which_version(there: Office) -> None:
    assert who(there.service) == "passdesk"
    assert version(there.service) == "4.2.6"


def test_what_can_not_be_told_is_said_or_left_open(there: Office) -> None:
    there.served.faults.add(when("GET", "/version", times=ALWAYS), answer(refused(404, "No", "html")))
    there.served.faults.add(
        when("GET", "/operators/current", times=ALWAYS), answer(refused(403, "No access"))
    )
    assert version(there.service) == ""
    with pytest.raises(Down, match="it answers 403, No access"):
        who(there.service)


def test_whether_the_trail_and_the_card_can_be_read(there: Office) -> None:
    there.incident()
    (ticket,) = there.desk().poll()
    assert trail_readable(there.service, ticket)
    assert card_readable(there.service, MAPPING, ticket) is True
    there.served.faults.add(when("GET", "/progresstrail", times=ALWAYS), answer(refused(403, "No")))
    there.served.faults.add(when("GET", "/persons", times=ALWAYS), answer(refused(403, "No")))
    assert not trail_readable(there.service, ticket)
    (ticket,) = there.desk().poll()
    assert card_readable(there.service, MAPPING, ticket) is False


def test_of_an_unregistered_caller_no_card_says_anything(there: Office) -> None:
    made = there.incident()
    (ticket,) = there.desk().poll()
    assert card_readable(there.service, MAPPING, ticket) is True
    there.server.edit(made, caller={"id": None, "email": "grace.boss@contoso.com"})
    (ticket,) = there.desk().poll()
    assert card_readable(there.service, MAPPING, ticket) is None
