"""Approvals in a world: what people do about them, what the desk shows of them, and what was approved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connector.http.service import Answer
from connector.simulators.servicenow.records import Row

if TYPE_CHECKING:
    from tests.simulation.world import World

APPROVERS, AUDIT, ANSWERS = "sysapproval_approver", "sys_audit", "sc_item_option_mtom"
RECORDS = frozenset({APPROVERS, AUDIT, ANSWERS})
VERBS = frozenset({"approve", "answer_yes", "answer_no", "unapprove", "remind", "foreign_yes"})


def act(world: World, verb: str, row: Row) -> None:
    """`approve`: by hand, nobody is on record. `answer_yes`, `answer_no`: whoever was asked answers; a no
    leaves the column as it is. `remind`: their row is touched. `foreign_yes`: somebody approves another
    record.
    """
    change, mine = world.people.change, _row_of(world, row["sys_id"])
    match verb:
        case "approve":
            _approved(world, row, "it is approved by hand")
        case "answer_yes":
            _answer(world, row["sys_id"], "approved")
            _approved(world, row, "its approver says yes")
        case "answer_no":
            _answer(world, row["sys_id"], "rejected")
            change(row, {"u_approved_as": ""}, "its approver says no, and the column stays")
        case "unapprove":
            change(row, {"approval": "requested", "u_approved_as": ""}, "it waits for an approval again")
        case "remind" if mine:
            world.records.change(world.records.tables[APPROVERS], mine, {}, "system")
            world.tell(f"{row['number']}: its approver is reminded")
        case "foreign_yes":
            _answer(world, world.records.new_id(), "approved")
            world.tell(f"{row['number']}: another record is approved")


def _approved(world: World, row: Row, story: str) -> None:
    """Somebody approves what the ticket says now."""
    as_it_is = {"u_approved_as": row["caller_id"]}
    world.people.change(row, {"approval": "approved", **as_it_is}, story)
    world.truth.approved_at[row["sys_id"]] = world.hub.now


def _answer(world: World, record: str, state: str) -> None:
    """A row of its own each time, as a flow that asks again makes one."""
    approver = world.people.callers[3]
    fields = {"sysapproval": record, "source_table": "incident", "approver": approver, "state": state}
    world.records.insert(world.records.tables[APPROVERS], fields, "mia.boss")


def _row_of(world: World, record: str) -> Row | None:
    rows = [each for each in world.records.tables[APPROVERS].rows.values() if each["sysapproval"] == record]
    return rows[-1] if rows else None


def records_shown(world: World, table: str, fields: list[str], query: str) -> Answer:
    """Every row, as a server that drops each condition shows them; of the history not all, or none. Of the
    answers those that were asked for: others would be no answer.
    """
    if table == ANSWERS:
        items = [each for key, each in world.incidents.items() if key in query]
        rows = [_answered(world, each, fields) for each in items]
        return _listed(rows, len(rows))
    records, held = world.records, world.records.tables[table]
    found = [
        {name: cell.value for name in fields if (cell := records.find(held, row, name))}
        for row in held.rows.values()
    ]
    shown = found if table == APPROVERS or world.shape.proof == "history" else found[:-1] * (len(found) % 2)
    return _listed(shown, len(found))


def item_read(table: str, params: dict[str, str]) -> list[str]:
    """The item that is read by itself, through the answers on its form; else none."""
    through = table == ANSWERS and "request_item.sys_id" in params["sysparm_fields"].split(",")
    return re.findall("[0-9a-f]{32}", params["sysparm_query"]) if through else []


def _answered(world: World, row: Row, fields: list[str]) -> dict[str, str]:
    """The one answer on an item's form: the account of the caller, and when it was written."""
    user = world.records.tables["sys_user"].rows[row["caller_id"]]["user_name"]
    known = {
        "sys_id": row["sys_id"],
        "request_item": row["sys_id"],
        "sc_item_option.item_option_new.name": "account",
        "sc_item_option.value": user,
        "sc_item_option.sys_updated_on": world.truth.written[row["sys_id"]],
    }
    records, item = world.records, world.records.tables["incident"]
    ways = (name for name in fields if name.startswith("request_item."))
    cells = {name: records.find(item, row, name.removeprefix("request_item.")) for name in ways}
    return known | {name: cell.value for name, cell in cells.items() if cell}


def _listed(rows: list[dict[str, str]], count: int) -> Answer:
    return Answer(200, {"result": rows}, {"x-total-count": str(count)})
