"""`passdesk once --json` against the simulators: what the outside relies on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.simulators.faults import drop_after, drop_before, failure, html_page, redirect, when
from tests.endtoend.scene import Scene
from tests.searching import SEARCH, searched

TAP = r"temporaryAccessPassMethods$"
READS = ("GET /api/now/table/incident",)
ROUND = 1  # call of the privilege map, in a tenant without groups that may carry roles


def test_every_eligible_ticket_is_delivered_once_and_the_next_sweep_does_nothing(scene: Scene) -> None:
    tickets = [scene.ticket(f"person{n}") for n in range(12)]
    ran = scene.once()
    assert (ran.code, ran.report["seen"], ran.report["delivered"]) == (0, 12, 12)
    assert all(len(scene.held(each)) == 1 for each in tickets)
    again = scene.once()
    assert again.report["delivered"] == 0
    assert scene.graph.passes.made == 12


def test_editing_and_re_opening_a_delivered_ticket_issues_nothing_more(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    scene.desk.edit(ticket, state="6", close_code="Solution provided", close_notes="done")
    scene.settle()
    scene.desk.edit(ticket, state="2", short_description="again, please")
    scene.settle()
    scene.desk.edit(ticket, category="network")
    scene.once()
    scene.desk.edit(ticket, category="identity", state="1")
    scene.settle()
    assert scene.graph.passes.made == 1


def test_the_reasons_are_the_right_ones(scene: Scene) -> None:
    scene.person("boss")
    scene.graph.tenant.assign(scene.people["boss"], "User Administrator")
    scene.person("eligible")
    scene.graph.tenant.make_eligible(scene.people["eligible"], "Global Administrator")
    scene.person("grouped")
    scene.graph.tenant.add_group("Tier 0", members=[scene.people["grouped"]], assignable=True)
    scene.person("gone", accountEnabled=False)
    scene.person("guest", userType="Guest")
    scene.person("team.member", manager=scene.person("manager"))
    scene.desk.add_user("nobody", email="nobody@contoso.com")
    scene.people["desk nobody"] = scene.desk.rows("sys_user")[-1]["sys_id"]
    scene.people["nobody"] = ""
    expected = {
        scene.ticket("boss"): ("refused", "subject_privileged"),
        scene.ticket("eligible"): ("refused", "subject_privileged"),
        scene.ticket("grouped"): ("refused", "subject_privileged"),
        scene.ticket("gone"): ("refused", "subject_disabled"),
        scene.ticket("guest"): ("refused", "subject_guest"),
        scene.ticket("nobody"): ("refused", "subject_not_found"),
        scene.ticket("other", "stranger"): ("refused", "requester_not_allowed"),
        scene.ticket("listed", work_notes_list="x"): ("refused", "note_is_mailed"),
        scene.ticket("team.member", "manager"): ("delivered", None),
    }
    ran = scene.once()
    second = scene.ticket("team.member")
    assert scene.once().outcomes() == {scene.number(second): ("deferred", "pass_standing")}
    assert not scene.desk.notes(second)
    assert ran.outcomes() == {scene.number(ticket): verdict for ticket, verdict in expected.items()}
    assert ran.code == 0
    notes = {ticket: scene.desk.notes(ticket) for ticket in expected}
    assert all(len(notes[ticket]) == (verdict[0] != "deferred") for ticket, verdict in expected.items())
    assert not any(scene.desk.notes(ticket, "comments") for ticket in expected)


@pytest.mark.parametrize("upn", ["o'brien", "a#b", "p+q", "100%", "$money", "zoë.łukasiewicz"])
def test_unusual_names_reach_their_own_person_or_nobody(scene: Scene, upn: str) -> None:
    for other in ("obrien", "a", "p q", "p", "money", "zoe.lukasiewicz"):
        scene.person(other)
    ticket = scene.ticket(upn)
    scene.once()
    assert [event.user for event in scene.graph.passes.audit] == [scene.people[upn]]
    assert len(scene.held(ticket)) == 1


def test_no_ticket_outside_the_queue_is_touched_when_the_server_drops_the_filter(scene: Scene) -> None:
    inside = scene.ticket("ann.lee")
    outside = scene.desk.add_incident(category="network", caller_id=scene.people["desk ann.lee"])
    before = scene.desk.row(outside)
    (scene.folder / "incidents.yaml").write_text(
        (scene.folder / "incidents.yaml")
        .read_text()
        .replace("category: identity", "category: identity, u_misspelt: yes_it_is")
    )
    ran = scene.once()
    assert ran.report["seen"] == 0
    assert scene.calls() == 1
    assert scene.desk.row(outside) == before
    assert not scene.desk.notes(inside) + scene.desk.notes(outside)
    assert not scene.graph.passes.made


def test_a_delivered_incident_takes_two_requests_of_a_poll_and_five_more_and_an_idle_poll_one(
    scene: Scene,
) -> None:
    """The page and the children of its tickets; then two batches, a look, the POST and the note. Of a look,
    row and children are one request.
    """
    scene.once()
    assert scene.calls() == 1
    scene.ticket("ann.lee")
    scene.once()
    assert scene.calls() - 1 == 2 + 5 + ROUND
    assert scene.calls(but=READS) == 4 + ROUND  # all but the poll and the looks


POSTED = [drop_before, drop_after, failure(503), failure(500, handled=True), html_page(handled=True)]
NOTED = [drop_before, drop_after, html_page(), failure(500, handled=True)]


@pytest.mark.parametrize("fault", searched(POSTED, drop_before, drop_after))
def test_a_post_whose_answer_is_lost_ends_in_one_delivered_live_pass(scene: Scene, fault: object) -> None:
    ticket = scene.ticket("ann.lee")
    scene.graph_server.faults.add(when("POST", TAP), fault)  # type: ignore[arg-type]
    assert scene.once().outcomes() == {scene.number(ticket): ("deferred", "recovering")}
    assert scene.settle().outcomes() == {scene.number(ticket): ("delivered", None)}
    assert len(scene.held(ticket)) == 1
    assert not scene.graph.passes.live_unknown(scene.desk.notes(ticket))


@pytest.mark.parametrize("fault", searched(NOTED, drop_before, drop_after))
@pytest.mark.parametrize("journal", [True, False])
def test_a_note_whose_answer_is_lost_ends_in_one_delivered_live_pass(
    scene: Scene, fault: object, journal: bool
) -> None:
    ticket = scene.ticket("ann.lee")
    if not journal:
        scene.desk.traps = replace(scene.desk.traps, journal="empty")
    scene.desk_server.faults.add(when("PATCH", "incident"), fault)  # type: ignore[arg-type]
    scene.once()
    scene.settle()
    assert len(scene.held(ticket)) == 1
    assert not scene.graph.passes.live_unknown(scene.desk.notes(ticket))


def test_credentials_never_follow_a_redirect(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.desk_server.faults.add(
        when("GET", "incident", times=9), redirect(f"{scene.graph_server.url}/v1.0/stolen")
    )
    ran = scene.once()
    assert ran.code == 3
    assert ran.report["unreachable"] == ["contoso"]
    assert scene.desk_server.tally.total() > 0
    assert scene.graph_server.tally.total() == 0  # neither stolen nor asked about anybody


def test_a_dead_directory_defers_and_says_so(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.graph_server.stop()
    ran = scene.once()
    scene.graph_server.start()
    assert ran.code == 3
    assert ran.report["unreachable"] == ["entra"]
    assert ran.outcomes() == {scene.number(ticket): ("deferred", "directory_unreachable")}
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}


def test_an_outstanding_approval_waits_in_silence(scene: Scene) -> None:
    path = scene.folder / "incidents.yaml"
    rule = "allow: {approval: {field: approval, in: [approved], refused_in: [rejected]}}\n"
    path.write_text(path.read_text() + rule)
    ticket = scene.ticket("ann.lee", approval="requested")
    assert scene.once().outcomes() == {scene.number(ticket): ("deferred", "approval_outstanding")}
    assert not scene.desk.notes(ticket)
    scene.desk.edit(ticket, approval="approved")
    assert scene.once().outcomes() == {scene.number(ticket): ("delivered", None)}


def test_a_used_pass_is_deleted_a_quarter_of_an_hour_later_and_its_person_may_have_another(
    scene: Scene,
) -> None:
    tickets = [scene.ticket("ann.lee"), scene.ticket("ann.lee")]
    scene.once()
    second, first = sorted(tickets, key=lambda each: len(scene.held(each)))
    scene.clock.added += 100
    scene.graph.use("ann.lee@contoso.com")
    assert scene.ended() == 0
    scene.clock.added += 901
    assert scene.ended() == 1
    assert scene.desk.row(first)["state"] == "6"
    scene.once()
    assert len(scene.held(second)) == 1


@SEARCH
def test_an_expired_pass_ends_and_a_cancelled_tickets_pass_is_revoked(scene: Scene) -> None:
    expired, cancelled = scene.ticket("ann.lee"), scene.ticket("bob.ray")
    scene.once()
    assert len(scene.held(cancelled)) == 1
    scene.desk.edit(cancelled, state="8")
    assert scene.ended() == 1
    assert not scene.held(cancelled)
    assert len(scene.held(expired)) == 1
    scene.clock.added += 3700
    assert scene.ended() == 1
    assert scene.graph.passes.standing(scene.people["ann.lee"]) is None


def test_a_person_out_of_the_policys_scope_gets_nothing(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.graph.policy = replace(scene.graph.policy, include=(scene.graph.tenant.add_group("pilot"),))
    assert scene.once().outcomes() == {scene.number(ticket): ("refused", "subject_out_of_scope")}
    assert not scene.graph.passes.made


def test_a_ledger_that_was_lost_issues_nothing_to_tickets_that_carry_a_reference(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    for each in scene.folder.glob("passdesk.db*"):
        each.unlink()
    ran = scene.once()
    assert ran.outcomes() == {scene.number(ticket): ("stuck", "unknown_history")}
    assert ran.code == 1
    assert scene.graph.passes.made == 1
