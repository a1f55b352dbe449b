"""A fake built from the client's own code would agree with the client's mistakes."""

import ast
from pathlib import Path

import connector.simulators

HOME = Path(connector.simulators.__file__).parent


def imported(source: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(source)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {
        "." * node.level + (node.module or "") for node in nodes if isinstance(node, ast.ImportFrom)
    }


def test_the_simulators_import_nothing_of_the_connector_but_themselves() -> None:
    files = sorted(HOME.rglob("*.py"))
    names = {name for file in files for name in imported(file.read_text())}
    ours = {name for name in names if name.startswith(("connector", "."))}
    assert ours
    assert {name for name in ours if not name.startswith("connector.simulators")} == set()
