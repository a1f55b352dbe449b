"""Figures of the house, from the code as it stands.

    python -m tests.docs.measure

Prints the files and rooms at the root of connector/, the contracts of import-linter, the longest line, the
docstrings that begin with a relative or interrogative word, and the calls of the mapping for one ticket that
is delivered.
"""

from __future__ import annotations

import ast
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

ROOT = Path(__file__).parents[2]
TABLE = "domain/reasons.py"  # reads best a row a line
RELATIVE = re.compile(
    r"[^A-Za-z]*(?:(?:what|which|who|whom|where|when|how)(?:ever)?|whose|whether|that|why|those|of|none)\b",
    re.IGNORECASE,
)
PRAGMA = re.compile(r"\s+# (?:noqa|type: ignore).*")  # for tools; people read the line before it


class Docstring(NamedTuple):
    place: str
    text: str

    @property
    def relative(self) -> bool:
        return RELATIVE.match(self.text) is not None


def sources(folder: str = "connector") -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def docstrings() -> Iterator[Docstring]:
    """Those of modules, classes and functions of connector/."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and (
                text := ast.get_docstring(node)
            ):
                line = getattr(node, "lineno", 1)
                yield Docstring(f"{path.relative_to(ROOT)}:{line}", text)


def longest() -> tuple[int, str]:
    """The longest line of connector/ and tests/, and its place: pragmas and the table of reasons apart."""
    lines = (
        (len(PRAGMA.sub("", line)), f"{path.relative_to(ROOT)}:{number}")
        for path in [*sources(), *sources("tests")]
        if not path.as_posix().endswith(TABLE)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    )
    return max(lines)


def at_root() -> tuple[list[str], list[str]]:
    """The files and the rooms at the root of connector/."""
    found = [each for each in sorted((ROOT / "connector").iterdir()) if each.name[:2] != "__"]
    return [each.name for each in found if each.is_file()], [each.name for each in found if each.is_dir()]


def contracts() -> int:
    """The contracts that import-linter holds."""
    known = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return len(known["tool"].get("importlinter", {}).get("contracts", ()))


def mapping_calls() -> int:
    """Calls of the mapping for one incident that is delivered in one sweep, on the simulators."""
    from connector.mapping.model import Mapping
    from tests.endtoend.scene import company

    with tempfile.TemporaryDirectory() as folder, company(Path(folder)) as scene:
        ticket = scene.ticket("ann.lee")
        with patch.object(Mapping, "facts", autospec=True, side_effect=Mapping.facts) as calls:
            outcomes = scene.once().outcomes()
        assert outcomes == {scene.number(ticket): ("delivered", None)}, outcomes
    return calls.call_count


def main() -> None:
    files, rooms = at_root()
    width, place = longest()
    found = list(docstrings())
    relative = [each for each in found if each.relative]
    share = 100 * len(relative) / len(found)
    for line in (
        f"files at the root of connector/: {len(files)} ({', '.join(files)})",
        f"rooms: {len(rooms)}",
        f"contracts of import-linter: {contracts()}",
        f"longest line: {width} ({place})",
        f"docstrings that begin with a relative clause: {len(relative)} of {len(found)}, {share:.1f} %",
        f"calls of the mapping for a delivered ticket: {mapping_calls()}",
    ):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
