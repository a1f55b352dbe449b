"""Each step does one thing."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from connector.mapping.steps.catalogue import TRANSFORMS, about, read_step, steps_table
from connector.mapping.steps.extract import Extract
from connector.mapping.steps.lookup import Lookup
from connector.mapping.steps.replace import Replace
from connector.mapping.steps.require import RULES, Require
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
    "datetime": [
        "",
        "tomorrow",
        "2026-13-01 09:30:00",
        "2026-02-30 09:30",
        "01.03.2026 09:30",
        "2026-03-01",
        "2026-03-01 25:00",
    ],
}


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in ACCEPTED.items() for text in texts]
)
def test_a_rule_lets_through(rule: str, text: str) -> None:
    assert Require(rule).apply(text) == text


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in REFUSED.items() for text in texts]
)
def test_a_rule_refuses_with_a_sentence_of_its_own(rule: str, text: str) -> None:
    with pytest.raises(StepRefused) as raised:
        Require(rule).apply(text)
    assert (raised.value.rule, raised.value.sentence) == (f"require {rule}", RULES[rule](text))


def test_the_rules_are_all_tried() -> None:
    assert set(RULES) == set(ACCEPTED) == set(REFUSED)


SHOWN = [shown for kind in TRANSFORMS.values() for shown in kind.shown]


@pytest.mark.parametrize("shown", SHOWN, ids=[f"{each.step} {each.text}" for each in SHOWN])
def test_every_example_in_the_docs_does_what_it_says(shown: Shown) -> None:
    step = read_step(marked(shown.step), None)
    if shown.result is None:
        with pytest.raises(StepRefused):
            step.apply(shown.text)
    else:
        assert step.apply(shown.text) == shown.result


def test_every_step_is_listed_with_what_it_does_and_an_example() -> None:
    lines = steps_table().splitlines()[2:]
    assert [line.split("`")[1] for line in lines] == list(TRANSFORMS)
    for line, kind in zip(lines, TRANSFORMS.values(), strict=True):
        assert about(kind) in line
        assert len(line.replace("\\|", "").split("|")) == 5
        assert kind.shown[0].step.replace("|", "\\|") in line


def test_what_the_docs_say_of_a_refusal_is_what_is_said() -> None:
    assert "`be` is refused: it is not in the table" in steps_table()


def refusal(step: Transform, text: str) -> str:
    with pytest.raises(StepRefused) as raised:
        step.apply(text)
    return raised.value.sentence


def test_all_pairs_are_replaced_in_one_go_and_the_longer_one_counts() -> None:
    assert Replace({"a": "b", "b": "a"}).apply("abba") == "baab"
    for pairs in ({"ab": "1", "a": "2"}, {"a": "2", "ab": "1"}):
        assert Replace(pairs).apply("aab") == "21"


def test_what_is_replaced_is_no_pattern() -> None:
    assert Replace({".": "", "a+": "x", "\\": "/"}).apply("a.a+b\\") == "axb/"


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.text(max_size=3), min_size=1, max_size=5),
    st.text(max_size=30),
)
def test_a_text_without_what_is_replaced_stays(pairs: dict[str, str], text: str) -> None:
    result = Replace(pairs).apply(text)
    assert result == text or any(old in text for old in pairs)


@pytest.mark.parametrize(
    ("pattern", "text", "part"),
    [
        (r"^(\pL+)\.", "zoë.łukasiewicz", "zoë"),
        (r"\(([^)]+)\)$", "Ann Lee (ann.lee)", "ann.lee"),
        (r"[0-9]{4}", "no 12345", "1234"),
        (r"(?i)contoso\\(.+)", "CONTOSO\\Ann", "Ann"),
        (r"(a)|b", "xa", "a"),
    ],
)
def test_a_pattern_takes_out_its_first_group_or_the_whole_match(pattern: str, text: str, part: str) -> None:
    assert Extract(pattern).apply(text) == part


@pytest.mark.parametrize(
    ("pattern", "text"), [("[0-9]+", "none"), ("(a)|b", "b"), ("[0-9]*", "none"), ("a", ""), ("^a$", "a\n")]
)
def test_no_match_and_an_empty_one_are_refused(pattern: str, text: str) -> None:
    assert "nothing in it matches" in refusal(Extract(pattern), text)


def test_half_a_character_is_never_taken_out() -> None:
    assert "broken" in refusal(Extract(r"\C"), "é")
    assert "broken" in refusal(Extract("a"), "a\ud800")


def test_a_pattern_looks_through_a_text_of_sensible_length_only() -> None:
    for sign in ("e", "é", "😀"):
        assert Extract("x$").apply(sign * 31_999 + "x") == "x"
        assert "too long" in refusal(Extract("x$"), sign * 32_000 + "x")
    assert Extract(r"^\pL+ ([0-9]+)").apply("é" * 31_995 + " 1042") == "1042"


def test_a_pattern_that_is_slow_on_a_long_text_looks_through_short_ones_only() -> None:
    slow = Extract("(?:a?){1000}b")
    assert slow.apply("a" * 1998 + "b").endswith("b")
    assert "by so large a pattern" in refusal(slow, "a" * 31_000 + "b")


@given(st.text(max_size=40), st.text("aé()[]{}*+?|.\\^$0-9,:<>=!Ppd", max_size=12))
def test_any_pattern_is_taken_or_a_mistake_and_never_raises_on_a_text(text: str, pattern: str) -> None:
    try:
        step = read_step({"extract": pattern}, None)
    except ValueError:
        return
    try:
        assert step.apply(text) in text
    except StepRefused as refused:
        assert refused.sentence


def test_a_table_is_asked_to_the_letter() -> None:
    step = Lookup({"NL": "contoso.nl", "": "x"})
    assert step.apply("NL") == "contoso.nl"
    for miss in ("nl", " NL", "NL ", "BE"):
        assert refusal(step, miss) == "it is not in the table"


def marked(text: str) -> Any:
    return yaml.safe_load(text)
