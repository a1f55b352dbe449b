"""`passdesk` with standard streams that are what a test makes of them: a pipe, a file, old letters."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO, Any
from unittest.mock import patch

from connector.cli.main import main
from connector.worker import service
from tests.endtoend.house import hasty
from tests.endtoend.scene import Scene

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


def typed(text: str) -> str:
    """What Python makes of an argument where the locale has no letters but ASCII's."""
    return text.encode().decode("ascii", "surrogateescape")


def warm(
    scene: Scene,
    *args: str,
    letters: str = "utf-8",
    stdout: IO[bytes] | None = None,
    closed: Collection[int] = (),
) -> Ran:
    """The command in a fork, without the second that Python takes to start, with streams of its own."""
    with (
        (scene.folder / "stdout").open("w+b") as out,
        (scene.folder / "stderr").open("w+b") as err,
    ):
        process = started(
            scene,
            *args,
            letters=letters,
            out=None if 1 in closed else stdout or out,
            err=None if 2 in closed else err,
        )
        process.join(120)
        assert process.exitcode is not None
        return Ran(process.exitcode, Path(out.name).read_bytes(), Path(err.name).read_bytes())


Stream = IO[bytes] | int | None


def started(scene: Scene, *args: str, out: Stream, err: Stream, letters: str = "utf-8") -> BaseProcess:
    """A fork that works. None: the stream is closed."""
    given = [*args, "--config", str(scene.folder / "config.yaml")]
    process = multiprocessing.get_context("fork").Process(
        target=_forked, args=(given, letters, out, err), daemon=True
    )
    process.start()
    return process


def _forked(args: list[str], letters: str, out: Stream, err: Stream) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as a shell starts it, not as nohup started the tests
    sys.stdout = _put(1, out, letters)
    sys.stderr = _put(2, err, letters)
    code: Any = 0
    try:
        with patch.object(service, "Runner", hasty), patch.object(sys, "argv", ["passdesk", *args]):
            main()
    except SystemExit as end:
        code = end.code
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        code = 120  # as Python ends then
    os._exit(code)


def _put(number: int, stream: Stream, letters: str) -> Any:
    """What Python has for a standard stream. None: it was closed."""
    if stream is None:
        os.close(number)
        return None
    os.dup2(stream if isinstance(stream, int) else stream.fileno(), number)
    return io.TextIOWrapper(io.FileIO(number, "w", closefd=False), letters)
