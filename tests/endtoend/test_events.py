"""One vocabulary: what `history` shows is found in the log, and what the log says is explained."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from connector.domain.events import Event
from connector.simulators.faults import drop_after, when
from tests.endtoend.scene import Ran, Scene


def logged(*runs: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for ran in runs for line in ran.err.splitlines() if line.startswith("{")]


def words(scene: Scene, *args: str) -> list[str]:
    return [line["action"] for line in json.loads(scene.run("history", *args, "--json").out)["entries"]]


def test_what_history_shows_is_found_in_the_log(scene: Scene) -> None:
    number = scene.number(scene.ticket("ann.lee"))
    scene.person("gone", accountEnabled=False)
    refused = scene.number(scene.ticket("gone"))
    scene.graph_server.faults.add(when("POST", "temporaryAccess"), drop_after)
    ran = []
    for _ in range(5):
        ran.append(scene.once())
        scene.clock.added += 31
    ran += [scene.run("revoke", "contoso", number), scene.run("pause"), scene.run("resume")]
    ran.append(scene.once())
    said = logged(*ran)
    shown = words(scene, "--ticket", number)
    assert {"issued", "retrying", "delivered", "settled", "revocation_requested"} <= set(shown)
    assert set(shown) <= {line["action"] for line in said if line.get("ticket") == number}
    assert set(words(scene, "--ticket", refused)) == {"claimed", "refused", "settled"}
    assert set(words(scene)) <= {line["action"] for line in said} <= set(Event)
    assert all(line["level"] == Event[line["action"].upper()].level for line in said)


@pytest.mark.parametrize("as_json", [False, True])
def test_a_trail_in_former_words_is_shown_in_todays(scene: Scene, as_json: bool) -> None:
    ticket = scene.ticket("ann.lee")
    scene.once()
    engine = create_engine(f"sqlite:///{scene.folder / 'passdesk.db'}")
    with engine.begin() as db:
        for now, former in (("settled", "live"), ("delivered", "settling"), ("issued", "delivering")):
            db.execute(
                text("update audit set action = :former where action = :now"), {"now": now, "former": former}
            )
    engine.dispose()
    ran = scene.run("history", "--ticket", scene.number(ticket), *(["--json"] if as_json else []))
    assert all(word in ran.out for word in ("issued", "delivered", "settled"))
    assert not any(word in ran.out for word in ("delivering", "settling"))
    assert '"settling"' in scene.run("audit", "export").out


def test_the_schema_of_events_is_the_table(scene: Scene) -> None:
    rows = json.loads(scene.run("schema", "events", "--json").out)
    assert [row["action"] for row in rows] == list(Event)
    assert rows[list(Event).index(Event.STUCK)] == {
        "action": "stuck",
        "level": "error",
        "acts": "operator",
        "meaning": Event.STUCK.meaning,
    }
    listed = scene.run("schema", "events").out
    assert all(f"{each} (" in listed and each.meaning in listed for each in Event)
