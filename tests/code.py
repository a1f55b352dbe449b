"""The program's own code as trees, parsed once for all tests that look through it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import connector

HOME = Path(connector.__file__).parent


@cache
def trees() -> dict[Path, ast.Module]:
    """By file, in the order of their names."""
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(HOME.rglob("*.py"))}
