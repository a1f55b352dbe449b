"""Tables and their declared columns: what is not declared is unknown, and a query drops it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["string", "integer", "boolean", "datetime", "reference", "journal", "encrypted"]


@dataclass(frozen=True)
class Column:
    """One column. With `choices` (value to label), any other value is dropped silently on a write."""

    label: str
    kind: Kind = "string"
    refers_to: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Table:
    """A table with its rows by sys_id. `display` is the column that stands for a row where it is referred to."""

    name: str
    columns: dict[str, Column]
    display: str = "number"
    prefix: str = ""  # of the numbers; empty: rows have none
    closed: frozenset[str] = frozenset()  # states in which a row is no longer active
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    made: int = 0  # rows ever made: numbers are never used twice


def text(*names: str) -> dict[str, Column]:
    return {name: Column(name.replace("_", " ").capitalize()) for name in names}


def reference(table: str, *names: str) -> dict[str, Column]:
    return {name: Column(name.replace("_", " ").capitalize(), "reference", table) for name in names}


def dates(*names: str) -> dict[str, Column]:
    return {name: Column(name.replace("_", " ").capitalize(), "datetime") for name in names}


def flags(*names: str) -> dict[str, Column]:
    return {name: Column(name.replace("_", " ").capitalize(), "boolean") for name in names}


SYSTEM = {
    **text("sys_id", "sys_created_by", "sys_updated_by", "sys_class_name"),
    **dates("sys_created_on", "sys_updated_on"),
    "sys_mod_count": Column("Updates", "integer"),
}

APPROVALS = {
    "not requested": "Not Yet Requested",
    "requested": "Requested",
    "approved": "Approved",
    "rejected": "Rejected",
    "not_required": "No Longer Required",
    "cancelled": "Cancelled",
    "duplicate": "Duplicate",
}

TASK = {
    **SYSTEM,
    **text("number", "short_description", "description", "contact_type", "correlation_id", "correlation_display"),
    **text("priority", "urgency", "impact", "work_notes_list", "watch_list"),
    **reference("sys_user", "opened_by", "assigned_to", "closed_by"),
    **reference("sys_user_group", "assignment_group"),
    **dates("opened_at", "closed_at", "due_date"),
    **flags("active"),
    "approval": Column("Approval", choices=APPROVALS),
    "work_notes": Column("Work notes", "journal"),
    "comments": Column("Additional comments", "journal"),
    "comments_and_work_notes": Column("Comments and Work notes", "journal"),
    "close_notes": Column("Resolution notes"),
}

INCIDENT_STATES = {
    "1": "New",
    "2": "In Progress",
    "3": "On Hold",
    "6": "Resolved",
    "7": "Closed",
    "8": "Canceled",
}

CLOSE_CODES = (
    "Solution provided",
    "Resolved by caller",
    "Workaround provided",
    "Duplicate",
    "Resolved by change",
    "User error",
    "Known error",
    "Resolved by problem",
    "Resolved by request",
    "No resolution provided",
)

CATALOG_STATES = {
    "-5": "Pending",
    "1": "Open",
    "2": "Work in Progress",
    "3": "Closed Complete",
    "4": "Closed Incomplete",
    "7": "Closed Skipped",
}

INCIDENT = {
    **TASK,
    **text("category", "subcategory"),
    **reference("sys_user", "caller_id", "resolved_by"),
    **dates("resolved_at"),
    "state": Column("State", "integer", choices=INCIDENT_STATES),
    "incident_state": Column("Incident state", "integer", choices=INCIDENT_STATES),
    "hold_reason": Column(
        "On hold reason",
        "integer",
        choices={"1": "Awaiting Caller", "3": "Awaiting Problem", "4": "Awaiting Vendor", "5": "Awaiting Change"},
    ),
    "close_code": Column("Resolution code", choices={code: code for code in CLOSE_CODES}),
}

USER = {
    **SYSTEM,
    **text("user_name", "first_name", "last_name", "name", "email", "employee_number", "title", "phone"),
    **text("mobile_phone", "location", "time_zone"),
    **reference("sys_user", "manager"),
    **flags("active", "locked_out", "web_service_access_only"),
}


def shipped_tables() -> dict[str, Table]:
    """The tables of a fresh instance, empty."""
    catalog_state = {"state": Column("State", "integer", choices=CATALOG_STATES)}
    ended = frozenset({"3", "4", "7"})
    tables = (
        Table("incident", dict(INCIDENT), prefix="INC", closed=frozenset({"7", "8"})),
        Table("sc_request", {**TASK, **catalog_state, **reference("sys_user", "requested_for")}, prefix="REQ"),
        Table(
            "sc_req_item",
            {
                **TASK,
                **catalog_state,
                **text("cat_item", "stage"),
                **reference("sc_request", "request"),
                **reference("sys_user", "requested_for"),
            },
            prefix="RITM",
            closed=ended,
        ),
        Table(
            "sc_task",
            {**TASK, **catalog_state, **reference("sc_req_item", "request_item")},
            prefix="SCTASK",
            closed=ended,
        ),
        Table("sys_user", dict(USER), display="name"),
        Table(
            "sys_user_group",
            {**SYSTEM, **text("name", "description", "email"), **reference("sys_user", "manager"), **flags("active")},
            display="name",
        ),
        Table("sys_journal_field", {**SYSTEM, **text("name", "element", "element_id", "value")}, display="sys_id"),
    )
    return {table.name: table for table in tables}
