"""The account behind a ticket's name stays the one of its first judgement."""

from __future__ import annotations

import sqlite3

import pytest

from connector.simulators.servicenow.columns import Column
from tests.endtoend.scene import Scene
from tests.ledger.older import older
from tests.searching import SEARCH

APPROVAL = "allow: {approval: {field: approval, in: [approved]}}\n"


def came(scene: Scene, ticket: str) -> str:
    """Delivered, or the reason why not."""
    outcome, reason = scene.once().outcomes()[scene.number(ticket)]
    return reason or outcome


def replaced(scene: Scene, name: str, **properties: object) -> None:
    """Somebody else has that sign-in name from now on."""
    del scene.graph.tenant.users[scene.people[name]]
    scene.user(name, **properties)


def test_a_ticket_that_was_refused_is_not_for_the_next_who_has_the_name(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.graph.tenant.users[scene.people["ann.lee"]].properties["accountEnabled"] = False
    assert came(scene, ticket) == "subject_disabled"
    replaced(scene, "ann.lee")
    scene.desk.edit(ticket, state="3")
    scene.once()
    scene.desk.edit(ticket, state="1")
    assert came(scene, ticket) == "subject_changed"
    assert "belongs to another account than when the ticket was first judged" in scene.notes(ticket)[-1]


def test_a_ticket_that_waited_for_its_approval_is_not_either(scene: Scene) -> None:
    scene.rewrite("incidents.yaml", more=APPROVAL)
    ticket = scene.ticket("ann.lee", approval="requested")
    assert came(scene, ticket) == "approval_outstanding"
    replaced(scene, "ann.lee")
    scene.desk.edit(ticket, approval="approved")
    assert came(scene, ticket) == "subject_changed"


def test_a_wait_for_an_approval_looks_its_person_up_once(scene: Scene) -> None:
    scene.rewrite("incidents.yaml", more=APPROVAL)
    ticket = scene.ticket("ann.lee", approval="requested")
    batches = []
    for _ in range(3):
        assert came(scene, ticket) == "approval_outstanding"
        batches.append(scene.graph_server.tally.calls().get(("POST", "/v1.0/$batch"), 0))
    assert batches == [1, 1, 1]  # for the person; the privilege map is for those who are judged
    scene.desk.edit(ticket, approval="approved")
    assert came(scene, ticket) == "delivered"


def test_a_ticket_whose_requester_was_not_found_has_its_person_pinned(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee", "kim.boss")
    gone = scene.graph.tenant.users.pop(scene.people["kim.boss"])
    assert came(scene, ticket) == "requester_not_found"
    scene.graph.tenant.users[gone.id] = gone
    replaced(scene, "ann.lee", manager=gone.id)
    scene.desk.edit(ticket, state="3")
    scene.once()
    scene.desk.edit(ticket, state="1")
    assert came(scene, ticket) == "subject_changed"


def test_the_same_account_at_another_time_of_making_is_another(scene: Scene) -> None:
    scene.rewrite("incidents.yaml", more=APPROVAL)
    ticket = scene.ticket("ann.lee", approval="requested")
    assert came(scene, ticket) == "approval_outstanding"
    user = scene.graph.tenant.users[scene.people["ann.lee"]]
    user.properties["createdDateTime"] = "2025-06-01T00:00:00Z"
    scene.desk.edit(ticket, approval="approved")
    assert came(scene, ticket) == "subject_changed"


def test_another_name_on_the_ticket_is_judged_anew_and_the_first_one_stays_pinned(scene: Scene) -> None:
    scene.rewrite("incidents.yaml", more=APPROVAL)
    for name in ("ann.lee", "bob.ray"):
        scene.person(name)
    ticket = scene.ticket("ann.lee", approval="requested")
    assert came(scene, ticket) == "approval_outstanding"
    replaced(scene, "ann.lee")
    both = {"caller_id": scene.people["desk bob.ray"], "opened_by": scene.people["desk bob.ray"]}
    scene.desk.edit(ticket, **both)
    assert came(scene, ticket) == "approval_outstanding"
    back = {"caller_id": scene.people["desk ann.lee"], "opened_by": scene.people["desk ann.lee"]}
    scene.desk.edit(ticket, approval="approved", **back)
    assert came(scene, ticket) == "subject_changed"
    scene.desk.edit(ticket, state="1", **both)
    assert came(scene, ticket) == "delivered"


@SEARCH
def test_a_person_who_allows_another_pass_frees_the_name_and_the_ticket_itself_does_not(scene: Scene) -> None:
    scene.rewrite("incidents.yaml", more="again: {field: u_again, in: [yes please]}\n")
    scene.desk.add_columns("incident", u_again=Column("Again"))
    by_person, by_ticket = scene.ticket("ann.lee"), scene.ticket("bob.ray")
    numbers = {each: scene.number(each) for each in (by_person, by_ticket)}
    assert scene.once().report["delivered"] == 2
    for ticket, name in ((by_person, "ann.lee"), (by_ticket, "bob.ray")):
        scene.desk.edit(ticket, state="3")
        scene.ended()
        replaced(scene, name)
    assert scene.run("reissue", "contoso", numbers[by_person]).code == 0
    scene.desk.edit(by_person, state="1")
    scene.desk.edit(by_ticket, state="1", u_again="yes please")
    assert scene.settle().outcomes() == {
        numbers[by_person]: ("delivered", None),
        numbers[by_ticket]: ("refused", "subject_changed"),
    }


@SEARCH
@pytest.mark.parametrize("who", ["ann.lee", "bob.ray"])
def test_tickets_of_an_older_ledger_keep_the_account_of_their_attempt(scene: Scene, who: str) -> None:
    """As the migration finds them: pinned by the sign-in name of the last attempt alone."""
    ticket = scene.ticket(who)
    assert came(scene, ticket) == "delivered"
    assert scene.ended() == 0
    older(scene.folder / "passdesk.db", "0004")
    assert scene.run("history").code == 0
    with sqlite3.connect(scene.folder / "passdesk.db") as db:
        ((pins,),) = db.execute("select pins from tickets").fetchall()
        ((upn, id_),) = db.execute("select subject_upn, subject_id from attempts").fetchall()
    assert upn == f"{who}@contoso.com" and pins.split(" ")[1] == id_


def test_an_erased_name_is_still_nobody_elses_on_this_ticket(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.graph.tenant.users[scene.people["ann.lee"]].properties["accountEnabled"] = False
    assert came(scene, ticket) == "subject_disabled"
    assert scene.run("audit", "erase", "--person", scene.people["ann.lee"]).code == 0
    replaced(scene, "ann.lee")
    scene.desk.edit(ticket, state="3")
    scene.once()
    scene.desk.edit(ticket, state="1")
    assert came(scene, ticket) == "subject_changed"
