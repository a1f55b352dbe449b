"""Which line of the code runs now, and how many ran before it."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

import connector
from tests.kill.world import Shared

Place = tuple[str, int]  # file below connector/, line
HOME: Final = Path(connector.__file__).parent
WAY: Final = (
    *(f"lifecycle/{each}.py" for each in ("journey", "settling", "revoking", "recovery", "aftercare")),
    *(f"deliveries/{each}.py" for each in ("fallback", "mailed", "manager_mail", "note", "ticket_update")),
    "desks/topdesk/writer.py",
)
# Nothing of the twin's outlives a process; what is built once would be counted in the first life alone.
_ONCE = re.compile("memory|prepared|sql_statements")
_LEDGER = (each for each in HOME.glob("ledger/*.py") if not _ONCE.match(each.name))
WATCHED: Final = {
    str(path): str(path.relative_to(HOME)) for path in [*(HOME / each for each in WAY), *_LEDGER]
}
Trace = Callable[[FrameType, str, Any], Any]


class Lines:
    """Counts the watched lines that begin to run, and kills its process at the `at`-th. A comprehension is
    one line.

    `outside` reads what a kill would leave. `states` are the lines at which that is another than a line ago.
    """

    def __init__(
        self, at: int = 0, mark: Shared | None = None, outside: Callable[[], object] | None = None
    ) -> None:
        self.at, self.mark, self.outside = at, mark, outside
        self.seen: list[Place] = []
        self.states: list[int] = []
        self.left: object = None

    def __enter__(self) -> Lines:
        sys.settrace(self.call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def call(self, frame: FrameType, event: str, arg: object) -> Trace | None:
        code = frame.f_code
        if code.co_filename not in WATCHED or (code.co_name[0] == "<" and code.co_name != "<lambda>"):
            return None
        return self.line

    def line(self, frame: FrameType, event: str, arg: object) -> Trace:
        if event == "line":
            self.seen.append((WATCHED[frame.f_code.co_filename], frame.f_lineno))
            if len(self.seen) == self.at:
                self.kill()
            if self.outside:
                self.compare(self.outside())
        return self.line

    def compare(self, left: object) -> None:
        if left != self.left:
            self.left = left
            self.states.append(len(self.seen))

    def kill(self) -> None:
        if self.mark:
            self.mark.put(self.seen[-1])
        os.kill(os.getpid(), signal.SIGKILL)


def runnable(file: str) -> set[Place]:
    """Every line of a file that runs inside a function: what can be a kill point at all."""
    path = HOME / file
    return {
        (file, line)
        for code in _functions(compile(path.read_text(), str(path), "exec"))
        for line in _lines(code)
    }


def _functions(module: CodeType) -> list[CodeType]:
    """Functions, also those in classes and functions; a class body runs at import."""
    found: list[CodeType] = []
    for code in module.co_consts:
        if isinstance(code, CodeType):
            found += [code] if code.co_flags & 0x2 else []  # CO_NEWLOCALS: a function, no class body
            found += _functions(code)
    return [code for code in found if code.co_name[0] != "<" or code.co_name == "<lambda>"]


def _lines(code: CodeType) -> set[int]:
    """Lines that an event comes for: all but that of the `def`, and of what never begins a line."""
    begun = {line for _, _, line in code.co_lines() if line}
    return begun - {code.co_firstlineno} or begun
