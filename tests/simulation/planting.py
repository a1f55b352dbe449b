"""A plugin of pytest that plants one deliberate bug before any test is read, and takes it out at the end."""

from __future__ import annotations

import os
from contextlib import ExitStack

from tests.simulation import unseen_bugs  # noqa: F401  # it fills BUGS
from tests.simulation.mutants import planted
from tests.simulation.unseen import BUGS, WHICH

_until_the_end = ExitStack()


def pytest_configure() -> None:
    _until_the_end.enter_context(planted(BUGS[os.environ[WHICH]].bug))


def pytest_unconfigure() -> None:
    _until_the_end.close()
