"""Approvals as the user interface writes them (servicenow.md §11).

Whoever is asked has a row of their own; their answer sets the record's `approval` by the instance's own rule.
"""

from connector.simulators.servicenow.columns import SYSTEM
from connector.simulators.servicenow.records import Records

NOT_COPIED = frozenset(SYSTEM) | {"number", "opened_at", "opened_by", "closed_at"}


def asked(records: Records, record: str, approver: str, table: str) -> str:
    """Somebody is asked to approve a record, which waits for them; the sys_id of their row."""
    approvers, target = records.tables["sysapproval_approver"], records.tables[table]
    known = {"sysapproval": record, "source_table": table, "approver": approver, "state": "requested"}
    row = records.insert(approvers, known, "system")
    records.change(target, target.rows[record], {"approval": "requested"}, "system")
    return row["sys_id"]


def answered(records: Records, approval: str, state: str) -> None:
    """Whoever was asked answers: `approved` or `rejected`, or `requested`, which takes the answer back."""
    approvers = records.tables["sysapproval_approver"]
    row = approvers.rows[approval]
    by = records.tables["sys_user"].rows[row["approver"]]["user_name"]
    target = records.tables[row["source_table"]]
    records.change(approvers, row, {"state": state}, by)
    records.change(target, target.rows[row["sysapproval"]], {"approval": state}, by)


def cloned(records: Records, sys_id: str, table: str, by: str) -> str:
    """Copy a record with its columns, the approval among them; nobody's answer comes with it."""
    target = records.tables[table]
    plain = {name: value for name, value in target.rows[sys_id].items() if name not in NOT_COPIED}
    return records.insert(target, {**plain, "opened_by": target.rows[sys_id]["opened_by"]}, by)["sys_id"]
