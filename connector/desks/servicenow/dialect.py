"""Rules for mappings whose desk is ServiceNow. servicenow.md §2.2, §4 and §6"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import ClassVar

from connector.desks.servicenow.desk import longest_query
from connector.desks.servicenow.labels import CHOICES, LABELS
from connector.desks.servicenow.names import check
from connector.desks.servicenow.query import LONGEST, SYS_ID, encoded
from connector.forms.mistakes import nearest, quote
from connector.forms.values import field_name
from connector.mapping.keys.dialect import Use, Validator
from connector.mapping.keys.visible import is_caller_visible
from connector.mapping.model import Mapping
from connector.mapping.traits import DeskTraits

WORK_NOTES = "work_notes"
_VARIABLE = re.compile(r"variable(s|_sets)(\.|$)")


def askable(mapping: Mapping, url: str, also: tuple[str, ...]) -> None:
    """Raises ValueError where `watch` can't be put into a query, or the query is too long for an address."""
    encoded(mapping.watch)
    length = longest_query(mapping, url, also)
    if length > LONGEST:
        raise ValueError(
            f"watch: the query is {length} characters long, and ServiceNow takes {LONGEST}; name fewer values"
        )


class ServiceNowDialect:
    title = "ServiceNow"
    traits = DeskTraits(
        journals=frozenset({WORK_NOTES}),
        channel_rule="{field: contact_type, not_in: [email]}",
        stored_zone="UTC",  # servicenow.md §3
        closing=("state", "active"),
        labels=LABELS,
        choices=CHOICES,
    )
    note_field = WORK_NOTES
    no_approver = ""
    validators: ClassVar[tuple[Validator, ...]] = (lambda mapping, url, also: check(mapping), askable)

    def ticket_id(self, text: str) -> str | None:
        """A sys_id."""
        return text.lower() if SYS_ID.fullmatch(text.lower()) else None

    def callers_see(self, field: str) -> bool:
        return is_caller_visible(field)

    def field_problem(self, field: str, use: Use) -> str | None:
        if use == "read":
            if field == "variables":
                return "which variable? Write variables.NAME, with the variable's name and not its question"
            return None
        if not _VARIABLE.match(field):
            return None
        if use == "settle":
            return (
                f"passdesk doesn't change {quote(field)}, a catalogue variable; write a column of the ticket"
            )
        return (
            f"ServiceNow can't be asked for {quote(field)}, a catalogue variable; write cat_item to name "
            "the form that holds it, and let a lookup in values, or allow.channel, look at the variable"
        )

    def value_problem(self, text: str) -> str | None:
        """A value that could leave its place in a query."""
        if "^" in text:
            return (
                f"{quote(text)} holds a ^, which ends a condition in ServiceNow's queries; choose a value "
                "without it"
            )
        if re.search(r"javascript\s*:", text, re.IGNORECASE):
            return "ServiceNow would run javascript: as a script; choose a value without it"
        return None

    def list_value_problem(self, text: str) -> str | None:
        if "," in text:
            return f"{quote(text)} holds a comma, at which ServiceNow splits lists; choose a value without it"
        return None

    def note_place(self, given: object, permitted: Collection[str] | None) -> str:
        """The journal for agents, or a field that the floor names."""
        if isinstance(given, str) and is_caller_visible(given):
            raise ValueError(
                f"callers can read {quote(given)}; write work_notes, or a restricted field that "
                "floor.note_fields names"
            )
        name = field_name(given)
        known = {WORK_NOTES, *([name] if permitted is None else permitted)}
        if name not in known or "." in name:
            cure = (
                nearest(name, known - {WORK_NOTES})
                or "work_notes, or add it to floor.note_fields in config.yaml"
            )
            raise ValueError(f"{quote(name)} is not known to be restricted; write {cure}")
        return name

    def marker(self, given: object) -> str:
        if isinstance(given, str) and is_caller_visible(given):
            raise ValueError(
                f"callers can read {quote(given)}; write a field of your own, such as u_passdesk_reference"
            )
        name = field_name(given)
        if name == WORK_NOTES or "." in name:
            raise ValueError(
                f"{quote(name)} can't be read back as a field of the ticket; write one of its own, such as "
                "u_passdesk_reference"
            )
        return name
