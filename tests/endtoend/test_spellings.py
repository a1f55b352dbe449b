"""Verbs that name a ticket take its id, and its number as people spell it; `once` counts what it ignored."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.endtoend.office import Office
from tests.endtoend.scene import Scene

SPELT: list[Callable[[str, str], str]] = [
    lambda id_, number: id_,
    lambda id_, number: id_.upper(),
    lambda id_, number: f"  {number} ",
    lambda id_, number: number.lower(),
    lambda id_, number: number.replace(" ", ""),
    lambda id_, number: number.replace(" ", "-"),
]


@pytest.mark.parametrize("spelt", SPELT)
def test_explain_finds_an_incident_of_servicenow(scene: Scene, spelt: Callable[[str, str], str]) -> None:
    ticket = scene.ticket("ann.lee")
    assert scene.once().code == 0
    ran = scene.run("explain", "contoso", spelt(ticket, scene.number(ticket)), "--json")
    assert ran.code == 0
    (found,) = json.loads(ran.out)["mappings"]
    assert found["state"] == "live"


@pytest.mark.parametrize("spelt", SPELT)
def test_explain_finds_a_call_of_topdesk(office: Office, spelt: Callable[[str, str], str]) -> None:
    ticket = office.ticket("ann.lee")
    assert office.once().code == 0
    ran = office.run("explain", "bureau", spelt(ticket, office.number(ticket)), "--json")
    assert ran.code == 0
    (found,) = json.loads(ran.out)["mappings"]
    assert found["state"] == "live"


def test_another_ticket_is_never_taken_for_it(office: Office) -> None:
    office.ticket("ann.lee")
    assert office.run("explain", "bureau", "I 9999 999").code == 1


@pytest.mark.parametrize("spelt", SPELT)
def test_a_persons_verb_takes_them_too(office: Office, spelt: Callable[[str, str], str]) -> None:
    ticket = office.ticket("ann.lee")
    assert office.once().code == 0
    assert office.run("revoke", "bureau", spelt(ticket, office.number(ticket))).code == 0
    assert not office.graph.passes.live()


def test_rows_that_the_check_on_our_side_drops_are_counted(scene: Scene) -> None:
    scene.ticket("ann.lee")
    for _ in range(3):
        scene.ticket("ann.lee", category="network")
    scene.rewrite("incidents.yaml", ("category: identity", "category: identity, u_acess_pass: {empty: true}"))
    ran = scene.once()  # ServiceNow drops the unknown column from the query, and no row shows it
    assert (ran.report["seen"], ran.report["ignored"]) == (0, 1)
    scene.rewrite("incidents.yaml", ("category: identity, u_acess_pass: {empty: true}", "category: identity"))
    assert "ignored" not in scene.once().report


def test_the_last_line_says_how_many_where_there_are_some(scene: Scene) -> None:
    scene.ticket("ann.lee")
    assert "ignored" not in scene.run("once").out
    scene.rewrite("incidents.yaml", ("category: identity", "category: identity, u_acess_pass: {empty: true}"))
    assert "0 seen, 1 ignored: " in scene.run("once").out


def test_an_archived_caller_is_named_as_such(office: Office) -> None:
    ticket = office.ticket("left")
    office.desk.edit_person(office.people["card left"], archived=True)
    explained = office.run("explain", "bureau", office.number(ticket)).out
    assert "The field caller.email is empty: the caller's card in TOPdesk is archived." in explained
    assert office.once().outcomes() == {office.number(ticket): ("refused", "subject_missing")}
    (note,) = office.notes(ticket)
    assert "the caller's card in TOPdesk is archived" in note


def test_an_archived_caller_who_only_asks_is_named_as_such_too(office: Office) -> None:
    office.user("ann.lee")
    office.ticket("left", briefDescription="ann.lee@contoso.com")
    office.rewrite("calls.yaml", ("subject: {from: caller.email,", "subject: {from: briefDescription,"))
    office.desk.edit_person(office.people["card left"], archived=True)
    (found,) = office.once().report["tickets"]
    assert found["reason"] == "requester_missing"
    assert found["detail"].endswith(": the caller's card in TOPdesk is archived.")
