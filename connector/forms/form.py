"""Models of YAML files whose errors are our own sentences: the key, what is wrong, what to write instead.

Validators raise ValueError(sentence); what pydantic finds itself is put into our words at the level where it
happened, so that no library's vocabulary ever reaches a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, NamedTuple, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from connector.forms.marked_yaml import MISSING, Document, Loc
from connector.forms.mistakes import NO_SPACE, choice, nearest, no_item, no_such, printable, quote
from connector.forms.sentences import no_keys, sentence_of

Made = TypeVar("Made", bound="Form")
_NO_LIST = frozenset({"tuple_type", "list_type"})
_MOST_UNKNOWN = 20  # keys that aren't known in one place: beyond them nobody meant something else


class Problem(NamedTuple):
    """A mistake before it has a place in the file.

    `loc`: below a value. `at_key`: of the key and not of its value. `show`: the line may be shown.
    """

    loc: Loc
    sentence: str
    at_key: bool = False
    show: bool = True


@dataclass(frozen=True)
class Context:
    """Surroundings of a file that its values are checked against."""

    folder: Path  # of the file; relative paths start here
    secrets: bool = False  # whether what references name must be there now


def context_of(info: ValidationInfo) -> Context | None:
    """The context of a validation; None if a model is made in code and not from a file: values are then
    taken as they are.
    """
    return info.context if isinstance(info.context, Context) else None


class Form(BaseModel):
    """Keys with values. Unknown keys are mistakes, and so are keys with nothing behind them."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    later: ClassVar[Mapping[str, str]] = {}  # keys of the contract whose work comes later: what to do for now
    elsewhere: ClassVar[Mapping[str, str]] = {}  # names that people look for here: where they belong
    may_be_null: ClassVar[frozenset[str]] = frozenset()
    shape: ClassVar[str] = "{key: value}"  # for somebody who wrote something else

    @classmethod
    def cross_checks(cls, data: Mapping[str, Any], context: Context | None) -> Iterable[Problem]:
        """Problems of several keys together, as they are written: reported beside those of each key."""
        return ()

    @classmethod
    @cache
    def named(cls) -> dict[str, FieldInfo]:
        """The fields by the keys that people write."""
        return {info.alias or name: info for name, info in cls.model_fields.items()}

    @classmethod
    def likely_keys(cls, data: Mapping[str, Any]) -> dict[str, str]:
        """Unknown keys, and the known ones that they probably stand for."""
        unknown = [key for key in data if key not in cls.named()]
        found = {key: cls._nearest(key, data) for key in unknown[:_MOST_UNKNOWN]}
        return {key: near for key, near in found.items() if near}

    @classmethod
    def example(cls, key: str, context: Context | None) -> str:
        """An example of what to write behind a key that is missing; "": there is none."""
        return next(iter(cls.named()[key].examples or ()), "")

    @classmethod
    def _nearest(cls, key: str, data: Mapping[str, Any]) -> str | None:
        free = [known for known in cls.named() if known not in data]
        before = key.partition(":")[0]
        return before if before in free else None if key in cls._belonging() else nearest(key, free)

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, data: Any, handler: ModelWrapValidatorHandler[Form], info: ValidationInfo) -> Form:
        said = (
            [*cls.cross_checks(data, context_of(info)), *cls._empty(data)] if isinstance(data, dict) else []
        )
        try:
            made = handler(data)
        except ValidationError as error:
            found = error.errors(include_url=False)
        else:
            if not said:
                return made
            found = []
        raise problems_error(
            [
                *said,
                *(
                    cls._unlisted(details, info) or cls._problem(details, data, context_of(info))
                    for details in found
                    if not cls._is_known(details, data)
                ),
            ]
        )

    @classmethod
    def _is_known(cls, details: ErrorDetails, data: Any) -> bool:
        """Tell whether another sentence says it already: that a key is empty, or that a misspelt one
        stands here.
        """
        if details["type"] == "default_factory_not_called":
            return True
        if details["type"] == "too_short" and details["input"]:
            return True  # what is wrong with its entries is said at each
        if not isinstance(data, dict) or len(details["loc"]) != 1:
            return False
        key = str(details["loc"][0])
        return (
            key in cls.likely_keys(data).values()
            if details["type"] == "missing"
            else cls._is_empty(key, data)
        )

    @classmethod
    def _is_empty(cls, key: str, data: Mapping[str, Any]) -> bool:
        return key in data and data[key] is None and key in cls.named() and key not in cls.may_be_null

    @classmethod
    def _empty(cls, data: Mapping[str, Any]) -> Iterable[Problem]:
        belonging = cls._belonging()
        if any(no_item(key) for key in data):
            return  # an entry of a list that lacks its space, and leaves the list empty
        outdented = {belonging[key] for key in data if key in belonging and key not in cls.named()}
        for key, info in cls.named().items():
            if cls._is_empty(key, data) and key not in outdented:
                such = f", such as {key}: {info.examples[0]}" if info.examples else ""
                cure = such if info.is_required() else ", or delete the key"
                yield Problem((key,), f"this is empty; write a value{cure}")

    @classmethod
    def _unlisted(cls, details: ErrorDetails, info: ValidationInfo) -> Problem | None:
        """A text where a list belongs: its entries are tried, so that the cure is right at once."""
        loc, text = details["loc"], details["input"]
        if details["type"] in _NO_LIST and isinstance(text, str) and len(loc) == 1:
            return Problem(loc, cls._unlisted_text(str(loc[0]), text, info))
        return None

    @classmethod
    def _unlisted_text(cls, key: str, text: str, info: ValidationInfo) -> str:
        if sentence := no_item(text):
            return sentence
        for entries in ([text], re.split(r"\s*[,;|]\s*", text.strip(" ,;|")), text.split()):
            wrong = cls._wrong_entry(key, entries, info)
            if not wrong:
                return f"this must be a list; write [{printable(', '.join(entries))}]"
            sentence = sentence or wrong
        return f"{sentence}, and write it as a list, in [ ]"

    @classmethod
    def _wrong_entry(cls, key: str, entries: list[str], info: ValidationInfo) -> str:
        field = cls.named()[key]
        known: Any = Annotated[field.annotation, Field(), *field.metadata]  # as it runs
        kind: TypeAdapter[Any] = TypeAdapter(known)
        try:
            kind.validate_python(entries, context=info.context)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            first["loc"] = (key, *first["loc"])
            return cls._problem(first, entries, context_of(info)).sentence
        return ""

    @classmethod
    def _problem(cls, details: ErrorDetails, data: Any, context: Context | None) -> Problem:
        loc, kind, about = details["loc"], details["type"], details.get("ctx", {})
        at_key = bool(loc) and loc[-1] == "[key]"
        loc = loc[:-1] if at_key else loc
        if loc and (known := cls.model_fields.get(str(loc[0]))) and known.alias:
            loc = (known.alias, *loc[1:])  # a default goes by the model's own name
        match kind:
            case "ours":
                return Problem(loc, *about["said"])
            case "value_error":
                return Problem(
                    loc, str(about["error"]), at_key, not isinstance(about["error"], SecretValueError)
                )
            case "extra_forbidden":
                return Problem(loc, cls._unknown(str(loc[-1]), data), at_key=True)
            case "missing":
                return Problem(loc[:-1], cls._missing(str(loc[-1]), context))
            case "model_type" | "model_attributes_type" if not loc:
                return Problem((), no_keys(data, cls.shape))
        noun = next((part for part in reversed(loc) if isinstance(part, str)), "word")
        listed = bool(loc) and isinstance(loc[-1], int)
        return Problem(loc, sentence_of(kind, details["input"], about, noun, listed=listed), at_key)

    @classmethod
    def _unknown(cls, key: str, data: Mapping[str, Any]) -> str:
        if key in cls.later:
            return f"{key} comes in a later release; {cls.later[key]}"
        if home := cls._belonging().get(key):
            return f"there is no key {quote(key)} here; it belongs under {home}, indented"
        if no_item(key):
            return NO_SPACE
        if key.partition(":")[0] in cls.named():
            return "a space is missing after the colon; write key: value"
        near = cls._nearest(key, data)
        return no_such("key", key, [near] if near else cls.named())

    @classmethod
    @cache
    def _belonging(cls) -> dict[str, str]:
        """Keys of the sections in here, by the section that they belong to."""
        below = {
            key: section
            for section, info in cls.named().items()
            for kind in (info.annotation, *get_args(info.annotation))
            if isinstance(kind, type) and issubclass(kind, Form)
            for key in kind.named()
            if key not in cls.named()
        }
        return {**below, **cls.elsewhere}

    @classmethod
    def _missing(cls, key: str, context: Context | None) -> str:
        example = cls.example(key, context)
        return f"the key {quote(key)}{MISSING}it" + (f", such as {key}: {example}" if example else "")


class SecretValueError(ValueError):
    """A sentence about a value that must not be shown: it may be a secret."""


def problems_error(mistakes: Iterable[Problem]) -> ValidationError:
    """An error of several problems below one value, for a validator to raise."""
    lines = [
        InitErrorDetails(
            type=PydanticCustomError("ours", "{said}", {"said": said[1:]}), loc=said.loc, input=None
        )
        for said in mistakes
    ]
    return ValidationError.from_exception_data("form", lines)


def fill(form: type[Made], document: Document, context: Context) -> Made | None:
    """The model of a document; None where something was wrong, which is then among the document's
    mistakes.
    """
    if document.data is None:
        return None
    try:
        return form.model_validate(document.data, context=context)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    for details in found:
        sentence, at_key, show = details["ctx"]["said"]
        document.wrong(details["loc"], sentence, at_key=at_key, show=show)
    return None


def problems_in(error: ValidationError) -> list[Problem]:
    """Problems of an error, to report them together with more, or further up."""
    return [
        Problem(each["loc"], *each["ctx"]["said"])
        for each in error.errors(include_url=False, include_input=False)
    ]


def by_kind(kinds: dict[str, type[Form]], data: Any, info: ValidationInfo) -> Form:
    """The model that the key `kind` names."""
    if isinstance(data, Form):
        return data
    if not isinstance(data, dict):
        raise ValueError(f"write {{kind: …}} with one of {choice(list(kinds), 'and')}")
    if "kind" not in data:
        raise ValueError(f'the key "kind" is missing; add kind: {choice(list(kinds))}')
    if data["kind"] not in list(kinds):
        raise problems_error(
            [Problem(("kind",), sentence_of("literal_error", data["kind"], {"known": kinds}, "kind"))]
        )
    kind = kinds[data["kind"]]
    others = {
        key: name
        for name, other in reversed(kinds.items())
        for key in other.named()
        if key not in kind.named()
    }
    wrong = [
        Problem((key,), f"{key} goes with kind: {others[key]}; change the kind, or delete this", at_key=True)
        for key in data
        if key in others and key not in kind.likely_keys(data)
    ]
    if not wrong:
        return kind.model_validate(data, context=info.context)
    try:
        kind.model_validate(
            {key: value for key, value in data.items() if key not in others}, context=info.context
        )
    except ValidationError as error:
        wrong += problems_in(error)
    raise problems_error(wrong)
