"""ServiceNow for the suite of promises: passes in work notes, and in a field of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping as Fields
from dataclasses import replace
from typing import ClassVar

from connector.desks.servicenow.dialect import ServiceNowDialect
from connector.mapping import AnyOf, Condition, Mapping, NoteRules, Watch
from connector.mapping.pipeline import Pipeline
from connector.simulators import Request, Response, ServiceNow
from connector.simulators.servicenow import Column
from connector.simulators.servicenow.answers import refused
from tests.desks.site import EMAIL, NAME, Site

MAPPING = Mapping(
    name="incidents",
    desk=NAME,
    table="incident",
    watch=Watch((Condition("category", AnyOf(("identity",))), Condition("state", AnyOf(("1", "2"))))),
    values={"subject": Pipeline(("caller_id.email",))},
    note=NoteRules(marker="u_passdesk"),
    traits=ServiceNowDialect.traits,
    settle={"delivered": {"state": "2"}},
)


class WorkNotes(Site):
    kind = "servicenow"
    page = "connector.desks.servicenow.desk.PAGE"
    mapping = MAPPING
    note_key = "work_notes"
    email = "caller_id.email"
    also = "subcategory"
    left: ClassVar[Fields[str, str]] = {"state": "3"}
    policed: ClassVar[Fields[str, str]] = {"state": "6"}  # resolved without a resolution
    unsupported = (
        (replace(MAPPING, values={"subject": Pipeline(("variables.new_account",))}), "variables.new_account"),
        (replace(MAPPING, settle={"used": {"work_notes_list": "x"}}), "settle.used"),
        (replace(MAPPING, table="Incidents"), "table"),
    )
    tells_who_sees_a_note = (
        False  # which fields callers read is said by the instance's ACLs, and not to everybody
    )
    takes_a_pass_away = False  # a journal keeps everything

    def open(self) -> ServiceNow:
        self.server = ServiceNow(clock=lambda: self.time)
        self.server.add_columns(
            "incident", u_passdesk=Column("Reference"), u_access_pass=Column("Access pass")
        )
        self.ann = self.server.add_user("ann.lee", name="Ann Lee", email=EMAIL)
        return self.server

    def auth(self) -> dict[str, str]:
        accounts = self.server.accounts
        return {"kind": "basic", "username": accounts.user, "password": self.secret(accounts.password)}

    def ticket(self, *, anonymous: bool = False) -> str:
        self.tick()
        return self.server.add_incident(category="identity", caller_id="" if anonymous else self.ann)

    def stray(self) -> str:
        return self.server.add_incident(category="hardware", caller_id=self.ann)

    def unfiltered(self) -> None:
        """As where a column of the query doesn't exist: servicenow.md §0.1."""

        def bend(request: Request) -> Request:
            dropped = request.target.replace("category%3D", "u_gone%3D").replace("state%3D", "u_gone%3D")
            return replace(
                request, target=dropped.replace("stateIN", "u_goneIN").replace("active%3D", "u_gone%3D")
            )

        self.line.bend = bend

    def drops_ids(self) -> None:
        def bend(request: Request) -> Request:
            return replace(request, target=request.target.replace("sys_idIN", "u_goneIN"))

        self.line.bend = bend

    def hide_emails(self) -> None:
        self.server.access.hidden_fields.add(("sys_user", "email"))

    def expose_notes(self) -> None:
        def bend(request: Request) -> Request:
            if request.method != "PATCH":
                return request
            body = json.loads(request.body)
            return replace(
                request, body=json.dumps({**body, "comments": body.get(self.mapping.note.field, "")}).encode()
            )

        self.line.bend = bend

    def close(self, ticket: str) -> None:
        self.server.edit(ticket, active="false")

    def remove(self, ticket: str) -> None:
        self.server.access.hidden_rows.add(("incident", ticket))

    def say(self, ticket: str, text: str) -> None:
        self.tick()
        self.server.edit(ticket, work_notes=text)

    def call(self, ticket: str, text: str) -> None:
        self.tick()
        self.server.edit(ticket, by="ann.lee", comments=text)

    def notes(self, ticket: str) -> list[str]:
        written = self.server.records.entries("incident", ticket, "work_notes")
        return [each["value"] for each in written if each["sys_created_by"] == self.server.accounts.user]

    def seen(self, ticket: str) -> list[str]:
        return self.server.notes(ticket, "comments") + [each.text for each in self.server.mailed]

    def refusal(self, status: int, words: str) -> Response:
        return refused(status, "Operation Failed", words)


class OwnField(WorkNotes):
    """A field of the shop's own, which is emptied at the end."""

    mapping = replace(MAPPING, note=NoteRules(field="u_access_pass", marker="u_passdesk"))
    note_key = "u_access_pass"
    cleared: ClassVar[Fields[str, str]] = {"u_access_pass": ""}
    fields_beside_a_pass = (
        False  # the first time: the field may be encrypted, and takes no other with it then
    )
    takes_a_pass_away = True

    def notes(self, ticket: str) -> list[str]:
        return [*filter(None, [self.server.row(ticket)["u_access_pass"]]), *super().notes(ticket)]


SITES: tuple[type[Site], ...] = (WorkNotes, OwnField)
