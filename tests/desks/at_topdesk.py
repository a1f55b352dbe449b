"""TOPdesk for the suite of promises: as an operator who may remove actions, and as one who may not."""

from __future__ import annotations

from collections.abc import Mapping as Fields
from dataclasses import replace
from typing import Any, ClassVar

from connector.desks.topdesk.dialect import TopdeskDialect
from connector.mapping import AnyOf, Condition, Mapping, NoteRules, Watch
from connector.mapping.pipeline import Pipeline
from connector.simulators import Response, TOPdesk
from connector.simulators.topdesk import contoso, refused
from connector.simulators.topdesk.texts import plain
from tests.desks.site import EMAIL, NAME, Site

MAPPING = Mapping(
    name="topdesk-incidents",
    desk=NAME,
    table="incidents",
    watch=Watch(
        (
            Condition("category.name", AnyOf(("Identity",))),
            Condition("processingStatus.name", AnyOf(("Registered", "In progress"))),
        )
    ),
    values={"subject": Pipeline(("caller.email",))},
    note=NoteRules(field="action", plain="action", marker="optionalFields1.text1"),
    traits=TopdeskDialect.traits,
    settle={"delivered": {"processingStatus.name": "In progress"}},
)


class Actions(Site):
    kind = "topdesk"
    page = "connector.desks.topdesk.pages.SIZE"
    mapping = MAPPING
    note_key = "action"
    email = "caller.email"
    also = "optionalFields2.text1"
    left: ClassVar[Fields[str, str]] = {"processingStatus.name": "Waiting for caller"}
    policed: ClassVar[Fields[str, str]] = {"completed": "true"}  # without a closure code
    unsupported = (
        (replace(MAPPING, table="changes"), "table"),
        (replace(MAPPING, values={"subject": Pipeline(("variables.new_account",))}), "variables.new_account"),
        (
            replace(MAPPING, settle={"used": {"operatorGroup.name": "Identity"}}),
            "settle.used.operatorGroup.name",
        ),
        (
            replace(MAPPING, watch=Watch((Condition("category.name", AnyOf(("Ident*",))),))),
            "watch.category.name",
        ),
    )

    def open(self) -> TOPdesk:
        self.server = TOPdesk(clock=lambda: self.time)
        people = contoso(self.server)
        self.ann = people["Ann Lee"]
        self.traps(mandatory_to_complete=("closureCode",))
        for row in self.server.incidents():
            self.server.remove(row["id"])
        self.server.account.permissions.add("delete_own_memo")
        return self.server

    def traps(self, **changes: Any) -> None:
        self.server.traps = replace(self.server.traps, **changes)

    def auth(self) -> dict[str, str]:
        account = self.server.account
        return {
            "kind": "application_password",
            "login": account.login,
            "password": self.secret(account.password),
        }

    def ticket(self, *, anonymous: bool = False) -> str:
        self.tick()
        caller: Any = {"dynamicName": "Ann Lee", "email": EMAIL} if anonymous else self.ann
        return self.server.add_incident(caller, category="Identity", processingStatus="Registered")

    def stray(self) -> str:
        return self.server.add_incident(self.ann, category="Hardware", processingStatus="Registered")

    def unfiltered(self) -> None:
        self.traps(fiql=False)

    def hide_emails(self) -> None:
        self.server.account.permissions.discard("persons_read")

    def expose_notes(self) -> None:
        self.traps(
            invisible="ignored", mails="none"
        )  # a mail that has left is nothing that a desk takes back

    def close(self, ticket: str) -> None:
        self.traps(mandatory_to_complete=())
        self.server.edit(ticket, completed=True)

    def remove(self, ticket: str) -> None:
        self.server.remove(ticket)

    def say(self, ticket: str, text: str) -> None:
        self.tick()
        by = next(key for key in self.server.records.operators if key != self.server.account.card)
        self.server.say(ticket, text, by=by, invisible=True)

    def call(self, ticket: str, text: str) -> None:
        self.tick()
        self.server.say(ticket, text, by=self.ann)

    def notes(self, ticket: str) -> list[str]:
        mine = self.server.records.operators[self.server.account.card]["dynamicName"]
        actions = [
            each for each in self.server.actions(ticket) if each["by"] == mine and each["invisibleForCaller"]
        ]
        return [plain(each["memoText"]) for each in actions]

    def seen(self, ticket: str) -> list[str]:
        return self.server.visible_to_caller(ticket) + [each.text for each in self.server.mailed]

    def refusal(self, status: int, words: str) -> Response:
        return refused(status, words)


class MayNotDelete(Actions):
    takes_a_pass_away = False  # without the permission to remove its own actions; docs say how to grant it

    def open(self) -> TOPdesk:
        server = super().open()
        server.account.permissions.discard("delete_own_memo")
        return server


SITES: tuple[type[Site], ...] = (Actions, MayNotDelete)
