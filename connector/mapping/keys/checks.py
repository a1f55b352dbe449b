"""Surroundings that a mapping file is checked against: config.yaml, its templates, the kind of its desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import ValidationInfo

from connector.forms.form import Context

if TYPE_CHECKING:
    from connector.mapping.keys.dialect import Dialect
    from connector.mapping.keys.floor import Floor
    from connector.mapping.steps.csv_file import CsvFile


class TemplateSet(Protocol):
    def wrong(self, template: str, language: str) -> tuple[str, str] | None: ...


@dataclass(frozen=True)
class MappingContext(Context):
    """The context of a mapping file. None: unknown, since config.yaml is wrong there itself; such checks
    report nothing.
    """

    desks: Mapping[str, Dialect | None] | None = None  # by name; no dialect: of a kind that nobody knows
    dialect: Dialect | None = None  # of the desk that the mapping is for
    floor: Floor | None = None
    mails: bool | None = None  # whether there is a mailbox to send from
    templates: TemplateSet | None = None
    value_names: frozenset[str] = field(default=frozenset())  # that the mapping's examples may expect
    tables: dict[Path, CsvFile] = field(default_factory=dict)  # read along the way, each once


def checks_of(context: Context | None) -> MappingContext | None:
    return context if isinstance(context, MappingContext) else None


def mapping_context(info: ValidationInfo) -> MappingContext | None:
    """The context of a validation; None if a model is made in code and not from a file: values are then
    taken as they are.
    """
    return info.context if isinstance(info.context, MappingContext) else None


def dialect_of(info: ValidationInfo) -> Dialect | None:
    """The dialect of the desk that a mapping is for; None where it can't be told."""
    context = mapping_context(info)
    return context.dialect if context else None
