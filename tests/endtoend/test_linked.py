"""No pass stands in a note that another ticket shows, whatever the rules, whenever a link is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from connector.simulators.faults import Fault, Handle, when
from connector.simulators.http import Headers, Response
from connector.simulators.servicenow import Column
from tests.endtoend.house import House
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene
from tests.searching import SEARCH

MEANWHILE = ("POST", "temporaryAccessPassMethods$")
REFUSED = ("refused", "note_is_copied")


def during(deed: Callable[[], object]) -> Fault:
    """Somebody does it while a request is on its way."""

    def handled(handle: Handle) -> Response:
        deed()
        return handle()

    return handled


def over(house: House) -> None:
    """Sweeps until the first pass is taken back and the ticket is judged as it is by then."""
    for _ in range(6):
        house.once()
        house.clock.added += 31


@pytest.mark.parametrize("rule", ["down", "both"])
def test_linked_incidents_are_refused_and_an_unlinked_one_is_judged_again(scene: Scene, rule: str) -> None:
    scene.desk.records.copies = rule  # type: ignore[assignment]
    parent, child, alone = (scene.ticket(name) for name in ("ann.lee", "bob.ray", "cat.new"))
    scene.desk.edit(child, parent_incident=parent)
    outcomes = scene.once().outcomes()
    assert [outcomes[scene.number(each)] for each in (parent, child)] == [REFUSED, REFUSED]
    assert outcomes[scene.number(alone)] == ("delivered", None)
    scene.desk.edit(child, parent_incident="", state="1")
    scene.desk.edit(parent, state="1")
    outcomes = scene.once().outcomes()
    assert {outcomes[scene.number(each)] for each in (parent, child)} == {("delivered", None)}
    assert all(len(scene.held(each)) == 1 for each in (parent, child, alone))


@SEARCH
@pytest.mark.parametrize("upward", [True, False])
def test_a_link_that_is_made_while_entra_takes_its_time_is_seen(scene: Scene, upward: bool) -> None:
    scene.desk.records.copies = "both"
    ticket, other = scene.ticket("ann.lee"), scene.desk.add_incident(category="hardware")
    above, below = (other, ticket) if upward else (ticket, other)

    def slowly() -> None:
        scene.desk.edit(below, parent_incident=above)
        scene.clock.added += 5

    scene.graph_server.faults.add(when(*MEANWHILE), during(slowly))
    over(scene)
    assert scene.graph.passes.made == 1
    assert not scene.graph.passes.live()
    assert not any(made.text in note for made in scene.graph.passes.issued for note in texts(scene))
    assert "reason note_is_copied" in scene.notes(ticket)[-1]


def test_a_link_that_is_made_just_before_the_note_ends_the_pass_before_its_start(scene: Scene) -> None:
    scene.desk.records.copies = "both"
    ticket, other = scene.ticket("ann.lee"), scene.desk.add_incident(category="hardware")
    scene.graph_server.faults.add(
        when(*MEANWHILE), during(lambda: scene.desk.edit(ticket, parent_incident=other))
    )
    over(scene)
    (made,) = scene.graph.passes.issued
    ended = [each.at for each in scene.graph.passes.audit if each.what == "deleted"]
    assert ended and ended[0] < made.start
    assert not scene.graph.passes.live()


def texts(scene: Scene) -> list[str]:
    return [note for row in scene.desk.rows() for note in scene.notes(row["sys_id"])]


def test_a_pass_goes_to_a_linked_ticket_where_its_field_is_not_copied(scene: Scene) -> None:
    scene.desk.add_columns("incident", u_pass=Column("Pass"))
    scene.rewrite("config.yaml", more="floor: {note_fields: [work_notes, u_pass]}\n")
    scene.rewrite("incidents.yaml", more="note: {field: u_pass}\n")
    scene.desk.records.copies = "both"
    parent = scene.desk.add_incident(category="hardware")
    child = scene.ticket("ann.lee", parent_incident=parent)
    assert scene.once().outcomes() == {scene.number(child): ("delivered", None)}
    assert len(scene.graph.passes.live()) == 1
    assert not any(made.text in note for made in scene.graph.passes.issued for note in texts(scene))


def test_a_mailed_pass_needs_no_unlinked_ticket(scene: Scene) -> None:
    scene.mailing("incidents.yaml")
    scene.manage("ann.lee", "kim.boss")
    scene.graph.tenant.users[scene.people["kim.boss"]].properties["mail"] = "kim.boss@contoso.com"
    parent = scene.desk.add_incident(category="hardware")
    child = scene.ticket("ann.lee", parent_incident=parent)
    assert scene.once().outcomes() == {scene.number(child): ("delivered", None)}


def test_linked_calls_are_refused_and_no_other_call_shows_a_pass(office: Office) -> None:
    office.trap(copies_actions=True)
    major, member, main, partial, alone = (office.ticket(f"person{n}") for n in range(5))
    office.desk.join(major, member)
    office.desk.split(main, partial)
    outcomes = office.once().outcomes()
    assert {outcomes[office.number(each)] for each in (major, member, main)} == {REFUSED}
    assert outcomes[office.number(alone)] == ("delivered", None)
    assert office.number(partial) not in outcomes
    assert office.graph.passes.made == 1


def test_a_call_that_joins_a_major_one_while_entra_takes_its_time_gets_none(office: Office) -> None:
    office.trap(copies_actions=True)
    ticket, major = office.ticket("ann.lee"), office.call({"dynamicName": "somebody"}, category="Hardware")

    def slowly() -> None:
        office.desk.join(major, ticket)
        office.clock.added += 5

    office.graph_server.faults.add(when(*MEANWHILE), during(slowly))
    over(office)
    assert office.graph.passes.made == 1
    assert not office.graph.passes.live()
    notes = [note for each in (ticket, major) for note in office.notes(each)]
    assert not any(made.text in note for made in office.graph.passes.issued for note in notes)


def uncounted(handle: Handle) -> Response:
    """As a proxy that passes no X-Total-Count on."""
    said = handle()
    kept = {name: text for name, text in said.headers.items() if name.lower() != "x-total-count"}
    return replace(said, headers=Headers(kept))


def test_check_names_the_proxy_where_links_are_unknown_for_want_of_a_count(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.desk_server.faults.add(when("GET", "/table/incident", times=10**6), uncounted)
    said = " ".join(scene.run("check").out.split())
    assert "tickets of incident are linked can't be read" in said
    assert "let the proxy or gateway before the desk pass on the header X-Total-Count" in said
    assert "grant the account read on what links them" not in said


def test_check_names_the_right_where_a_link_may_not_be_read(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.desk.access.hidden_fields.add(("incident", "parent_incident"))
    said = " ".join(scene.run("check").out.split())
    assert "grant the account read on what links them" in said and "X-Total-Count" not in said


def test_check_counts_linked_tickets_and_says_what_it_can_not_see(scene: Scene) -> None:
    parent = scene.desk.add_incident(category="hardware")
    scene.ticket("ann.lee", parent_incident=parent)
    scene.ticket("bob.ray")
    said = scene.run("check").out
    assert "1 of 2 tickets of incident are linked to others" in " ".join(said.split())
    assert "rules that copy notes can't be seen" in " ".join(said.split())
