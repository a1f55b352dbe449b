"""Where methods may be listed, it is seen over real HTTP whether a person registered one after the use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.endtoend.scene import MAPPING, Scene, company

READING = "UserAuthenticationMethod.Read.All"
TELLS = '  registered: {close_notes: "a method is there ({reference})"}\n'


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with company(tmp_path, mapping=MAPPING + TELLS) as there:
        there.identity.tokens.roles |= {READING}
        yield there


def at(scene: Scene, ago: int = 0) -> str:
    """A moment as Graph writes it."""
    return f"{datetime.fromtimestamp(scene.clock(), UTC) - timedelta(seconds=ago):%Y-%m-%dT%H:%M:%SZ}"


def delivered(scene: Scene, name: str = "ann.lee") -> str:
    """A ticket whose pass was delivered, and looked after once before its start."""
    ticket = scene.ticket(name)
    later(scene, 0)
    later(scene, 45)
    return ticket


def used(scene: Scene, name: str = "ann.lee") -> None:
    scene.clock.added += 60
    scene.graph.use(scene.people[name])
    later(scene, 0)


def later(scene: Scene, seconds: int) -> None:
    """One sweep, so many seconds later."""
    scene.clock.added += seconds
    assert scene.once().code == 0


def over(scene: Scene, seconds: int = 400) -> None:
    """The used pass is deleted, and its end said."""
    for each in (seconds, 31, 31):
        later(scene, each)


def outcomes(scene: Scene) -> list[tuple[str, str | None]]:
    """What history says of it, oldest first, and the kinds."""
    entries = json.loads(scene.run("history", "--json").out)["entries"]
    found = [each["detail"] for each in entries if each["action"] == "registration"]
    return [(each["outcome"], each.get("kinds")) for each in found]


def notes_of(scene: Scene, ticket: str) -> tuple[str, str]:
    row = scene.desk.row(ticket)
    return row["state"], row["close_notes"].partition(" (")[0]


def test_a_method_that_was_registered_is_seen_and_said_behind_the_end_of_the_pass(scene: Scene) -> None:
    ticket = delivered(scene)
    used(scene)
    scene.graph.tenant.register(scene.people["ann.lee"], "fido2", at(scene), displayName="Ann's key")
    later(scene, 600)
    assert outcomes(scene) == [("registered", "fido2")]
    assert scene.desk.row(ticket)["state"] == "2"
    over(scene)
    assert notes_of(scene, ticket) == ("6", "used")
    later(scene, 600)
    assert notes_of(scene, ticket) == ("6", "a method is there")
    asked = scene.graph_server.tally.total()
    for _ in range(3):
        later(scene, 600)
    assert outcomes(scene) == [("registered", "fido2")]
    assert scene.graph_server.tally.total() - asked <= 3 * 15
    assert "Ann's key" not in scene.folder.joinpath("passdesk.db").read_bytes().decode("latin-1")


def test_none_yet_is_said_once_until_there_is_one(scene: Scene) -> None:
    ticket = delivered(scene)
    used(scene)
    later(scene, 600)
    over(scene)
    later(scene, 600)
    assert outcomes(scene) == [("none yet", None)]
    scene.graph.tenant.register(scene.people["ann.lee"], "softwareOath")
    later(scene, 600)
    later(scene, 600)
    assert outcomes(scene) == [("none yet", None), ("registered", "softwareOath")]
    assert notes_of(scene, ticket) == ("6", "a method is there")


def test_what_was_there_before_the_pass_and_what_does_not_last_is_no_success(scene: Scene) -> None:
    ann = scene.people.get("ann.lee") or scene.person("ann.lee")
    scene.graph.tenant.register(ann, "fido2", at(scene, ago=3600))
    scene.graph.tenant.register(ann, "phone")
    ticket = delivered(scene)
    used(scene)
    scene.graph.tenant.register(ann, "email", at(scene))
    later(scene, 600)
    over(scene)
    later(scene, 600)
    assert outcomes(scene) == [("none yet", None)]
    assert notes_of(scene, ticket) == ("6", "used")


def test_without_a_look_before_the_start_a_method_without_a_date_proves_nothing(scene: Scene) -> None:
    scene.ticket("ann.lee")
    later(scene, 0)
    scene.clock.added += 60  # nobody looked meanwhile
    ann = scene.people["ann.lee"]
    scene.graph.tenant.register(ann, "phone")
    used(scene)
    later(scene, 600)
    later(scene, 600)
    assert outcomes(scene) == []
    scene.graph.tenant.register(ann, "windowsHelloForBusiness", at(scene))
    later(scene, 600)
    assert outcomes(scene) == [("registered", "windowsHelloForBusiness")]


def test_a_ticket_that_somebody_changed_since_is_left_alone(scene: Scene) -> None:
    ticket = delivered(scene)
    used(scene)
    over(scene, 1000)
    scene.graph.tenant.register(scene.people["ann.lee"], "fido2", at(scene))
    scene.desk.edit(ticket, close_notes="called her, all is well")
    later(scene, 600)
    assert outcomes(scene)[-1] == ("registered", "fido2")
    assert notes_of(scene, ticket) == ("6", "called her, all is well")


def test_a_day_after_the_end_of_the_pass_nobody_asks_any_more(scene: Scene) -> None:
    delivered(scene)
    used(scene)
    later(scene, 600)
    over(scene)
    asked = scene.graph.tenant.listed
    assert asked
    later(scene, 3600 + 86_400)
    scene.graph.tenant.register(scene.people["ann.lee"], "fido2", at(scene))
    later(scene, 600)
    assert scene.graph.tenant.listed == asked
    assert outcomes(scene) == [("none yet", None)]


def test_without_the_permission_nobody_asks(scene: Scene) -> None:
    scene.identity.tokens.roles -= {READING}
    scene.graph.switches = replace(scene.graph.switches, permissions=False)  # who asked would be answered
    ticket = delivered(scene)
    used(scene)
    scene.graph.tenant.register(scene.people["ann.lee"], "fido2", at(scene))
    over(scene, 1000)
    later(scene, 600)
    assert notes_of(scene, ticket) == ("6", "used")
    assert (outcomes(scene), scene.graph.tenant.listed) == ([], 0)
