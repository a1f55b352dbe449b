"""`passdesk` with standard streams that are what a test makes of them: a pipe, a file, old letters."""

from __future__ import annotations

import io
import multiprocessing
import os
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO, Any
from unittest.mock import patch

from connector.cli.main import main
from connector.worker import service
from tests.endtoend.house import hasty
from tests.endtoend.scene import Scene

LATIN = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
BARE = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@dataclass(frozen=True)
class Ran:
    returncode: int
    stdout: bytes
    stderr: bytes


def command(scene: Scene, *args: str) -> list[str]:
    return [sys.executable, "-m", "connector", *args, "--config", str(scene.folder / "config.yaml")]


def afresh(scene: Scene, *args: str, env: dict[str, str] | None = None, **how: Any) -> Ran:
    """The command as a shell starts it: Python, too, meets the streams and the locale."""
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    known = {**os.environ, **(env or {})}
    ran = subprocess.run(command(scene, *args), env=known, check=False, timeout=120, **how)
    return Ran(ran.returncode, ran.stdout or b"", ran.stderr or b"")


def warm(scene: Scene, *args: str, letters: str = "utf-8", stdout: IO[bytes] | None = None) -> Ran:
    """The command in a fork, without the second that Python takes to start, with streams of its own."""
    with (
        (scene.folder / "stdout").open("w+b") as out,
        (scene.folder / "stderr").open("w+b") as err,
    ):
        process = started(scene, *args, letters=letters, out=stdout or out, err=err)
        process.join(120)
        assert process.exitcode is not None
        return Ran(process.exitcode, Path(out.name).read_bytes(), Path(err.name).read_bytes())


def started(
    scene: Scene, *args: str, out: IO[bytes] | int, err: IO[bytes] | int | None, letters: str = "utf-8"
) -> BaseProcess:
    """A fork that works; `err` None: its standard error is closed."""
    given = [*args, "--config", str(scene.folder / "config.yaml")]
    process = multiprocessing.get_context("fork").Process(
        target=_forked, args=(given, letters, out, err), daemon=True
    )
    process.start()
    return process


def _forked(args: list[str], letters: str, out: IO[bytes] | int, err: IO[bytes] | int | None) -> None:
    os.dup2(out if isinstance(out, int) else out.fileno(), 1)
    if err is None:
        os.close(2)
    else:
        os.dup2(err if isinstance(err, int) else err.fileno(), 2)
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), letters)
    sys.stderr = None if err is None else io.TextIOWrapper(io.FileIO(2, "w", closefd=False), letters)
    code: Any = 0
    try:
        with patch.object(service, "Runner", hasty):
            main(args)
    except SystemExit as end:
        code = end.code
    try:
        sys.stdout.flush()
    except OSError:
        code = 120  # as Python ends then
    os._exit(code)
