"""Values that are made of other values."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from connector.config.load import load
from connector.domain.reasons import Reason
from connector.mapping import Facts, Mapping, MappingNo, Pipeline, Template, Watch
from connector.mapping.steps.require import Require
from connector.mapping.steps.transforms import Append, Default, Lower, Prepend, Transform, Trim
from connector.mapping.template import circles, made_of
from tests.config.files import CONFIG, lay
from tests.mapping.broken import of

NAMED = {
    "subject": Pipeline(Template.read("{first}.{last}@{company}.com"), (Lower(),)),
    "requester": Pipeline(Template.read("{by}@contoso.com"), (), "upn"),
    "first": Pipeline(("caller.first",), (Trim(),)),
    "last": Pipeline(("caller.last", "caller.name"), (Trim(),)),
    "by": Pipeline(("by",), (Trim(), Require("digits"))),
    "company": Pipeline(("company",), (Default("Contoso"),)),
}
TICKET = {"caller.first": "Ann", "caller.last": " Lee ", "caller.name": "", "by": "7", "company": ""}


def mapping(**values: Pipeline) -> Mapping:
    return Mapping("a", "snow", "incident", Watch(()), {**NAMED, **values})


def no(**fields: str) -> MappingNo:
    result = mapping().facts({**TICKET, **{name.replace("_", "."): text for name, text in fields.items()}})
    assert isinstance(result, MappingNo)
    return result


def test_a_template_puts_values_together_and_steps_follow() -> None:
    result = mapping().facts(TICKET)
    assert isinstance(result, Facts)
    assert result.subject.value == "ann.lee@contoso.com"
    assert result.requester
    assert (result.requester.value, result.requester.find_by) == ("7@contoso.com", "upn")
    assert result.values == {"first": "Ann", "last": "Lee", "by": "7", "company": "Contoso"}


def test_half_a_name_is_nobody_and_the_empty_fields_are_named() -> None:
    result = no(caller_last="")
    assert (result.reason, result.sentence) == (
        Reason.SUBJECT_MISSING,
        "The field caller.last or caller.name is empty.",
    )
    result = no(caller_last=" ", caller_first="")
    assert result.sentence == "The fields caller.first and caller.last or caller.name are empty."
    assert result.field == "caller.first and caller.last or caller.name and company"


def test_nobody_is_named_by_a_template_whose_values_are_empty() -> None:
    result = mapping().facts({**TICKET, "by": " "})
    assert isinstance(result, Facts)
    assert result.requester is None


def test_a_field_below_the_subject_that_breaks_a_rule_is_the_subjects() -> None:
    values = {"first": Pipeline(("caller.first",), (Require("digits"),))}
    result = mapping(**values).facts(TICKET)
    assert isinstance(result, MappingNo)
    assert (result.reason, result.field) == (Reason.SUBJECT_MALFORMED, "caller.first")


def test_a_field_below_the_requester_fails_the_mapping() -> None:
    result = no(by="seven")
    assert (result.reason, result.field, result.rule) == (Reason.MAPPING_FAILED, "by", "require digits")


def test_a_text_that_was_put_together_says_what_of() -> None:
    result = mapping(subject=Pipeline(Template.read("{first} {last}"), (Require("upn"),))).facts(TICKET)
    assert isinstance(result, MappingNo)
    assert result.sentence.startswith(
        'The fields caller.first and caller.last or caller.name give "Ann Lee": a user principal'
    )


def test_a_field_below_a_template_that_cannot_be_read_is_not_empty() -> None:
    result = mapping().facts({name: text for name, text in TICKET.items() if name != "caller.last"})
    assert isinstance(result, MappingNo)
    assert (result.reason, result.field) == (Reason.EVIDENCE_MISSING, "caller.last")


def test_a_default_by_hand_below_the_subject_stands_in_for_nobody() -> None:
    boss = {"first": Pipeline(("caller.first",), (Default("boss"),))}
    result = mapping(**boss).facts({**TICKET, "caller.first": ""})
    assert isinstance(result, MappingNo)
    assert result.reason is Reason.SUBJECT_MISSING


def test_what_the_steps_make_empty_is_missing_too() -> None:
    result = mapping(subject=Pipeline(("caller.first",), (Trim(), _Nothing()))).facts(TICKET)
    assert isinstance(result, MappingNo)
    assert (result.reason, result.excerpt) == (Reason.SUBJECT_MISSING, "Ann")
    assert result.sentence == 'The field caller.first holds "Ann": its steps leave an empty text.'


class _Nothing(Trim):
    def apply(self, text: str) -> str:
        return ""


def test_a_text_that_grows_too_long_is_refused_and_not_cut() -> None:
    long = Pipeline(("caller.first",), (Append("x" * 600), Append("x" * 600)))
    result = mapping(subject=long).facts(TICKET)
    assert isinstance(result, MappingNo)
    assert (result.rule, result.sentence) == (
        "length",
        'The field caller.first holds "Ann": the step append makes it longer than 1000 characters.',
    )


def test_each_value_stands_behind_what_it_is_made_of() -> None:
    templates = {"a": Template.read("{b}{c}"), "b": Template.read("{c}"), "z": Template.read("{a}")}
    assert made_of(["z", "b", "y"], templates) == ("c", "b", "a", "z", "y")
    assert made_of(["z"], {"z": Template.read("{who}@{where}")}, who=True) == ("who", "z")


names = st.sampled_from("abcdef")


@given(st.dictionaries(names, st.lists(names, max_size=4)))
def test_a_circle_is_found_wherever_there_is_one_and_nowhere_else(below: dict[str, list[str]]) -> None:
    templates = {
        name: Template.read("x" + "".join(f"{{{each}}}" for each in every)) for name, every in below.items()
    }
    order = made_of(templates, templates)
    straight = all(order.index(each) < order.index(name) for name, every in below.items() for each in every)
    found = circles(templates)
    assert bool(found) != straight
    for circle in found:
        assert circle[0] == circle[-1]
        assert all(after in below[before] for before, after in pairwise(circle))


steps = st.lists(
    st.sampled_from([Trim(), Lower(), Append("@x"), Prepend("y "), Default("d"), Require("upn")]), max_size=3
)
texts = st.one_of(st.text(max_size=8), st.sampled_from(["", " ", "x" * 1000, "\ud800", "\u200b"]))


@given(
    st.tuples(steps, steps, steps, steps),
    st.sampled_from(["{a}.{b}@x", "{a}", "{a}@{b}", "{c}{c}{c}"]),
    st.fixed_dictionaries({}, optional={"f": texts, "g": texts}),
)
def test_no_ticket_makes_a_template_raise_or_name_half_a_person(
    each: tuple[list[Transform], ...], text: str, fields: dict[str, str]
) -> None:
    values = {
        "subject": Pipeline(Template.read(text), tuple(each[0])),
        "a": Pipeline(("f",), tuple(each[1])),
        "b": Pipeline(("g", "f"), tuple(each[2])),
        "c": Pipeline(Template.read("{a}{b}"), tuple(each[3])),
        "requester": Pipeline(Template.read("{c}")),
    }
    result = Mapping("a", "snow", "incident", Watch(()), values).facts(fields)
    if isinstance(result, MappingNo):
        assert result.sentence.isprintable()
    else:
        assert fields["f"].strip()
        assert 0 < len(result.subject.value.strip()) <= len(result.subject.value) <= 1000
        assert result.subject.value.isprintable()


def test_templates_of_a_file_are_read_and_their_fields_are_asked_for(tmp_path: Path) -> None:
    text = of(
        values='values: {subject: {template: "{first}@{where}"}, first: {from: caller_id.first_name},'
        " where: {from: company, then: [{default: contoso.com}]}}"
    )
    (found,) = load(lay(tmp_path, CONFIG, incidents=text)).mappings
    assert found.columns == ("caller_id.first_name", "category", "company")
    result = found.facts({"caller_id.first_name": "ann", "company": ""})
    assert isinstance(result, Facts)
    assert result.subject.value == "ann@contoso.com"
