"""`passdesk run` tells beside its work, and survives a kill, a slow address and a second replica."""

from __future__ import annotations

import pytest

from connector.alerts import lane, sending
from tests.alerts.webhook import TOKEN, Webhook
from tests.endtoend.scene import Scene


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks come each half second, and nothing waits for more."""
    monkeypatch.setattr(lane, "EVERY", 0.5)
    monkeypatch.setattr("connector.alerts.start.SETTLE", 0.0)
    monkeypatch.setattr(sending, "DEADLINE", 5.0)


def test_an_edited_mapping_with_a_mistake_is_told_and_so_is_its_cure(scene: Scene, hook: Webhook) -> None:
    process = scene.start("run")
    scene.until(lambda: scene.log("started"))
    scene.rewrite("incidents.yaml", ("category: identity", "categori: identity, category: [[1]]"))
    hook.until(1)
    assert hook.texts[0].startswith("WARNING mappings_refused: Edited mapping files were not taken up.")
    process.kill()
    process.join()


def test_an_address_that_hangs_keeps_no_ticket_waiting(scene: Scene, hook: Webhook) -> None:
    hook.slow = True
    scene.run("pause", "--by", "zoe.lead")
    process = scene.start("run")
    scene.until(lambda: scene.log("alert_undelivered"))
    scene.run("resume", "--by", "zoe.lead")
    ticket = scene.ticket("ann.lee")
    scene.until(lambda: scene.held(ticket))
    assert "longer than 5 s" in scene.log("alert_undelivered")[0]["detail"]
    process.kill()
    process.join()
    assert TOKEN not in (scene.folder / "log").read_text()


def test_what_a_killed_worker_had_to_tell_the_next_one_tells(scene: Scene, hook: Webhook) -> None:
    hook.slow = True
    scene.run("pause", "--by", "zoe.lead")
    process = scene.start("run")
    scene.until(lambda: hook.waiting)
    process.kill()
    process.join()
    hook.slow = False
    hook.released.set()
    scene.clock.added += 90  # it had it for a minute
    scene.once()
    scene.once()
    assert len(hook.texts) == 1 and "paused" in hook.texts[0]
