"""Work in a process of its own, forked: what it took on the clock and of CPU, and what it has to tell."""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    """Seconds on the clock and of CPU, and what the work returned."""

    wall: float
    cpu: float
    told: Any = None


@dataclass(frozen=True)
class Running:
    """Work that is under way in the process `pid`."""

    pid: int
    reads: int

    def wait(self) -> Ran:
        """Wait for its end. Raises RuntimeError where it failed."""
        with os.fdopen(self.reads) as pipe:
            text = pipe.read()
        _, status = os.waitpid(self.pid, 0)
        if status or not text:
            raise RuntimeError("a contestant failed")
        return Ran(**json.loads(text))


def start(work: Callable[[], object]) -> Running:
    """Begin the work; what it returns must be JSON."""
    reads, writes = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writes)
        return Running(pid, reads)
    os.close(reads)
    code = 1
    try:
        began, spent = time.monotonic(), time.process_time()
        told = work()
        took = {"wall": time.monotonic() - began, "cpu": time.process_time() - spent, "told": told}
        with os.fdopen(writes, "w") as pipe:
            json.dump(took, pipe)
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def timed(work: Callable[[], object]) -> Ran:
    """Do the work, and wait for its end."""
    return start(work).wait()


def memory(pid: int | None = None) -> float:
    """The memory that a process holds now, in MiB. Linux alone tells."""
    status = Path(f"/proc/{pid or os.getpid()}/status").read_text("ascii")
    line = next(each for each in status.splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
