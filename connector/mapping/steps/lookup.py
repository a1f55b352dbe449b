"""The step `lookup`: a table in the mapping itself, or a CSV file beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from connector.domain.same_text import folded
from connector.forms.form import Problem, problems_error
from connector.forms.mistakes import quote
from connector.forms.values import text_of_value
from connector.mapping.steps.context import StepContext
from connector.mapping.steps.csv_file import CsvFile
from connector.mapping.steps.transforms import TEXT, Shown, StepRefused, capped

_FORMS = "{lookup: {KEY: VALUE}}, or {lookup: FILE.csv}"


@dataclass(frozen=True)
class Lookup:
    """Puts in place of a key what a table has for it, to the letter: KEY: VALUE, or a CSV file of two columns
    beside the mapping. A key that isn't there refuses the ticket.
    """

    table: Mapping[str, str] = field(repr=False)
    name: ClassVar[str] = "lookup"
    takes: ClassVar[dict[str, Any] | None] = {
        "anyOf": [
            {"type": "object", "minProperties": 1, "additionalProperties": {**TEXT, "minLength": 1}},
            {"type": "string", "pattern": r"\.[Cc][Ss][Vv]$"},
        ]
    }
    shown: ClassVar[tuple[Shown, ...]] = (
        Shown("{lookup: {NL: contoso.nl, BE: contoso.be}}", "BE", "contoso.be"),
        Shown("{lookup: {NL: contoso.nl, BE: contoso.be}}", "be", None),
    )

    @classmethod
    def read(cls, given: Any, context: StepContext | None) -> Self:
        return cls(table(given, context))

    def apply(self, text: str) -> str:
        if text not in self.table:
            raise StepRefused(self.name, "it is not in the table")
        return self.table[text]


def table(given: Any, context: StepContext | None) -> Mapping[str, str]:
    """Read the table behind `lookup`. Raises ValueError; mistakes inside a file are added to the file's
    own.
    """
    if isinstance(given, str):
        if not given.lower().endswith(".csv") or not given.isprintable() or context is None:
            raise ValueError(f"{quote(given)} is no table; write {_FORMS}")
        return _file(given, context).table
    if not isinstance(given, dict) or not given:
        raise ValueError(f"lookup needs a table; write {_FORMS}")
    if wrong := [said for key, value in given.items() if (said := _wrong(key, value))]:
        raise problems_error(Problem((Lookup.name, *said.loc), *said[1:]) for said in wrong)
    made = {key: text_of_value(value) for key, value in given.items()}
    first: dict[str, str] = {}
    for key, value in made.items():
        if first.setdefault(folded(key), value) != value:
            sentence = f"the key {quote(key)} is here twice but for capitals, and not with the same; keep one"
            raise problems_error([Problem((Lookup.name, key), sentence, at_key=True)])
    return made


def _file(name: str, context: StepContext) -> CsvFile:
    path = context.folder / name
    if path not in context.tables:
        context.tables[path] = CsvFile.read(path)
    file = context.tables[path]
    if file.unreadable:
        raise problems_error([Problem((Lookup.name,), file.unreadable)])
    return file


def _wrong(key: str, value: Any) -> Problem | None:
    try:
        if text_of_value(value) and capped(text_of_value(value)):
            return None
        sentence = "there is nothing after this key; write what it becomes, or delete it"
    except ValueError as error:
        sentence = str(error)
    return Problem((key,), sentence)
