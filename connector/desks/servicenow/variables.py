"""The variables of requested items, which no row of theirs shows. servicenow.md §5

Absent from a ticket's fields means that nobody can tell what a variable holds: its table may not be read, or
the item shows none of that name. The last could as well be a row that an ACL hides, and then taking it for
empty would let `first_of` go on to another person. So a variable is "" only where its row says so, or where
the item's form, read whole, has none of that name. Two rows, or one name twice with different answers, are
`Several`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connector.desks.servicenow.cells import as_text, sys_id_of
from connector.desks.servicenow.names import ROW_SET, VARIABLE
from connector.desks.servicenow.order_forms import OrderForms, empty_on
from connector.desks.servicenow.pointed import KINDS, PointedPeople, pointed_names, points_to_a_person
from connector.desks.servicenow.query import SYS_ID, after, among
from connector.desks.servicenow.replies import counted, listed, told_count
from connector.desks.servicenow.rows import ITEM, Rows
from connector.desks.servicenow.variable_times import VariableTimes
from connector.domain import logger as log
from connector.domain.events import Event
from connector.domain.several import Several
from connector.domain.ticket import Ticket
from connector.http.service import Service

ITEMS, MOST, PAGES = 200, 10_000, 100  # items a call, answers a page, pages
LONG = 6000  # characters of columns that an address has room for
UNREADABLE = frozenset({400, 403, 404})  # what a table that the account may not read can answer

VariableRow = dict[str, Any]
VariableValues = dict[str, dict[str, str]]  # of each item, by the names that a mapping uses


@dataclass(frozen=True)
class VariableTable:
    """A table of answers. `name`: the columns that make up the name; `row`: the column that tells rows apart.

    The multi-row table isn't documented: its columns are known from other clients' code. Where they are
    called otherwise, ServiceNow leaves them out, nothing is found, and its variables are absent.
    """

    prefix: str
    table: str
    item: str
    name: tuple[str, ...]
    value: str
    written: str
    row: str | None = None


VARIABLE_TABLES = (
    VariableTable(
        VARIABLE,
        "sc_item_option_mtom",
        ITEM,
        ("sc_item_option.item_option_new.name",),
        "sc_item_option.value",
        "sc_item_option.sys_updated_on",
    ),
    VariableTable(
        ROW_SET,
        "sc_multi_row_question_answer",
        "parent_id",
        ("variable_set.internal_name", "item_option_new.name"),
        "value",
        "sys_updated_on",
        "row_index",
    ),
)


class Variables:
    """The variables that one mapping names: one call for 200 tickets, no call if it names none."""

    def __init__(self, service: Service, rows: Rows) -> None:
        self._service, self._names, self._table = service, rows.variables, rows.mapping.table
        self._places = [
            place for place in VARIABLE_TABLES if any(name.startswith(place.prefix) for name in self._names)
        ]
        self._told: set[str] = set()
        pointed = pointed_names(self._names)
        self._pointed = PointedPeople(service, pointed) if pointed else None
        self._timed = rows.mapping.asks_for_proof
        through = tuple(f"{ITEM}.{column}" for column in rows.fields.split(","))
        fits = (
            self._table == "sc_req_item"
            and VARIABLE_TABLES[0] in self._places
            and sum(map(len, through)) < LONG
        )
        self._through, self._display = through if fits else (), rows.params["sysparm_display_value"]

    def filled(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        """The same tickets with their variables among the fields. Raises Down."""
        items = sorted({item for ticket in tickets if SYS_ID.fullmatch(item := self._item(ticket) or "")})
        found: VariableValues = {}
        people: dict[tuple[str, str], bool] = {}
        hidden: set[str] = set()
        times = VariableTimes()
        for start in range(0, len(items), ITEMS):
            for place in self._places:
                rows = self._read(place, items[start : start + ITEMS], found, hidden)
                self._note(place, rows, people, times)
        if self._pointed:
            self._pointed.fill(found, people)
        self._leave_out(items, found, hidden)
        return [self._with(each, self._of(each, found), times) for each in tickets]

    def with_item(self, item: str) -> tuple[VariableRow | None, dict[str, str] | None, dict[str, str]]:
        """A requested item's own row, read through its answers in the same call, its variables, and when they
        were written.

        No row where it isn't whole: an item without answers, or a column that can't be read or not be reached
        like this. No variables where this is no way to read them. Raises Down.
        """
        if not self._through:
            return None, None, {}
        found: VariableValues = {}
        people: dict[tuple[str, str], bool] = {}
        hidden: set[str] = set()
        times = VariableTimes()
        rows = self._read(VARIABLE_TABLES[0], [item], found, hidden, self._through)
        self._note(VARIABLE_TABLES[0], rows, people, times)
        for place in self._places[1:]:
            self._note(place, self._read(place, [item], found, hidden), people, times)
        if self._pointed:
            self._pointed.fill(found, people)
        self._leave_out([item], found, hidden)
        whole = (row for row in rows if all(name in row for name in self._through))
        row = next((row for row in whole if as_text(row.get(f"{ITEM}.sys_id")) == item), None)
        shown = {name.removeprefix(f"{ITEM}."): row[name] for name in self._through} if row else None
        answers = {name: text for name, text in found.get(item, {}).items() if name in self._names}
        return shown, answers, times.of(item, self._names, answers) if self._timed else {}

    def _with(self, ticket: Ticket, answers: dict[str, str], times: VariableTimes) -> Ticket:
        if not self._names:
            return ticket
        item = self._item(ticket) or ""
        written = times.of(item, self._names, answers) if self._timed else {}
        return replace(ticket, fields={**ticket.fields, **answers}, written=written)

    def _leave_out(self, items: Sequence[str], found: VariableValues, hidden: set[str]) -> None:
        """A variable that an item's form doesn't have is empty there, unless answers are hidden (by their
        prefix). Raises Down.
        """
        names = [name for name in self._names if not any(name.startswith(each) for each in hidden)]
        asked = [item for item in items if any(name not in found.get(item, {}) for name in names)]
        forms = OrderForms(self._service).names(asked) if asked else {}
        for item, form in forms.items():
            for name, text in empty_on(form, names).items():
                found.setdefault(item, {}).setdefault(name, text)

    def _note(
        self,
        place: VariableTable,
        rows: list[VariableRow],
        people: dict[tuple[str, str], bool],
        times: VariableTimes,
    ) -> None:
        """Write down which variables point to a person, by each row of theirs, and when they were written."""
        times.note(place.prefix, (place.item, place.name, place.written), rows if self._timed else ())
        for row in rows if self._pointed and place is VARIABLE_TABLES[0] else ():
            item, name = as_text(row.get(place.item)), as_text(row.get(place.name[0]))
            key = (item or "", f"{place.prefix}{name}")
            people[key] = people.get(key, True) and points_to_a_person(row)

    def _item(self, ticket: Ticket) -> str | None:
        return ticket.id if self._table == "sc_req_item" else ticket.fields.get(ITEM)

    def _of(self, ticket: Ticket, found: VariableValues) -> dict[str, str]:
        """A task that says that it belongs to no requested item has no variables: all of them are empty."""
        item = self._item(ticket)
        if item == "":
            return dict.fromkeys(self._names, "")
        answers = found.get(item or "", {})
        return {name: answers[name] for name in self._names if name in answers}

    def _read(
        self,
        place: VariableTable,
        items: Sequence[str],
        found: VariableValues,
        hidden: set[str],
        through: tuple[str, ...] = (),
    ) -> list[VariableRow]:
        """Put what the items' rows say into `found`; the rows. `hidden` is given the prefix of a table that
        has more rows than it shows.
        """
        rows = self._rows(place, items, hidden, through)
        if rows is None:
            self._tell(place)
            hidden.add(place.prefix)
            return []
        answers: dict[tuple[str, tuple[str, ...]], set[str | None]] = {}
        numbers: dict[tuple[str, str], set[str | None]] = {}  # of the rows of each set
        for row in rows:
            item, name = (
                as_text(row.get(place.item)),
                tuple(as_text(row.get(column)) or "" for column in place.name),
            )
            if item and all(name):
                answers.setdefault((item, name), set()).add(as_text(row.get(place.value)))
                numbers.setdefault((item, name[0]), set()).add(
                    as_text(row.get(place.row)) if place.row else ""
                )
        for (item, name), values in answers.items():
            counted_rows = numbers[item, name[0]]
            texts = [value for value in values if value is not None]
            if len(texts) < len(values) or None in counted_rows:
                continue  # one of them can't be read
            one = texts[0] if len(texts) == len(counted_rows) == 1 else Several.of(texts)
            found.setdefault(item, {})[place.prefix + ".".join(name)] = one
        return rows

    def _rows(
        self, place: VariableTable, items: Sequence[str], hidden: set[str], through: tuple[str, ...]
    ) -> list[VariableRow] | None:
        """All answers of the items; None where it can't be told that these are all."""
        columns = [
            "sys_id",
            place.item,
            *place.name,
            place.value,
            *([place.row] if place.row else []),
            *([place.written] if self._timed else []),
            *(KINDS if self._pointed and place is VARIABLE_TABLES[0] else ()),
            *through,
        ]
        params = {
            "sysparm_display_value": self._display if through else "false",
            "sysparm_exclude_reference_link": "true",
            "sysparm_suppress_pagination_header": "true",
            "sysparm_fields": ",".join(columns),
            "sysparm_limit": str(MOST),
        }
        found: list[VariableRow] = []
        for page, counts in self._pages(place, items, params):
            rows = [row for row in page if isinstance(row, dict)]
            widened = any(as_text(row.get(place.item)) not in {*items, None} for row in rows)
            whose = (place.item, *place.name)
            nameless = any(as_text(row.get(each)) is None for row in rows for each in whose)
            short = nameless or counts is None or min(counts, MOST) > len(page)
            if short:
                hidden.add(place.prefix)
            if widened or (short and place.row is not None):  # a hidden row would make one of two
                return None
            found += rows
            if max(counts or 0, len(page)) < MOST:
                return found
        return None

    def _pages(
        self, place: VariableTable, items: Sequence[str], params: dict[str, str]
    ) -> Iterator[tuple[list[Any], int | None]]:
        """Each with how many the server counts from there on; None where it doesn't say. Ends early where the
        table may not be read or stands still.
        """
        cursor = ""
        for _ in range(PAGES):
            query = after(among(place.item, items), cursor)
            answer = self._service.read(
                "GET", f"/api/now/table/{place.table}", params={**params, "sysparm_query": query}
            )
            if answer.status in UNREADABLE:
                return
            page = listed(answer, self._service.name, place.table)
            yield page, counted(answer) if told_count(answer) else None
            last = max((sys_id_of(row) or "" for row in page), default="")
            if last <= cursor:
                return
            cursor = last

    def _tell(self, place: VariableTable) -> None:
        if place.table not in self._told:
            self._told.add(place.table)
            log.event(
                Event.VARIABLES_UNREADABLE,
                desk=self._service.name,
                table=place.table,
                cure="the account needs read on this table, the records that it points to and their columns",
            )
