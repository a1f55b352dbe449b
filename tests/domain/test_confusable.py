"""A name that looks like another's is refused for its reason; names that people have are not."""

from __future__ import annotations

import pytest

from connector.domain import confusable
from connector.domain.confusable import confusing


@pytest.mark.parametrize(
    "name",
    [
        "ann.lee@contoso.com",
        "o'brien_p-1@contoso.com",
        "svc+kiosk#7@contoso.com",
        "zoë.łukasiewicz@contoso.com",
        "анна.петрова@contoso.com",  # a domain may be of another script than the name
        "αννα@contoso.com",
        "田中ゆーた@contoso.com",
        "李@contoso.com",
        "김@contoso.com",
        "ธน@contoso.com",
        "104233",
        "E-104233",
        "ann lee",  # looked up as it is, and found only where somebody is called so
        " ann.lee@contoso.com ",
        "6f1967b7-15e8-4935-ac26-d50770ed07a7",
        "",
        "   ",
    ],
)
def test_names_that_people_have_are_names(name: str) -> None:
    assert confusing(name) == ""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("ann.l\u0435e@contoso.com", confusable.MIXED),  # Cyrillic е
        ("ann.\u04cf\u0435\u0435@contoso.com", confusable.MIXED),  # all of a part
        ("\u0391nn@contoso.com", confusable.MIXED),  # Greek Alpha
        ("ann@\u0441ontoso.com", confusable.MIXED),
        ("tanaka田中@contoso.com", confusable.MIXED),
        ("\u13aann@contoso.com", confusable.MIXED),  # Cherokee
        ("\u212aim@contoso.com", confusable.STANDS_FOR),  # the Kelvin sign
        ("\uff41nn@contoso.com", confusable.STANDS_FOR),  # a wide a
        ("\ufb01n@contoso.com", confusable.STANDS_FOR),  # a ligature
        ("ann\u2024lee@contoso.com", confusable.STANDS_FOR),  # one dot leader
        ("ann.lee\uff20contoso.com", confusable.STANDS_FOR),
        ("o\u2019brien@contoso.com", confusable.NO_LETTER),
        ("ann\u2010lee@contoso.com", confusable.NO_LETTER),  # a hyphen that isn't ASCII's
        ("10\u06f4233", confusable.NO_LETTER),  # another digit four
        ("ann\U0001f600@contoso.com", confusable.NO_LETTER),
        ("ann\u200blee@contoso.com", confusable.INVISIBLE),
        ("ann\u00adlee@contoso.com", confusable.INVISIBLE),
        ("ann\u034flee@contoso.com", confusable.INVISIBLE),
        ("ann\ufe0flee@contoso.com", confusable.INVISIBLE),
        ("\u202eeel.nna@contoso.com", confusable.INVISIBLE),
        ("ann\u2066lee@contoso.com", confusable.INVISIBLE),
        ("ann\x00lee@contoso.com", confusable.INVISIBLE),
        ("ann\nlee@contoso.com", confusable.INVISIBLE),
        ("ann\u3164lee@contoso.com", confusable.INVISIBLE),  # a filler that counts as a letter
        ("ann.lee @contoso.com", confusable.BLANK),
        ("ann.lee@ contoso.com", confusable.BLANK),
        ("ann. lee@contoso.com", confusable.BLANK),
        ("ann  lee", confusable.BLANK),
        ("ann.lee@contoso.com.", confusable.DOT),
        ("ann.lee.@contoso.com", confusable.DOT),
        (".ann.lee@contoso.com", confusable.DOT),
        ("ann.lee@contoso..com", confusable.DOT),
        ("ann.lee@.contoso.com", confusable.DOT),
        ("annl.", confusable.DOT),
        ("ann.lee@", confusable.DOT),
        ("@contoso.com", confusable.DOT),
    ],
)
def test_a_name_that_may_be_taken_for_anothers_is_refused_for_its_reason(name: str, why: str) -> None:
    assert confusing(name) == why
