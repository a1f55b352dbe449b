"""Helpdesk X for the suite of promises."""

from __future__ import annotations

from collections.abc import Mapping as Fields
from dataclasses import replace
from typing import ClassVar

from connector.mapping import AnyOf, Condition, Mapping, NoteRules, Watch
from connector.mapping.pipeline import Pipeline
from connector.simulators.messages import Response
from tests.desks.site import EMAIL, NAME, Site
from tests.docs.thirddesk.helpdeskx.desk import NOTES
from tests.docs.thirddesk.helpdeskx.dialect import HelpdeskXDialect
from tests.docs.thirddesk.simulator import HelpdeskX, refused

MAPPING = Mapping(
    name="helpdeskx-tickets",
    desk=NAME,
    table="tickets",
    watch=Watch(
        (Condition("queue", AnyOf(("access",))), Condition("state", AnyOf(("new", "working", "done"))))
    ),
    values={"subject": Pipeline(("requester.email",))},
    note=NoteRules(NOTES, "reference", NOTES),
    settle={"delivered": {"state": "working"}},
    traits=HelpdeskXDialect.traits,
)


class PrivateComments(Site):
    kind = "helpdeskx"
    page = "connector.desks.helpdeskx.desk.PAGE"
    mapping = MAPPING
    note_key = "comment"
    email, also = "requester.email", "topic"
    left: ClassVar[Fields[str, str]] = {"state": "waiting"}
    policed: ClassVar[Fields[str, str]] = {"state": "done"}  # without a solution
    unsupported = (
        (replace(MAPPING, table="incident"), "table"),
        (replace(MAPPING, values={"subject": Pipeline(("requester.phone",))}), "requester.phone"),
        (replace(MAPPING, settle={"used": {"queue": "archive"}}), "settle.used.queue"),
        (replace(MAPPING, note=NoteRules("topic", None, NOTES)), "note.field"),
        (replace(MAPPING, note=NoteRules(NOTES, "topic", NOTES)), "note.marker"),
    )
    takes_a_pass_away = False  # there is no way to take a comment away
    reads_several = False  # lists can't be asked for ids

    def open(self) -> HelpdeskX:
        self.server = HelpdeskX(clock=lambda: self.time)
        return self.server

    def auth(self) -> dict[str, str]:
        return {"kind": "basic", "username": self.server.login, "password": self.secret(self.server.password)}

    def ticket(self, *, anonymous: bool = False) -> str:
        self.tick()
        return str(
            self.server.add(None if anonymous else {"name": "Ann Lee", "email": EMAIL}, queue="access")
        )

    def stray(self) -> str:
        return str(self.server.add(None, queue="hardware"))

    def unfiltered(self) -> None:
        self.server.knows_filters = False

    def hide_emails(self) -> None:
        self.server.shows_emails = False

    def expose_notes(self) -> None:
        self.server.keeps_private = False

    def close(self, ticket: str) -> None:
        self.server.tickets[int(ticket)]["state"] = "done"

    def remove(self, ticket: str) -> None:
        del self.server.tickets[int(ticket)]

    def say(self, ticket: str, text: str) -> None:
        self.server.comment(int(ticket), text)

    def call(self, ticket: str, text: str) -> None:
        self.server.comment(int(ticket), text, by="requester", private=False)

    def notes(self, ticket: str) -> list[str]:
        comments = self.server.tickets[int(ticket)]["comments"]
        return [each["text"] for each in comments if each["by"] == "api" and each["private"]]

    def seen(self, ticket: str) -> list[str]:
        return [each["text"] for each in self.server.tickets[int(ticket)]["comments"] if not each["private"]]

    def refusal(self, status: int, words: str) -> Response:
        return refused(status, words)


SITES: tuple[type[Site], ...] = (PrivateComments,)
