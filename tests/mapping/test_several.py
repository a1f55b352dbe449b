"""Nothing is chosen in silence: of several texts that could be meant none is, unless a mapping says which."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.domain.reasons import Reason
from connector.mapping import AnyOf, Condition, Facts, Mapping, MappingNo, Pipeline, Watch
from connector.mapping.steps.extract import MOST_MATCHES, Extract
from connector.mapping.steps.lookup import Lookup
from connector.mapping.steps.transforms import Append, Lower, Transform, Trim
from tests.searching import SEARCH

USER = r"new user name: (\S+)"
REPLIED = """\
02-11-2026 10:12 Ann Lee:
I meant another: new user name: user31@contoso.com

02-11-2026 09:40 Ann Lee:
new user name: user08@contoso.com
"""
MAPPING = Mapping("calls", "bureau", "incidents", Watch((Condition("a", AnyOf(("b",))),)), {})


def of(*steps: Transform, name: str = "subject", text: str = REPLIED) -> Facts | MappingNo:
    values = {"subject": Pipeline(("caller.email",)), name: Pipeline(("request",), steps)}
    return replace(MAPPING, values=values).facts({"request": text, "caller.email": "ann.lee@contoso.com"})


def test_different_matches_refuse_the_ticket_and_are_named() -> None:
    """TOPdesk joins texts newest first: neither the first nor the last is the one that was asked for."""
    no = of(Extract(USER))
    assert isinstance(no, MappingNo)
    assert no.reason is Reason.SUBJECT_AMBIGUOUS
    assert (
        f'2 different parts of it match "{USER}", such as "user31@contoso.com" and "user08@contoso.com", '
        "and it must be one"
    ) in no.sentence


@pytest.mark.parametrize("name", ["requester", "city", "starts_at"])
def test_it_is_so_for_every_value(name: str) -> None:
    no = of(Extract(USER), name=name)
    assert isinstance(no, MappingNo)
    assert no.reason is Reason.MAPPING_FAILED


@pytest.mark.parametrize(("pick", "subject"), [("first", "user31"), ("last", "user08")])
def test_a_mapping_may_say_which_one_counts_and_that_is_told(pick: str, subject: str) -> None:
    facts = of(Extract(USER, pick))
    assert isinstance(facts, Facts)
    assert facts.subject.value == f"{subject}@contoso.com"
    assert facts.picked == (f'request: of 2 different parts the {pick} counts, "{subject}@contoso.com"',)


@pytest.mark.parametrize(
    "text",
    [
        "new user name: user08@contoso.com\n> new user name: user08@contoso.com",
        "new user name: user08@contoso.com\n> new user name: User08@Contoso.com",
    ],
)
def test_the_same_text_several_times_is_one(text: str) -> None:
    facts = of(Extract(USER), Trim(), text=text)
    assert isinstance(facts, Facts)
    assert facts.subject.value == "user08@contoso.com"
    assert not facts.picked


def test_composed_letters_are_the_same_and_letters_that_only_look_alike_are_not() -> None:
    composed = "new user name: zo\u00eb@contoso.com new user name: zoe\u0308@contoso.com"
    alike = "new user name: kim@contoso.com new user name: \u212aim@contoso.com"
    assert isinstance(of(Extract(USER), text=composed), Facts)
    assert isinstance(of(Extract(USER), text=alike), MappingNo)


def test_what_matches_come_to_is_compared_and_not_what_they_are() -> None:
    """A table is asked to the letter: capitals that lead to two people are two people."""
    text, key = "number E1, number e1", Extract(r"number (\w+)")
    assert isinstance(of(key, Lower(), Append("@contoso.com"), text=text), Facts)
    assert isinstance(of(key, Lookup({"E1": "ann@contoso.com", "e1": "ann@contoso.com"}), text=text), Facts)
    for table in ({"E1": "ann@contoso.com", "e1": "bob@contoso.com"}, {"E1": "ann@contoso.com"}):
        assert isinstance(of(key, Lookup(table), text=text), MappingNo)


def test_two_patterns_behind_each_other_are_both_looked_at() -> None:
    text = "a: 1 2; b: 3"
    assert isinstance(of(Extract(r"a: ([^;]*)"), Extract(r"\d"), text=text), MappingNo)
    assert isinstance(of(Extract(r"b: ([^;]*)"), Extract(r"\d"), text=text), Facts)


def test_a_text_that_matches_without_end_is_refused_and_costs_no_time() -> None:
    assert isinstance(of(Extract("x"), text="x" * MOST_MATCHES), Facts)
    for pick in ("only", "first", "last"):
        no = of(Extract("x", pick), text="x" * (MOST_MATCHES + 1))
        assert isinstance(no, MappingNo)
        assert "more than 100 times" in no.sentence


def test_only_parts_that_hold_something_count() -> None:
    facts = of(Extract(r"user:(\w*)|[0-9]"), text="user: 7 user:ann")
    assert isinstance(facts, Facts)
    assert facts.subject.value == "ann"


def test_a_match_far_down_a_long_text_is_another_one() -> None:
    text = f"new user name: ann@contoso.com {'and so on ' * 3000} new user name: "
    assert isinstance(of(Extract(USER), text=f"{text}Ann@contoso.com"), Facts)
    no = of(Extract(USER), text=f"{text}bob@contoso.com")
    assert isinstance(no, MappingNo)
    assert no.reason is Reason.SUBJECT_AMBIGUOUS


SLOW = "[ab](?:[ab]*a[ab]{490}z)?"  # looks through all the text behind each match


@SEARCH
def test_what_each_match_costs_is_bounded_in_a_text_of_any_length() -> None:
    assert isinstance(of(Extract(SLOW), text="a" * 400), MappingNo)
    for length in (2000, 6000, 32_000):
        no = of(Extract(SLOW, "first"), text="a" * length)
        assert isinstance(no, MappingNo)
        assert "too long to look through by so large a pattern" in no.sentence


def test_all_parts_of_a_text_share_one_bound() -> None:
    parts = [f"{'b' * 2}{'a' * (800 + number)}" for number in range(35)]
    both = (Extract("[ab]+"), Extract("b(?:[ab]*a[ab]{900}z)?"))
    assert isinstance(of(*both, text=" ".join(parts[:9])), Facts)
    assert isinstance(of(*both, text=" ".join(parts)), MappingNo)
