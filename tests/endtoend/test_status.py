"""`passdesk status`: how it stands, for somebody who has not looked for a week."""

from __future__ import annotations

import json
import os
import re
from typing import Any
from unittest.mock import patch

from tests.endtoend.scene import Scene


def status(scene: Scene) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(scene.run("status", "--json").out)
    return found


def test_before_the_first_sweep_it_says_so_and_leaves_no_ledger_behind(scene: Scene) -> None:
    ran = scene.run("status")
    assert ran.code == 0
    assert "✓ issuing   not paused" in ran.out
    assert "– sweep     none yet" in ran.out
    assert "– service   entra wasn't asked yet" in ran.out
    assert status(scene)["last_sweep"] is None
    assert not list(scene.folder.glob("passdesk.db*"))


def test_it_says_what_the_last_sweep_did_and_by_which_mappings(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.once()
    ran, known = scene.run("status"), status(scene)
    assert ran.code == 0
    sweep = known["last_sweep"]
    assert (sweep["seen"], sweep["delivered"], sweep["by"], sweep["late"]) == (1, 1, "once", False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", sweep["began"])
    assert sweep["duration_s"] >= 0
    [(name, version)] = known["mappings"]["in_force"].items()
    assert (name, len(version)) == ("incidents", 12)
    assert known["mappings"]["files"] == known["mappings"]["in_force"]
    assert re.search(r"✓ sweep     \d+ s ago, at .* by once, in .* s: 1 seen, 1 delivered", ran.out)
    assert f"✓ mapping   incidents {version} in force" in ran.out
    assert "– live      1 pass is out; passdesk live" in ran.out
    assert [each["upn"] for each in known["live"]] == ["ann.lee@contoso.com"]


def test_a_pause_is_shown_with_who_and_since_when_and_why(scene: Scene) -> None:
    scene.run("pause", "--why", "an incident", "--by", "mia.boss")
    ran, known = scene.run("status"), status(scene)
    assert ran.code == 0
    assert re.search(r'– issuing   paused by mia\.boss since \d\d:\d\d \w+: "an incident"', ran.out)
    assert (known["paused"]["by"], known["paused"]["why"]) == ("mia.boss", "an incident")
    assert known["paused"]["since"]
    scene.run("resume")
    assert status(scene)["paused"] is None


def test_it_says_what_waits_and_how_long(scene: Scene) -> None:
    from sqlalchemy import create_engine, text

    scene.rewrite("config.yaml", more="floor: {pause_on: {chain: false}}\n")  # the trail is edited below
    scene.run("pause", "--why", "an incident")
    number = scene.number(scene.ticket("ann.lee"))
    scene.once()
    engine = create_engine(f"sqlite:///{scene.folder / 'passdesk.db'}")
    with engine.begin() as db:  # it began two hours ago, and each sweep since judged it anew
        db.execute(text("update audit set at = at - 7500 where action = 'deferred'"))
    engine.dispose()
    scene.once()
    scene.once()
    [waiting] = status(scene)["waiting"]
    assert (waiting["ticket"], waiting["desk"], waiting["reason"]) == (number, "contoso", "paused")
    assert 7500 <= waiting["age_s"] < 7600
    assert re.search(rf"contoso  {number}  2 h 05 min  paused  an incident", scene.run("status").out)


def test_stuck_tickets_need_a_person(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.desk.edit(ticket, work_notes="see TAP-AAAAAAAA-1")
    scene.once()
    ran, known = scene.run("status"), status(scene)
    assert ran.code == 1
    assert "✗ stuck     1 ticket, the longest for" in ran.out
    [stuck] = known["stuck"]
    assert (stuck["ticket"], stuck["reason"], stuck["detail"]) == (
        scene.number(ticket),
        "unknown_history",
        "TAP-AAAAAAAA-1",
    )
    assert known["waiting"] == []


def test_a_service_that_the_last_sweep_could_not_reach_is_named(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.graph_server.stop()
    scene.once()
    scene.graph_server.start()
    assert "✗ service   entra couldn't be reached by the last sweep" in scene.run("status").out
    assert "✓ service   contoso gave no trouble in the last sweep" in scene.run("status").out
    services = [(each["service"], each["reachable"], each["rest"]) for each in status(scene)["services"]]
    assert services == [("entra", False, None), ("contoso", True, None)]


def test_a_service_that_the_last_sweep_did_not_ask_is_not_called_reachable(scene: Scene) -> None:
    """Entra is asked where somebody is judged; the mailbox only where a pass is mailed."""
    scene.rewrite("config.yaml", more="mail: {from: servicedesk@contoso.com}\n")
    scene.once()
    services = {each["service"]: each["reachable"] for each in status(scene)["services"]}
    assert services == {"entra": None, "contoso": True, "mail": None}
    scene.ticket("ann.lee")
    scene.once()
    services = {each["service"]: each["reachable"] for each in status(scene)["services"]}
    assert services == {"entra": True, "contoso": True, "mail": None}
    assert "– service   mail wasn't asked by the last sweep" in scene.run("status").out


def test_a_service_that_refused_the_sign_in_of_the_last_sweep_is_not_called_fine(scene: Scene) -> None:
    with patch.dict(os.environ, {"SNOW_SECRET": "another"}):
        scene.once()
    ran = scene.run("status")
    assert ran.code == 1
    assert "✗ service   contoso refused the sign-in of the last sweep: it gives passdesk no token" in ran.out
    assert "contoso was reached" not in ran.out
    [entra, contoso] = status(scene)["services"]
    assert entra["sign_in_refused"] is None and "desks.contoso.auth" in contoso["sign_in_refused"]
    scene.once()
    assert scene.run("status").code == 0


def test_refused_mapping_files_are_shown_beside_those_in_force(scene: Scene) -> None:
    scene.once()
    scene.rewrite("incidents.yaml", ("watch:", "wacth:"))
    ran, known = scene.run("status"), status(scene)
    assert ran.code == 1
    assert "✗ mapping   refused: " in ran.out
    assert any("incidents.yaml:4:1" in each for each in known["mappings"]["refused"])
    assert set(known["mappings"]["in_force"]) == {"incidents"}


def test_an_edited_file_that_no_sweep_took_up_is_told_apart(scene: Scene) -> None:
    scene.once()
    scene.rewrite("incidents.yaml", more="# edited\n")
    assert re.search(
        r"incidents [0-9a-f]{12} in force; the file is [0-9a-f]{12} now", scene.run("status").out
    )


def test_run_keeps_its_sweeps_too_and_says_when_none_came_since(scene: Scene) -> None:
    process = scene.start("run")
    scene.until(lambda: (status(scene)["last_sweep"] or {}).get("by") == "run")
    process.terminate()
    process.join(30)
    assert status(scene)["last_sweep"]["late"] is False
    scene.clock.added += 3600
    ran = scene.run("status")
    assert "✗ sweep" in ran.out and "is passdesk run working?" in ran.out


def test_a_sweep_that_was_kept_by_nobody_who_can_be_read_is_none(scene: Scene) -> None:
    from sqlalchemy import create_engine, text

    scene.once()
    engine = create_engine(f"sqlite:///{scene.folder / 'passdesk.db'}")
    with engine.begin() as db:
        db.execute(text("update switches set value = 'x' where name = 'last_sweep'"))
    engine.dispose()
    assert status(scene)["last_sweep"] is None
