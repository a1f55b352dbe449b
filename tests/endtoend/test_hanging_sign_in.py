"""An identity endpoint that takes the call and never answers: every verb ends, and says what hangs."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from connector.entra import credential
from tests.endtoend.scene import Scene
from tests.http.stalling import Stalled, silent, stalling

HANGS = "signing in as managed_identity hangs: no answer from 127.0.0.1 within 0.3 s; see entra.credential"


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch, scene: Scene) -> Iterator[Stalled]:
    with stalling(silent) as there, patch.object(credential, "DEADLINE", 0.3):
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{there.url}/msi/token")
        yield there


@pytest.mark.usefixtures("silence")
def test_once_says_what_hangs(scene: Scene) -> None:
    for name in ("ann.lee", "bob.ray"):
        scene.ticket(name)
    ran = scene.once()
    assert (ran.code, ran.report["unreachable"]) == (3, ["entra"])
    assert ran.report["unreachable_because"] == {"entra": HANGS}
    assert {reason for _, reason in ran.outcomes().values()} == {"directory_unreachable"}
    assert f"Couldn't be reached: entra: {HANGS}" in scene.run("once").out


@pytest.mark.usefixtures("silence")
def test_check_says_what_hangs(scene: Scene) -> None:
    ran = scene.run("check")
    assert ran.code == 3
    assert HANGS in ran.out


@pytest.mark.usefixtures("silence")
def test_explain_says_what_hangs(scene: Scene) -> None:
    ran = scene.run("explain", "contoso", scene.number(scene.ticket("ann.lee")))
    assert ran.code == 3
    assert HANGS in ran.out + ran.err


@pytest.mark.usefixtures("silence")
def test_run_says_what_hangs(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    process = scene.start("run")
    scene.until(lambda: scene.log("unreachable"))
    assert scene.log("unreachable")[0]["detail"] == HANGS
    process.kill()
    process.join()
    assert not scene.held(ticket)
