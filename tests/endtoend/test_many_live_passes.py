"""Passes that live side by side are looked after together, over real HTTP: few calls, and each for itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from connector.config.load import load
from connector.domain.outcome import Decision, State
from connector.domain.people import Subject
from connector.domain.recipients import NoteDestination
from connector.domain.secret import Secret
from connector.domain.ticket import Claim, Pass, Plan, Ticket
from connector.ledger.sql import SqlLedger
from connector.lifecycle.ledger_roles import PolledTicket
from connector.simulators.faults import failure, when
from connector.simulators.servicenow import Column
from connector.simulators.servicenow.records import Row
from connector.wire import open_ledger
from tests.endtoend.scene import Scene, company
from tests.searching import SEARCH, searched

FLOOR = "floor: {note_fields: [work_notes, u_pass], passes_in_all: 5000/1h}\n"


@dataclass
class Live:
    """A pass that was delivered."""

    person: str
    ticket: str
    text: str = field(repr=False)
    row: Row = field(default_factory=dict)  # the ticket as it was then


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with company(tmp_path) as there:
        there.desk.add_columns("incident", u_pass=Column("Pass"))
        there.identity.tokens.roles |= {"UserAuthenticationMethod.Read.All"}  # which may not cost much
        there.graph.policy = replace(there.graph.policy, minimum_lifetime=10)
        there.rewrite("config.yaml", more=FLOOR)
        there.rewrite("incidents.yaml", more="note: {field: u_pass}\n")
        yield there


def delivered(scene: Scene, count: int, short: int = 0) -> list[Live]:
    """So many tickets whose passes were delivered, as a sweep would have left them: in Entra, on the ticket
    and in the ledger. The first ones end after ten minutes. The clock goes on until all have begun.
    """
    with open_ledger(load(scene.folder / "config.yaml")) as ledger:
        found = [deliver(scene, ledger, number, 10 if number < short else 60) for number in range(count)]
    scene.clock.added += 120
    return found


def deliver(scene: Scene, ledger: SqlLedger, number: int, minutes: int) -> Live:
    name = f"user{number:04}"
    ticket, start = scene.ticket(name), int(scene.clock()) + 75
    person = Subject(scene.people[name], f"{name}@contoso.com", name)
    at = f"{datetime.fromtimestamp(start, UTC):%Y-%m-%dT%H:%M:%SZ}"
    body: dict[str, object] = {"lifetimeInMinutes": minutes, "isUsableOnce": True, "startDateTime": at}
    made = scene.graph.passes.create(scene.graph.tenant.users[person.id], body)
    scene.desk.edit(ticket, u_pass=made.text, state="2", by="passdesk")
    row = scene.desk.row(ticket)
    polled = Ticket(scene.desk_server.url, ticket, row["number"], {}, open=True, mailed=False, links="")
    taken = ledger.take(PolledTicket(polled, "incidents", "d", ledger.clock(), "v1"))
    assert isinstance(taken, Claim)
    fixed = Plan(
        person, person.id, "note:u_pass", minutes * 60, one_time=True, fence=75, digest="d", version="v1"
    )
    booked = ledger.issuing(taken, fixed, start)
    assert isinstance(booked, Claim)
    held = ledger.delivering(booked, Pass(made.id, Secret(made.text), start, minutes * 60))
    told = ledger.settling(held, Decision(State.LIVE, destination=NoteDestination("u_pass")))
    ledger.close(told, State.LIVE)
    return Live(person.id, ticket, made.text, row)


def round_(scene: Scene) -> int:
    """One `once`; its calls to Graph."""
    before = scene.graph_server.tally.total()
    assert scene.once().code == 0
    return scene.graph_server.tally.total() - before


def living(scene: Scene) -> set[str]:
    return {each.text for each in scene.graph.passes.live()}


def untouched(scene: Scene, passes: list[Live]) -> bool:
    return all(scene.desk.row(each.ticket) == each.row for each in passes)


@pytest.mark.parametrize("count", searched([30, 1000], 30))
def test_what_is_used_expired_cancelled_or_forbidden_goes_and_nothing_else_is_touched(
    scene: Scene, count: int
) -> None:
    live = delivered(scene, count, short=3)
    assert round_(scene) <= count / 20 + 15
    assert living(scene) == {each.text for each in live}
    assert untouched(scene, live)
    used, closed, disabled, privileged = (live[first : first + 3] for first in (3, 6, 9, 12))
    for each in used:
        scene.graph.use(each.person, each.text)
    for each in closed:
        scene.desk.edit(each.ticket, state="8")
    for each in disabled:
        scene.graph.tenant.users[each.person].properties["accountEnabled"] = False
    for each in privileged:
        scene.graph.tenant.assign(each.person, "Helpdesk Administrator")
    scene.clock.added += 700
    assert scene.ended() == 12  # all but the used ones
    assert {each.text for each in live[15:]} == living(scene)
    assert [scene.desk.row(each.ticket)["u_pass"] for each in used] == [each.text for each in used]
    scene.clock.added += 900
    assert scene.ended() == 3
    assert {scene.desk.row(each.ticket)["u_pass"] for each in live[:15]} == {""}
    assert {each.text for each in live[15:]} == living(scene)
    assert untouched(scene, live[15:])
    assert scene.graph.passes.counted("deleted") == 15


def test_a_list_that_graph_throttles_is_asked_for_again_alone(scene: Scene) -> None:
    live = delivered(scene, 6)
    plain = round_(scene)
    path = f"/users/{live[2].person}/authentication/temporaryAccessPassMethods"
    scene.graph.parts.add(when("GET", path, times=99), failure(429))
    assert round_(scene) == plain + 1
    assert (
        scene.graph_server.tally.calls()[
            "GET", path.replace(live[2].person, "{id}").replace("/users", "/v1.0/users")
        ]
        == 1
    )
    assert living(scene) == {each.text for each in live}


@pytest.mark.parametrize("answer", ["refused", "ignored"])
def test_where_accounts_can_not_be_asked_about_together_each_one_is(
    scene: Scene, answer: Literal["refused", "ignored"]
) -> None:
    live = delivered(scene, 5)
    scene.graph.switches = replace(scene.graph.switches, id_in=answer, page_size=2)
    scene.graph.tenant.users[live[3].person].properties["accountEnabled"] = False
    assert scene.ended() == 1
    assert living(scene) == {each.text for each in live} - {live[3].text}


@SEARCH
@pytest.mark.parametrize("stale", [0.0, 8.0])
def test_who_is_disabled_is_told_apart_from_their_neighbours_in_the_history(
    scene: Scene, stale: float
) -> None:
    live = delivered(scene, 3)
    scene.graph.switches = replace(scene.graph.switches, stale_s=stale)
    scene.graph.tenant.users[live[1].person].properties["accountEnabled"] = False
    assert scene.ended() == 1
    told = scene.run("history", "--ticket", scene.number(live[1].ticket)).out
    assert "subject_disabled" in told
    assert "subject_disabled" not in scene.run("history", "--ticket", scene.number(live[0].ticket)).out
