from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endtoend.office import Office, bureau
from tests.endtoend.scene import Scene, company


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with company(tmp_path) as found:
        yield found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with bureau(tmp_path) as found:
        yield found


@pytest.fixture
def talkative() -> Iterator[None]:
    """The library that makes our calls logs each of them: whatever it prints is looked through, too."""
    library = logging.getLogger("urllib3")
    before = library.level
    library.setLevel(logging.DEBUG)
    yield
    library.setLevel(before)
