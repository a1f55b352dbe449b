"""Terminals without our letters, full disks, pipes that nobody reads: no verb crashes, and no work stops."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

import pytest

from tests.endtoend.scene import Scene
from tests.endtoend.streams import BARE, afresh, started, typed, warm
from tests.searching import SEARCH, searched

NAME = "Zoë Łukasiewicz"
VERBS: dict[str, list[str]] = {
    "check": ["check"],
    "check --json": ["check", "--json"],
    "explain": ["explain", "contoso", "TICKET"],
    "explain --json": ["explain", "contoso", "TICKET", "--json"],
    "status": ["status"],
    "status --json": ["status", "--json"],
    "live": ["live"],
    "live --json": ["live", "--json"],
    "mappings test": ["mappings", "test"],
    "history": ["history"],
    "history --json": ["history", "--json", "--since", "1h"],
    "audit verify": ["audit", "verify"],
    "audit export": ["audit", "export"],
    "pause": ["pause", "--why", NAME],
    "resume": ["resume"],
    "reissue": ["reissue", "contoso", "TICKET"],
    "release": ["release", "contoso", "TICKET"],
    "revoke": ["revoke", "contoso", "TICKET"],
    "schema reasons": ["schema", "reasons"],
    "schema events": ["schema", "events", "--json"],
    "schema alerts": ["schema", "alerts"],
    "schema config": ["schema", "config"],
    "a verb with a mistake": ["chéck"],
    "help": ["--help"],
}
HUMAN = {"check", "explain", "status", "live", "mappings test", "history"}  # the others write ASCII anyway
CODES = {"mappings test": 1, "release": 1, "a verb with a mistake": 2}


@pytest.fixture
def zoe(scene: Scene) -> str:
    """A ticket of somebody whose name no old terminal can show; its number."""
    scene.user("ann.lee", displayName=NAME)
    scene.rewrite(
        "incidents.yaml",
        more="examples:\n  - ticket: {caller_id.user_name: zoë}\n    subject: zoë@contoso.com\n"
        "  - ticket: {caller_id.user_name: bo}\n    subject: zoë@contoso.com\n",
    )
    return scene.number(scene.ticket("ann.lee"))


@SEARCH
@pytest.mark.parametrize("letters", searched(["latin-1", "ascii"], "ascii"))
def test_every_verb_speaks_to_a_terminal_without_our_letters(scene: Scene, zoe: str, letters: str) -> None:
    swept = warm(scene, "once", "--json", letters=letters)
    assert json.loads(swept.stdout.decode("ascii"))["delivered"] == 1
    for verb, args in VERBS.items():
        if letters == "latin-1" and verb not in HUMAN:
            continue
        given = [zoe if each == "TICKET" else each for each in args]
        ran = warm(scene, *(map(typed, given) if letters == "ascii" else given), letters=letters)
        assert b"Traceback" not in ran.stderr, verb
        assert ran.returncode == CODES.get(verb, 0), verb
        text = ran.stdout + ran.stderr
        assert letters != "ascii" or text.isascii(), verb
        if "--json" in args or verb == "audit export":
            assert ran.stdout.isascii(), verb
            assert json.loads(ran.stdout.splitlines()[0] if verb == "audit export" else ran.stdout), verb
    assert warm(scene, "once", letters=letters).returncode == 0


@SEARCH  # the next one stands for what Python does there, and the one above for what is typed
def test_what_is_typed_where_the_locale_has_no_letters_is_kept_as_it_was(scene: Scene) -> None:
    ran = afresh(scene, "pause", "--why", NAME, env=BARE)
    assert (ran.returncode, (ran.stdout + ran.stderr).isascii()) == (0, True)
    assert NAME in scene.run("status").out


@SEARCH
def test_marks_are_ascii_where_there_are_no_others(scene: Scene, zoe: str) -> None:
    said = afresh(scene, "explain", "contoso", zoe, env=BARE).stdout.decode("ascii")
    assert "  + watch    it is in the queue" in said
    assert "Zo? ?ukasiewicz" in said
    assert "  -> a pass that works once" in said


FULL = "/dev/full"


@pytest.mark.parametrize("verb", searched(["once", "explain", "schema reasons"], "explain"))
def test_a_full_disk_costs_the_answer_and_not_the_work(scene: Scene, zoe: str, verb: str) -> None:
    args = {**VERBS, "once": ["once"]}[verb]
    with Path(FULL).open("wb") as full:
        how = afresh if verb == "once" else warm
        ran = how(scene, *[zoe if each == "TICKET" else each for each in args], stdout=full)
    assert ran.returncode == 1
    assert b"What it printed is lost: No space left on device." in ran.stderr
    assert b"Traceback" not in ran.stderr
    assert len(scene.graph.passes.live()) == (verb == "once")


@pytest.fixture
def unread() -> Iterator[IO[bytes]]:
    """The end of a pipe that nobody reads."""
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as pipe:
        yield pipe


@SEARCH
@pytest.mark.parametrize("verb", searched(["once --json", "explain", "audit export"], "once --json"))
def test_a_reader_who_goes_away_ends_it_quietly_with_its_own_code(
    scene: Scene, zoe: str, verb: str, unread: IO[bytes]
) -> None:
    known = {**VERBS, "once --json": ["once", "--json"]}[verb]
    args = [zoe if each == "TICKET" else each for each in known]
    ran = (afresh if verb == "once --json" else warm)(scene, *args, stdout=unread)
    assert ran.returncode == 0
    assert not [line for line in ran.stderr.splitlines() if not line.startswith(b"{")]
    assert len(scene.graph.passes.live()) == (verb == "once --json")


def close_both() -> None:
    os.closerange(1, 3)


@pytest.mark.parametrize("numbers", searched([{1}, {2}, {1, 2}], {1}, {2}))
def test_a_stream_that_was_closed_stops_nothing_and_no_file_takes_its_place(
    scene: Scene, zoe: str, numbers: set[int]
) -> None:
    both = len(numbers) == 2
    ran = afresh(scene, "once", preexec_fn=close_both) if both else warm(scene, "once", closed=numbers)
    assert ran.returncode == 0
    assert len(scene.graph.passes.live()) == 1
    assert scene.run("audit", "verify").code == 0


@SEARCH
@pytest.mark.parametrize(
    ("log", "form"), [("full", "json"), ("unread", "console"), ("closed", "json"), ("stuck", "console")]
)
def test_a_log_that_takes_nothing_stops_no_work(scene: Scene, log: str, form: str, unread: IO[bytes]) -> None:
    scene.rewrite("config.yaml", ("format: json", f"format: {form}"))
    reads, writes = os.pipe()
    with Path(FULL).open("wb") as full, Path(os.devnull).open("wb") as nowhere:
        ways: dict[str, IO[bytes] | int | None] = {
            "full": full,
            "unread": unread,
            "closed": None,
            "stuck": stuffed(writes),
        }
        process = started(scene, "run", out=nowhere, err=ways[log])
        try:
            for name in ("ann.lee", "bob.ray"):
                scene.until(partial(scene.held, scene.ticket(name)), 30, process)
            assert process.pid is not None
            os.kill(process.pid, signal.SIGTERM)
            process.join(60)
            assert process.exitcode == 0
        finally:
            process.kill()
            process.join()
            os.close(reads)
            os.close(writes)


def stuffed(pipe: int) -> int:
    """A pipe that is full to the last byte, and whose reader sleeps."""
    os.set_blocking(pipe, False)
    try:
        while True:
            os.write(pipe, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(pipe, True)
    return pipe


@pytest.mark.parametrize("verb", ["run", "once"])
def test_a_terminal_that_goes_away_does_not_end_the_work(scene: Scene, verb: str) -> None:
    ticket = scene.ticket("ann.lee")
    with (scene.folder / "log").open("wb") as log, Path(os.devnull).open("wb") as nowhere:
        process = started(scene, verb, out=nowhere, err=log)
    assert process.pid is not None
    try:
        scene.until(lambda: scene.log("claimed") or not process.is_alive())
        os.kill(process.pid, signal.SIGHUP)
        scene.until(lambda: scene.held(ticket), process=process)
        if verb == "run":
            os.kill(process.pid, signal.SIGHUP)
            second = scene.ticket("bob.ray")
            scene.until(lambda: scene.held(second), process=process)
            os.kill(process.pid, signal.SIGTERM)
        process.join(60)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()
