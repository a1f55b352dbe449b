"""Docstrings begin with a verb or a noun, and lines are short enough to stand side by side."""

from __future__ import annotations

import pytest

from tests.docs.measure import Docstring, at_root, docstrings, longest

MOST_RELATIVE = 0.03  # of all docstrings: 300 of 1,453 on 29 November 2026; 0.03 is the aim
MOST_AT_ROOT = 8
WIDTH = 110


def test_few_docstrings_begin_with_a_relative_or_interrogative_word() -> None:
    found = list(docstrings())
    relative = [each for each in found if each.relative]
    shown = "\n".join(f"{each.place}: {each.text.splitlines()[0]}" for each in relative)
    assert len(relative) <= MOST_RELATIVE * len(found), f"{len(relative)} of {len(found)}\n{shown}"


def test_the_docstrings_are_seen() -> None:
    assert len(list(docstrings())) > 500


@pytest.mark.parametrize(
    "text",
    [
        "What a look shows.",
        "`Whether` it is so.",
        "Whoever isn't there.",
        "Of one mapping.",
        "Those of a page.",
    ],
)
def test_a_relative_beginning_is_seen(text: str) -> None:
    assert Docstring("x.py:1", text).relative


@pytest.mark.parametrize(
    "text", ["Reserve one slot.", "A ticket.", "Ofte", "429 as sampled.", "Raises Down."]
)
def test_another_beginning_is_let_through(text: str) -> None:
    assert not Docstring("x.py:1", text).relative


def test_no_line_is_longer_than_the_width() -> None:
    width, place = longest()
    assert width <= WIDTH, place


def test_few_files_stand_at_the_root() -> None:
    files, rooms = at_root()
    assert len(files) <= MOST_AT_ROOT
    assert "lifecycle" in rooms
