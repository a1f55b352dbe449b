"""From a mapping file to a Mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Any

from connector.forms import marked_yaml
from connector.forms.form import fill
from connector.forms.marked_yaml import Document, Loc
from connector.forms.mistakes import nearest, quote
from connector.mapping.keys.checks import MappingContext
from connector.mapping.keys.dialect import Dialect
from connector.mapping.keys.forms import MappingForm
from connector.mapping.keys.sections import SettleForm
from connector.mapping.keys.unbuilt import MISSING
from connector.mapping.model import Example, Mapping
from connector.mapping.steps.csv_file import CsvFile
from connector.mapping.traits import UNKNOWN_DESK
from connector.mapping.watch import Condition, Watch


def read(path: Path, checks: MappingContext) -> tuple[Mapping | None, Document]:
    """The mapping, and the document with its mistakes and those of its tables; None where there are any.
    Never raises.
    """
    document = marked_yaml.read(path)
    data = document.data or {}
    dialect = _dialect(data.get("desk"), checks)
    context = replace(checks, folder=path.parent, value_names=_names(data), tables={}, dialect=dialect)
    form = fill(MappingForm, document, context)
    for table in context.tables.values():
        for each in table.mistakes:
            document.found[each.line, each.column, str(each.path)] = each
    if document.mistakes or not form:
        return None, document
    mapping = _build(form, document, tuple(context.tables.values()), dialect)
    _slips(mapping, document)
    return (None if document.mistakes else mapping), document


def _dialect(desk: object, checks: MappingContext) -> Dialect | None:
    """The dialect of the desk that is named, or probably meant: one mistake hides no other."""
    desks = checks.desks or {}
    name = desk if desk in desks else nearest(desk, desks) if isinstance(desk, str) else None
    return desks[name] if isinstance(name, str) else None


def _names(data: dict[str, Any]) -> frozenset[str]:
    """The names that an example may expect."""
    values, confirm = data.get("values"), data.get("confirm")
    confirmed = [f"confirm.{name}" for name in confirm] if isinstance(confirm, dict) else []
    return frozenset(["subject", "requester", *(values if isinstance(values, dict) else ()), *confirmed])


def _slips(mapping: Mapping, document: Document) -> None:
    """A field that an example names and the mapping doesn't may be there for people to read, but hardly with
    a slip.

    Where several examples agree, the slip is the mapping's.
    """
    named = Counter(name for example in mapping.examples for name in example.ticket)
    for name in named:
        near = [] if name in mapping.columns else get_close_matches(name, mapping.columns, n=1, cutoff=0.9)
        for field in near:
            places = [loc for loc in document.values if _at(document.data, loc) == field]
            if named[name] > 1 and not named[field] and places:
                document.wrong(
                    places[0], f"the examples call this field {quote(name)}; write that, or change them"
                )
            else:
                _slip(mapping, document, name, field)


def _slip(mapping: Mapping, document: Document, name: str, field: str) -> None:
    for index, example in enumerate(mapping.examples):
        if name in example.ticket and field not in example.ticket:
            sentence = f"the mapping names no field {quote(name)}; write {field}"
            document.wrong(("examples", index, "ticket", name), sentence, at_key=True)


def _at(data: Any, loc: Loc) -> Any:
    for part in loc:
        data = data[part]
    return data


def _version(document: Document, tables: tuple[CsvFile, ...]) -> str:
    if not tables:
        return document.version
    return sha256(
        "\n".join([document.version, *sorted(each.digest for each in tables)]).encode()
    ).hexdigest()[:12]


def _late_at_most(form: MappingForm) -> int:
    start = form.values.get("starts_at")
    return start.late_at_most if start and start.late == "now" else 0


def idle_keys(form: MappingForm) -> Iterator[tuple[str, str]]:
    """The keys that somebody wrote and that do nothing yet, each with what is missing."""
    if form.mode == "shadow":
        yield "mode", MISSING["mode"]


def _build(
    form: MappingForm, document: Document, tables: tuple[CsvFile, ...], dialect: Dialect | None
) -> Mapping:
    return Mapping(
        name=form.mapping,
        desk=form.desk,
        table=form.table,
        watch=Watch(tuple(Condition(field, test) for field, test in form.watch.items())),
        values={name: value.build() for name, value in form.values.items()},
        confirm={name: value.build() for name, value in form.confirm.items()},
        pass_=form.pass_.build(),
        timezone=form.timezone,
        late_at_most=_late_at_most(form),
        allow=form.allow.build(),
        deliver=form.deliver,  # type: ignore[arg-type]
        note=form.note.build(dialect),
        mail=form.mail.build(),
        settle={
            outcome: dict(getattr(form.settle, outcome))
            for outcome in SettleForm.model_fields
            if f"settle.{outcome}" not in MISSING
        },
        examples=tuple(
            Example(
                document.values["examples", index].line,
                example.ticket,
                example.expects,
                example.refused,
                example.watched,
            )
            for index, example in enumerate(form.examples)
        ),
        traits=dialect.traits if dialect else UNKNOWN_DESK,
        shadow=form.mode == "shadow",
        idle=dict(idle_keys(form)),
        again=form.again.build() if form.again else None,
        version=_version(document, tables),
        path=document.path,
        files={document.path: document.version, **{each.path: each.digest[:12] for each in tables}},
    )
