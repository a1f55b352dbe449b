"""From a ticket's fields to facts, or to a no that an agent understands."""

from __future__ import annotations

from collections.abc import Mapping as Fields
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.reasons import Reason
from connector.mapping import (
    Allow,
    AnyOf,
    Approval,
    Condition,
    Facts,
    Key,
    Mapping,
    MappingNo,
    NoneOf,
    Pipeline,
    Watch,
)
from connector.mapping.steps.extract import Extract
from connector.mapping.steps.lookup import Lookup
from connector.mapping.steps.replace import Replace
from connector.mapping.steps.require import RULES, Require
from connector.mapping.steps.transforms import Append, Default, Lower, Prepend, Transform, Trim, Upper

MAPPING = Mapping(
    name="incidents",
    desk="snow",
    table="incident",
    watch=Watch((Condition("state", AnyOf(("1", "2"))),)),
    values={
        "subject": Pipeline(
            ("caller_id.user_name",), (Trim(), Lower(), Append("@contoso.com"), Require("upn"))
        ),
        "requester": Pipeline(("opened_by.email", "u_by"), (Trim(), Lower(), Require("email")), "mail"),
        "city": Pipeline(("location.city",), (Default("none"), Upper())),
    },
    allow=Allow(Approval("approval", ("approved",)), Condition("contact_type", NoneOf(("email",)))),
)
TICKET = {
    "caller_id.user_name": " Ann.Lee ",
    "opened_by.email": "Kim@contoso.com",
    "location.city": "Ede",
    "approval": "approved",
    "contact_type": "phone",
    "state": "1",
}


def facts(**changes: str) -> Facts:
    result = MAPPING.facts({**TICKET, **{key.replace("__", "."): value for key, value in changes.items()}})
    assert isinstance(result, Facts)
    return result


def no(mapping: Mapping, fields: Fields[str, str]) -> MappingNo:
    result = mapping.facts(fields)
    assert isinstance(result, MappingNo)
    return result


def only(*steps: Transform, source: str = "who") -> Mapping:
    return replace(MAPPING, values={"subject": Pipeline((source,), steps)})


def test_a_ticket_becomes_facts() -> None:
    result = facts()
    assert result.subject == Key("ann.lee@contoso.com", "upn_or_id")
    assert result.requester == Key("kim@contoso.com", "mail")
    assert result.values == {"city": "EDE"}


def test_the_first_field_that_is_not_empty_counts() -> None:
    assert facts(opened_by__email="  ", u_by="pat@contoso.com").requester == Key("pat@contoso.com", "mail")


def test_an_absent_requester_is_nobody_and_no_malformed_name() -> None:
    assert facts(opened_by__email="", u_by="").requester is None


def test_a_field_that_may_not_be_read_is_not_empty() -> None:
    for missing in ("caller_id.user_name", "opened_by.email"):
        result = no(MAPPING, {name: text for name, text in TICKET.items() if name != missing})
        assert (result.reason, result.field) == (Reason.EVIDENCE_MISSING, missing)


def test_a_later_field_never_stands_in_for_one_that_may_not_be_read() -> None:
    mapping = replace(MAPPING, values={"subject": Pipeline(("assigned_to", "caller"))})
    assert no(mapping, {"caller": "ann"}).reason is Reason.EVIDENCE_MISSING
    assert isinstance(mapping.facts({"assigned_to": "ann"}), Facts)


@pytest.mark.parametrize("given_text", ["", "   ", "\t\n"])
@pytest.mark.parametrize(
    "steps",
    [(), (Trim(),), (Append("@contoso.com"),), (Prepend("svc."), Append("@x.org")), (Require("upn"),)],
)
def test_an_empty_subject_is_missing_whatever_is_appended(
    given_text: str, steps: tuple[Transform, ...]
) -> None:
    result = no(only(*steps), {"who": given_text})
    assert result == MappingNo(Reason.SUBJECT_MISSING, "who", "missing", "", "The field who is empty.")


def test_a_subject_that_breaks_a_rule_is_malformed() -> None:
    result = no(MAPPING, {**TICKET, "caller_id.user_name": "ann lee"})
    assert (result.reason, result.field, result.rule, result.excerpt) == (
        Reason.SUBJECT_MALFORMED,
        "caller_id.user_name",
        "require upn",
        "ann lee",
    )
    assert result.sentence.startswith(
        'The field caller_id.user_name holds "ann lee": a user principal name has no spaces'
    )


def test_any_other_value_that_breaks_a_rule_fails_the_mapping() -> None:
    result = no(MAPPING, {**TICKET, "opened_by.email": "", "u_by": "nobody"})
    assert (result.reason, result.field, result.rule) == (Reason.MAPPING_FAILED, "u_by", "require email")


def test_the_subject_is_judged_first() -> None:
    assert (
        no(MAPPING, {**TICKET, "opened_by.email": "nobody", "caller_id.user_name": ""}).reason
        == Reason.SUBJECT_MISSING
    )


def test_a_text_that_is_too_long_is_refused_and_not_cut() -> None:
    assert isinstance(only().facts({"who": "a" * 1000}), Facts)
    long = f"{'Dear desk. ' * 2900}New user name: ann.lee@contoso.com"
    name = Extract("New user name: ([^ ]+)")
    found = only(Trim(), Lower(), Extract("new user name: ([^ ]+)"), Require("upn")).facts({"who": long})
    assert isinstance(found, Facts)
    assert found.subject.value == "ann.lee@contoso.com"
    for steps in ((Trim(),), (Append("x"), name), (Extract(".+"), Lower()), (Replace({"D": "d"}), name)):
        assert isinstance(only(*steps).facts({"who": long}), MappingNo)
    assert isinstance(only(name).facts({"who": "a" * 32_001}), MappingNo)
    result = no(only(), {"who": "a" * 1001})
    assert (result.reason, result.rule, len(result.excerpt)) == (Reason.SUBJECT_MALFORMED, "length", 41)


@pytest.mark.parametrize(
    "text", ["ann\u200b@contoso.com", "ann\n@contoso.com", "ann\u202e@contoso.com", "ann\x00"]
)
def test_a_name_with_invisible_characters_is_malformed_without_any_rule(text: str) -> None:
    result = no(only(), {"who": text})
    assert result.reason == Reason.SUBJECT_MALFORMED
    assert result.excerpt.isprintable()
    assert result.sentence.isprintable()


@pytest.mark.parametrize(
    "field", ["caller_id.user_name", "opened_by.email", "location.city", "approval", "contact_type"]
)
def test_the_digest_changes_with_everything_that_a_decision_rests_on(field: str) -> None:
    edited = {**TICKET, field: "other@contoso.com" if "email" in field else "other"}
    assert MAPPING.facts(edited).digest != facts().digest  # type: ignore[union-attr]


def test_the_digest_tells_a_missing_approval_from_an_empty_one() -> None:
    without = {name: text for name, text in TICKET.items() if name != "approval"}
    missing, empty = MAPPING.facts(without), MAPPING.facts({**without, "approval": ""})
    assert missing.digest != empty.digest  # type: ignore[union-attr]


def test_the_digest_stays_when_the_state_or_what_makes_no_difference_changes() -> None:
    assert facts(state="2", caller_id__user_name="ANN.LEE", u_note="x").digest == facts().digest


steps = st.lists(
    st.one_of(
        st.sampled_from([Trim(), Lower(), Upper()]),
        st.builds(Append, st.text(max_size=5)),
        st.builds(Prepend, st.text(max_size=5)),
        st.builds(Default, st.text(max_size=5)),
        st.builds(
            Replace,
            st.dictionaries(st.text(min_size=1, max_size=2), st.text(max_size=400), min_size=1, max_size=3),
        ),
        st.sampled_from([Extract("(.*)@"), Extract(r"\pL+"), Extract(r"\C"), Lookup({"a": "ann", "": "x"})]),
        st.builds(Require, st.sampled_from(sorted(RULES))),
    ),
    max_size=5,
)
hard = st.one_of(
    st.text(max_size=60),
    st.text("aA@.- '\u00df\u0130\u212a\x00\n0", max_size=20),
    st.just("x" * 1001),
    st.just("\ud800"),
)


@given(steps, steps, st.fixed_dictionaries({}, optional={"a": hard, "b": hard, "approval": hard}))
def test_no_ticket_makes_it_raise_and_every_answer_is_safe_to_show(
    one: list[Transform], two: list[Transform], fields: dict[str, str]
) -> None:
    values = {
        "subject": Pipeline(("a",), tuple(one)),
        "requester": Pipeline(("b", "a"), tuple(two)),
        "x": Pipeline(("b",), tuple(two)),
    }
    result = replace(MAPPING, values=values).facts(fields)
    if isinstance(result, MappingNo):
        assert result.sentence.isprintable()
        assert len(result.excerpt) <= 41
        assert result.reason in {
            Reason.SUBJECT_MISSING,
            Reason.SUBJECT_MALFORMED,
            Reason.SUBJECT_AMBIGUOUS,
            Reason.MAPPING_FAILED,
            Reason.EVIDENCE_MISSING,
        }
    else:
        assert 0 < len(result.subject.value) <= 1000
        assert result.subject.value.isprintable()
        assert fields["a"].strip()
        assert len(result.digest) == 64
