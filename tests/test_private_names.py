"""No test follows the inside of the code: a private name belongs to the class or file that has it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PRIVATE = re.compile(r"(?:.*\.)?_[A-Za-z]\w*")
OFFERED = {"_replace", "_asdict", "_fields", "_make", "_getframe", "_exit"}  # public, but for their spelling
BY_NAME = {"getattr", "setattr", "delattr", "hasattr", "attrgetter", "methodcaller", "object", "get", "patch"}
PLANTED = {  # a planted bug breaks the inside of the code, so it must name a piece of it
    f"simulation/bugs_of_{each}.py"
    for each in ("asking", "guards", "line", "ledger", "links", "mail", "maps", "topdesk", "way")
} | {"simulation/bugs_unseen.py"}


@cache
def sources() -> dict[str, ast.Module]:
    """Every file of the tests, parsed once for all who look through them."""
    return {
        path.relative_to(TESTS).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(TESTS.rglob("*.py"))
    }


def called(node: ast.AST) -> str:
    """The last part of what a call calls, or nothing."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""


def own(kind: ast.ClassDef) -> set[str]:
    """What a class defines or sets on itself."""
    found = set[str]()
    for node in ast.walk(kind):
        match node:
            case ast.FunctionDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Store()):
                found.add(name)
    return found


def names_of_others(node: ast.AST, mine: frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
    """Where private names are used that the class around them, `mine`, doesn't define."""
    if isinstance(node, ast.ClassDef):
        mine |= own(node)
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if name in mine:
            pass
        case ast.Attribute(attr=name, lineno=line) | ast.alias(name=name, lineno=line):
            yield line, name
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as name), lineno=line):
            if called(value) == "vars" or (isinstance(value, ast.Attribute) and value.attr == "__dict__"):
                yield line, name
        case ast.Call(args=args, lineno=line) if called(node) in BY_NAME:
            yield from (
                (line, each.value)
                for each in args
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )
    for child in ast.iter_child_nodes(node):
        yield from names_of_others(child, mine)


def privates(tree: ast.Module) -> list[str]:
    """The private names of others that a file reads, sets or patches, with their lines."""
    return [
        f"{line} {name}"
        for line, name in names_of_others(tree)
        if PRIVATE.fullmatch(name) and name not in OFFERED
    ]


def test_no_test_touches_a_private_name_of_something_that_is_not_its_own() -> None:
    found = {path: there for path, tree in sources().items() if (there := privates(tree))}
    assert found.keys() == PLANTED, {path: lines for path, lines in found.items() if path not in PLANTED}


@pytest.mark.parametrize(
    "source",
    [
        "desk._writer",
        "desk._writer = None",
        "vars(desk)['_writer']",
        "desk.__dict__['_writer']",
        "vars(desk).get('_writer')",
        "getattr(desk, '_writer')",
        "monkeypatch.setattr(transport, '_Connection', x)",
        "patch.object(Desk, '_writer')",
        "patch('connector.desks.desk._writer')",
        "from connector.http.transport import _Connection",
        "Secret._Secret__value",
        "class A(Desk):\n    def read(self): return self._writer",
        "class A(Desk):\n    def _do(self): return super()._do()",
    ],
)
def test_each_way_to_a_private_name_is_found(source: str) -> None:
    assert len(privates(ast.parse(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "row._replace(a=1), row._asdict(), sys._getframe(), os._exit(0)",
        "class A:\n    def __init__(self): self._x = 1\n    def read(self): return self._x",
        "class A:\n    def _x(self): ...\n    def read(self): return self._x()",
        "said = {'_fr_': 1}['_fr_']",
        "def _own(): ...\n_own()",
        "made.__dict__, type(made).__name__",
    ],
)
def test_what_is_a_files_own_or_public_is_let_through(source: str) -> None:
    assert not privates(ast.parse(source))
