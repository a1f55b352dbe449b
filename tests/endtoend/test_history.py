"""`passdesk history`: people's names, local times, and whatever somebody knows a ticket or a person by."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.endtoend.scene import Scene
from tests.ledger.former import former
from tests.ledger.older import older
from tests.searching import SEARCH


@pytest.fixture(autouse=True)
def _in_amsterdam(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Amsterdam")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def entries(scene: Scene, *args: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(scene.run("history", *args, "--json").out)["entries"]
    return found


def numbers(scene: Scene, *args: str) -> set[str]:
    return {each["number"] for each in entries(scene, *args)}


def asked_by_the_manager(scene: Scene) -> str:
    scene.person("ann.lee", displayName="Ann Lee", manager=scene.person("mia.boss", displayName="Mia Boss"))
    ticket = scene.ticket("ann.lee", "mia.boss")
    scene.once()
    return scene.number(ticket)


def test_it_shows_names_desks_and_local_times_instead_of_ids_and_seconds(scene: Scene) -> None:
    number = asked_by_the_manager(scene)
    shown = scene.run("history").out
    line = next(each for each in shown.splitlines() if "  issuing " in each)
    assert re.match(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d CES?T  contoso  {number}  issuing ", line)
    assert "for Ann Lee (ann.lee@contoso.com); requested by Mia Boss (mia.boss@contoso.com)" in line
    assert re.search(r"works once, from .*\d\d:\d\d:\d\d CES?T to .*\d\d:\d\d CES?T", line)
    assert "to the note in work_notes" in line
    assert re.search(r"mapping incidents [0-9a-f]{12}; TAP-[0-9A-Z]{8}-1", line)
    assert not any(each in shown for each in (scene.people["ann.lee"], scene.people["mia.boss"]))
    assert not re.search(r"\b1[0-9]{9}\b", shown)


def test_as_json_it_is_one_object_with_entries(scene: Scene) -> None:
    number = asked_by_the_manager(scene)
    [issuing] = [each for each in entries(scene) if each["action"] == "issuing"]
    assert (issuing["desk"], issuing["number"]) == ("contoso", number)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00", issuing["at"])
    assert issuing["subject"] == {
        "id": scene.people["ann.lee"],
        "upn": "ann.lee@contoso.com",
        "name": "Ann Lee",
    }
    assert issuing["requester"]["name"] == "Mia Boss"
    assert entries(scene, "--ticket", "INC9999999") == []


def test_a_ticket_is_found_by_its_number_its_id_and_its_references(scene: Scene) -> None:
    ticket, other = scene.ticket("ann.lee"), scene.ticket("bob.ray")
    scene.once()
    number = scene.number(ticket)
    [reference] = [
        each["detail"]["reference"]
        for each in entries(scene, "--ticket", number)
        if each["action"] == "issuing"
    ]
    code = reference.rpartition("-")[0]
    words = (number, number.lower(), f" {number} ", ticket, reference, code, code.lower())
    whole = entries(scene, "--ticket", number)
    assert len(whole) > 3
    assert [entries(scene, "--ticket", word) for word in words] == [whole] * len(words)
    assert scene.number(other) not in scene.run("history", "--ticket", reference).out
    assert scene.run("history", "--ticket", "TAP-ABCDEFGH").out == "Nothing was decided about TAP-ABCDEFGH.\n"


@SEARCH
@pytest.mark.parametrize("who", ["ann.lee@contoso.com", "ANN.LEE@Contoso.com", "Ann Lee", "ann  lee", "ID"])
def test_a_persons_tickets_are_found_by_sign_in_name_name_or_id(scene: Scene, who: str) -> None:
    mine = asked_by_the_manager(scene)
    scene.ticket("lee")
    scene.once()
    assert numbers(scene, "--person", scene.people["ann.lee"] if who == "ID" else who) == {mine}


def test_who_asked_for_a_pass_is_found_too(scene: Scene) -> None:
    mine = asked_by_the_manager(scene)
    assert numbers(scene, "--person", "Mia Boss") == {mine}


def test_a_manager_who_was_mailed_a_pass_is_found(scene: Scene) -> None:
    scene.mailing("incidents.yaml")
    scene.person("ann.lee")
    ticket = scene.ticket("ann.lee")
    scene.manage("ann.lee", "mia.boss")
    scene.once()
    assert numbers(scene, "--person", "mia.boss@contoso.com") == {scene.number(ticket)}


def test_a_refused_and_a_waiting_person_are_found_and_named(scene: Scene) -> None:
    scene.person("gone", displayName="Gone Smith", accountEnabled=False)
    refused = scene.ticket("gone")
    scene.person("ann.lee", displayName="Ann Lee")
    first, second = scene.ticket("ann.lee"), scene.ticket("ann.lee")
    scene.once()
    assert numbers(scene, "--person", "Gone Smith") == {scene.number(refused)}
    assert "for Gone Smith (gone@contoso.com)" in scene.run("history", "--person", "Gone Smith").out
    assert numbers(scene, "--person", "Ann Lee") == {scene.number(first), scene.number(second)}


def test_a_person_who_waits_for_what_has_nothing_to_do_with_them_is_found(scene: Scene) -> None:
    scene.run("pause", "--why", "a drill")
    number = asked_by_the_manager(scene)
    assert numbers(scene, "--person", "Ann Lee") == numbers(scene, "--person", "Mia Boss") == {number}
    shown = scene.run("history", "--ticket", number).out
    assert "for Ann Lee (ann.lee@contoso.com); requested by Mia Boss (mia.boss@contoso.com); paused" in shown


def test_a_person_whom_no_ticket_has_to_do_with_is_told_so(scene: Scene) -> None:
    asked_by_the_manager(scene)
    assert scene.run("history", "--person", "Ann").out == "Nothing was decided about Ann.\n"
    assert numbers(scene, "--person", "lee@contoso.com") == set()


def test_a_person_and_a_span_of_time_narrow_each_other(scene: Scene) -> None:
    asked_by_the_manager(scene)
    assert entries(scene, "--person", "Ann Lee", "--since", "1h")
    assert scene.run("history", "--person", "Ann Lee", "--ticket", "INC1", "--since", "1h").out == (
        "Nothing was decided about INC1 and Ann Lee in the last 1h.\n"
    )


def test_an_operators_verb_says_who_took_it(scene: Scene) -> None:
    scene.run("pause", "--why", "a drill", "--by", "Mia Boss")
    assert entries(scene)[0]["by"] == "Mia Boss"
    assert re.search(r"–  +–  +paused  by Mia Boss \(login .*\); a drill", scene.run("history").out)


def test_a_trail_of_an_older_release_stays_readable_and_whole(scene: Scene) -> None:
    """Its ledger knew names of subjects only, and no desk's name; the trail is as it was sealed."""
    number = asked_by_the_manager(scene)
    former(scene.folder / "passdesk.db")
    older(scene.folder / "passdesk.db", "0003")
    shown = scene.run("history", "--person", "ann.lee@contoso.com").out
    assert "for Ann Lee (ann.lee@contoso.com)" in shown
    assert f"requested by object {scene.people['mia.boss']}" in shown
    assert number in shown
    assert scene.run("audit", "verify").code == 0


def test_a_line_that_somebody_edited_is_shown_and_breaks_nothing(scene: Scene) -> None:
    asked_by_the_manager(scene)
    engine = create_engine(f"sqlite:///{scene.folder / 'passdesk.db'}")
    forged = (
        '{"start": "soon", "lifetime": [], "recipient": 7, "subject": {"x": 1}, "one_time": "\\u001b[2J"}'
    )
    with engine.begin() as db:
        db.execute(text("update audit set detail = :forged where action = 'issuing'"), {"forged": forged})
        far = '{"start": 99999999999999999999, "lifetime": 1}'
        db.execute(text("update audit set detail = :far where action = 'issued'"), {"far": far})
        db.execute(text("update audit set at = 1e300 where action = 'settled'"))
    engine.dispose()
    ran = scene.run("history")
    assert ran.code == 0
    assert "\x1b" not in ran.out
    assert entries(scene)
