"""The stage at each desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar

from tests.endtoend.office import CONFIG as BUREAU
from tests.endtoend.office import Office, bureau
from tests.endtoend.scene import CONFIG as COMPANY
from tests.endtoend.scene import Scene, company
from tests.redteam.queues import FLOOR, QUEUES, mappings
from tests.redteam.stage import Stage


class AtCompany(Stage):
    """ServiceNow."""

    desk = "contoso"
    columns: ClassVar = {
        "subject": "short_description",
        "approval": "approval",
        "queue": "category",
        "state": "state",
    }

    def ask(self, subject: str, asks: str | None = None, queue: str = "typed", **more: str) -> str:
        opener = self.house.people.get(f"desk {subject if asks is None else asks}", "")
        fields = {
            "short_description": self.upn(subject),
            "close_notes": more.get("more", ""),
            "description": more.get("words", ""),
            "approval": more.get("approval", "not requested"),
            "assigned_to": more.get("agent", ""),
        }
        return self.scene.desk.add_incident(category=queue, caller_id=opener, opened_by=opener, **fields)

    @property
    def scene(self) -> Scene:
        assert isinstance(self.house, Scene)
        return self.house

    def edit(self, ticket: str, **fields: str) -> None:
        if "subject" in fields:
            fields["subject"] = self.upn(fields["subject"])
        known = {self.columns[name]: value for name, value in fields.items() if name != "asks"}
        if "asks" in fields:
            known |= dict.fromkeys(("opened_by", "caller_id"), self.house.people[f"desk {fields['asks']}"])
        self.scene.desk.edit(ticket, by="eve.other", **known)

    def rows(self) -> dict[str, dict[str, Any]]:
        apart = {"sys_updated_on", "opened_at"}
        return {
            row["sys_id"]: {name: value for name, value in row.items() if name not in apart}
            | {"comments": self.for_callers(row["sys_id"]), "sys_mod_count": int(row["sys_mod_count"])}
            for row in self.scene.desk.rows()
        }

    def watched(self, row: dict[str, Any]) -> bool:
        return row["category"] in QUEUES and row["state"] in ("1", "2")

    def raw_notes(self, ticket: str) -> list[str]:
        return self.scene.desk.notes(ticket)

    def for_callers(self, ticket: str) -> list[str]:
        return self.scene.desk.notes(ticket, "comments")

    def back(self, ticket: str) -> None:
        self.scene.desk.edit(ticket, state="1")

    def again(self, ticket: str) -> str:
        return self.scene.desk.clone(ticket, by="eve.other")


class AtBureau(Stage):
    """TOPdesk."""

    desk = "bureau"
    columns: ClassVar = {"subject": "text1", "approval": "text2", "more": "text3"}

    @property
    def office(self) -> Office:
        assert isinstance(self.house, Office)
        return self.house

    def ask(self, subject: str, asks: str | None = None, queue: str = "typed", **more: str) -> str:
        typed = {"dynamicName": "Somebody", "email": asks or ""}
        caller: Any = self.house.people.get(f"card {subject if asks is None else asks}", typed)
        texts = {"text1": self.upn(subject), "text2": more.get("approval", ""), "text3": more.get("more", "")}
        return self.office.call(
            caller, category=queue, optionalFields1=texts, request=more.get("words", "please")
        )

    def edit(self, ticket: str, **fields: str) -> None:
        if "subject" in fields:
            fields["subject"] = self.upn(fields["subject"])
        texts = {self.columns[name]: value for name, value in fields.items() if name in self.columns}
        more: dict[str, Any] = {"optionalFields1": texts} if texts else {}
        if "queue" in fields:
            more["category"] = fields["queue"]
        if "asks" in fields:
            more["caller"] = self.house.people[f"card {fields['asks']}"]
        if "state" in fields:
            more["processingStatus"] = fields["state"]
        self.office.desk.edit(ticket, **more)

    def rows(self) -> dict[str, dict[str, Any]]:
        apart = {"modificationDate", "onHoldDate"}
        return {
            row["id"]: {name: value for name, value in row.items() if name not in apart}
            | {"comments": self.for_callers(row["id"])}
            for row in self.office.desk.incidents()
        }

    def watched(self, row: dict[str, Any]) -> bool:
        status = row["processingStatus"]["name"]
        return row["category"]["name"] in QUEUES and status in ("Registered", "In progress")

    def raw_notes(self, ticket: str) -> list[str]:
        return [each["memoText"] for each in self.office.desk.actions(ticket) if each["invisibleForCaller"]]

    def for_callers(self, ticket: str) -> list[str]:
        request = 1 if self.office.desk.visible_to_caller(ticket) else 0
        return self.office.desk.visible_to_caller(ticket)[request:]

    def back(self, ticket: str) -> None:
        self.office.desk.edit(ticket, processingStatus="Registered")

    def again(self, ticket: str) -> str:
        row = self.office.desk.incident(ticket)
        texts = {name: row["optionalFields1"][name] for name in self.columns.values()}
        copy = self.office.call(
            row["caller"]["id"], category=row["category"]["name"], optionalFields1=texts, request="please"
        )
        for note in self.raw_notes(ticket):
            self.office.desk.say(copy, note, by=self.house.people["agent"], invisible=True)
        return copy


@contextmanager
def staged(kind: str, caller: bool, folder: Path) -> Iterator[Stage]:
    """A house with its queues, before anybody asked for anything."""
    files = mappings(kind, caller)
    first = next(iter(files))
    config = (COMPANY if kind == "servicenow" else BUREAU).replace(
        "[incidents.yaml]" if kind == "servicenow" else "[calls.yaml]", f"[{', '.join(files)}]"
    )
    with ExitStack() as stack:
        house: Scene | Office
        if kind == "servicenow":
            house = stack.enter_context(company(folder, mapping=files[first], config=config))
        else:
            house = stack.enter_context(bureau(folder, mapping=files[first], config=config))
            for queue in (*QUEUES, "other", "Typed ", "typed2"):
                house.desk.add_lookup("categories", queue)
            house.people["agent"] = house.desk.add_operator("Fred Agent")
        for name, text in files.items():
            (folder / name).write_text(text)
        protected = house.graph.tenant.add_group("Protected")
        house.rewrite("config.yaml", more=FLOOR.format(protected=protected))
        yield (AtCompany if kind == "servicenow" else AtBureau)(house, caller, protected)
