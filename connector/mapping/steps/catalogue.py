"""All steps there are. How one is read, its schema for editors, and its line in docs/mappings.md come from
the classes.
"""

from __future__ import annotations

import inspect
from typing import Any

import yaml
from pydantic import ValidationError, ValidationInfo

from connector.forms.form import Problem, problems_error
from connector.forms.mistakes import choice, no_such
from connector.mapping.keys.checks import MappingContext, mapping_context
from connector.mapping.steps.ascii_letters import Ascii
from connector.mapping.steps.extract import Extract
from connector.mapping.steps.local_date import Date
from connector.mapping.steps.lookup import Lookup
from connector.mapping.steps.replace import Replace
from connector.mapping.steps.require import Require
from connector.mapping.steps.transforms import (
    Append,
    Default,
    Lower,
    Prepend,
    Shown,
    StepRefused,
    Transform,
    Trim,
    Upper,
)

_ALL: tuple[type[Transform], ...] = (
    Trim,
    Lower,
    Upper,
    Append,
    Prepend,
    Replace,
    Extract,
    Lookup,
    Ascii,
    Date,
    Default,
    Require,
)
TRANSFORMS = {each.name: each for each in _ALL}
BARE = [each.name for each in _ALL if each.takes is None]


def step(value: object, info: ValidationInfo) -> Transform:
    """`trim` and its like, or {append: TEXT} and its like. Raises ValueError with the sentence for the
    admin.
    """
    return read_step(value, mapping_context(info))


def read_step(value: object, context: MappingContext | None) -> Transform:
    name, given = next(iter(value.items())) if isinstance(value, dict) and len(value) == 1 else (value, None)
    if not isinstance(name, str):
        raise ValueError(
            f"a step is one of {choice(BARE)}, or {{append: TEXT}} and the like; write one step an entry"
        )
    word = name.partition(" ")[0]
    if isinstance(value, str) and word in TRANSFORMS and TRANSFORMS[word].takes is not None:
        name = word  # `append @contoso.com`: what is missing is the colon
    if name not in TRANSFORMS:
        raise ValueError(no_such("transform", name, TRANSFORMS, listed=True))
    kind = TRANSFORMS[name]
    if kind.takes is None and isinstance(value, dict):
        raise ValueError(f"{name} takes nothing; write {name}")
    if kind.takes is not None and not isinstance(value, dict):
        raise ValueError(f"{name} needs a value; write it with a colon, such as {kind.shown[0].step}")
    try:
        return kind.read(given, context)
    except ValidationError:
        raise
    except ValueError as error:
        sentence = str(error)
    raise problems_error([Problem((name,), sentence)])


def about(kind: type[Transform]) -> str:
    """Describe a step in one line."""
    return " ".join(inspect.cleandoc(kind.__doc__ or "").split())


def step_schema() -> dict[str, Any]:
    return {"anyOf": [_schema(kind) for kind in _ALL]}


def _schema(kind: type[Transform]) -> dict[str, Any]:
    if kind.takes is None:
        return {"const": kind.name, "description": about(kind)}
    given = yaml.safe_load(kind.shown[0].step)
    described = {
        "description": f"{about(kind)} Such as {kind.shown[0].step}",
        "examples": [given[kind.name]],
        **kind.takes,
    }
    return {
        "type": "object",
        "required": [kind.name],
        "properties": {kind.name: described},
        "additionalProperties": False,
    }


def steps_table() -> str:
    """The steps as a table in Markdown, each with examples that are tried as they are written."""
    lines = ["| step | what it does | for example |", "|---|---|---|"]
    for kind in _ALL:
        examples = "<br>".join(_example(shown) for shown in kind.shown)
        lines.append(f"| `{kind.name}` | {about(kind)} | {examples} |")
    return "".join(f"{line}\n" for line in lines)


def _example(shown: Shown) -> str:
    text = _code(shown.text)
    if shown.result is not None:
        return f"{_code(shown.step)}: {text} → {_code(shown.result)}"
    return f"{_code(shown.step)}: {text} is refused: {why_not(shown)}"


def why_not(shown: Shown) -> str:
    try:
        read_step(yaml.safe_load(shown.step), None).apply(shown.text)
    except StepRefused as refused:
        return refused.sentence
    return ""


def _code(text: str) -> str:
    """A pipe would end the cell of a table, even in code."""
    return f"`{text}`".replace("|", "\\|") if text else "an empty text"
