"""TOPdesk as one replica reaches it: the shipped desk over a made-up call for each of the world's tickets,
without the wire.

A ticket is the same row as ServiceNow's, so that people and invariants need not know which desk it is on;
here it is told and changed under TOPdesk's names. What stands on it is its trail. topdesk.md
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from connector.http.service import Answer, Reply
from connector.simulators.servicenow.records import Row
from connector.simulators.topdesk import texts
from tests.simulation.desk import BY, NAME
from tests.simulation.trail import CALLER, US, Action

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

FIELDS = {  # by the name of a column, where it stands in a call
    "category": "category.name",
    "subcategory": "subcategory.name",
    "state": "processingStatus.name",
    "close_code": "closureCode.name",
    "u_ref": "externalNumber",
    "opened_by": "optionalFields1.text2",
    "u_start": "optionalFields1.text3",
    "u_again": "optionalFields1.text4",
    "u_text": "request",
    "approval": "optionalFields1.text5",
}
SEVERAL = re.compile(r"id=in=\(([^()]+)\)")  # a handful of calls


def uuid_of(sys_id: str) -> str:
    return str(UUID(sys_id))


class TopdeskWire:
    """What `TOPdeskDesk` asks of its Service. Every query is dropped: all calls come, closed ones, too."""

    name = NAME

    def __init__(self, world: World, replica: Replica) -> None:
        self.world, self.replica, self.monotonic = world, replica, replica.mono

    def read(self, method: str, path: str, **more: Any) -> Answer:
        parts = path.removeprefix("/tas/api/").split("/")
        channel, do = self._route(parts)
        several = SEVERAL.fullmatch(more.get("params", {}).get("query", "")) if channel == "poll" else None
        if several:
            channel = "read"
        for each in several[1].split(",") if several else parts[-1:] if channel == "read" else ():
            self.world.truth.reads_ticket(self.replica, each)
        return self.world.network.read(self.replica, NAME, channel, do)

    def _route(self, path: list[str]) -> tuple[str, Callable[[], Answer]]:
        match path:
            case ["incidents"]:
                return "poll", self._list
            case ["incidents", "id", key]:
                return "read", partial(self._one, key)
            case ["incidents", "id", key, "progresstrail"]:
                return "journal", partial(self._trail, key)
            case ["persons", key]:
                return "card", partial(self._card, key)
            case ["operators", "current"]:
                return "operator", lambda: Answer(200, {"id": self.world.trails.cards[US], "name": US})
        raise AssertionError(path)

    def write(self, method: str, path: str, *, json: dict[str, Any] | None = None, **more: Any) -> Reply:
        _, _, _, _, _, ticket, *rest = path.split("/")
        truth, network = self.world.truth, self.world.network
        if method == "DELETE":
            truth.removes(self.replica, ticket, rest[1])
            return network.write(self.replica, NAME, "REMOVE", 30, lambda: self._remove(ticket, rest[1]))
        assert json is not None
        invisible = "action" not in json or json.get("actionInvisibleForCaller") is True
        sends = truth.sends_patch(self.replica, ticket, _columns(json), invisible)
        reply = network.write(self.replica, NAME, "PATCH", 30, lambda: self._patch(ticket, json))
        truth.answered(sends, reply)
        return reply

    # What is read

    def _list(self) -> Answer:
        rows = self.world.rows_as_seen()
        return Answer(200, [self._record(row) for _, row in sorted(rows.items())]) if rows else Answer(204)

    def _one(self, key: str) -> Answer:
        row = self.world.rows_as_seen().get(key)
        return Answer(200, self._record(row)) if row else Answer(404, [{"message": "Entity not found"}])

    def _record(self, row: Row) -> dict[str, Any]:
        closed = row["active"] == "false"
        users = self.world.records.tables["sys_user"].rows
        asker = users.get(row["opened_by"])
        told = {**row, "opened_by": asker["email"] if asker else ""}
        record: dict[str, Any] = {
            "id": row["sys_id"],
            "number": row["number"],
            "status": "firstLine",
            "closed": closed,
            "completed": closed or row["state"] == "6",
            "creationDate": row["sys_created_on"].replace(" ", "T") + ".000+0000",
            "mainIncident": None,
            "partialIncidents": [{"link": "x"}] if row["child_incidents"] not in ("", "0") else [],
            "majorCall": False,
            "majorCallObject": {"id": key, "name": "major"} if (key := row["parent_incident"]) else None,
            "caller": {
                "id": uuid_of(row["caller_id"]),
                "dynamicName": "whoever typed it",
                "email": "anybody@example.org",
            },
        }
        for column, path in FIELDS.items():
            head, _, leaf = path.partition(".")
            text = told.get(column, "")
            if not leaf:
                record[head] = text
            elif leaf == "name":
                record[head] = {"id": uuid_of("0" * 32), "name": text} if text else None
            else:
                record.setdefault(head, {})[leaf] = text
        return record

    def _card(self, key: str) -> Answer:
        users = self.world.records.tables["sys_user"].rows
        user = next((each for each in users.values() if uuid_of(each["sys_id"]) == key), None)
        if user is None:
            return Answer(404, [{"message": "Entity not found"}])
        return Answer(
            200, {"id": key, "networkLoginName": user["user_name"], "email": user["email"], "archived": False}
        )

    def _trail(self, key: str) -> Answer:
        if self.world.shape.journal == "forbidden" or self.world.network.out("trail"):
            return Answer(403, [{"message": "You are not allowed to do this"}])
        entries = [self._entry(each) for each in reversed(self.world.trails.of(key))]
        return Answer(200, entries) if entries else Answer(204)

    def _entry(self, action: Action) -> dict[str, Any]:
        at = datetime.fromtimestamp(action.at, UTC)
        card = self.world.trails.cards.get(action.by)
        return {
            "id": action.id,
            "entryDate": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
            "memoText": action.memo,
            "plainText": action.text,
            "invisibleForCaller": action.invisible,
            "operator": {"id": card, "name": action.by} if card else None,
            "person": {"id": uuid_of("1" * 32), "name": CALLER} if card is None else None,
        }

    # What is written

    def _patch(self, ticket: str, body: Mapping[str, Any]) -> Answer:
        world, row = self.world, self.world.incidents[ticket]
        columns = _columns(body)
        note = columns.pop("work_notes", None)
        after = {**row, **columns}
        if columns.get("state") == "6" and not after.get("close_code"):
            world.tell(f"the desk refuses a write to {row['number']}")
            return Answer(400, [{"message": "The field 'closureCode' is mandatory."}])
        if note is not None:
            invisible = body.get("actionInvisibleForCaller") is True and not world.network.out("visible")
            garble = next((each for each in ("garbled", "masked") if world.network.out(each)), "")
            world.trails.add(ticket, US, body["action"], invisible=invisible, garble=garble)
            for other in world.linked(ticket) if world.shape.copies else ():
                world.trails.add(other, US, body["action"], invisible=invisible)
        world.records.change(world.records.tables["incident"], row, columns, BY)
        world.truth.wrote(ticket)
        return Answer(200, self._record(row))

    def _remove(self, ticket: str, key: str) -> Answer:
        if not self.world.shape.may_delete:
            return Answer(403, [{"message": "You are not allowed to do this"}])
        found = self.world.trails.remove(ticket, key)
        if found is None:
            return Answer(404, [{"message": "Entity not found"}])
        self.world.tell(f"an action on {self.world.number(ticket)} is gone")
        return Answer(204)


def _columns(body: Mapping[str, Any]) -> Row:
    """What a PATCH sets, by the names that the world's tickets know; a note as the text that it is."""
    found: Row = {}
    for column, path in FIELDS.items():
        head, _, leaf = path.partition(".")
        if head in body and (not leaf or body[head] is None or leaf in body[head]):
            value = body[head] if not leaf or body[head] is None else body[head][leaf]
            found[column] = "" if value is None else str(value)
    if "action" in body:
        found["work_notes"] = texts.plain(body["action"])
    return found
