"""From a mapping file to a Mapping."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from connector import marked_yaml
from connector.mapping.forms import MappingForm
from connector.mapping.model import Example, Mapping
from connector.mapping.sections import SettleForm
from connector.mapping.watch import Condition, Watch
from connector.marked_yaml import Document
from connector.settings.form import Around, fill


def read(path: Path, checks: Around) -> tuple[Mapping | None, Document]:
    """The mapping, and the document with its mistakes; None where there are any. Never raises."""
    document = marked_yaml.read(path)
    values = document.data.get("values") if document.data else None
    names = frozenset({"subject", "requester", *values} if isinstance(values, dict) else ["subject", "requester"])
    form = fill(MappingForm, document, replace(checks, folder=path.parent, value_names=names))
    return (None if document.mistakes or not form else _made(form, document)), document


def _made(form: MappingForm, document: Document) -> Mapping:
    return Mapping(
        name=form.mapping,
        desk=form.desk,
        table=form.table,
        watch=Watch(tuple(Condition(field, test) for field, test in form.watch.items())),
        values={name: value.made() for name, value in form.values.items()},
        pass_=form.pass_.made(),
        timezone=form.timezone,
        allow=form.allow.made(),
        note=form.note.made(),
        settle={outcome: dict(getattr(form.settle, outcome)) for outcome in SettleForm.model_fields},
        examples=tuple(
            Example(document.values["examples", index].line, example.ticket, example.expects, example.refused)
            for index, example in enumerate(form.examples)
        ),
        version=document.version,
        path=document.path,
    )
