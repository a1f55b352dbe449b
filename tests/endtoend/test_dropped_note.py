"""An account that may not write work notes: ServiceNow answers 200, and nobody is ever given the pass."""

from __future__ import annotations

import json

from connector.simulators.servicenow import Column
from tests.endtoend.scene import Ran, Scene
from tests.searching import SEARCH

CURE = "the desk accepted the note but didn't keep it: the account must be allowed to write work_notes"


def drops(scene: Scene) -> None:
    scene.desk.access.read_only.add(("incident", "work_notes"))
    scene.desk.edit(scene.ticket("bob.ray", category="network"), work_notes="called the person back")


def sweeps(scene: Scene, ticket: str, outcome: str, most: int = 40) -> list[Ran]:
    """Sweeps, with time for the services between them, until the ticket came to that."""
    ran = [scene.once()]
    while ran[-1].outcomes().get(scene.number(ticket), ("", ""))[0] != outcome and len(ran) < most:
        scene.clock.added += 31
        ran.append(scene.once())
    return ran


def test_no_pass_stays_behind_and_the_ticket_ends_with_a_person_who_reads_why(scene: Scene) -> None:
    drops(scene)
    ticket = scene.ticket("ann.lee")
    *_, last = ran = sweeps(scene, ticket, "stuck")
    assert (last.code, last.outcomes()[scene.number(ticket)]) == (1, ("stuck", "attempts_exhausted"))
    assert CURE in [each["detail"] for sweep in ran for each in sweep.report["tickets"]]
    assert scene.graph.passes.made == 1
    assert scene.graph.passes.standing(scene.people["ann.lee"]) is None
    told = scene.run("history", "--ticket", scene.number(ticket), "--json").out
    assert CURE in told and '"action": "delivered"' not in told


@SEARCH  # the access rule of test_rests.py stands for it
def test_from_the_second_ticket_on_all_wait_and_go_on_by_themselves(scene: Scene) -> None:
    drops(scene)
    first = scene.ticket("ann.lee")
    sweeps(scene, first, "stuck", most=2)
    others = [scene.ticket("cem.oz"), scene.ticket("dan.fox"), scene.ticket("eva.lin")]
    last = scene.forty_minutes()
    assert [last.outcomes()[scene.number(each)] for each in others] == [("deferred", "desk_refused")] * 3
    assert scene.graph.passes.made <= 10
    scene.desk.access.read_only.clear()
    scene.clock.added += 900
    scene.ended(6)
    assert [len(scene.held(each)) for each in others] == [1, 1, 1]


def test_a_marker_that_landed_without_the_note_makes_no_delivery(scene: Scene) -> None:
    scene.desk.add_columns("incident", u_ref=Column("Reference"))
    (scene.folder / "incidents.yaml").open("a").write("note: {marker: u_ref}\n")
    drops(scene)
    ticket = scene.ticket("ann.lee")
    assert scene.once().outcomes()[scene.number(ticket)][0] == "deferred"
    assert scene.desk.row(ticket)["u_ref"].startswith("TAP-")
    assert scene.graph.passes.made == 1
    scene.clock.added += 31
    scene.once()
    assert scene.graph.passes.standing(scene.people["ann.lee"]) is None


def test_once_the_account_may_write_a_released_ticket_is_delivered(scene: Scene) -> None:
    drops(scene)
    ticket = scene.ticket("ann.lee")
    sweeps(scene, ticket, "stuck")
    scene.desk.access.read_only.clear()
    assert scene.run("release", "contoso", scene.number(ticket)).code == 0
    assert sweeps(scene, ticket, "delivered")[-1].outcomes()[scene.number(ticket)] == ("delivered", None)
    assert len(scene.held(ticket)) == 1


def test_no_log_line_holds_what_the_answer_showed_of_the_journal(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.desk.edit(ticket, work_notes="an agent's own words")
    scene.once()
    (text,) = scene.held(ticket)
    lines = "".join(scene.printed)
    assert text not in lines and "own words" not in lines
    assert json.loads(scene.printed[0])["delivered"] == 1
