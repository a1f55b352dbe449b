"""Broken mapping files: the right one, and ways to break it."""

from __future__ import annotations

from pathlib import Path

from tests.config.files import MAPPING, lay, mistakes_of, replaced, unmarked


def of(**keys: str) -> str:
    return replaced(MAPPING, **keys)


def subject(value: str) -> str:
    return of(values=f"values: {{subject: {value}}}")


def then(steps: str) -> str:
    return subject(f"{{from: caller_id.user_name, then: {steps}}}")


def example(text: str) -> str:
    return f"{MAPPING}examples:\n  - {text}\n"


def said_once(folder: Path, marked: str, sentence: str) -> None:
    """A mapping whose ¶ stands where its one mistake must be reported."""
    text, line, column = unmarked(marked)
    found = mistakes_of(lay(folder, incidents=text))
    assert [(each.line, each.column) for each in found] == [(line, column)], [str(each) for each in found]
    assert sentence in str(found[0])
    assert found[0].path.name == "incidents.yaml"
    for word in (
        "Input should",
        "validation",
        "pydantic",
        "Value error",
        "NoneType",
        "this is not what belongs here",
    ):
        assert word not in found[0].sentence
