"""The people whom reference variables point to: `variables.for_whom.user_name`. servicenow.md §5

A variable holds the id of a record, and nothing is shown through it. The table is ours to name: one that an
answer names is never asked for. What isn't proven is absent, as it is of the variables themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from connector.desks.servicenow.cells import as_text, sys_id_of
from connector.desks.servicenow.names import VARIABLE
from connector.desks.servicenow.query import SYS_ID, among
from connector.desks.servicenow.replies import listed
from connector.domain import logger as log
from connector.domain.events import Event
from connector.domain.several import Several
from connector.http.service import Service

PEOPLE = "sys_user"
KINDS = ("sc_item_option.item_option_new.type", "sc_item_option.item_option_new.reference")
AT_ONCE = 200  # records a call
UNREADABLE = frozenset({400, 403, 404})  # what a table that the account may not read can answer
_REQUESTED_FOR = "31"  # the type of a variable that always points to a person


@dataclass(frozen=True)
class PointedName:
    """`variables.for_whom.user_name`: the variable, and the column of the person behind it."""

    name: str
    variable: str
    column: str


def pointed_names(names: Sequence[str]) -> tuple[PointedName, ...]:
    """Pick the names that lead through a variable."""
    found = []
    for name in names:
        variable, _, column = name.removeprefix(VARIABLE).partition(".")
        if name.startswith(VARIABLE) and column:
            found.append(PointedName(name, f"{VARIABLE}{variable}", column))
    return tuple(found)


def points_to_a_person(row: dict[str, Any]) -> bool:
    """Tell by a variable's definition, as its answer shows it, whether its value is the id of a person."""
    kind, table = (as_text(row.get(column)) for column in KINDS)
    return table == PEOPLE or (table == "" and kind == _REQUESTED_FOR)


class PointedPeople:
    """Reads the people behind variables: 200 a call."""

    def __init__(self, service: Service, names: Sequence[PointedName]) -> None:
        self._service, self._names, self._told = service, names, False

    def fill(self, found: dict[str, dict[str, str]], people: dict[tuple[str, str], bool]) -> None:
        """Add the columns of the people to what items' variables say. `people`: by item and variable, whether
        it points to a person. An empty variable points to nobody, whose columns are all empty. Raises Down.
        """
        held = {
            (item, each.variable): answers[each.variable]
            for item, answers in found.items()
            for each in self._names
            if each.variable in answers
        }
        ids = {value for key, value in held.items() if people.get(key) is True and SYS_ID.fullmatch(value)}
        records = dict(self._records(sorted(ids))) if ids else {}
        for item, answers in found.items():
            for each in self._names:
                value = held.get((item, each.variable))
                if value == "" or isinstance(value, Several):
                    answers[each.name] = value
                elif value in records and people.get((item, each.variable)):
                    text = as_text(records[value].get(each.column))
                    if text is not None:
                        answers[each.name] = text

    def _records(self, ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each that was asked for, by its id: a server that drops a condition shows others, too."""
        columns = dict.fromkeys(["sys_id", *(each.column for each in self._names)])
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            params = {
                "sysparm_display_value": "false",
                "sysparm_exclude_reference_link": "true",
                "sysparm_suppress_pagination_header": "true",
                "sysparm_fields": ",".join(columns),
                "sysparm_query": among("sys_id", some),
                "sysparm_limit": str(AT_ONCE),
            }
            answer = self._service.read("GET", f"/api/now/table/{PEOPLE}", params=params)
            if answer.status in UNREADABLE:
                self._tell()
                return
            for row in listed(answer, self._service.name, PEOPLE):
                if (found := sys_id_of(row)) in some and isinstance(row, dict):
                    yield str(found), row

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            log.event(
                Event.VARIABLES_UNREADABLE,
                desk=self._service.name,
                table=PEOPLE,
                cure="the account needs read on this table, the records that it points to and their columns",
            )
