"""Mapping files as a set: what a desk can't be asked for is a mistake at its place, said with all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.load import load
from tests.config.files import MAPPING, lay, mistakes_of, replaced, unmarked

CASES = {
    "a variable of a table that has none": (
        "values: {subject: {from: ¶variables.account}}",
        "the table incident has no variables",
    ),
    "a journal's history": (
        "values: {subject: {from: ¶work_notes@display}}",
        "passdesk can't read what was written there before",
    ),
}


@pytest.mark.parametrize(("values", "sentence"), CASES.values(), ids=CASES)
def test_what_the_desk_cannot_be_asked_for_is_a_mistake_where_it_stands(
    tmp_path: Path, values: str, sentence: str
) -> None:
    text, line, column = unmarked(replaced(MAPPING, values=values))
    (mistake,) = mistakes_of(lay(tmp_path, a=text))
    assert (mistake.line, mistake.column) == (line, column)
    assert sentence in mistake.sentence


def test_it_is_said_beside_the_mistakes_of_other_files(tmp_path: Path) -> None:
    first = replaced(MAPPING, values="values: {subject: {from: variables.account}}")
    second = MAPPING.replace("mapping: incidents", "mapping: others") + "nots: {}\n"
    assert [each.path.stem for each in mistakes_of(lay(tmp_path, a=first, b=second))] == ["a", "b"]


def test_a_verb_that_needs_no_mapping_minds_no_mistake_in_one(tmp_path: Path) -> None:
    path = lay(tmp_path, a=MAPPING + "nots: {}\n")
    assert load(path, mappings=False).mappings == ()
    assert [each.path.stem for each in mistakes_of(path)] == ["a"]
