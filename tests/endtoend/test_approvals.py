"""Approvals that are bound to what was approved, from a mapping file to a note, over the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.guards.approval import ACCEPTED, CHANGED, NOT_AS_SEEN, SEEN, UNSEEN
from connector.simulators.faults import when
from connector.simulators.messages import Response
from tests.endtoend.office import MAPPING as CALLS
from tests.endtoend.office import WATCH, Office, bureau
from tests.endtoend.scene import MAPPING, Scene, company
from tests.endtoend.test_check import checked
from tests.endtoend.test_check_topdesk import checked as checked_calls

RULE = "allow: {{approval: {{field: {}, in: [approved], refused_in: [rejected]{}}}}}\n"
WAIT, ACCEPT = ", unproven: wait", ", unproven: accept"
FIELD = "optionalFields1.text1"
UNPROVEN = ("deferred", "approval_unproven")
DELIVERED = ("delivered", None)
Act = Callable[[Scene, str], object]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with company(tmp_path, mapping=MAPPING + RULE.format("approval", WAIT)) as found:
        for name in ("kim.boss", "eve.other"):
            found.person(name)
        yield found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with bureau(tmp_path, mapping=CALLS + RULE.format(FIELD, WAIT)) as found:
        yield found


def outcome(house: Scene | Office, ticket: str) -> tuple[str, str | None] | None:
    return house.once().outcomes().get(house.number(ticket))


def later(scene: Scene) -> None:
    scene.clock.added += 60


def asked(scene: Scene, caller: str = "ann.lee") -> str:
    """A ticket that a sweep saw before anybody approved it."""
    ticket = scene.ticket(caller, approval="requested")
    assert outcome(scene, ticket) == ("deferred", "approval_outstanding")
    later(scene)
    return ticket


def approve(scene: Scene, ticket: str, word: str = "approved") -> None:
    """By hand, and nobody else is on record."""
    scene.desk.edit(ticket, approval=word, by="kim.boss")
    later(scene)


def swap(scene: Scene, ticket: str) -> None:
    scene.desk.edit(ticket, caller_id=scene.people["desk eve.other"], by="eve.other")
    later(scene)


def why(house: Scene | Office, ticket: str) -> str:
    (seen,) = json.loads(house.run("explain", desk_of(house), house.number(ticket), "--json").out)["mappings"]
    return str(seen["approval"]["why"])


def desk_of(house: Scene | Office) -> str:
    return "contoso" if isinstance(house, Scene) else "bureau"


def test_a_ticket_that_was_seen_before_its_approval_gets_its_pass(scene: Scene) -> None:
    ticket = asked(scene)
    approve(scene, ticket)
    assert why(scene, ticket) == SEEN
    assert outcome(scene, ticket) == DELIVERED
    assert len(scene.held(ticket)) == 1


def test_one_that_was_approved_when_it_was_first_seen_waits_and_no_look_makes_it_approved(
    scene: Scene,
) -> None:
    ticket = scene.ticket("ann.lee", approval="approved")
    assert [outcome(scene, ticket) for _ in range(3)] == [UNPROVEN] * 3
    lines = scene.run("explain", "contoso", scene.number(ticket)).out
    assert "– approval The desk has no record of who approved the ticket" in lines
    assert scene.desk.row(ticket)["sys_mod_count"] == "0" and scene.graph.passes.made == 0


def test_another_person_on_an_approved_ticket_gets_nothing_until_it_is_approved_again(scene: Scene) -> None:
    ticket = asked(scene)
    approve(scene, ticket)
    swap(scene, ticket)
    assert outcome(scene, ticket) == UNPROVEN
    scene.desk.edit(ticket, opened_by=scene.people["desk eve.other"])
    for word, said in (("requested", "approval_outstanding"), ("approved", None)):
        approve(scene, ticket, word)
        found = outcome(scene, ticket)
        assert found == (("deferred", said) if said else DELIVERED)
    assert scene.graph.passes.live()[0].user == scene.people["eve.other"]


def test_a_pass_that_is_to_last_longer_than_when_it_was_approved_waits(scene: Scene) -> None:
    ticket = asked(scene)
    scene.rewrite("incidents.yaml", more="pass: {lifetime: 4h}\n")
    approve(scene, ticket)
    assert outcome(scene, ticket) == UNPROVEN
    for word in ("requested", "approved"):
        approve(scene, ticket, word)
        found = outcome(scene, ticket)
    assert found == DELIVERED


def test_the_history_of_columns_proves_what_nobody_saw(scene: Scene) -> None:
    scene.desk.access.hidden_tables.discard("sys_audit")
    ticket, swapped = scene.ticket("ann.lee"), scene.ticket("bea")
    later(scene)
    for each in (ticket, swapped):
        approve(scene, each)
    swap(scene, swapped)
    found = scene.once().outcomes()
    assert found == {scene.number(ticket): DELIVERED, scene.number(swapped): UNPROVEN}
    assert why(scene, swapped) == "The field caller_id.user_name was changed after the approval."


def test_a_copy_of_an_approved_ticket_is_not_approved(scene: Scene) -> None:
    scene.desk.access.hidden_tables.discard("sys_audit")
    ticket = asked(scene)
    approve(scene, ticket)
    copy = scene.desk.clone(ticket)
    assert scene.once().outcomes() == {scene.number(ticket): DELIVERED, scene.number(copy): UNPROVEN}


def rejected(scene: Scene, ticket: str) -> None:
    scene.desk.decide(scene.desk.ask_approval(ticket, scene.people["desk kim.boss"]), "rejected")
    scene.desk.edit(ticket, approval="approved")


def taken_back_and_given(scene: Scene, ticket: str) -> None:
    ann = scene.desk.row(ticket)["caller_id"]
    swap(scene, ticket)
    scene.desk.edit(ticket, caller_id=ann)


@pytest.mark.parametrize("act", [rejected, taken_back_and_given, swap])
def test_all_of_it_is_asked_again_when_the_ticket_is_read_before_the_post(scene: Scene, act: Act) -> None:
    scene.desk.access.hidden_tables.discard("sys_audit")
    ticket = asked(scene)
    approve(scene, ticket)

    def meanwhile(respond: Callable[[], Response]) -> Response:
        act(scene, ticket)
        return respond()

    scene.graph_server.faults.add(when("POST", "batch", nth=2), meanwhile)
    assert outcome(scene, ticket) == ("deferred", "ticket_changed")
    assert outcome(scene, ticket) == UNPROVEN
    assert scene.graph.passes.made == 0


def test_a_wait_for_a_proof_ends_with_a_person(scene: Scene) -> None:
    scene.rewrite("config.yaml", more="floor: {wait_at_most: 2m}\n")
    ticket = scene.ticket("ann.lee", approval="approved")
    assert outcome(scene, ticket) == UNPROVEN
    scene.clock.added += 121
    assert outcome(scene, ticket) == ("stuck", "waited_too_long")
    for word in ("requested", "approved"):
        approve(scene, ticket, word)
        scene.once()
    assert scene.run("release", "contoso", scene.number(ticket)).code == 0
    assert outcome(scene, ticket) == DELIVERED


def test_what_nothing_proves_counts_where_the_mapping_accepts_it_and_what_changed_never_does(
    scene: Scene,
) -> None:
    scene.rewrite("incidents.yaml", (WAIT, ACCEPT))
    first, second = scene.ticket("ann.lee", approval="approved"), asked(scene, "bea")
    assert why(scene, first) == ACCEPTED
    assert scene.held(first)
    scene.run("pause", "--why", "a test")
    approve(scene, second)
    assert outcome(scene, second) == ("deferred", "paused")
    swap(scene, second)
    scene.run("resume")
    assert outcome(scene, second) == UNPROVEN
    assert why(scene, second) == CHANGED
    assert not any("sysapproval" in route or "audit" in route for _, route in scene.desk_server.tally.calls())


def test_a_mapping_that_says_neither_keeps_on_and_check_points_at_it(scene: Scene) -> None:
    scene.rewrite("incidents.yaml", (WAIT, ""))
    ticket = scene.ticket("ann.lee", approval="approved")
    says = "incidents.yaml:13:9: allow.approval: nothing compares what the ticket says now with what was"
    found = str(checked(scene, 0)[None])
    assert says in found and "write unproven: wait, or unproven: accept" in found
    assert outcome(scene, ticket) == DELIVERED
    scene.rewrite("incidents.yaml", ("[rejected]", f"[rejected]{ACCEPT}"))
    assert "nothing compares" not in str(checked(scene, 0)[None])


def test_check_says_where_watch_keeps_passdesk_from_seeing_a_ticket_before_its_approval(scene: Scene) -> None:
    scene.ticket("ann.lee")
    assert "watch matches approved tickets only" not in str(checked(scene, 0))
    scene.rewrite("incidents.yaml", ("state: [1, 2]}", "state: [1, 2], approval: approved}"))
    says = "incidents.yaml:4:44: watch matches approved tickets only, so that an approval is proven by the"
    assert says in str(checked(scene, 0)[None])


def test_check_says_which_records_prove_an_approval(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    found = str(checked(scene, 0)[None])
    assert "that it can be told when a ticket was approved is not proven: no approval is shown" in found
    assert "caller_id.user_name of incidents are columns, whose history (sys_audit) shows nothing" in found
    assert "the role audit_viewer lets the account read it, and that of every other table, too" in found
    scene.desk.decide(scene.desk.ask_approval(ticket, scene.people["desk kim.boss"]))
    assert "whose history (sys_audit) can't be read" in str(checked(scene, 0)[None])
    scene.desk.access.hidden_tables.discard("sys_audit")
    right = str(checked(scene, 0)[True])
    assert "it can be told when a ticket was approved" in right
    assert "the history of columns can be read, which proves approvals of incidents" in right
    scene.desk.access.forbidden_tables.add("sysapproval_approver")
    wrong = str(checked(scene, 0)[None])
    assert "it can't be told when a ticket was approved" in wrong


def test_a_call_is_bound_by_what_passdesk_saw_before_its_approval(office: Office) -> None:
    seen = office.ticket("ann.lee", optionalFields1={"text1": "requested"})
    unseen = office.ticket("bea", optionalFields1={"text1": "approved"})
    found = office.once().outcomes()
    assert found[office.number(seen)] == ("deferred", "approval_outstanding")
    assert found[office.number(unseen)] == UNPROVEN
    assert why(office, unseen) == UNSEEN
    office.desk.edit(seen, optionalFields1={"text1": "approved"})
    assert outcome(office, seen) == DELIVERED


def test_another_caller_on_an_approved_call_gets_nothing(office: Office) -> None:
    ticket = office.ticket("ann.lee", optionalFields1={"text1": "requested"})
    office.once()
    office.person("eve.other")
    office.desk.edit(
        ticket, optionalFields1={"text1": "approved"}, caller={"id": office.people["card eve.other"]}
    )
    assert outcome(office, ticket) == UNPROVEN
    assert why(office, ticket) == NOT_AS_SEEN
    assert office.graph.passes.made == 0


def test_check_says_that_no_call_could_ever_be_proven_approved(office: Office) -> None:
    office.ticket("ann.lee", optionalFields1={"text1": "approved"})
    assert "what was approved" not in str(checked_calls(office, 0))
    office.rewrite("calls.yaml", (WATCH, WATCH.replace("}", f", {FIELD}: approved}}")))
    wrong = str(checked_calls(office, 1)[False])
    assert "the desk keeps no record that proves what was approved: every ticket would wait" in wrong
    assert f"take {FIELD} out of watch" in wrong
