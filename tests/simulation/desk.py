"""ServiceNow as one replica reaches it: the shipped simulator's rows behind the shipped desk, without the
wire.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from connector.http.service import Answer, Reply
from connector.simulators.servicenow import reading, writing
from connector.simulators.servicenow.answers import Refusal
from connector.simulators.servicenow.records import Row
from tests.simulation.approvals import RECORDS, item_read, records_shown

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

NAME, URL = "contoso", "https://contoso.service-now.com"
BY = "svc.passdesk"
LOOK = re.compile(r"sys_id=([0-9a-f]{32})\^OR")  # for a ticket and its children in one question
SEVERAL = re.compile(r"sys_idIN([0-9a-f,]+)")  # for a handful of tickets


class DeskWire:
    """What `ServiceNowDesk` asks of its Service. Every query is dropped: all rows come, as a server may do
    (servicenow.md §0.1).
    """

    name = NAME

    def __init__(self, world: World, replica: Replica) -> None:
        self.world, self.replica, self.monotonic = world, replica, replica.mono

    def read(self, method: str, path: str, *, params: dict[str, str], **more: Any) -> Answer:
        _, _, _, _, table, *rest = path.split("/")
        query = params.get("sysparm_query", "")
        looked, several = LOOK.match(query), SEVERAL.fullmatch(query) if table == "incident" else None
        again = rest[:1] or ([looked[1]] if looked else several[1].split(",") if several else [])
        poisoned = {*self.world.people.tickets[:1]} & {*again}
        if poisoned and self.world.network.out("poison"):
            raise KeyError("something that nobody foresaw")
        for each in again or item_read(table, params)[:1]:
            self.world.truth.reads_ticket(self.replica, each)
        channel = "journal" if table == "sys_journal_field" else "read" if again else "poll"
        return self.world.network.read(self.replica, NAME, channel, lambda: self._read(table, rest, params))

    def write(
        self, method: str, path: str, *, params: dict[str, str], json: dict[str, Any], **more: Any
    ) -> Reply:
        ticket = path.rpartition("/")[2]
        sends = self.world.truth.sends_patch(self.replica, ticket, json)
        shut = sends and self.world.network.out("acl")
        denied = Answer(403, {"error": {"message": "Operation Failed", "detail": "ACL Exception"}})
        reply = self.world.network.write(
            self.replica, NAME, "PATCH", 30, lambda: denied if shut else self._patch(ticket, json, params)
        )
        self.world.truth.answered(sends, reply)
        return reply

    def _read(self, table: str, rest: list[str], params: dict[str, str]) -> Answer:
        query, fields = params.get("sysparm_query", ""), params["sysparm_fields"].split(",")
        if table == "sys_journal_field":
            return self._journal(query)
        if table in RECORDS:
            return records_shown(self.world, table, fields, query)
        rows = self.world.rows_as_seen()
        if rest:
            row = rows.get(rest[0])
            if row is None:
                return Answer(404, {"error": {"message": "No Record found"}})
            if params.get("sysparm_display_value") == "all":
                return Answer(200, {"result": self._as_both(row, fields)})
            return Answer(200, {"result": self._shown(row, fields)})
        cursor = found[1] if (found := re.search(r"sys_id>([0-9a-f]{32})", query)) else ""
        shown = [self._shown(row, fields) for key, row in sorted(rows.items()) if key > cursor]
        return Answer(200, {"result": shown}, {"x-total-count": str(len(shown))})

    def _shown(self, row: Row, fields: list[str]) -> Row:
        """Kept until the row or its caller's name changes: a poll shows most rows as the last one did."""
        caller = self.world.records.tables["sys_user"].rows.get(row["caller_id"], {})
        row_key = (row["sys_id"], row["sys_mod_count"], row["caller_id"], caller.get("user_name"))
        key = (*row_key, len(fields), fields[-1])
        if key not in self.world.shown_rows:
            self.world.shown_rows[key] = self._found(row, fields)
        return self.world.shown_rows[key]

    def _found(self, row: Row, fields: list[str]) -> Row:
        records, table = self.world.records, self.world.records.tables["incident"]
        found = ((name, records.find(table, row, name)) for name in fields)
        shown = {name: each.value for name, each in found if each and each.visible}
        return shown | ({"child_incidents": "0"} if self.world.shape.counts_lag else {})

    def _journal(self, query: str) -> Answer:
        if self.world.shape.journal == "forbidden":
            return Answer(403, {"error": {"message": "no"}})
        ids = query.partition("element_idIN")[2].partition("^")[0].split(",")
        elements = set(re.findall(r"work_notes|u_pass|u_plain", query.partition("^element")[2]))
        journal = self.world.records.tables["sys_journal_field"].rows.values()
        rows = [each for each in journal if each["element_id"] in ids and each["element"] in elements]
        return Answer(200, {"result": [] if self.world.shape.journal == "empty" else rows})

    def _as_both(self, row: Row, fields: list[str]) -> dict[str, object]:
        """Values and display values, as the shipped simulator shows them."""
        table = self.world.records.tables["incident"]
        return reading.shown(
            self.world.records, table, row, reading.View("all", links=False, fields=tuple(fields), base=URL)
        )

    def _patch(self, ticket: str, body: dict[str, Any], params: dict[str, str]) -> Answer:
        records, fields = self.world.records, params["sysparm_fields"].split(",")
        if self.world.network.out("field"):
            body = {name: text for name, text in body.items() if name != "u_pass"}
        table = records.tables["incident"]
        row = table.rows[ticket]
        try:
            writing.update(
                records, table, row, body, BY, as_display=params["sysparm_input_display_value"] == "true"
            )
        except Refusal as refusal:
            self.world.tell(f"the desk refuses a write to {row['number']}: {refusal}")
            return Answer(403, {"error": {"message": "Operation Failed", "detail": "Data Policy Exception"}})
        self.world.truth.wrote(ticket)
        both = params.get("sysparm_display_value") == "all"
        return Answer(200, {"result": self._as_both(row, fields) if both else self._found(row, fields)})
