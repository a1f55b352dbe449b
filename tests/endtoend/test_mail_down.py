"""Mail that can't be sent: the fallback where it is certain that nobody was sent anything, else a wait that
says what is down.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from unittest.mock import patch

import pytest

from connector.http import transport
from connector.simulators.faults import ALWAYS, Fault, answer, drop_after, drop_before, failure, when
from connector.simulators.messages import Response
from tests.endtoend.scene import Scene
from tests.searching import SEARCH, searched

SEND = "sendMail$"


def graph_error(status: int, code: str) -> Fault:
    return answer(Response.json(status, {"error": {"code": code, "message": "no"}}))


CERTAIN = [
    graph_error(429, "TooManyRequests"),
    graph_error(403, "ErrorAccessDenied"),
    graph_error(404, "MailboxNotEnabledForRESTAPI"),
]
MAYBE_ITS_OWN = CERTAIN[1:]
REST = 60  # s of the first rest
GONE = [failure(503), failure(504, handled=True), graph_error(503, "ServiceUnavailable")]
UNSURE = [*GONE, drop_before, drop_after]


@pytest.fixture
def scene(scene: Scene) -> Scene:
    scene.mailing("incidents.yaml")
    scene.manage("ann.lee", "grace.boss")
    return scene


@contextmanager
def silent(scene: Scene) -> Iterator[None]:
    """Mails are taken and not answered, and whoever sends them has little patience."""
    told, exchange = Event(), transport.exchange

    def hang(_: object) -> None:
        told.wait(60)

    def hasty(over: object, method: str, url: str, timeout: tuple[float, float], **content: object) -> object:
        short = (5.0, 0.2) if url.endswith("/sendMail") else timeout
        return exchange(over, method, url, short, **content)  # type: ignore[arg-type]

    scene.graph_server.faults.add(when("POST", SEND, times=ALWAYS), hang)
    try:
        with patch.object(transport, "exchange", hasty):
            yield
    finally:
        told.set()
        scene.graph_server.faults.clear()


def down(scene: Scene, fault: Fault) -> None:
    scene.graph_server.faults.add(when("POST", SEND, times=ALWAYS), fault)


def sends(scene: Scene) -> int:
    """How often a mail was tried."""
    calls = scene.graph_server.tally.calls()
    return sum(count for (_, route), count in calls.items() if route.endswith("/sendMail"))


def mailed(scene: Scene, ticket: str) -> None:
    """In the end: one live pass, in the last mail, and none in notes."""
    (live,) = scene.graph.passes.live()
    assert live.text.replace("&", "&amp;") in scene.mails[-1]
    assert not any(each.text in note for each in scene.graph.passes.issued for note in scene.notes(ticket))


@SEARCH
@pytest.mark.parametrize("fault", searched([*CERTAIN, *GONE], CERTAIN[1], GONE[1]))
def test_where_mail_is_the_only_way_the_ticket_waits_and_the_sweep_says_so(
    scene: Scene, fault: Fault
) -> None:
    ticket = scene.ticket("ann.lee")
    down(scene, fault)
    ran = scene.once()
    assert (ran.code, ran.report.get("unreachable")) == (3, ["mail"])
    assert [outcome for outcome, _ in ran.outcomes().values()] == ["deferred"]
    assert not scene.notes(ticket)
    scene.graph_server.faults.clear()
    scene.clock.added += REST
    scene.ended(6)
    mailed(scene, ticket)


@SEARCH
def test_mail_that_is_not_answered_is_named_and_the_next_one_says_that_it_replaces(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    with silent(scene):
        ran = scene.once()
    assert (ran.code, ran.report.get("unreachable")) == (3, ["mail"])
    scene.ended(6)
    mailed(scene, ticket)
    assert "replaces the pass in any earlier mail" in scene.mails[-1]


@pytest.mark.parametrize("fault", CERTAIN)
def test_with_a_fallback_a_certain_refusal_is_a_note_and_nothing_waits(scene: Scene, fault: Fault) -> None:
    scene.rewrite("incidents.yaml", ("deliver: manager_mail", "deliver: [manager_mail, note]"))
    ticket = scene.ticket("ann.lee")
    down(scene, fault)
    ran = scene.once()
    assert (ran.code, ran.outcomes()) == (0, {scene.number(ticket): ("delivered", None)})
    assert len(scene.held(ticket)) == 1 and scene.mails == [] and scene.graph.passes.made == 1


@SEARCH
@pytest.mark.parametrize("fault", searched(UNSURE, GONE[1], drop_after))
def test_with_a_fallback_an_unsure_mail_is_never_a_note_of_the_same_pass(scene: Scene, fault: Fault) -> None:
    scene.rewrite("incidents.yaml", ("deliver: manager_mail", "deliver: [manager_mail, note]"))
    ticket = scene.ticket("ann.lee")
    scene.graph_server.faults.add(when("POST", SEND), fault)
    scene.once()
    scene.clock.added += REST
    scene.ended(6)
    mailed(scene, ticket)
    assert scene.graph.passes.made == 2


@SEARCH
@pytest.mark.parametrize("fault", searched(MAYBE_ITS_OWN, CERTAIN[1]))
def test_a_refusal_that_only_one_ticket_met_ends_with_a_person(scene: Scene, fault: Fault) -> None:
    ticket = scene.ticket("ann.lee")
    down(scene, fault)
    for _ in range(14):
        ran = scene.once()
        scene.clock.added += 61
    assert (ran.code, ran.outcomes()) == (1, {scene.number(ticket): ("stuck", "attempts_exhausted")})
    assert "mail" in ran.report["tickets"][0]["detail"]
    assert sends(scene) == scene.graph.passes.made == 4
    assert scene.graph.passes.live() == [] and scene.mails == []
    scene.graph_server.faults.clear()
    assert scene.run("release", "contoso", scene.number(ticket)).code == 0
    scene.ended(6)
    mailed(scene, ticket)


@SEARCH
@pytest.mark.parametrize(
    "fault", searched([CERTAIN[0], GONE[1]], GONE[1])
)  # each fault alone has its test above
def test_an_outage_of_mail_uses_up_no_attempt_and_is_over_when_it_is_over(scene: Scene, fault: Fault) -> None:
    ticket = scene.ticket("ann.lee")
    down(scene, fault)
    ran = scene.forty_minutes()
    assert (ran.code, ran.outcomes()) == (3, {scene.number(ticket): ("deferred", "mail_unreachable")})
    assert len(set(scene.mails)) == len(scene.mails) <= sends(scene) == scene.graph.passes.made <= 7
    assert sends(scene) > 1
    assert scene.graph.passes.live() == []
    scene.graph_server.faults.clear()
    scene.clock.added += 900
    scene.ended(6)
    mailed(scene, ticket)
