"""A key that does nothing yet is accepted, and each verb that works with tickets says so in one line."""

from __future__ import annotations

import json

import pytest

from tests.endtoend.scene import Scene

SAYS = {
    'web: {listen: "127.0.0.1:8642"}': "web does nothing yet: there is no status page",
    "alerts: [env:SNOW_SECRET]": "alerts does nothing yet: no alert is sent",
    "keep: {tickets: 30d}": "keep.tickets does nothing yet: tickets that have ended are not deleted",
    "hooks: {contoso: {secret: env:SNOW_SECRET}}": "hooks does nothing yet: no desk can call passdesk",
}


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


def test_run_says_it_in_one_line(scene: Scene) -> None:
    scene.rewrite("config.yaml", more='web: {listen: "127.0.0.1:8642"}\n')
    process = scene.start("run")
    scene.until(lambda: scene.log("started"))
    process.kill()
    process.join()
    assert [each["key"] for each in scene.log("not_built")] == ["web"]


def test_a_key_that_nobody_wrote_is_not_spoken_of(scene: Scene) -> None:
    assert "does nothing yet" not in scene.run("check").out
