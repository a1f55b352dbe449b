"""No test stays green where nothing happened: beside what is absent, it shows that something was there."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from tests.test_private_names import called, sources

EXIT = {"code", "exitcode", "returncode", "status_code"}  # a 0 of these is an answer


def is_nothing(node: ast.expr) -> bool:
    """Nothing, none of it, or an empty one of something."""
    match node:
        case ast.Constant(value=value):
            return value is None or value is False or value in ("", b"", 0)
        case ast.List(elts=elements) | ast.Set(elts=elements):
            return not elements
        case ast.Tuple(elts=elements):
            return all(map(is_nothing, elements))
        case ast.Dict(keys=keys):
            return not keys
        case ast.Call(func=ast.Name(id="set" | "list" | "dict" | "tuple" | "frozenset"), args=[]):
            return True
    return False


def takes_out(node: ast.expr) -> bool:
    """Whether an element is taken out by its number or name, which fails where there is none."""
    return any(
        isinstance(each, ast.Subscript) and isinstance(each.slice, ast.Constant | ast.UnaryOp)
        for each in ast.walk(node)
    )


def is_absence(node: ast.expr) -> bool:
    """Whether what is asserted holds as well where nothing ever happened."""
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(map(is_absence, parts))
        case ast.BoolOp(values=parts):
            return any(map(is_absence, parts))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not takes_out(operand)
        case ast.Compare(left=left, ops=[ast.NotIn()]):
            return not takes_out(node)
        case ast.Compare(left=ast.Attribute(attr=name), ops=[ast.Eq()]) if name in EXIT:
            return False
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            return (is_nothing(left) or is_nothing(right)) and not takes_out(node)
        case ast.Call(func=ast.Name(id="all")):
            return True
    return False


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [each for each in tree.body if isinstance(each, ast.FunctionDef)]


def asserted(function: ast.FunctionDef) -> list[ast.expr]:
    return [each.test for each in ast.walk(function) if isinstance(each, ast.Assert)]


def witnesses(trees: Iterable[ast.Module]) -> set[str]:
    """The functions beside tests that assert more than absences."""
    return {
        each.name
        for tree in trees
        for each in functions(tree)
        if not each.name.startswith("test_") and not all(map(is_absence, asserted(each)))
    }


def proves_nothing(test: ast.FunctionDef, helpers: set[str]) -> bool:
    """Whether a test does something and asserts absences only: so it is green where nothing came of it.

    One that does nothing beforehand is a table of a function's answers. `raises` and `until` are assertions.
    """
    deeds = [
        each for each in test.body[ast.get_docstring(test) is not None :] if not isinstance(each, ast.Assert)
    ]
    names = {
        each.func.id
        for each in ast.walk(test)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
    }
    attributes = {called(each) for each in ast.walk(test)}
    if not deeds or names & helpers or attributes & {"raises", "until"}:
        return False
    return all(map(is_absence, asserted(test)))


def idle(trees: dict[str, ast.Module]) -> tuple[int, list[str]]:
    """How many tests there are, and those that prove nothing."""
    helpers = witnesses(trees.values())
    tests = [
        (path, each)
        for path, tree in trees.items()
        for each in functions(tree)
        if each.name.startswith("test_")
    ]
    return len(tests), [f"{path}::{test.name}" for path, test in tests if proves_nothing(test, helpers)]


def test_no_test_asserts_only_that_nothing_is_there() -> None:
    """A scan can't tell whether the other assertions are about the same thing: that stays with reviewers."""
    count, found = idle(sources())
    assert count > 1000 and not found, found


ABSENCES = [
    "not world.live()",
    "world.passes == []",
    "[] == world.passes",
    "len(world.passes) == 0",
    "world.pass_ is None",
    "'x' not in world.notes",
    "(world.passes, world.notes) == ([], ())",
    "not world.passes and not world.notes",
    "all(each.deleted for each in world.passes)",
    "world.passes.live() == set()",
]
WITNESSES = [
    "world.passes",
    "world.revoked() == ['p1']",
    "world.passes == [] and world.asked",
    "not world.passes[0].deleted",
    "'x' not in world.notes[-1]",
    "ran.code == 0",
    "(ran.code, world.passes) == (3, [])",
    "world.passes != []",
]


def seen_in(*lines: str) -> list[str]:
    body = "".join(f"    {line}\n" for line in lines)
    return idle({"a.py": ast.parse(f"def says(): assert world.notes\ndef test_a(world):\n{body}")})[1]


@pytest.mark.parametrize("absence", ABSENCES)
def test_a_test_that_asserts_an_absence_only_is_found(absence: str) -> None:
    assert seen_in("world.see()", f"assert {absence}") == ["a.py::test_a"]
    assert seen_in("for each in world:", f"    assert {absence}") == ["a.py::test_a"]


@pytest.mark.parametrize("witness", [f"assert {each}" for each in WITNESSES] + ["says()", "world.until(f)"])
def test_a_test_with_a_witness_is_let_through(witness: str) -> None:
    assert seen_in("world.see()", "assert not world.live()") == ["a.py::test_a"]
    assert seen_in("world.see()", witness, "assert not world.live()") == []


def test_a_table_of_answers_is_let_through_and_a_test_without_assertions_is_not() -> None:
    assert seen_in("assert not verdict(GOOD)", "assert verdict(BOB) is None") == []
    assert seen_in("world.see()") == ["a.py::test_a"]
