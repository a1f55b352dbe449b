"""Tables and their declared columns: what is not declared is unknown, and a query drops it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["string", "integer", "boolean", "datetime", "reference", "journal", "encrypted"]


@dataclass(frozen=True)
class Column:
    """One column. With `choices` (value to label), any other value is dropped silently on a write; what is
    longer than `longest` is cut (0: it isn't).
    """

    label: str
    kind: Kind = "string"
    refers_to: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    longest: int = 0


@dataclass(frozen=True)
class Policy:
    """A data policy: in these states, these columns must be filled."""

    states: frozenset[str]
    mandatory: tuple[str, ...]


@dataclass
class Table:
    """A table with its rows by sys_id. `display` is the column that stands for a row where it is referred
    to.
    """

    name: str
    columns: dict[str, Column]
    display: str = "number"
    prefix: str = ""  # of the numbers; empty: rows have none
    closed: frozenset[str] = frozenset()  # states in which a row is no longer active
    policies: tuple[Policy, ...] = ()
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
    **text(
        "number", "short_description", "description", "contact_type", "correlation_id", "correlation_display"
    ),
    **text("priority", "urgency", "impact", "work_notes_list", "watch_list"),
    **reference("sys_user", "opened_by", "assigned_to", "closed_by"),
    **reference("sys_user_group", "assignment_group"),
    **reference("task", "parent"),
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

INCIDENT = {
    **TASK,
    **text("category", "subcategory"),
    **reference("sys_user", "caller_id", "resolved_by"),
    **reference("incident", "parent_incident"),
    "child_incidents": Column("Child Incidents", "integer"),
    **dates("resolved_at"),
    "state": Column("State", "integer", choices=INCIDENT_STATES),
    "incident_state": Column("Incident state", "integer", choices=INCIDENT_STATES),
    "hold_reason": Column(
        "On hold reason",
        "integer",
        choices={
            "1": "Awaiting Caller",
            "3": "Awaiting Problem",
            "4": "Awaiting Vendor",
            "5": "Awaiting Change",
        },
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


RESOLVING = Policy(frozenset({"6", "7"}), ("close_code", "close_notes"))


def shipped_tables() -> dict[str, Table]:
    """The tables of a fresh instance, empty; those of the catalogue stand in catalogue.py."""
    tables = (
        Table("task", dict(TASK)),  # its rows are those of every table with work notes
        Table("incident", dict(INCIDENT), prefix="INC", closed=frozenset({"7", "8"}), policies=(RESOLVING,)),
        Table("sys_user", dict(USER), display="name"),
        Table(
            "sys_user_group",
            {
                **SYSTEM,
                **text("name", "description", "email"),
                **reference("sys_user", "manager"),
                **flags("active"),
            },
            display="name",
        ),
        Table(
            "sys_journal_field",
            {**SYSTEM, **text("name", "element", "element_id", "value")},
            display="sys_id",
        ),
    )
    return {table.name: table for table in tables}
