"""`passdesk once` from cron tells what broke, once, and the next one tells what healed, once."""

from __future__ import annotations

import json
import sqlite3

import pytest

from connector.domain.conditions import Condition
from connector.simulators.faults import answer, when
from connector.simulators.http import Response
from tests.alerts.webhook import TOKEN, Webhook, webhook
from tests.endtoend.scene import Scene

ALWAYS = 10**6
DOWN = answer(Response(503, b""))
NAMES = ("ann.lee", "Zoë", "INC00")


def stuck(scene: Scene, count: int) -> None:
    """Tickets that carry a reference which the ledger doesn't know are stuck."""
    for _ in range(count):
        scene.desk.edit(scene.ticket("ann.lee"), work_notes="see TAP-AAAAAAAA-1")


def later(scene: Scene, seconds: float = 70) -> None:
    scene.clock.added += seconds
    scene.once()


def test_a_pause_is_told_once_and_so_is_its_end(scene: Scene, hook: Webhook) -> None:
    scene.once()
    scene.run("pause", "--by", "zoe.lead", "--why", "Zoë's drill")
    scene.once()
    later(scene)
    scene.run("resume", "--by", "zoe.lead")
    later(scene)
    later(scene)
    first, second = hook.texts
    assert first == f"WARNING paused: {Condition.PAUSED.one} {Condition.PAUSED.cure}"
    assert second.startswith("OVER paused: A person paused issuing. This is over, after ")
    assert "1 broken" in hook.titles[0] and "1 over" in hook.titles[1]


def test_a_storm_of_stuck_tickets_is_one_message_with_a_count(scene: Scene, hook: Webhook) -> None:
    stuck(scene, 30)
    assert scene.once().report["stuck"] == 30
    [text] = hook.texts
    assert "30 tickets are stuck (30 x incidents)" in text and hook.titles[0].startswith("CRITICAL")
    assert not any(name in text for name in NAMES)


def test_names_are_told_where_the_configuration_says_so(scene: Scene, hook: Webhook) -> None:
    scene.rewrite("config.yaml", ("alerts: [env:HOOK]", "alerts: {to: [env:HOOK], names: true}"))
    stuck(scene, 12)
    scene.once()
    [text] = hook.texts
    assert "Tickets: INC00" in text and "and 2 more." in text


def test_a_service_that_is_down_for_longer_than_alerts_after_is_told_and_its_return(
    scene: Scene, hook: Webhook
) -> None:
    scene.rewrite("config.yaml", more="alerts_after: 5m\n")
    scene.once()
    scene.desk_server.faults.add(when("GET", "incident", times=ALWAYS), DOWN)
    later(scene)
    later(scene, 120)
    assert hook.texts == []
    later(scene, 240)
    later(scene, 240)
    assert [each.split(".")[0] for each in hook.texts] == [
        "CRITICAL service_down: A service is down: contoso"
    ]
    scene.desk_server.faults.clear()
    later(scene)
    assert hook.texts[1].startswith("OVER service_down: A service is down: contoso.")


def test_a_short_outage_is_told_to_nobody(scene: Scene, hook: Webhook) -> None:
    scene.once()
    scene.desk_server.faults.add(when("GET", "incident", times=ALWAYS), DOWN)
    later(scene)
    scene.desk_server.faults.clear()
    later(scene, 1200)
    scene.run("pause", "--by", "zoe.lead")
    later(scene)
    assert len(hook.texts) == 1 and "paused" in hook.texts[0]


def test_what_an_address_refuses_is_told_when_it_takes_it_again(
    scene: Scene, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook.status = 503
    scene.run("pause", "--by", "zoe.lead")
    ran = scene.once()
    [line] = [json.loads(each) for each in ran.err.splitlines() if "alert_undelivered" in each]
    assert (line["address"], line["detail"], line["level"]) == ("env:HOOK", "it answered 503", "error")
    known = json.loads(scene.run("status", "--json").out)["alerts"]
    assert (known[0]["address"], known[0]["answer"], known[0]["tries"]) == ("env:HOOK", "it answered 503", 1)
    hook.status = 200
    later(scene)
    assert len(hook.texts) == 2 and hook.texts[0] == hook.texts[1]
    assert json.loads(scene.run("status", "--json").out)["alerts"] == []
    later(scene)
    assert len(hook.texts) == 2


def test_what_an_address_refuses_for_a_day_is_given_up(scene: Scene, hook: Webhook) -> None:
    hook.status = 500
    scene.run("pause", "--by", "zoe.lead")
    scene.once()
    scene.clock.added += 90_000
    ran = scene.once()
    [line] = [json.loads(each) for each in ran.err.splitlines() if "alert_given_up" in each]
    assert (line["address"], line["conditions"]) == ("env:HOOK", 1)
    hook.status = 200
    later(scene, 3600)
    assert len(hook.texts) == 2


def test_a_redirect_is_not_followed_and_is_no_arrival(scene: Scene, hook: Webhook) -> None:
    with webhook() as elsewhere:
        hook.status, hook.to = 302, f"http://127.0.0.1:{elsewhere.port}/there/{TOKEN}"
        ran = scene.run("alerts", "test", "--json")
        [said] = json.loads(ran.out)["addresses"]
        assert (ran.code, said["arrived"]) == (1, False) and "it redirects (302)" in said["why"]
        assert (len(hook.arrived), elsewhere.arrived) == (1, [])
        hook.status, hook.to = 200, ""
        assert scene.run("alerts", "test").code == 0


def test_an_address_that_is_told_to_follow_redirects_does_not(
    scene: Scene, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with webhook() as elsewhere:
        hook.status, hook.to = 307, f"http://127.0.0.1:{elsewhere.port}/"
        monkeypatch.setenv("HOOK", f"{hook.address}?redirect=yes")
        assert scene.run("alerts", "test").code == 1
        assert (len(hook.arrived), elsewhere.arrived) == (1, [])


def test_each_address_is_told_whatever_another_does(
    scene: Scene, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONE", f"json://127.0.0.1:1/{TOKEN}")
    scene.rewrite("config.yaml", ("alerts: [env:HOOK]", "alerts: [env:GONE, env:HOOK]"))
    ran = scene.run("alerts", "test")
    assert ran.out == "✗ env:GONE: it can't be reached\n✓ env:HOOK: it took the message\n"
    assert (ran.code, TOKEN in ran.out + ran.err) == (1, False)
    scene.run("pause", "--by", "zoe.lead")
    assert TOKEN not in scene.once().err
    assert len(hook.texts) == 2 and "paused" in hook.texts[1]


@pytest.mark.parametrize("form", ["[env:HOOK, env:WRONG]", "{to: [env:HOOK, env:WRONG], names: true}"])
def test_an_address_that_apprise_does_not_know_is_a_mistake_at_its_line(
    scene: Scene, hook: Webhook, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("WRONG", f"teems://{TOKEN}")
    scene.rewrite("config.yaml", ("alerts: [env:HOOK]", f"alerts: {form}"))
    line = (scene.folder / "config.yaml").read_text().splitlines().index(f"alerts: {form}") + 1
    column = f"alerts: {form}".index("env:WRONG") + 1
    for verb in (["alerts", "test"], ["check"], ["run"]):
        ran = scene.run(*verb)
        assert (ran.code, ran.out) == (2, "")
        assert f"config.yaml:{line}:{column}: alerts: this is no address that apprise knows" in ran.err
        assert TOKEN not in ran.err
    assert hook.arrived == []


def test_an_address_in_the_file_itself_is_a_mistake_that_does_not_show_it(
    scene: Scene, hook: Webhook
) -> None:
    for form in (f"[{hook.address}]", hook.address, f"{{to: ['{hook.address}']}}"):
        scene.rewrite("config.yaml", ("alerts: [env:HOOK]", f"alerts: {form}"))
        ran = scene.run("alerts", "test")
        assert ran.code == 2 and "config.yaml:13:" in ran.err and TOKEN not in ran.err
        scene.rewrite("config.yaml", (f"alerts: {form}", "alerts: [env:HOOK]"))


def test_without_an_address_there_is_nothing_to_test(scene: Scene) -> None:
    scene.rewrite("config.yaml", ("alerts: [env:HOOK]\n", ""))
    ran = scene.run("alerts", "test")
    assert ran.code == 2 and "there is no address; write alerts: [env:TEAMS_URL]" in ran.err


def test_neither_addresses_nor_names_lie_in_the_ledger(scene: Scene, hook: Webhook) -> None:
    hook.status = 500
    stuck(scene, 2)
    scene.once()
    with sqlite3.connect(scene.folder / "passdesk.db") as db:
        rows = [*db.execute("select * from alert_states"), *db.execute("select * from alert_addresses")]
    assert len(rows) == 3 and "env:HOOK" in str(rows)
    assert TOKEN not in str(rows) and not any(name in str(rows) for name in NAMES)
