from __future__ import annotations

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
