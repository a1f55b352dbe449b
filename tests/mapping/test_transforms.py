"""Each step does one thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mapping.transforms import (
    BARE,
    RULES,
    WITH_TEXT,
    Append,
    Default,
    Lower,
    Prepend,
    Refused,
    Require,
    Transform,
    Trim,
    Upper,
)


@pytest.mark.parametrize(
    ("step", "text", "result"),
    [
        (Trim(), " \t\u00a0Ann Lee\n", "Ann Lee"),
        (Lower(), "Ann.LEE", "ann.lee"),
        (Lower(), "ZOË.ŁUKASIEWICZ", "zoë.łukasiewicz"),
        (Upper(), "zoë", "ZOË"),
        (Append("@contoso.com"), "ann", "ann@contoso.com"),
        (Append("@contoso.com"), "", ""),
        (Prepend("svc."), "ann", "svc.ann"),
        (Prepend("svc."), "", ""),
        (Default("none"), "", "none"),
        (Default("none"), "x", "x"),
    ],
)
def test_a_step_makes_of_a_text(step: Transform, text: str, result: str) -> None:
    assert step.apply(text) == result


@given(st.text())
def test_changing_case_never_makes_an_ascii_letter_of_another(text: str) -> None:
    for step in (Lower(), Upper()):
        assert sum(char.isascii() for char in step.apply(text)) == sum(char.isascii() for char in text)


def test_the_kelvin_sign_does_not_become_a_k() -> None:
    assert Lower().apply("\u212aim") != "kim"


ACCEPTED = {
    "upn": [
        "ann@contoso.com",
        "o'brien@contoso.com",
        "a#b+c%d@contoso.com",
        "$svc@contoso.com",
        "zoë.łukasiewicz@contoso.com",
        "a@b",
    ],
    "email": ["ann.lee@contoso.com", "o'brien+x@mail.contoso.co.uk", "zoë@müller.example"],
    "guid": ["6f1967b7-15e8-4935-ac26-d50770ed07a7", "6F1967B7-15E8-4935-AC26-D50770ED07A7"],
    "digits": ["0", "007"],
    "datetime": ["2026-03-01 09:30:00", "2026-03-01T09:30:00Z", "2026-03-01T09:30+02:00", "2026-03-01 09:30"],
}
REFUSED = {
    "upn": [
        "",
        "ann",
        "@contoso.com",
        "ann@",
        "a@b@c",
        "ann lee@contoso.com",
        "ann@contoso.com\n",
        "a\u200b@b",
        "a\u00a0@b",
        "a\x00@b",
    ],
    "email": [
        "",
        "ann",
        "ann@contoso",
        "a@b@c.org",
        "ann lee@contoso.com",
        "Ann <ann@contoso.com>",
        "a@x.org,b@x.org",
        "a@-x.org",
        "a@x..org",
    ],
    "guid": [
        "",
        "6f1967b715e84935ac26d50770ed07a7",
        "{6f1967b7-15e8-4935-ac26-d50770ed07a7}",
        "6f1967b7-15e8-4935-ac26-d50770ed07a7\n",
    ],
    "digits": ["", "-1", "1.0", "١٢", "12\n"],
    "datetime": ["", "tomorrow", "2026-13-01 09:30:00", "2026-02-30 09:30", "01.03.2026 09:30", "2026-03-01", "2026-03-01 25:00"],
}


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in ACCEPTED.items() for text in texts])
def test_a_rule_lets_through(rule: str, text: str) -> None:
    assert Require(rule).apply(text) == text


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in REFUSED.items() for text in texts])
def test_a_rule_refuses_with_a_sentence_of_its_own(rule: str, text: str) -> None:
    with pytest.raises(Refused) as raised:
        Require(rule).apply(text)
    assert (raised.value.rule, raised.value.sentence) == (f"require {rule}", RULES[rule](text))


def test_the_registry_names_each_step_as_it_is_written() -> None:
    assert [*BARE, *WITH_TEXT] == ["trim", "lower", "upper", "append", "prepend", "default", "require"]
    assert set(RULES) == set(ACCEPTED) == set(REFUSED)
