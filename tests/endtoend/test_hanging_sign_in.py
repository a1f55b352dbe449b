"""An identity endpoint that takes the call and never answers: every verb ends, and says what hangs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TypeVar
from unittest.mock import patch

import pytest

from connector.entra import credential
from connector.http.deadline import Call
from tests.endtoend.scene import Scene
from tests.http.stalling import Stalled, silent, stalling

T = TypeVar("T")
WITHIN = f"within {credential.DEADLINE:g} s; see entra.credential"
HANGS = f"signing in as managed_identity hangs: no answer from 127.0.0.1 {WITHIN}"


class Sent(Call[T]):
    """A call whose time is up as soon as its request is sent, however long that takes on this machine."""

    def outcome(self, seconds: float) -> T | None:
        while not (self.sent or self.done):
            time.sleep(0.005)
        return super().outcome(0)


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch, scene: Scene) -> Iterator[Stalled]:
    with stalling(silent) as there, patch.object(credential, "Call", Sent):
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
