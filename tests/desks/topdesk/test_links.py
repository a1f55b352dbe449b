"""Links between calls, over which actions may be shown or copied. topdesk.md §11"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connector.desks.topdesk.links import links_of
from tests.desks.topdesk.office import Office, office

ALONE: dict[str, Any] = {
    "status": "firstLine",
    "mainIncident": None,
    "partialIncidents": [],
    "majorCall": False,
    "majorCallObject": None,
}
OTHER = {"id": "6f1967b7-15e8-4935-ac26-d50770ed07a7", "number": "I 2609 001"}


@pytest.mark.parametrize(
    "row",
    [
        {"status": "partial"},
        {"status": "partialArchived"},
        {"mainIncident": OTHER},
        {"partialIncidents": [{"link": "/tas/api/incidents/id/x"}]},
        {"majorCall": True},
        {"majorCall": "true"},
        {"majorCallObject": {**OTHER, "majorIncident": True}},
    ],
)
def test_each_link_of_a_call_is_seen(row: dict[str, Any]) -> None:
    assert links_of({**ALONE, **row})


@pytest.mark.parametrize(
    "row",
    [{}, {"partialIncidents": None}, {"mainIncident": {"id": None, "number": ""}}, {"status": "secondLine"}],
)
def test_a_call_that_stands_alone_has_none(row: dict[str, Any]) -> None:
    assert links_of({**ALONE, **row}) == ""


@pytest.mark.parametrize("name", list(ALONE))
def test_a_field_that_is_missing_is_not_taken_for_no_link(name: str) -> None:
    shown = {key: value for key, value in ALONE.items() if key != name}
    assert links_of(shown) is None
    assert links_of({**shown, "majorCall": True} if name != "majorCall" else {**shown, "mainIncident": OTHER})


def test_a_poll_and_a_second_look_see_the_same_links(tmp_path: Path) -> None:
    with office(tmp_path) as there:
        same_links(there)


def same_links(there: Office) -> None:
    alone, main, partial, major, member = (there.incident() for _ in range(5))
    there.server.split(main, partial)
    there.server.join(major, member)
    desk = there.desk()
    polled = {each.id: each.links for each in desk.poll()}
    assert polled == {
        alone: "",
        main: "it has partial calls",
        major: "it is a major call",
        member: "it belongs to a major call",
    }
    for key in (alone, main, partial, major, member):
        read = desk.read(key)
        assert read
        assert read.links == polled.get(key, "it is a partial call, it is a partial call of another one")
