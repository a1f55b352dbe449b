"""No pass and no secret in any output, log, exception or in the ledger's files."""

from __future__ import annotations

import ast
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

import connector
from connector.simulators.faults import drop_after, failure, html_page, truncated, when
from tests.endtoend.scene import Scene

REVEALS = 4  # a new one needs a reason that a reviewer believes


def secrets_of(scene: Scene) -> list[str]:
    accounts = scene.desk.accounts
    known = (accounts.client_secret, accounts.password, scene.identity.header)
    return [*(each.text for each in scene.graph.passes.issued), *accounts.tokens, *known]


def written_by(scene: Scene) -> str:
    files = [path.read_bytes().decode("latin-1") for path in scene.folder.iterdir()]
    return "\n".join([*files, *scene.printed])


@pytest.mark.parametrize("fault", [None, drop_after, html_page(handled=True), failure(500, handled=True), truncated])
@pytest.mark.parametrize("where", ["POST", "PATCH"])
def test_nothing_that_passdesk_writes_holds_a_secret(
    scene: Scene, caplog: pytest.LogCaptureFixture, fault: object, where: str
) -> None:
    caplog.set_level(logging.DEBUG)
    scene.ticket("ann.lee")
    server, pattern = (scene.graph_server, "temporaryAccess") if where == "POST" else (scene.desk_server, "incident")
    if fault:
        server.faults.add(when(where, pattern), fault)  # type: ignore[arg-type]
    scene.once()
    scene.settle()
    for verb in (["history"], ["history", "--json"], ["check"], ["explain", "contoso", "INC0010001"]):
        scene.run(*verb)
    written = written_by(scene) + caplog.text
    assert scene.graph.passes.made
    assert not [each for each in secrets_of(scene) if each in written]


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        yield from chain(error.__cause__)
        error = error.__context__


def test_no_exception_on_the_way_holds_a_secret_in_words_context_or_reach(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every exception that leaves a function of ours is caught in flight, with its contexts and its frames' variables."""
    seen: list[str] = []

    def trace(frame: FrameType, event: str, arg: object) -> object:
        if event == "exception" and "connector/" in frame.f_code.co_filename and "simulators" not in frame.f_code.co_filename:
            error = arg[1] if isinstance(arg, tuple) else None
            told = ("".join(traceback.format_exception(each)) + repr(each.args) + repr(vars(each)) for each in chain(error))
            seen.extend(told)
        return trace

    scene.ticket("ann.lee")
    scene.graph_server.faults.add(when("POST", "temporaryAccess"), drop_after)
    scene.desk_server.faults.add(when("PATCH", "incident"), drop_after)
    threading.settrace(trace)  # type: ignore[arg-type]
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        scene.once()
        scene.settle()
    finally:
        sys.settrace(None)
        threading.settrace(None)
    assert seen
    everything = "\n".join(seen)
    assert not [each for each in secrets_of(scene) if each in everything]


def test_a_secret_is_revealed_in_few_and_known_places() -> None:
    package = Path(connector.__file__).parent
    found = [
        f"{path.relative_to(package)}:{node.lineno}"
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "reveal"
    ]
    assert len(found) == REVEALS, found
