"""What is accepted and isn't built yet says so; it can't go stale, since a test reads the code."""

from __future__ import annotations

import ast
import json
from functools import cache

import pytest

from connector.cli.main import outcome
from connector.cli.words import reasons_page
from connector.config.sections import Settings
from connector.config.unbuilt import MISSING, Keep
from connector.domain.reasons import NOT_YET, NOT_YET_GIVEN, Reason
from tests.code import HOME, trees
from tests.searching import SEARCH


def given() -> set[Reason]:
    """The codes that some line of the code gives: named where it isn't only compared with."""
    found = set[Reason]()
    for path, tree in trees().items():
        if path != HOME / "domain" / "reasons.py" and "simulators" not in path.parts:
            found |= {Reason[name] for name in Giving().read(tree)}
    return found


class Giving(ast.NodeVisitor):
    def read(self, tree: ast.Module) -> set[str]:
        self.names = set[str]()
        self.visit(tree)
        return self.names

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name) and node.value.id == "Reason" and node.attr.isupper():
            self.names.add(node.attr)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Asks for a code, and gives none."""

    def visit_MatchValue(self, node: ast.MatchValue) -> None:
        """Asks for a code, and gives none."""


@SEARCH
def test_the_codes_that_nothing_gives_are_those_that_are_marked() -> None:
    assert set(Reason) - given() == NOT_YET_GIVEN


def test_marked_codes_say_so_wherever_codes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["schema", "reasons", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["code"] for row in rows if not row["given"]} == set(NOT_YET_GIVEN)
    assert outcome(["schema", "reasons"]) == 0
    assert capsys.readouterr().out.count(NOT_YET) == len(NOT_YET_GIVEN)
    assert reasons_page().count(NOT_YET) == len(NOT_YET_GIVEN)


@cache
def used() -> set[str]:
    """The settings that any code but the configuration's own reads."""
    return {
        node.attr
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        if node.attr in Settings.model_fields and "settings" in ast.unparse(node.value)
    }


@pytest.mark.parametrize(
    "key", sorted(Settings.model_fields.keys() - {"mappings"})
)  # read with the whole file
def test_a_key_that_nothing_reads_is_marked_and_no_other(key: str) -> None:
    """`mappings` is read with the whole file."""
    assert (key in used()) is not (key in MISSING)


@SEARCH
def test_a_part_of_a_section_that_nothing_reads_is_marked_and_no_other() -> None:
    parts = {f"keep.{name}" for name in Keep.model_fields}
    assert {each for each in parts if not used_part(each)} == {each for each in parts if each in MISSING}


def used_part(key: str) -> bool:
    """Whether any code reads this key of a section."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == key.rpartition(".")[2]
        and ast.unparse(node).endswith(f"settings.{key}")
        for tree in trees().values()
        for node in ast.walk(tree)
    )
