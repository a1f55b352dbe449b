"""docs/security.md names a test for all that it claims, and each is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from connector.entra.doctor_rights import HELPING, MAILING, NEEDED, TELLING

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
UNCLAIMED = "not protected"


@cache
def functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))


def lost(text: str) -> list[str]:
    """The tests and invariants that a text names and that nobody wrote."""
    found = []
    for path, name in NAMED.findall(text):
        there = ROOT / path
        if not there.is_file() or (name and name not in functions(there)):
            found.append(f"{path}::{name}")
    return found


def threats() -> list[list[str]]:
    part = PAGE[PAGE.index("## Threats") : PAGE.index("## The three accounts")]
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in part.splitlines()
        if line[:2] == "| "
    ]
    return [row for row in rows if row[0] != "Threat"]


def granted(part: str) -> set[str]:
    """The permissions in the first column of a table."""
    return set(re.findall(r"^\| `?((?:\w+-)?\w+(?:\.\w+)+)", part, re.MULTILINE))


def test_each_test_that_the_page_names_is_there() -> None:
    assert len(NAMED.findall(PAGE)) > 60
    assert lost(PAGE) == []


@pytest.mark.parametrize("name", ["tests/no_such.py", "tests/docs/test_security.py::test_that_nobody_wrote"])
def test_a_test_that_is_not_there_is_found(name: str) -> None:
    assert lost(f"`{name}`")


def test_each_threat_names_its_test_or_says_that_nothing_stops_it() -> None:
    assert len(threats()) > 35
    assert [row for row in threats() if row[2].strip(" |") != UNCLAIMED and not NAMED.search(row[2])] == []


def test_the_page_names_each_permission_that_check_asks_for() -> None:
    part = PAGE[PAGE.index("### Entra") : PAGE.index("### ServiceNow")]
    assert "User.Read.All" in part
    assert granted(part) == {*NEEDED, *MAILING, *TELLING, *HELPING}


def test_the_readme_names_the_same_permissions() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    part = page[page.index("### Permissions") : page.index("## The verbs")]
    assert granted(part) == {*NEEDED, *MAILING, *TELLING, *HELPING}
