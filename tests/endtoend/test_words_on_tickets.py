"""What agents and callers read at both desks, in their language: why a ticket waits, why there is no pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from connector.simulators.faults import drop_after, when
from tests.endtoend.house import House
from tests.endtoend.kinds import ANY_KIND, housed, mapping
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene
from tests.searching import SEARCH

RULES = "note: {language: nl, tell_waiting: 30m, caller: true}\ntimezone: Europe/Amsterdam\n"
SENTENCE = "Wij kunnen deze aanvraag niet automatisch afhandelen; de servicedesk neemt contact met u op."


@pytest.fixture(params=ANY_KIND)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    with housed(request.param, tmp_path) as made:
        made.rewrite(mapping(made), more=RULES)
        yield made


def for_callers(house: House, ticket: str) -> list[str]:
    if isinstance(house, Office):
        return [unescape(each) for each in house.desk.visible_to_caller(ticket) if "kunnen" in each]
    assert isinstance(house, Scene)
    return house.desk.notes(ticket, "comments")


def inside(house: House, ticket: str) -> list[str]:
    """The notes that only agents read."""
    return [each for each in house.notes(ticket) if each.strip() != SENTENCE]


@SEARCH
def test_a_ticket_says_once_why_it_waits_and_goes_on(house: House) -> None:
    ticket = house.ticket("ann.lee")
    ann = house.graph.tenant.users[house.people["ann.lee"]]
    theirs = house.graph.passes.create(ann, {"lifetimeInMinutes": 480}, by="admin")
    for _ in range(7):
        assert house.once().outcomes()[house.number(ticket)] == ("deferred", "pass_standing")
        house.clock.added += 600
    (note,) = inside(house, ticket)
    assert "moet wachten. De persoon heeft al een pas." in note and "(Amsterdam)" in note
    assert "ann.lee" not in note and theirs.text not in note
    assert for_callers(house, ticket) == []
    house.graph.passes.delete(ann, theirs.id, by="admin")
    house.settle()
    assert house.unknown(ticket) == 0 and len(house.graph.passes.live()) == 1


def test_the_same_no_is_not_written_again_after_a_wait_that_was_told(scene: Scene) -> None:
    approval = "allow: {approval: {field: approval, in: [approved], refused_in: [rejected]}}\n"
    scene.rewrite("incidents.yaml", more=RULES + approval)
    ticket = scene.ticket("ann.lee", approval="rejected")

    def lasts(*, approval: str) -> None:
        scene.desk.edit(ticket, approval=approval, state="1")
        for _ in range(5):
            scene.once()
            scene.clock.added += 700

    lasts(approval="rejected")
    lasts(approval="requested")
    told = inside(scene, ticket)
    assert ["moet wachten" in each for each in told] == [False, True]
    lasts(approval="rejected")
    lasts(approval="requested")
    assert inside(scene, ticket) == told
    assert for_callers(scene, ticket) == ["Wij" + SENTENCE[3:]]


def test_a_no_says_why_to_agents_and_one_sentence_to_callers(house: House) -> None:
    house.user("walter.other", accountEnabled=False)
    ticket = house.ticket("walter.other")
    for _ in range(3):
        house.settle()
    (note,) = [each for each in inside(house, ticket) if "walter" in each]
    assert "Het account walter.other@contoso.com is uitgeschakeld." in note
    assert for_callers(house, ticket) == [SENTENCE]


def test_callers_are_not_told_again_and_again_where_replies_are_lost_and_no_journal_is_shown(
    scene: Scene,
) -> None:
    scene.rewrite("incidents.yaml", more="note: {caller: true}\n")
    scene.desk.traps = replace(scene.desk.traps, journal="forbidden")
    scene.user("walter.other", accountEnabled=False)
    ticket = scene.ticket("walter.other")
    scene.desk_server.faults.add(when("PATCH", "incident", times=9), drop_after)
    for _ in range(8):
        scene.once()
        scene.clock.added += 61
    assert 1 <= len(scene.desk.notes(ticket, "comments")) <= 2


def test_without_the_keys_nothing_of_it_is_said(house: House) -> None:
    house.rewrite(mapping(house), (RULES, ""))
    house.user("walter.other", accountEnabled=False)
    refused, waiting = house.ticket("walter.other"), house.ticket("ann.lee")
    ann = house.graph.tenant.users[house.people["ann.lee"]]
    house.graph.passes.create(ann, {"lifetimeInMinutes": 480}, by="admin")
    for _ in range(4):
        house.once()
        house.clock.added += 1800
    assert house.notes(waiting) == [] and for_callers(house, waiting) == []
    assert len(house.notes(refused)) == 1 and for_callers(house, refused) == []
