"""A service that refuses everybody is left alone, over all processes; one that refuses somebody stops nobody
else.
"""

from __future__ import annotations

import json

import pytest

from connector.domain.events import Event
from connector.simulators.faults import ALWAYS, Fault, answer, when
from connector.simulators.messages import Response
from tests.endtoend.scene import Scene
from tests.searching import SEARCH, searched

NAMES = ("ann.lee", "bob.ray", "cem.oz")
BLOCKED = answer(Response.json(403, {"error": {"code": "ErrorMessageSubmissionBlocked", "message": "no"}}))
ACL = answer(Response.json(403, {"error": {"message": "Insufficient rights", "detail": ""}}))
FORBIDDEN = answer(Response.json(403, {"error": {"code": "Authorization_RequestDenied", "message": "no"}}))
BROKEN = answer(Response.json(500, {"error": {"code": "x"}}))
SEND, NOTE, TAP = "sendMail$", "incident/", "temporaryAccessPassMethods$"


def tickets(scene: Scene, names: tuple[str, ...] = NAMES) -> list[str]:
    return [scene.ticket(each) for each in names]


def minutes(scene: Scene, count: int) -> None:
    """`once` from cron, each minute."""
    for _ in range(count):
        scene.once()
        scene.clock.added += 60


def lines(scene: Scene, event: Event) -> list[dict[str, object]]:
    entries = json.loads(scene.run("history", "--json").out)
    every = entries["entries"] if isinstance(entries, dict) else entries
    return [each for each in every if each["action"] == event]


def outcomes(scene: Scene) -> set[tuple[str, str | None]]:
    return set(scene.once().outcomes().values())


@SEARCH  # the access rule below stands for it, and `test_where_mail_rests` for mail
def test_a_blocked_mailbox_costs_no_attempt_and_all_go_on_by_themselves(scene: Scene) -> None:
    scene.mailing("incidents.yaml")
    for each in NAMES:
        scene.manage(each, "grace.boss")
    every = tickets(scene)
    scene.graph_server.faults.add(when("POST", SEND, times=ALWAYS), BLOCKED)
    scene.forty_minutes()
    assert outcomes(scene) == {("deferred", "mail_unreachable")}
    assert scene.graph.passes.live() == [] and 1 <= scene.graph.passes.made <= 8
    (began,) = lines(scene, Event.RESTING)
    assert "ErrorMessageSubmissionBlocked" in json.dumps(began)
    scene.graph_server.faults.clear()
    scene.clock.added += 900
    minutes(scene, 6)
    assert len(scene.graph.passes.live()) == len(every) == len(scene.mails)
    assert len(lines(scene, Event.WORKS_AGAIN)) == 1


@SEARCH
def test_an_access_rule_that_refuses_every_note_costs_no_attempt_once_a_second_ticket_met_it(
    scene: Scene,
) -> None:
    every = tickets(scene)
    scene.desk_server.faults.add(when("PATCH", NOTE, times=ALWAYS), ACL)
    scene.forty_minutes()
    assert outcomes(scene) == {("deferred", "desk_refused")}
    assert scene.graph.passes.live() == [] and 2 <= scene.graph.passes.made <= 9
    assert len(lines(scene, Event.RESTING)) == 1
    scene.desk_server.faults.clear()
    scene.clock.added += 900
    minutes(scene, 6)
    assert [len(scene.held(each)) for each in every] == [1, 1, 1]


@SEARCH
@pytest.mark.parametrize("fault", searched([FORBIDDEN, BROKEN], FORBIDDEN))
def test_one_person_who_is_always_refused_stops_nobody_else(scene: Scene, fault: Fault) -> None:
    bad = scene.ticket("ann.lee")
    scene.graph_server.faults.add(
        when("POST", f"{scene.people['ann.lee']}/authentication/{TAP}", times=ALWAYS), fault
    )
    for name in ("bob.ray", "cem.oz", "dan.fox"):
        good = scene.ticket(name)
        minutes(scene, 6)
        assert len(scene.held(good)) == 1
    assert scene.held(bad) == []


@SEARCH  # `test_a_person_who_has_a_pass_already` stands for it
def test_two_people_who_may_get_no_pass_stop_the_others_once_and_never_again(scene: Scene) -> None:
    for each in ("ann.lee", "bob.ray"):
        scene.ticket(each)
        scene.graph_server.faults.add(
            when("POST", f"{scene.people[each]}/authentication/{TAP}", times=ALWAYS), FORBIDDEN
        )
    minutes(scene, 3)
    assert len(lines(scene, Event.RESTING)) == 1
    for name in ("cem.oz", "dan.fox", "eva.lin"):
        good = scene.ticket(name)
        minutes(scene, 7)
        assert len(scene.held(good)) == 1
    assert len(lines(scene, Event.RESTING)) == 1


def test_where_mail_rests_the_note_is_taken_at_once(scene: Scene) -> None:
    scene.mailing("incidents.yaml", "[manager_mail, note]")
    for each in NAMES:
        scene.manage(each, "grace.boss")
    scene.graph_server.faults.add(when("POST", SEND, times=ALWAYS), BLOCKED)
    every = tickets(scene)
    scene.once()
    assert [len(scene.held(each)) for each in every] == [1, 1, 1]
    tried = scene.graph_server.tally.calls()
    late = scene.ticket("dan.fox")
    scene.manage("dan.fox", "grace.boss")
    scene.once()
    assert len(scene.held(late)) == 1
    mails = [each for each in tried if each[1].endswith("sendMail")]
    assert mails and all(scene.graph_server.tally.calls()[each] == tried[each] for each in mails)


@SEARCH
def test_where_once_runs_rarely_one_person_a_server_fails_over_stops_nobody_for_long(scene: Scene) -> None:
    bad = scene.ticket("ann.lee")
    scene.graph_server.faults.add(
        when("POST", f"{scene.people['ann.lee']}/authentication/{TAP}", times=ALWAYS), BROKEN
    )
    for _ in range(8):
        scene.once()
        scene.clock.added += 300
    good = [scene.ticket("bob.ray"), scene.ticket("cem.oz")]
    for _ in range(3):
        scene.once()
        scene.clock.added += 300
    assert [len(scene.held(each)) for each in good] == [1, 1] and scene.held(bad) == []


@SEARCH
def test_a_person_who_has_a_pass_already_keeps_nobody_from_trying(scene: Scene) -> None:
    """Their ticket is the oldest, so that it is the first to try after a rest; its answer proves nothing. One
    worker: of tickets that are worked at once, either may come first, and the next try is a minute later.
    """
    scene.rewrite("config.yaml", more="workers: 1\n")
    every = tickets(scene)
    scene.graph_server.faults.add(
        when("POST", TAP, times=ALWAYS), answer(Response.json(401, {"error": {"code": "x"}}))
    )
    minutes(scene, 2)
    scene.graph_server.faults.clear()
    scene.graph_server.faults.add(
        when("POST", f"{scene.people['ann.lee']}/authentication/{TAP}", times=ALWAYS),
        answer(Response.json(409, {"error": {"code": "x"}})),
    )
    minutes(scene, 6)
    assert [len(scene.held(each)) for each in every] == [0, 1, 1]


@SEARCH  # the access rule above stands for it
def test_a_right_that_is_gone_for_longer_than_tickets_may_wait_sticks_no_ticket(scene: Scene) -> None:
    config = scene.folder / "config.yaml"
    config.write_text(config.read_text() + "floor: {wait_at_most: 10m}\n")
    every = tickets(scene)
    scene.graph_server.faults.add(when("POST", TAP, times=ALWAYS), FORBIDDEN)
    scene.forty_minutes()
    assert outcomes(scene) == {("deferred", "evidence_missing")}
    scene.graph_server.faults.clear()
    scene.clock.added += 900
    minutes(scene, 6)
    assert [len(scene.held(each)) for each in every] == [1, 1, 1]


@SEARCH
def test_one_person_who_may_get_no_pass_is_stuck_in_the_end_and_nobody_else(scene: Scene) -> None:
    config = scene.folder / "config.yaml"
    config.write_text(config.read_text() + "floor: {wait_at_most: 10m}\n")
    bad, good = scene.ticket("ann.lee"), scene.ticket("bob.ray")
    scene.graph_server.faults.add(
        when("POST", f"{scene.people['ann.lee']}/authentication/{TAP}", times=ALWAYS), FORBIDDEN
    )
    minutes(scene, 13)
    assert scene.once().outcomes()[scene.number(bad)] == ("stuck", "waited_too_long")
    assert len(scene.held(good)) == 1
