"""No pass and no secret in any output, log, exception or in the ledger's files."""

from __future__ import annotations

import ast
import json
import logging
import sys
import threading
import traceback
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from itertools import cycle
from pathlib import Path
from types import FrameType
from typing import ClassVar
from urllib.parse import quote

import pytest
from mypy import api

import connector
from connector.domain.secret import Secret, Sink
from connector.simulators.faults import Fault, drop_after, failure, html_page, truncated, when
from connector.simulators.http import App, Request, Response
from tests.endtoend.house import House
from tests.endtoend.kinds import ANY_KIND, HANDOVER, KINDS, housed
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene
from tests.searching import SEARCH, searched

TAP = "temporaryAccess"
REVEALS = 8  # a new one needs a reason that a reviewer believes
DOORS = {"reveal": REVEALS, "within": 3, "renders_intact": 2, "shown_in": 1, "names_any": 1}
DOORS |= {"at_least": 3, "signs": 1}
HIDDEN = "_Secret__"  # how Python calls what only a Secret's own methods reach


def secrets_of(house: House) -> list[str]:
    """Passes, passwords and tokens, in each form that they are sent in."""
    tokens = {each.rpartition(".")[2] for each in house.tokens}
    if isinstance(house, Office):
        known = {
            house.desk.account.password,
            b64encode(f"passdesk:{house.desk.account.password}".encode()).decode(),
        }
    else:
        assert isinstance(house, Scene)
        known = {house.desk.accounts.client_secret, house.desk.accounts.password, *house.desk.accounts.tokens}
    passes = {
        form(each.text) for each in house.graph.passes.issued for form in (str, escape, quote, json.dumps)
    }
    return [house.identity.header, *tokens, *known, *(each.strip('"') for each in passes)]


def written_by(house: House) -> str:
    files = [path.read_bytes().decode("latin-1") for path in house.folder.iterdir()]
    return "\n".join([*files, *house.printed])


def quoting(app: App) -> App:
    """A service that refuses what carries the pass, and quotes it in its error, in every shape that errors
    have.
    """

    def refuses(request: Request) -> Response:
        handover = request.method == "PATCH" or request.path.endswith("/sendMail")
        if not handover:
            return app(request)
        said = request.body.decode()
        return Response.json(
            400, {"message": said, "error": {"code": said, "message": said, "detail": said}, "errors": [said]}
        )

    return refuses


FAULTS: list[Fault] = [
    drop_after,
    html_page(handled=True),
    failure(500, handled=True),
    failure(400),
    truncated,
]


HANDING = [(kind, fault, False) for kind in KINDS for fault in (None, "quoted", *FAULTS)]
MAKING = [(kind, fault, True) for kind, fault in zip(cycle(KINDS), FAULTS)]  # Graph is the same for all kinds


QUOTED = [each for each in HANDING if each[1] == "quoted"]  # the pass stands in the answer itself


@pytest.mark.usefixtures("talkative")
@pytest.mark.parametrize(
    ("kind", "fault", "making"), searched([*HANDING, *MAKING], QUOTED[0], QUOTED[3], HANDING[2], MAKING[0])
)
def test_nothing_that_passdesk_writes_holds_a_secret(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str, fault: Fault | str | None, making: bool
) -> None:
    """What goes wrong goes wrong while the pass is made, or while it is handed over."""
    caplog.set_level(logging.DEBUG)
    with housed(kind, tmp_path) as house:
        number = house.number(house.ticket("ann.lee"))
        desk = "bureau" if isinstance(house, Office) else "contoso"
        handover = house.graph_server if kind.endswith("mail") else house.desk_server
        if fault == "quoted":
            handover.app = quoting(handover.app)
        elif callable(fault):
            server, rule = (
                (house.graph_server, when("POST", TAP)) if making else (handover, when(*HANDOVER[kind]))
            )
            server.faults.add(rule, fault)
        house.once()
        house.settle()
        house.clock.added += 3700
        house.once()
        for verb in (["history"], ["history", "--json"], ["check"], ["explain", desk, number]):
            house.run(*verb)
        written = written_by(house) + caplog.text
        assert house.graph.passes.made and house.tokens
        assert number in written
        assert not [each for each in secrets_of(house) if each in written]


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        yield from chain(error.__cause__)
        error = error.__context__


@pytest.mark.parametrize("kind", ANY_KIND)
def test_no_exception_on_the_way_holds_a_secret_in_words_context_or_reach(tmp_path: Path, kind: str) -> None:
    """Every exception that leaves a function of ours is caught in flight, with its contexts and its frames'
    variables.
    """
    seen: list[str] = []

    def trace(frame: FrameType, event: str, arg: object) -> object:
        if (
            event == "exception"
            and "connector/" in frame.f_code.co_filename
            and "simulators" not in frame.f_code.co_filename
        ):
            error = arg[1] if isinstance(arg, tuple) else None
            told = (
                "".join(traceback.format_exception(each)) + repr(each.args) + repr(vars(each))
                for each in chain(error)
            )
            seen.extend(told)
        return trace

    with housed(kind, tmp_path) as house:
        house.ticket("ann.lee")
        house.graph_server.faults.add(when("POST", TAP), drop_after)
        for server in (house.graph_server, house.desk_server):
            server.faults.add(when(*HANDOVER[kind]), drop_after)
        threading.settrace(trace)  # type: ignore[arg-type]
        sys.settrace(trace)  # type: ignore[arg-type]
        try:
            house.once()
            house.settle()
        finally:
            sys.settrace(None)
            threading.settrace(None)
        assert seen and house.graph.passes.made and house.tokens
        everything = "\n".join(seen)
        assert not [each for each in secrets_of(house) if each in everything]


def doors(source: str) -> list[tuple[str, int]]:
    """Where a text of Python goes through a door of a Secret, or past them all."""
    named = [
        (node.attr, node.lineno)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in DOORS
    ]
    lines = enumerate(source.splitlines(), 1)
    return named + [(HIDDEN, number) for number, line in lines if HIDDEN in line]


def test_each_door_of_a_secret_is_used_in_few_and_known_places() -> None:
    package = Path(connector.__file__).parent
    found = [
        (door, f"{path.relative_to(package)}:{line}")
        for path in package.rglob("*.py")
        for door, line in doors(path.read_text("utf-8"))
    ]
    assert {door: [door for door, _ in found].count(door) for door in (*DOORS, HIDDEN)} == {
        **DOORS,
        HIDDEN: 0,
    }, found


def test_the_doors_that_are_counted_are_all_that_a_secret_has() -> None:
    assert {name for name in vars(Secret) if not name.startswith("_")} == set(DOORS)


@pytest.mark.parametrize(
    "source",
    [
        "made.secret._Secret__value",
        "getattr(made.secret, '_Secret__value')",
        "Secret._Secret__value.__get__(made.secret)",
        "show = made.secret.reveal",
        "made.secret.within('', '', HTML)",
    ],
)
def test_a_new_way_to_the_value_is_found(source: str) -> None:
    assert len(doors(source)) == 1


class Thief(str):
    """A text that keeps whatever it is compared with or joined to."""

    __hash__ = str.__hash__
    kept: ClassVar[list[object]] = []

    def keep(self, other: object) -> str:
        self.kept.append(other)
        return ""

    __add__ = __radd__ = __mod__ = __rmod__ = __format__ = join = keep
    __eq__ = __contains__ = keep  # type: ignore[assignment]


def test_no_callable_is_handed_the_value() -> None:
    kept: list[str] = []
    secret = Secret("k7#RmQ2x of TAP-7QK3F9C2-1")
    for thief in (kept.append, str, Thief(), Thief, "PLAIN", None):
        with pytest.raises(TypeError, match="woven for a Sink"):
            secret.within("", "", thief)  # type: ignore[arg-type]
    for sink in Sink:
        secret.within(Thief("a"), Thief("b"), sink)
    secret.shown_in([Thief("k7#RmQ2x of TAP-7QK3F9C2-1")])
    secret.names_any([Thief("TAP-7QK3F9C2-1")])
    assert not [each for each in (*kept, *Thief.kept) if "k7#RmQ2x" in str(each)]


@SEARCH
def test_the_type_checker_refuses_a_callable_too(tmp_path: Path) -> None:
    calls = "Secret('').within('', '', str)\nSecret('').within('', '', kept.append)\n"
    source = f"from connector.domain.secret import Secret\nkept: list[str] = []\n{calls}"
    said, _, status = api.run(["--strict", "--config-file", "", "--cache-dir", str(tmp_path), "-c", source])
    assert status == 1
    assert [line for line in said.splitlines() if "arg-type" in line and ('"Sink"' in line)] == (
        said.splitlines()[:2]
    )
