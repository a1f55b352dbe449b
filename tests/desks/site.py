"""A desk of one kind over real HTTP, as its simulator plays it, with the people who work there.

For each kind of connector/desks/kinds.py there is a module `at_KIND` with its `SITES`; test_promises.py runs
over all of them.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import ClassVar

from pydantic import TypeAdapter

from connector.config.sections import AnyDesk
from connector.desks.kind import Kind
from connector.desks.kinds import KINDS
from connector.desks.section import DeskSection
from connector.domain.ticket import Ticket
from connector.http.service import Call, Service
from connector.lifecycle.roles import Desk
from connector.mapping import Mapping as MappingFile
from connector.simulators.http import App, Request, Response, Served

NAME, EMAIL = "contoso", "ann.lee@contoso.com"  # of the desk, and of who calls
NOW = 1_790_000_000.0


class Line(Served):
    """Writes every request down. `bend`: what the service makes of one."""

    def __init__(self, app: App, clock: Callable[[], float]) -> None:
        super().__init__(app, clock=clock)
        self.heard: list[Request] = []
        self.bend: Callable[[Request], Request] = lambda request: request

    def respond(self, request: Request) -> Response | None:
        self.heard.append(request)
        return super().respond(self.bend(request))


class Site(ABC):
    """Its class says what desks of this kind can't do: where they can't, a promise is asserted the other way
    round.
    """

    kind: ClassVar[str]
    page: ClassVar[str]  # the constant that says how many tickets are asked for at a time
    mapping: ClassVar[
        MappingFile
    ]  # with a marker where there may be one, and settle.delivered, which stays in `watch`
    note_key: ClassVar[str]  # of a note in the body of a write
    email: ClassVar[str]  # the field with the caller's mail address
    also: ClassVar[str]  # a field that the mapping doesn't name, empty on a new ticket
    left: ClassVar[Mapping[str, str]]  # fields that take a ticket out of `watch`
    policed: ClassVar[Mapping[str, str]]  # fields that a rule of this desk's own refuses
    unsupported: ClassVar[
        tuple[tuple[MappingFile, str], ...]
    ]  # mappings that such a desk can't serve, and the key that says why
    cleared: ClassVar[Mapping[str, str]] = {}  # fields that take the pass away

    fields_beside_a_pass: ClassVar[bool] = True  # in the one request that carries it
    tells_who_sees_a_note: ClassVar[bool] = True
    takes_a_pass_away: ClassVar[bool] = True
    reads_several: ClassVar[bool] = True  # tickets by their ids, in one request

    service: Service
    desk: Desk
    config: DeskSection

    def __init__(self, folder: Path) -> None:
        self.time, self.folder, self.calls = NOW, folder, list[Call]()
        self.line = Line(self.open(), lambda: self.time)

    @abstractmethod
    def open(self) -> App:
        """The simulator, with Ann Lee in it and no ticket."""

    @abstractmethod
    def auth(self) -> dict[str, str]:
        """As it stands in config.yaml."""

    @abstractmethod
    def ticket(self, *, anonymous: bool = False) -> str:
        """One more that is watched, of Ann Lee or of nobody known, and a moment later than the last. Returns
        its id.
        """

    @abstractmethod
    def stray(self) -> str:
        """One that is not watched."""

    @abstractmethod
    def unfiltered(self) -> None:
        """From now on lists show every ticket, whatever was asked for."""

    def drops_ids(self) -> None:
        """From now on lists of several tickets show others, too."""
        self.unfiltered()

    @abstractmethod
    def hide_emails(self) -> None:
        """From now on the account may not read mail addresses."""

    @abstractmethod
    def expose_notes(self) -> None:
        """From now on callers see every note, however it is sent."""

    @abstractmethod
    def close(self, ticket: str) -> None: ...

    @abstractmethod
    def remove(self, ticket: str) -> None: ...

    @abstractmethod
    def say(self, ticket: str, text: str) -> None:
        """A colleague writes a note that callers don't see."""

    @abstractmethod
    def call(self, ticket: str, text: str) -> None:
        """The caller writes something."""

    @abstractmethod
    def notes(self, ticket: str) -> list[str]:
        """What agents read and callers don't, as it is shown to them; without a colleague's."""

    @abstractmethod
    def seen(self, ticket: str) -> list[str]:
        """What the caller reads or was mailed."""

    @abstractmethod
    def refusal(self, status: int, words: str) -> Response:
        """How it says no."""

    def secret(self, text: str) -> str:
        """A reference to a file that holds it."""
        path = self.folder / "secret"
        path.write_text(text)
        return f"file:{path}"

    def tick(self) -> float:
        self.time += 1.0
        return self.time

    def forgets(self, name: str) -> None:
        """From now on a field keeps its value, and nothing is said about it."""

        def bend(request: Request) -> Request:
            if request.method in ("GET", "HEAD", "DELETE"):
                return request
            body = json.loads(request.body)
            return replace(request, body=json.dumps(without(body, name)).encode())

        self.line.bend = bend

    @property
    def writes(self) -> list[Request]:
        return [each for each in self.line.heard if each.method not in ("GET", "HEAD", "DELETE")]

    @property
    def plug(self) -> Kind:
        return KINDS[self.kind]

    def read(self, ticket: str) -> Ticket:
        found = self.desk.read(ticket)
        assert found is not None
        return found

    def find(self, number: str) -> Ticket | None:
        return self.plug.find(self.service, self.mapping, self.line.url, number)

    @contextmanager
    def serving(self) -> Iterator[Site]:
        """Plugged in as a run does it: by its section of config.yaml and its line in KINDS."""
        with self.line:
            section = {"kind": self.kind, "url": self.line.url, "auth": self.auth()}
            self.config = TypeAdapter[DeskSection](AnyDesk).validate_python(section)
            self.service = Service(
                NAME,
                self.config.url,
                self.plug.sign_in(NAME, self.config),
                on_call=self.calls.append,
                sleep=lambda seconds: None,
                monotonic=lambda: self.time,
            )
            self.desk = self.plug.desk(self.service, self.mapping, self.config.url, ())
            yield self
            self.service.close()


def without(body: object, name: str) -> object:
    """A field taken out of JSON, wherever it stands; of a dotted one, its first part."""
    if not isinstance(body, dict):
        return body
    return {
        key: without(value, name) for key, value in body.items() if key not in (name, name.partition(".")[0])
    }


def sites() -> list[type[Site]]:
    """Of every kind. A kind without a module of its own here is a mistake: no promise of it would be kept."""
    return [each for kind in KINDS for each in _of(kind)]


def one_of_each_kind() -> list[type[Site]]:
    return [_of(kind)[0] for kind in KINDS]


def _of(kind: str) -> tuple[type[Site], ...]:
    found: tuple[type[Site], ...] = import_module(f"tests.desks.at_{kind}").SITES
    return found
