"""A key that does nothing yet is accepted, and each verb that works with tickets says so in one line."""

from __future__ import annotations

import json

import pytest

from tests.endtoend.scene import Scene
from tests.searching import SEARCH

SAYS = {
    "web: {oidc: {tenant_id: contoso.com, client_id: web, client_secret: env:SNOW_SECRET}}": "web.oidc does",
    "keep: {tickets: 30d}": "keep.tickets does nothing yet: tickets that have ended are not deleted",
}


@SEARCH
@pytest.mark.parametrize("line", SAYS)
def test_check_once_and_explain_say_it_in_one_line(scene: Scene, line: str) -> None:
    scene.rewrite("config.yaml", more=f"{line}\n")
    number = scene.number(scene.ticket("ann.lee"))
    key = SAYS[line].split()[0]
    check, explain = scene.run("check"), scene.run("explain", "contoso", number)
    for said in (check.out, explain.out):
        assert said.count(SAYS[line]) == 1
    assert (check.code, explain.code) == (0, 0)
    (told,) = json.loads(scene.run("explain", "contoso", number, "--json").out)["does_nothing_yet"]
    assert told.startswith(SAYS[line])
    lines = [json.loads(each) for each in scene.once().err.splitlines()]
    assert [each["key"] for each in lines if each["action"] == "not_built"] == [key]


TRIAL = "mode of the mapping incidents does nothing yet: there is no trial run in this release"
WRITTEN = {
    "config.yaml": {
        "ledger: {url: sqlite:///passdesk.db, password: env:SNOW_SECRET}": "ledger.password does nothing yet",
        "mappings: {folder: here, publish: reviewed}": "mappings.publish does nothing yet",
    },
    "incidents.yaml": {
        "mode: shadow": TRIAL,
    },
}


@pytest.mark.parametrize(
    ("file", "line"), [(file, line) for file, every in WRITTEN.items() for line in every]
)
def test_so_do_keys_below_others_and_keys_of_mappings(scene: Scene, file: str, line: str) -> None:
    (scene.folder / "here").mkdir()
    (scene.folder / "here" / "incidents.yaml").write_text((scene.folder / "incidents.yaml").read_text())
    before = {
        "ledger": "ledger: sqlite:///passdesk.db",
        "mappings": "mappings: [incidents.yaml]",
        "mode": "mapping: incidents",
    }[line.partition(":")[0]]
    scene.rewrite(file, (before, f"{before}\n{line}" if file == "incidents.yaml" else line))
    says, number = WRITTEN[file][line], scene.number(scene.ticket("ann.lee"))
    check, explain = scene.run("check"), scene.run("explain", "contoso", number)
    for said in (check.out, explain.out):
        assert " ".join(said.split()).count(says) == 1
    ran = scene.once()
    lines = [json.loads(each) for each in ran.err.splitlines()]
    assert [each["detail"].startswith(says) for each in lines if each["action"] == "not_built"] == [True]
    expected = ("deferred", "paused") if file == "incidents.yaml" else ("delivered", None)
    assert ran.outcomes() == {number: expected}


def test_the_longer_forms_without_such_a_key_say_nothing(scene: Scene) -> None:
    scene.rewrite(
        "config.yaml",
        ("ledger: sqlite:///passdesk.db", "ledger: {url: sqlite:///passdesk.db}"),
        ("mappings: [incidents.yaml]", "mappings: {folder: .}"),
    )
    (scene.folder / "config.yaml").rename(scene.folder / "config.yml")
    number = scene.number(scene.ticket("ann.lee"))
    (scene.folder / "of").mkdir()
    (scene.folder / "incidents.yaml").rename(scene.folder / "of" / "incidents.yaml")
    (scene.folder / "config.yml").rename(scene.folder / "config.yaml")
    scene.rewrite("config.yaml", ("{folder: .}", "{folder: of}"))
    ran = scene.once()
    assert ran.outcomes() == {number: ("delivered", None)}
    assert "not_built" not in ran.err


def test_a_mapping_in_shadow_mode_makes_no_pass_and_writes_nothing(scene: Scene) -> None:
    """There is no trial run yet, and whoever asks for one wants no passes: not even a refusal is written."""
    scene.rewrite("incidents.yaml", more="mode: shadow\n")
    scene.user("walter.other", accountEnabled=False)
    tickets = [scene.ticket("ann.lee"), scene.ticket("walter.other")]
    before = [scene.desk.row(each) for each in tickets]
    ran = scene.once()
    assert ran.outcomes() == {scene.number(each): ("deferred", "paused") for each in tickets}
    assert [scene.desk.row(each) for each in tickets] == before and scene.graph.passes.made == 0
    explain = " ".join(scene.run("explain", "contoso", scene.number(tickets[0])).out.split())
    assert "mode of the mapping incidents does nothing yet" in explain and "mode: shadow" in explain
    scene.rewrite("incidents.yaml", ("mode: shadow", "mode: live"))
    ran = scene.once()
    assert set(ran.outcomes().values()) == {("delivered", None), ("refused", "subject_disabled")}
    assert "not_built" not in ran.err


def test_run_says_it_in_one_line(scene: Scene) -> None:
    scene.rewrite("config.yaml", more="keep: {tickets: 30d}\n")
    process = scene.start("run")
    scene.until(lambda: scene.log("started"))
    process.kill()
    process.join()
    assert [each["key"] for each in scene.log("not_built")] == ["keep.tickets"]


def test_a_key_that_nobody_wrote_is_not_spoken_of(scene: Scene) -> None:
    assert "does nothing yet" not in scene.run("check").out
