"""The deliberate bugs that no world can see: the test that is named beside each finds it, and only then."""

from __future__ import annotations

import pytest

from tests.simulation import unseen_bugs  # noqa: F401  # it fills BUGS
from tests.simulation.unseen import BUGS, told, tried


@pytest.mark.parametrize("name", BUGS)
def test_the_named_test_fails_while_the_bug_is_there(name: str) -> None:
    found = tried(name, BUGS[name].test)
    assert found.failed, f"{BUGS[name].bug.what}: survives {BUGS[name].test}"


def test_a_test_fails_for_no_other_reason() -> None:
    test = next(iter(BUGS.values())).test
    found = tried(None, test)
    assert found.text.startswith(".") and not found.failed


def test_every_such_bug_stands_in_the_page_about_proof() -> None:
    assert told() == {(each.bug.what, each.test) for each in BUGS.values()}
