"""Requests, requested items with their variables, catalog tasks, and who approves them (servicenow.md §5)."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from connector.simulators.servicenow.columns import APPROVALS, SYSTEM, TASK, Column, Table, reference, text

STATES = {
    "-5": "Pending",
    "1": "Open",
    "2": "Work in Progress",
    "3": "Closed Complete",
    "4": "Closed Incomplete",
    "7": "Closed Skipped",
}
SINGLE_LINE, REFERENCE = "6", "8"  # types of variables
ENDED = frozenset({"3", "4", "7"})


def catalogue_tables() -> dict[str, Table]:
    """The catalogue of a fresh instance, empty. No row of an item shows its variables."""
    work = {**TASK, "state": Column("State", "integer", choices=STATES)}
    item = {**reference("sc_cat_item", "cat_item"), **reference("sc_request", "request"), **text("stage")}
    approver = {**SYSTEM, **text("sysapproval", "source_table"), **reference("sys_user", "approver")}
    tables = (
        Table("sc_cat_item", {**SYSTEM, **text("name", "short_description")}, display="name"),
        Table("sc_request", {**work, **reference("sys_user", "requested_for")}, prefix="REQ"),
        Table(
            "sc_req_item",
            {**work, **item, **reference("sys_user", "requested_for")},
            prefix="RITM",
            closed=ENDED,
        ),
        Table("sc_task", {**work, **reference("sc_req_item", "request_item")}, prefix="SCTASK", closed=ENDED),
        Table(
            "sysapproval_approver",
            {**approver, "state": Column("State", choices=APPROVALS)},
            display="sys_id",
        ),
    )
    return {table.name: table for table in (*tables, *_variable_tables(), *_answer_tables())}


def _variable_tables() -> tuple[Table, ...]:
    """The variables that items ask for, alone or in sets."""
    return (
        Table(
            "item_option_new",
            {
                **SYSTEM,
                **text("name", "question_text", "type", "reference"),
                **reference("sc_cat_item", "cat_item"),
                **reference("item_option_new_set", "variable_set"),
            },
            display="question_text",
        ),
        Table("item_option_new_set", {**SYSTEM, **text("internal_name", "title")}, display="title"),
        Table(
            "io_set_item",
            {
                **SYSTEM,
                **reference("sc_cat_item", "sc_cat_item"),
                **reference("item_option_new_set", "variable_set"),
            },
            display="sys_id",
        ),
    )


def _answer_tables() -> tuple[Table, ...]:
    """The answers to variables, and the items that they belong to."""
    answer = {**SYSTEM, **reference("item_option_new", "item_option_new"), **text("value")}
    joined = {
        **SYSTEM,
        **reference("sc_req_item", "request_item"),
        **reference("sc_item_option", "sc_item_option"),
    }
    in_rows = {
        **text("parent_table_name", "parent_id", "row_index"),
        **reference("item_option_new_set", "variable_set"),
    }
    return (
        Table("sc_item_option", answer, display="sys_id"),
        Table("sc_item_option_mtom", joined, display="sys_id"),
        Table("sc_multi_row_question_answer", {**answer, **in_rows}, display="sys_id"),
    )


class Add(Protocol):
    def __call__(self, table: str, **fields: str) -> str:
        """A new row; its sys_id."""


def drawn_up(add: Add, variables: Sequence[str], sets: Mapping[str, Sequence[str]]) -> str:
    """A catalogue item whose form has these variables and, by set, these; its sys_id."""
    form = add("sc_cat_item", name="A form", short_description="A form")
    for name in variables:
        add("item_option_new", name=name, cat_item=form)
    for set_name, names in sets.items():
        its_set = add("item_option_new_set", internal_name=set_name, title=set_name.capitalize())
        add("io_set_item", sc_cat_item=form, variable_set=its_set)
        for name in names:
            add("item_option_new", name=name, variable_set=its_set)
    return form


def ordered(
    add: Add,
    variables: Mapping[str, str],
    sets: Mapping[str, Sequence[Mapping[str, str]]],
    fields: Mapping[str, str],
    references: Mapping[str, str],
) -> str:
    """A requested item of a request, with an answer to each variable and, by set, rows of answers.
    `references`: the tables that variables point to. Returns its sys_id.
    """
    known = {"requested_for": fields["requested_for"]} if "requested_for" in fields else {}
    request = fields.get("request") or add("sc_request", state="1", **known)
    known = {"state": "1", "approval": "requested", "parent": request}
    item = add("sc_req_item", **{**known, **fields, "request": request})
    for name, value in variables.items():
        table = references.get(name, "")
        kind = {"type": REFERENCE if table else SINGLE_LINE, "reference": table}
        label = name.replace("_", " ").capitalize()
        question = add("item_option_new", name=name, question_text=label, **kind)
        option = add("sc_item_option", item_option_new=question, value=value)
        add("sc_item_option_mtom", request_item=item, sc_item_option=option)
    for name, rows in sets.items():
        its_set = add("item_option_new_set", internal_name=name, title=name.capitalize())
        columns = {
            column: add("item_option_new", name=column)
            for column in dict.fromkeys(key for row in rows for key in row)
        }
        for index, row in enumerate(rows, 1):
            for column, value in row.items():
                place = {
                    "parent_table_name": "sc_req_item",
                    "parent_id": item,
                    "row_index": str(index),
                    "variable_set": its_set,
                }
                add("sc_multi_row_question_answer", item_option_new=columns[column], value=value, **place)
    return item
