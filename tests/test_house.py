"""How the code is laid out. import-linter holds the layers (make check); this is what it can't see."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from connector.desks.kinds import FOLDERS

CONNECTOR = Path(__file__).parents[1] / "connector"
PRODUCTS = re.compile(r"service.?now|top.?desk|helpdeskx|\bsnow", re.IGNORECASE)
AT_HOME = {"desks", "simulators", "demo"}
AT_MOST = 8  # files at the root


def names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Identifiers, modules and texts of the code, with their lines. Docstrings are for people."""
    docstrings = {
        id(each.body[0].value)
        for each in ast.walk(tree)
        if isinstance(each, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and each.body
        and isinstance(each.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Constant(str() as text) if id(node) not in docstrings:
                yield text, line
            case ast.Name(name) | ast.Attribute(_, name) | ast.arg(name) | ast.keyword(str() as name):
                yield name, line
            case ast.ClassDef(name) | ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                yield name, line
            case ast.ImportFrom(module, aliases):
                yield from ((each, line) for each in (module or "", *(alias.name for alias in aliases)))
            case ast.Import(aliases):
                yield from ((alias.name, line) for alias in aliases)
            case ast.alias(_, str() as name):
                yield name, line


def told_apart(files: dict[str, str]) -> list[str]:
    """Where code outside their own folders knows one kind of desk from another."""
    found = []
    for path, text in files.items():
        if PRODUCTS.search(path):
            found.append(path)
        for name, line in names(ast.parse(text)):
            if PRODUCTS.search(name):
                found.append(f"{path}:{line} {name[:60]}")
    return found


def test_no_desk_is_named_in_code_outside_of_its_folder() -> None:
    files = {
        str(path.relative_to(CONNECTOR)): path.read_text("utf-8")
        for path in CONNECTOR.rglob("*.py")
        if path.relative_to(CONNECTOR).parts[0] not in AT_HOME
    }
    assert len(files) > 100
    assert told_apart(files) == []


def test_a_name_of_a_desk_is_found_wherever_it_hides() -> None:
    hidden = {
        "rules.py": 'def f(kind):\n    """TOPdesk keeps notes."""\n    return kind == "topdesk"\n',
        "names.py": "from connector.desks.servicenow import names\nserviceNowAuth = x.top_desk(snow=1)\n",
        "texts.py": 'says = f"{kind}: ask ServiceNow"\n',
        "topdesk.py": "",
    }
    assert sorted(told_apart(hidden)) == [
        "names.py:1 connector.desks.servicenow",
        "names.py:2 serviceNowAuth",
        "names.py:2 snow",
        "names.py:2 top_desk",
        "rules.py:3 topdesk",
        "texts.py:1 : ask ServiceNow",
        "topdesk.py",
    ]


def test_each_kind_of_desk_is_one_folder_and_one_line() -> None:
    desks = CONNECTOR / "desks"
    folders = {path.name for path in desks.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(FOLDERS)
    shared = {path.name: path.read_text("utf-8") for path in desks.glob("*.py")}
    lines = [each for each in told_apart(shared) if not each.startswith("kinds.py:")]
    assert lines == []
    assert len(told_apart({"kinds.py": shared["kinds.py"]})) == len(FOLDERS)


def test_few_files_stand_at_the_root() -> None:
    assert len([path for path in CONNECTOR.iterdir() if path.is_file()]) <= AT_MOST
