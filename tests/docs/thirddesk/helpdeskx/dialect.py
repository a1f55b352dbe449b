"""Rules for mappings whose desk is Helpdesk X."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from connector.forms.mistakes import choice, quote
from connector.mapping.keys.dialect import Use, Validator
from connector.mapping.model import Mapping
from connector.mapping.traits import DeskTraits
from tests.docs.thirddesk.helpdeskx.desk import ID, NOTES, READ, SET

MARKER = "reference"


def check(mapping: Mapping) -> None:
    """Raises ValueError, "KEY: sentence with the cure"."""
    if mapping.table != "tickets":
        raise ValueError(f"table: Helpdesk X has no table {mapping.table}; write tickets")
    for outcome, fields in mapping.settle.items():
        for name in fields:
            if name not in (*SET, NOTES):
                raise ValueError(f"settle.{outcome}.{name}: this can't be set; write {choice(SET)}")
    for key, name in {"note.field": mapping.note.field, "note.plain": mapping.note.plain}.items():
        if name != NOTES:
            raise ValueError(f"{key}: notes go to private comments and nowhere else; take it out")
    if mapping.note.marker not in (None, MARKER):
        raise ValueError(f"note.marker: only one field can hold a reference; write {MARKER}, or take it out")
    for name in mapping.columns:
        if name not in (*READ, NOTES):
            raise ValueError(f"{name}: Helpdesk X has no such field; write {choice(READ)}")


class HelpdeskXDialect:
    title = "Helpdesk X"
    traits = DeskTraits(journals=frozenset({NOTES}), closing=("state",))
    note_field = NOTES
    no_approver = "Helpdesk X doesn't say who approved; use allow.approval without four_eyes"
    validators: ClassVar[tuple[Validator, ...]] = (lambda mapping, url, also: check(mapping),)

    def ticket_id(self, text: str) -> str | None:
        return text if ID.fullmatch(text) else None

    def callers_see(self, field: str) -> bool:
        return field in ("queue", "topic", "state", "solution")

    def field_problem(self, field: str, use: Use) -> str | None:
        return None

    def value_problem(self, text: str) -> str | None:
        if "|" in text:
            return f"{quote(text)} holds a |, at which Helpdesk X splits filters; choose a value without it"
        return None

    def list_value_problem(self, text: str) -> str | None:
        return None

    def note_place(self, given: object, permitted: Collection[str] | None) -> str:
        if given != NOTES:
            raise ValueError("notes go to private comments and nowhere else; take this out")
        return NOTES

    def marker(self, given: object) -> str:
        if given != MARKER:
            raise ValueError(f"only one field can hold a reference; write {MARKER}, or take it out")
        return MARKER
