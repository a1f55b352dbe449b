"""Models of YAML files whose errors are our own sentences: the key, what is wrong, what to write instead.

Validators raise ValueError(sentence); what pydantic finds itself is put into our words at the level where it happened,
so that no library's vocabulary ever reaches a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, ValidationInfo, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from connector.marked_yaml import Document, Loc
from connector.mistakes import choice, no_such, printable, quote

if TYPE_CHECKING:
    from connector.mapping.csv_file import CsvFile
    from connector.settings.sections import Floor

Made = TypeVar("Made", bound="Form")


class Said(NamedTuple):
    """A mistake before it has a place: where below a value, whether at its key, and whether the line may be shown."""

    loc: Loc
    sentence: str
    at_key: bool = False
    show: bool = True


@dataclass(frozen=True)
class Around:
    """What a file is checked against. None: unknown, since config.yaml is wrong there itself; such checks say nothing."""

    folder: Path  # of the file; relative paths start here
    secrets: bool = False  # whether what references name must be there now
    desks: Mapping[str, object] | None = None  # name to kind
    floor: Floor | None = None
    value_names: frozenset[str] = field(default=frozenset())  # what a mapping's examples may expect
    tables: dict[Path, CsvFile] = field(default_factory=dict)  # read along the way, each once


def around(info: ValidationInfo) -> Around | None:
    """None where a model is made in code and not from a file: values are then taken as they are."""
    return info.context if isinstance(info.context, Around) else None


class Form(BaseModel):
    """Keys with values. Unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    later: ClassVar[Mapping[str, str]] = {}  # keys of the contract whose work comes later: what to do for now

    @classmethod
    def beside(cls, data: Mapping[str, Any], checks: Around | None) -> Iterable[Said]:
        """What is wrong with several keys together, as they are written: said beside what is wrong with each."""
        return ()

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, data: Any, handler: ModelWrapValidatorHandler[Form], info: ValidationInfo) -> Form:
        said = list(cls.beside(data, around(info))) if isinstance(data, dict) else []
        try:
            made = handler(data)
        except ValidationError as error:
            found = error.errors(include_url=False)
        else:
            if not said:
                return made
            found = []
        raise several([*said, *(cls._said(details) for details in found if details["type"] != "default_factory_not_called")])

    @classmethod
    def _said(cls, details: ErrorDetails) -> Said:
        loc, kind, context = details["loc"], details["type"], details.get("ctx", {})
        at_key = bool(loc) and loc[-1] == "[key]"
        loc = loc[:-1] if at_key else loc
        if loc and (known := cls.model_fields.get(str(loc[0]))) and known.alias:
            loc = (known.alias, *loc[1:])  # a default goes by the model's own name
        match kind:
            case "ours":
                return Said(loc, *context["said"])
            case "value_error":
                return Said(loc, str(context["error"]), at_key, not isinstance(context["error"], Unshown))
            case "extra_forbidden":
                return Said(loc, cls._unknown(str(loc[-1])), at_key=True)
            case "missing":
                return Said(loc[:-1], cls._missing(str(loc[-1])))
        noun = next((part for part in reversed(loc) if isinstance(part, str)), "word")
        return Said(loc, _sentence(kind, details["input"], context, noun), at_key)

    @classmethod
    def _unknown(cls, key: str) -> str:
        if key in cls.later:
            return f"{key} comes in a later release; {cls.later[key]}"
        return no_such("key", key, [field.alias or name for name, field in cls.model_fields.items()])

    @classmethod
    def _missing(cls, key: str) -> str:
        known = next(field for name, field in cls.model_fields.items() if (field.alias or name) == key)
        example = f", such as {key}: {known.examples[0]}" if known.examples else ""
        return f"the key {quote(key)} is missing; add it{example}"


class Unshown(ValueError):
    """A sentence about a value that must not be shown: it may be a secret."""


def several(mistakes: Iterable[Said]) -> ValidationError:
    """Several mistakes below one value, for a validator to raise."""
    lines = [
        InitErrorDetails(type=PydanticCustomError("ours", "{said}", {"said": said[1:]}), loc=said.loc, input=None)
        for said in mistakes
    ]
    return ValidationError.from_exception_data("form", lines)


def fill(form: type[Made], document: Document, checks: Around) -> Made | None:
    """The model of a document; None where something was wrong, which is then among the document's mistakes."""
    if document.data is None:
        return None
    try:
        return form.model_validate(document.data, context=checks)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    for details in found:
        sentence, at_key, show = details["ctx"]["said"]
        document.wrong(details["loc"], sentence, at_key=at_key, show=show)
    return None


def pick(kinds: Mapping[str, type[Form]], data: Any, info: ValidationInfo) -> Form:
    """The model that the key `kind` names."""
    if isinstance(data, Form):
        return data
    if not isinstance(data, dict):
        raise ValueError(f"write {{kind: …}} with one of {choice(list(kinds), 'and')}")
    if "kind" not in data:
        raise ValueError(f'the key "kind" is missing; add kind: {choice(list(kinds))}')
    if not isinstance(data["kind"], str) or data["kind"] not in kinds:
        raise several([Said(("kind",), no_such("kind", data["kind"], kinds))])
    return kinds[data["kind"]].model_validate(data, context=info.context)


def _sentence(kind: str, given: Any, context: Mapping[str, Any], noun: str) -> str:
    """What pydantic found, as a sentence."""
    if given is None:
        return "this is empty; write a value, or delete the key"
    match kind:
        case "literal_error":
            return no_such(noun, given, re.findall(r"'([^']*)'", context["expected"]))
        case "string_type":
            if isinstance(given, bool | int):
                shown = str(given).lower() if isinstance(given, bool) else str(given)
                return f'this must be a text; write "{shown}" in quotes'
            return "this must be one text; write it without a list or {…}"
        case "bool_type" | "bool_parsing":
            return f"this is {quote(given)}; write true or false" if isinstance(given, str | int) else "write true or false"
        case "int_type" | "int_parsing" | "int_from_float":
            return "this must be a whole number; write one without quotes, such as 8"
        case "greater_than_equal":
            return f"this is {given}; write {context['ge']} or more"
        case "less_than_equal":
            return f"this is {given}; write {context['le']} or less"
        case "tuple_type" | "list_type":
            return f"this must be a list; write [{printable(given) if isinstance(given, str) else '…'}]"
        case "too_short":
            return "this list is empty; name at least one"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "keys with values belong here; write {key: value}, or lines below that are indented"
    return "this is not what belongs here; see the example that comes with passdesk"
