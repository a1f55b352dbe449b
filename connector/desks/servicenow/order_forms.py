"""The forms of catalogue items: which variables they have at all. servicenow.md §5

An item that shows no answer to a variable has none of it on its form, or a row that an ACL hides. Only the
form itself tells them apart, and only where it was read whole: its read roles may hide a variable, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.desks.servicenow.cells import as_text
from connector.desks.servicenow.names import ROW_SET, VARIABLE
from connector.desks.servicenow.query import SYS_ID, among
from connector.desks.servicenow.replies import all_counted, listed
from connector.http.service import Service

AT_ONCE, MOST = 100, 10_000  # ids a question, and rows a reply
UNREADABLE = frozenset({400, 403, 404})  # what a table that the account may not read can answer
_SET_NAME = "variable_set.internal_name"


@dataclass(frozen=True)
class OrderForms:
    """Reads only: one call for the items, one for the sets of their forms, two for the variables."""

    service: Service

    def names(self, items: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """The names of the variables on each item's form, as mappings write them. An item whose form can't be
        read whole is left out. Raises Down.
        """
        forms = self._pairs("sc_req_item", "sys_id", items, "cat_item")
        if not forms:
            return {}
        ids = sorted({form for _, form in forms})
        sets = self._rows("io_set_item", "sc_cat_item", ids, ("variable_set", _SET_NAME))
        own = self._rows("item_option_new", "cat_item", ids, ("name",))
        if sets is None or own is None:
            return {}
        called = {as_text(row.get("variable_set")) or "": as_text(row.get(_SET_NAME)) for row in sets}
        shared = self._rows("item_option_new", "variable_set", sorted(called), ("name",)) if called else []
        if shared is None or None in called.values() or "" in called:
            return {}
        found: dict[str, set[str]] = {form: set() for form in ids}
        for row in own:
            found[as_text(row.get("cat_item")) or ""].add(VARIABLE + (as_text(row.get("name")) or ""))
        for row in sets:
            its = as_text(row.get("variable_set"))
            names = [as_text(each.get("name")) for each in shared if as_text(each.get("variable_set")) == its]
            for prefix in (VARIABLE, f"{ROW_SET}{called[its or '']}."):
                found[as_text(row.get("sc_cat_item")) or ""] |= {f"{prefix}{name}" for name in names}
        return {item: frozenset(found[form]) for item, form in forms}

    def _pairs(self, table: str, key: str, ids: Sequence[str], column: str) -> list[tuple[str, str]]:
        rows = self._rows(table, key, ids, (column,)) or []
        pairs = ((as_text(row.get(key)) or "", as_text(row.get(column)) or "") for row in rows)
        return [pair for pair in pairs if SYS_ID.fullmatch(pair[1])]

    def _rows(
        self, table: str, key: str, ids: Sequence[str], columns: tuple[str, ...]
    ) -> list[dict[str, Any]] | None:
        """Every row about these ids; None where these may not be all, or where one hides a column."""
        found: list[dict[str, Any]] = []
        for some in _chunks(ids):
            params = {
                "sysparm_display_value": "false",
                "sysparm_exclude_reference_link": "true",
                "sysparm_suppress_pagination_header": "true",
                "sysparm_fields": ",".join(dict.fromkeys(("sys_id", key, *columns))),
                "sysparm_query": among(key, some),
                "sysparm_limit": str(MOST),
            }
            answer = self.service.read("GET", f"/api/now/table/{table}", params=params)
            if answer.status in UNREADABLE:
                return None
            rows = [row for row in listed(answer, self.service.name, table) if isinstance(row, dict)]
            ours = [row for row in rows if as_text(row.get(key)) in some]
            if not all_counted(answer, len(ours)) or len(ours) < len(rows) or len(rows) >= MOST:
                return None
            if any(as_text(row.get(each)) is None for row in ours for each in columns):
                return None
            found += ours
        return found


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def empty_on(form: Iterable[str], names: Sequence[str]) -> dict[str, str]:
    """The names that the form doesn't have, each with an empty text. `variables.NAME.COLUMN` stands
    for the variable NAME.
    """
    there = frozenset(form)

    def variable(name: str) -> str:
        parts = name.split(".")
        return ".".join(parts[:2]) if name.startswith(VARIABLE) else name

    return {name: "" for name in names if variable(name) not in there}
