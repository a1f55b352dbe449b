"""Rules for mappings whose desk is TOPdesk. topdesk.md §3.1, §4"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import ClassVar
from urllib.parse import quote as percent
from urllib.parse import urlencode

from connector.desks.topdesk.fields import ID, as_read
from connector.desks.topdesk.names import ACTION, check
from connector.desks.topdesk.query import fiql
from connector.forms.mistakes import quote
from connector.mapping.keys.dialect import Use, Validator
from connector.mapping.model import Mapping
from connector.mapping.traits import DeskTraits

LONGEST = 4000  # characters of a query: addresses of 8 KB are what servers take
MARKER = re.compile(r"externalNumber|optionalFields[12]\.text[1-5]")
# A processing status may complete a call by the environment's own rules: topdesk.md §4
STATUSES = ("processingStatus.name", "processingStatus.id")
# What operators see in TOPdesk's card of a call and of a person; values are their own labels
LABELS = {
    "briefDescription": "Brief description",
    "caller": "Caller",
    "caller.email": "Caller › Email",
    "caller.employeeNumber": "Caller › Employee number",
    "caller.networkLoginName": "Caller › Network login name",
    "category.name": "Category",
    "closureCode.name": "Closure code",
    "operator.name": "Operator",
    "operatorGroup.name": "Operator group",
    "processingStatus.name": "Status",
    "subcategory.name": "Subcategory",
}
_FOR_CALLERS = frozenset({"number", "briefDescription", "request"})


def askable(mapping: Mapping, url: str, also: tuple[str, ...]) -> None:
    """Raises ValueError where `watch` can't be put into a query, or the query is too long for an address."""
    length = len(urlencode({"query": fiql(mapping.watch)}, quote_via=percent))
    if length > LONGEST:
        raise ValueError(
            f"watch: the query is {length} characters long, and {LONGEST} is the maximum; name fewer values"
        )


class TopdeskDialect:
    title = "TOPdesk"
    traits = DeskTraits(
        journals=frozenset(),
        removable=frozenset({ACTION}),
        channel_rule="{field: entryType.name, in: [Portal, Telephone]}",
        closing=("completed", "closed"),
        may_close=STATUSES,
        as_read=as_read,
        labels=LABELS,
    )
    note_field = ACTION
    no_approver = "TOPdesk's incidents don't say who approved; use allow.approval without four_eyes"
    validators: ClassVar[tuple[Validator, ...]] = (lambda mapping, url, also: check(mapping), askable)

    def ticket_id(self, text: str) -> str | None:
        """A UUID. A number, whose form each TOPdesk chooses, is none."""
        return text.lower() if ID.fullmatch(text.lower()) else None

    def callers_see(self, field: str) -> bool:
        return field in _FOR_CALLERS

    def field_problem(self, field: str, use: Use) -> str | None:
        """Always None: names.py checks names in the whole mapping."""
        return None

    def value_problem(self, text: str) -> str | None:
        """Always None: queries quote values, and query.py says what they can't ask for."""
        return None

    def list_value_problem(self, text: str) -> str | None:
        return None

    def note_place(self, given: object, permitted: Collection[str] | None) -> str:
        """One place, by its own name or by the one that passdesk has for the place for notes."""
        if given not in ("work_notes", ACTION):
            raise ValueError(
                "TOPdesk keeps notes as actions that callers can't see, and nowhere else; take this out"
            )
        return ACTION

    def marker(self, given: object) -> str:
        if not MARKER.fullmatch(str(given)):
            raise ValueError(
                f"{quote(given)} can't keep a reference; write one such as optionalFields2.text5"
            )
        return str(given)
