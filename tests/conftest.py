"""For every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def fresh_log() -> Iterator[None]:
    """A verb that a test ran logs to that test's standard error, which is closed afterwards."""
    yield
    structlog.reset_defaults()
