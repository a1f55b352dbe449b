from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts.webhook import Webhook, webhook
from tests.endtoend.scene import Scene, company


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as made:
        yield made


@pytest.fixture
def scene(tmp_path: Path, hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A company whose alerts go to the webhook."""
    with company(tmp_path) as made:
        monkeypatch.setenv("HOOK", hook.address)
        made.rewrite("config.yaml", more="alerts: [env:HOOK]\n")
        yield made
