"""The last line of `passdesk explain` is what the next sweep then does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from connector.simulators.faults import drop_after, failure, when
from tests.endtoend.office import Office
from tests.endtoend.scene import Ran, Scene
from tests.searching import searched

Prepared = Callable[[Scene], str]
APPROVAL = "allow: {approval: {field: approval, in: [approved], refused_in: [rejected]}}\n"


def fresh(scene: Scene) -> str:
    return scene.ticket("ann.lee")


def live(scene: Scene) -> str:
    ticket = fresh(scene)
    scene.once()
    return ticket


def paused(scene: Scene) -> str:
    scene.run("pause", "--why", "an incident")
    return fresh(scene)


def waiting_and_paused(scene: Scene) -> str:
    ticket = paused(scene)
    scene.once()
    return ticket


def resumed(scene: Scene) -> str:
    ticket = waiting_and_paused(scene)
    scene.run("resume")
    return ticket


def refused(scene: Scene) -> str:
    scene.person("gone", accountEnabled=False)
    return scene.ticket("gone")


def refused_and_unchanged(scene: Scene) -> str:
    scene.rewrite("incidents.yaml", ("  refused: {state: 3}\n", ""))
    ticket = refused(scene)
    scene.once()
    return ticket


def refused_and_mended(scene: Scene) -> str:
    ticket = refused_and_unchanged(scene)
    scene.graph.tenant.users[scene.people["gone"]].properties["accountEnabled"] = True
    return ticket


def refused_and_changed(scene: Scene) -> str:
    ticket = refused_and_unchanged(scene)
    scene.person("bob.ray")
    who = scene.people["desk bob.ray"]
    scene.desk.edit(ticket, caller_id=who, opened_by=who)
    return ticket


def stuck(scene: Scene) -> str:
    ticket = strange(scene)
    scene.once()
    return ticket


def strange(scene: Scene) -> str:
    ticket = fresh(scene)
    scene.desk.edit(ticket, work_notes="see TAP-AAAAAAAA-1")
    return ticket


def released(scene: Scene) -> str:
    ticket = stuck(scene)
    scene.run("release", "contoso", scene.number(ticket))
    return ticket


def standing(scene: Scene) -> str:
    live(scene)
    return scene.ticket("ann.lee")


def standing_by_hand(scene: Scene) -> str:
    scene.person("ann.lee")
    user = scene.graph.tenant.users[scene.people["ann.lee"]]
    scene.graph.passes.create(user, {"lifetimeInMinutes": 60, "isUsableOnce": True}, by="admin")
    return fresh(scene)


def one_at_a_time(scene: Scene) -> None:
    """Of two tickets that are worked at once, either may come first."""
    scene.rewrite("config.yaml", more="workers: 1\n")


def behind_another(scene: Scene) -> str:
    one_at_a_time(scene)
    scene.ticket("ann.lee")
    return scene.ticket("ann.lee")


def limit_of_the_person(scene: Scene) -> str:
    scene.rewrite("config.yaml", more="floor: {passes_per_subject: 1/24h}\n")
    ticket = live(scene)
    scene.run("revoke", "contoso", scene.number(ticket))
    scene.ended()
    return scene.ticket("ann.lee")


def limit_in_all(scene: Scene) -> str:
    scene.rewrite("config.yaml", more="floor: {passes_in_all: 1/1h}\n")
    live(scene)
    return scene.ticket("bob.ray")


def behind_another_desks(scene: Scene) -> str:
    """The same company's other name: another desk, whose ticket for the same person is older. It is polled
    first: no desk's tickets wait for the poll of another.
    """
    from connector.config.load import load

    url = load(scene.folder / "config.yaml").settings.desks["contoso"].url.replace("127.0.0.1", "localhost")
    secrets = "{kind: client_credentials, client_id: env:SNOW_ID, client_secret: env:SNOW_SECRET}"
    scene.rewrite(
        "config.yaml",
        ("desks:\n", f"desks:\n  other: {{kind: servicenow, url: {url}, auth: {secrets}}}\n"),
        ("[incidents.yaml]", "[others.yaml, incidents.yaml]"),
    )
    text = (scene.folder / "incidents.yaml").read_text().replace("mapping: incidents", "mapping: others")
    text = text.replace("desk: contoso", "desk: other").replace("category: identity", "category: other")
    (scene.folder / "others.yaml").write_text(text)
    one_at_a_time(scene)
    scene.ticket("ann.lee", category="other")
    return scene.ticket("ann.lee")


def limit_that_the_ticket_before_reaches(scene: Scene) -> str:
    one_at_a_time(scene)
    scene.rewrite("config.yaml", more="floor: {passes_in_all: 1/1h}\n")
    scene.ticket("ann.lee")
    return scene.ticket("bob.ray")


def outside(scene: Scene) -> str:
    ticket = fresh(scene)
    scene.desk.edit(ticket, category="network")
    return ticket


def left_while_waiting(scene: Scene) -> str:
    ticket = waiting_and_paused(scene)
    scene.desk.edit(ticket, state="3")
    return ticket


def cancelled(scene: Scene) -> str:
    ticket = live(scene)
    scene.desk.edit(ticket, state="8")
    return ticket


def expired(scene: Scene) -> str:
    ticket = live(scene)
    scene.clock.added += 3700
    return ticket


def ended(scene: Scene) -> str:
    ticket = live(scene)
    scene.run("revoke", "contoso", scene.number(ticket))
    scene.ended()
    return ticket


def allowed_again(scene: Scene) -> str:
    ticket = ended(scene)
    scene.run("reissue", "contoso", scene.number(ticket))
    return ticket


def being_revoked(scene: Scene) -> str:
    ticket = live(scene)
    scene.run("revoke", "contoso", scene.number(ticket))
    return ticket


def reply_lost(scene: Scene) -> str:
    ticket = fresh(scene)
    scene.graph_server.faults.add(when("POST", "temporaryAccess"), drop_after)
    scene.once()
    return ticket


def unapproved(scene: Scene) -> str:
    scene.rewrite("incidents.yaml", more=APPROVAL)
    return scene.ticket("ann.lee", approval="requested")


def rejected(scene: Scene) -> str:
    scene.rewrite("incidents.yaml", more=APPROVAL)
    return scene.ticket("ann.lee", approval="rejected")


def mailed(scene: Scene) -> str:
    return scene.ticket("ann.lee", work_notes_list="x")


def missing_evidence(scene: Scene) -> str:
    scene.identity.tokens.roles -= {"RoleManagement.Read.Directory"}
    return fresh(scene)


def out_of_scope(scene: Scene) -> str:
    from dataclasses import replace

    scene.graph.policy = replace(scene.graph.policy, include=(scene.graph.tenant.add_group("pilot"),))
    return fresh(scene)


def two_mappings(scene: Scene) -> str:
    text = (scene.folder / "incidents.yaml").read_text().replace("mapping: incidents", "mapping: others")
    (scene.folder / "others.yaml").write_text(text)
    scene.rewrite("config.yaml", ("[incidents.yaml]", "[incidents.yaml, others.yaml]"))
    return fresh(scene)


def directory_down(scene: Scene) -> str:
    ticket = fresh(scene)
    scene.graph_server.faults.add(when("POST", "batch", times=99), failure(503))
    return ticket


def malformed(scene: Scene) -> str:
    return scene.ticket("")


SITUATIONS: list[tuple[Prepared, str, str | None]] = [
    (fresh, "delivered", None),
    (live, "nothing", None),
    (paused, "deferred", "paused"),
    (waiting_and_paused, "deferred", "paused"),
    (resumed, "delivered", None),
    (refused, "refused", "subject_disabled"),
    (refused_and_unchanged, "nothing", "subject_disabled"),
    (refused_and_mended, "nothing", "subject_disabled"),
    (refused_and_changed, "delivered", None),
    (stuck, "stuck", "unknown_history"),
    (strange, "stuck", "unknown_history"),
    (released, "delivered", None),
    (standing, "deferred", "pass_standing"),
    (standing_by_hand, "deferred", "pass_standing"),
    (behind_another, "deferred", "pass_standing"),
    (behind_another_desks, "deferred", "pass_standing"),
    (limit_of_the_person, "deferred", "limit_subject"),
    (limit_in_all, "deferred", "limit_overall"),
    (limit_that_the_ticket_before_reaches, "deferred", "limit_overall"),
    (outside, "nothing", None),
    (left_while_waiting, "nothing", None),
    (cancelled, "ended", "cancelled"),
    (expired, "ended", "expired"),
    (ended, "nothing", None),
    (allowed_again, "delivered", None),
    (being_revoked, "nothing", "revoked"),
    (reply_lost, "deferred", "recovering"),
    (unapproved, "deferred", "approval_outstanding"),
    (rejected, "refused", "approval_rejected"),
    (mailed, "refused", "note_is_mailed"),
    (missing_evidence, "deferred", "evidence_missing"),
    (out_of_scope, "refused", "subject_out_of_scope"),
    (two_mappings, "refused", "mapping_ambiguous"),
    (directory_down, "deferred", "directory_unreachable"),
    (malformed, "refused", "subject_missing"),
]
# Of each outcome one that a look at the ticket shows, and one that only the ledger or the directory knows
LOOKS = {fresh, refused, refused_and_changed, unapproved, two_mappings}
STAND_FOR_ALL = LOOKS | {live, paused, stuck, standing, limit_in_all, expired, reply_lost}


def did(ran: Ran, number: str) -> tuple[str, str | None]:
    return ran.outcomes().get(number, ("nothing", None))


@pytest.mark.parametrize(
    ("prepare", "outcome", "reason"),
    searched(SITUATIONS, *(each for each in SITUATIONS if each[0] in STAND_FOR_ALL)),
    ids=[each.__name__ for each, *_ in SITUATIONS],
)
def test_the_last_line_is_what_the_next_sweep_does(
    scene: Scene, prepare: Prepared, outcome: str, reason: str | None
) -> None:
    number = scene.number(prepare(scene))
    before = written(scene)
    shown, told = scene.run("explain", "contoso", number), scene.run("explain", "contoso", number, "--json")
    assert written(scene) == before
    last = shown.out.splitlines()[-1]
    would: dict[str, Any] = told.report["would"]
    assert (would["outcome"], would["reason"]) == (outcome, reason)
    assert all(each["would"] == would for each in told.report["mappings"] if each["watched"])
    if outcome == "delivered":
        assert last.startswith("  → a pass that works once, for 60 minutes, ")
    else:
        assert last.startswith(f"  → {outcome}: ")
        assert (f"({reason})" in last) == (reason is not None)
    swept = scene.once()
    assert did(swept, number) == (
        (outcome, reason) if outcome not in {"nothing", "ended"} else ("nothing", None)
    )
    if outcome == "deferred" and reason not in {
        "recovering",
        "pass_standing",
    }:  # of these, others may tell first
        detail = next(each["detail"] for each in swept.report["tickets"] if each["ticket"] == number)
        assert re.sub(r"TAP-\w+-\d", "", detail).partition("(")[0] in last


def written(scene: Scene) -> object:
    """Everything that a verb could have changed."""
    trail = scene.run("audit", "export").out if (scene.folder / "passdesk.db").exists() else ""
    desk = [sorted(row.items()) for row in scene.desk.rows("incident")]
    return trail, desk, scene.graph.passes.made, [each.id for each in scene.graph.passes.live()]


def test_no_reference_is_shown_that_no_pass_has(scene: Scene) -> None:
    number = scene.number(behind_another(scene))
    assert "TAP-" not in scene.run("explain", "contoso", number).out.splitlines()[-1]


def test_a_ticket_that_several_sweeps_look_after_ends_as_it_was_told(scene: Scene) -> None:
    number = scene.number(cancelled(scene))
    assert "→ ended: The ticket was closed" in scene.run("explain", "contoso", number).out
    assert scene.ended() == 1


def test_a_condition_that_does_not_match_shows_the_value_and_the_wanted_one(scene: Scene) -> None:
    ticket = fresh(scene)
    scene.desk.edit(ticket, state="3", category="network")
    ran = scene.run("explain", "contoso", scene.number(ticket))
    assert 'it isn\'t in the queue: category is "network"; wanted is "identity"' in ran.out
    assert 'it isn\'t in the queue: state is "3"; wanted is "1" or "2"' in ran.out
    shown = scene.run("explain", "contoso", scene.number(ticket), "--json").report["mappings"][0]
    assert {"field": "state", "value": "3", "wanted": '"1" or "2"', "matches": False} in shown["conditions"]


def test_a_closed_ticket_says_so(scene: Scene) -> None:
    scene.rewrite("incidents.yaml", ("state: [1, 2]", "state: [1, 2, 7]"))
    ticket = fresh(scene)
    scene.desk.edit(ticket, state="7")
    assert "the desk says that it is closed" in scene.run("explain", "contoso", scene.number(ticket)).out


def test_a_pause_is_shown_with_who_began_it(scene: Scene) -> None:
    number = scene.number(fresh(scene))
    scene.run("pause", "--why", "an incident", "--by", "mia.boss")
    assert 'issuing is paused by mia.boss: "an incident"' in scene.run("explain", "contoso", number).out


def test_a_partial_call_that_is_never_polled_is_not_in_the_queue(office: Office) -> None:
    ticket = office.ticket("ann.lee")
    office.desk.records.incidents[ticket].row["status"] = "partial"
    ran = office.run("explain", "bureau", office.number(ticket))
    assert "the desk's own list for this mapping doesn't show it" in ran.out
    assert ran.out.splitlines()[-1] == "  → nothing: No sweep takes it: it isn't in the queue."
    assert office.once().report["tickets"] == []


def test_a_ticket_is_explained_by_its_reference(scene: Scene) -> None:
    live(scene)
    [out] = json.loads(scene.run("live", "--json").out)["passes"]
    assert "→ nothing: It has its pass" in scene.run("explain", "contoso", out["reference"]).out


def test_where_a_service_is_down_explain_says_so_and_ends_with_three(scene: Scene) -> None:
    number = scene.number(fresh(scene))
    scene.graph_server.stop()
    ran = scene.run("explain", "contoso", number)
    scene.desk_server.stop()
    other = scene.run("explain", "contoso", number)
    scene.graph_server.start()
    scene.desk_server.start()
    assert (ran.code, other.code) == (3, 3)
    assert "→ deferred: " in ran.out and "(directory_unreachable)" in ran.out


def test_a_text_that_is_no_number_is_told_beside_a_desk_that_is_down(scene: Scene) -> None:
    up = scene.run("explain", "contoso", "what is this?")
    scene.server.stop()
    down = scene.run("explain", "contoso", "what is this?")
    assert (up.code, down.code) == (1, 3)
    assert "contoso shows no ticket what is this?" in up.err and "can't be reached" not in up.err
    assert "contoso shows no ticket what is this?" in down.err
    assert down.err.splitlines()[-1].startswith("contoso can't be reached: ")


def test_explain_reads_a_ledger_that_run_works_on(scene: Scene) -> None:
    from connector.config.load import load
    from connector.wire import as_worker

    number = scene.number(fresh(scene))
    with as_worker(load(scene.folder / "config.yaml")):
        assert "→ a pass" in scene.run("explain", "contoso", number).out
