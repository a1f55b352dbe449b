"""One ticket, however people spell its number."""

from __future__ import annotations

import pytest

from connector.domain.spellings import joined, spellings


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("inc0010001", "INC0010001"),
        ("  INC0010001 ", "INC0010001"),
        ("INC 0010001", "INC0010001"),
        ("INC-0010001", "INC0010001"),
        ("#INC0010001", "INC0010001"),
        ("i 2401 001", "I 2401 001"),
        ("I2401001", "I 2401 001"),
        ("I2401 001", "I 2401 001"),
        ("I-2401-001", "I 2401 001"),
        ("I 2401  001", "I 2401 001"),
        ("I\u00a02401\u00a0001", "I 2401 001"),
        ("I 2401 001", "I2401-001"),
        ("i2401001", "I 2401-001"),
        ("6F1967B7-15E8-4935-AC26-D50770ED07A7", "6f1967b7-15e8-4935-ac26-d50770ed07a7"),
        ("A9E30C7DC61122760116894DE7BCC7BD", "a9e30c7dc61122760116894de7bcc7bd"),
        ("Ï7", "Ï7"),
    ],
)
def test_a_number_or_id_is_among_the_spellings_of_what_was_typed(typed: str, number: str) -> None:
    assert number in spellings(typed)
    assert joined(typed) == joined(number)


@pytest.mark.parametrize("typed", ["", " ", "?", "--", "x\0y", "1" * 121])
def test_what_can_be_no_number_has_no_spelling(typed: str) -> None:
    assert spellings(typed) == ()


def test_what_was_typed_is_tried_first() -> None:
    assert spellings("i2401001")[0] == "i2401001"
