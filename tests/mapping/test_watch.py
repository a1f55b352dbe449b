"""Which tickets a mapping is for: checked on our side, whatever the desk returned."""

from __future__ import annotations

import pytest

from connector.mapping import AnyOf, Condition, Empty, NoneOf, StartsWith, Test, Watch


@pytest.mark.parametrize(
    ("test", "holds", "fails"),
    [
        (AnyOf(("1", "2")), ["1", "2"], ["", "3", "12", " 1"]),
        (NoneOf(("1", "2")), ["3", ""], ["1", "2"]),
        (Empty(True), [""], ["x", " "]),
        (Empty(False), ["x"], [""]),
        (StartsWith("INC"), ["INC", "INC1"], ["inc1", " INC", ""]),
    ],
)
def test_a_condition_holds_for_what_it_says(test: Test, holds: list[str], fails: list[str]) -> None:
    condition = Condition("a", test)
    assert [text for text in [*holds, *fails] if condition.holds({"a": text})] == holds


@pytest.mark.parametrize("test", [AnyOf(("",)), NoneOf(("x",)), Empty(True), Empty(False), StartsWith("")])
def test_a_missing_field_meets_no_condition(test: Test) -> None:
    assert not Watch((Condition("a", test),)).matches({"b": ""})


def test_all_conditions_must_hold_and_none_at_all_match_nothing() -> None:
    watch = Watch((Condition("a", AnyOf(("1",))), Condition("b", Empty(True))))
    assert watch.matches({"a": "1", "b": ""})
    assert not watch.matches({"a": "1", "b": "x"})
    assert not Watch(()).matches({"a": "1"})
