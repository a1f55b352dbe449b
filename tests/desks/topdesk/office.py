"""A TOPdesk environment over real HTTP, and one mapping's desk in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from connector.desks.topdesk.auth import topdesk_auth
from connector.desks.topdesk.config import ApplicationPassword
from connector.desks.topdesk.desk import TOPdeskDesk
from connector.desks.topdesk.dialect import TopdeskDialect
from connector.domain.outcome import DidNot, Effect, Retry
from connector.domain.reasons import Reason
from connector.domain.receipts import WriteReceipt
from connector.domain.secret import Secret
from connector.forms.references import NameReference, SecretReference
from connector.http.service import Service
from connector.mapping import AnyOf, Condition, Mapping, NoteRules, Watch
from connector.mapping.pipeline import Pipeline
from connector.simulators import Request, Response, Served, TOPdesk
from connector.simulators.topdesk import Traps, contoso

NOW = 1_790_000_000.25
PASS = "k7#RmQ2x"
REFERENCE = "TAP-7QK3F9C2-1"
NOTE = (
    f'Temporary Access Pass for Siobhán O\'Byrne <R&D> "night shift"\n\n{PASS}\n\nWorks once.\n'
    f"Reference {REFERENCE} · made for this ticket by passdesk"
)
NOTICE = (
    'No Temporary Access Pass was made: Siobhán & Co <R&D> "guests".\n'
    "Reference TAP-7QK3F9C2 · reason subject_guest"
)
WATCH = Watch(
    (
        Condition("category.name", AnyOf(("Identity",))),
        Condition("subcategory.name", AnyOf(("Temporary Access Pass",))),
        Condition("processingStatus.name", AnyOf(("Registered", "In progress"))),
    )
)
MAPPING = Mapping(
    name="topdesk-incidents",
    desk="contoso-topdesk",
    table="incidents",
    watch=WATCH,
    values={"subject": Pipeline(("caller.email",))},
    note=NoteRules(field="action", plain="action", marker="optionalFields1.text1"),
    traits=TopdeskDialect.traits,
    settle={"delivered": {"processingStatus.name": "In progress"}},
)


class Listening(Served):
    """Writes down every request, those that meet a fault, too."""

    def __init__(self, server: TOPdesk) -> None:
        super().__init__(server, clock=lambda: server.clock())  # noqa: PLW0108  # a test may replace it
        self.asked = list[Request]()

    def respond(self, request: Request) -> Response | None:
        self.asked.append(request)
        return super().respond(request)

    def __enter__(self) -> Listening:
        self.start()
        return self


@dataclass
class Office:
    """`asked` holds every request; `time` is the connector's clock for what it holds off."""

    server: TOPdesk
    served: Listening
    service: Service
    asked: list[Request]
    time: list[float]
    people: dict[str, str]

    @property
    def url(self) -> str:
        return self.served.url

    def desk(self, mapping: Mapping = MAPPING, *also: str) -> TOPdeskDesk:
        return TOPdeskDesk(self.service, mapping, self.url, also)

    def traps(self, **changes: Any) -> None:
        self.server.traps = replace(self.server.traps, **changes)

    def incident(self, caller: str = "", **fields: Any) -> str:
        """A call that the mapping watches, by Ann unless another is named."""
        given: dict[str, Any] = {
            "category": "Identity",
            "subcategory": "Temporary Access Pass",
            "processingStatus": "Registered",
        }
        return self.server.add_incident(caller or self.people["Ann Lee"], **given | fields)

    @property
    def colleague(self) -> str:
        """An operator who isn't ours."""
        return next(key for key in self.server.records.operators if key != self.server.account.card)

    def routes(self, method: str = "") -> list[str]:
        return [f"{each.method} {each.path}" for each in self.asked if method in ("", each.method)]

    def queries(self) -> list[dict[str, str]]:
        """Of the lists of incidents that were asked for."""
        return [each.query for each in self.asked if each.path == "/tas/api/incidents"]

    def texts(self, incident: str) -> list[str]:
        return [each["memoText"] for each in self.server.actions(incident)]


def password(folder: Path, text: str, login: str = "passdesk") -> ApplicationPassword:
    """An application password that is kept in a file."""
    path = folder / "application-password"
    path.write_text(text)
    return ApplicationPassword.model_construct(
        kind="application_password",
        login=NameReference("text", login),
        password=SecretReference("file", str(path)),
    )


@contextmanager
def office(folder: Path, *, filled: bool = False) -> Iterator[Office]:
    """`filled`: with Contoso's sample calls; otherwise with its people only."""
    server = TOPdesk(clock=lambda: NOW, traps=Traps())
    people = contoso(server)
    if not filled:
        for row in server.incidents():
            server.remove(row["id"])
    time = [0.0]
    with Listening(server) as served:
        auth = topdesk_auth(
            "contoso-topdesk", password(folder, server.account.password), monotonic=lambda: time[0]
        )
        service = Service(
            "contoso-topdesk", served.url, auth, sleep=lambda seconds: None, monotonic=lambda: time[0]
        )
        yield Office(server, served, service, served.asked, time, people)
        service.close()


def secret() -> Secret:
    return Secret(NOTE)


def didnt(done: Effect[WriteReceipt], again: Retry) -> str:
    """What a desk says of a write that did not happen."""
    assert isinstance(done, DidNot)
    here = {Reason.DESK_UNREACHABLE, Reason.SIGN_IN_REFUSED}
    assert done.reason in (here if again is Retry.UNCOUNTED else {Reason.DESK_REFUSED})
    assert done.retry is again
    return done.detail


def patches(there: Office) -> list[Any]:
    return [each.json() for each in there.asked if each.method == "PATCH"]


def may_delete(there: Office) -> None:
    there.server.account.permissions.add("delete_own_memo")
