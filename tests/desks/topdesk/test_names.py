"""What a mapping may name on TOPdesk: each mistake with its key and its cure, before anything starts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.desks.topdesk.dialect import TopdeskDialect
from connector.desks.topdesk.fields import moment, shown
from connector.desks.topdesk.names import as_shown, value_of
from connector.mapping import AnyOf, Condition, Mapping, NoteRules, Watch
from connector.mapping.pipeline import Pipeline
from connector.mapping.starts import moment as start_of
from connector.mapping.watch import Empty, NoneOf, StartsWith, Test
from tests.desks.topdesk.office import MAPPING, WATCH

UUID = "6f1967b7-15e8-4935-ac26-d50770ed07a7"


def validated(mapping: Mapping) -> None:
    """As where mapping files are read. Raises ValueError."""
    assert TopdeskDialect.validators
    for validate in TopdeskDialect.validators:
        validate(mapping, "https://contoso.topdesk.net", ())


def reading(name: str) -> Mapping:
    return replace(MAPPING, values={"subject": Pipeline((name,))})


def watching(name: str, test: Test) -> Mapping:
    return replace(MAPPING, watch=Watch((*WATCH.conditions, Condition(name, test))))


@pytest.mark.parametrize(
    "name",
    [
        "caller.email",
        "caller.manager.id",
        "caller.manager.name",
        "caller.branch.name",
        "caller.department.name",
        "caller.optionalFields1.text1",
        "optionalFields2.searchlist5.id",
        "request",
        "briefDescription",
        "processingStatus.name",
        "operator.status",
    ],
)
def test_fields_of_a_call_and_of_its_callers_card_can_be_read(name: str) -> None:
    validated(reading(name))


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("category.name@display", "write category.name"),
        ("variables.for_whom", "write optionalFields1.text1"),
        ("variable_sets.a.b", "write optionalFields1.text1"),
        ("action.text", "name another field"),
        ("requests", "name another field, such as request"),
        ("attachments", "name another field"),
        ("category", "write category.name"),
        ("caller", "write caller.email"),
        ("caller.manager", "write caller.manager.name"),
        ("caller.manager.email", "write caller.manager.name"),
        ("optionalFields1", "write optionalFields1.text1"),
    ],
)
def test_what_can_not_be_read_is_refused_with_its_name_and_the_cure(name: str, cure: str) -> None:
    with pytest.raises(ValueError) as refused:
        validated(reading(name))
    assert str(refused.value).startswith(f"{name}: ")
    assert cure in str(refused.value)


@pytest.mark.parametrize(
    ("name", "test", "cure"),
    [
        ("closed", AnyOf(("true",)), "take it out"),
        ("completed", NoneOf(("false",)), "take it out"),
        ("closed", Empty(True), "take it out"),
        ("status", AnyOf(("partial",)), "processingStatus.name"),
        ("status", AnyOf(("firstline",)), "only firstLine and secondLine"),
        ("category.id", AnyOf((UUID.upper(),)), f"write it in small letters: {UUID}"),
        ("category.id", NoneOf(("Identity",)), "an id looks like"),
        ("category.name", AnyOf(("Ident*",)), "choose another value"),
        ("category.name", StartsWith("\x07"), "choose another value"),
        ("category.name", AnyOf(()), "name at least one value"),
    ],
)
def test_a_watch_that_can_never_match_or_not_be_asked_is_refused(name: str, test: Test, cure: str) -> None:
    with pytest.raises(ValueError) as refused:
        validated(watching(name, test))
    assert str(refused.value).startswith(f"watch.{name}: ")
    assert cure in str(refused.value)


@pytest.mark.parametrize(
    ("name", "test"),
    [("closed", AnyOf(("false",))), ("status", AnyOf(("firstLine",))), ("category.id", AnyOf((UUID, "")))],
)
def test_a_watch_on_open_calls_of_a_line_and_by_id_is_fine(name: str, test: Test) -> None:
    validated(watching(name, test))


def test_a_query_too_long_for_an_address_is_refused() -> None:
    with pytest.raises(ValueError, match="watch: the query is .* name fewer values"):  # noqa: RUF043
        validated(watching("number", AnyOf(tuple(f"I {number:04} 1" for number in range(400)))))


def test_there_is_one_table() -> None:
    with pytest.raises(ValueError, match="table: .* write incidents"):  # noqa: RUF043
        validated(replace(MAPPING, table="incident"))


@pytest.mark.parametrize(
    ("rules", "key"),
    [
        (NoteRules(field="work_notes", plain="action"), "note.field"),
        (NoteRules(field="action", plain="request"), "note.plain"),
        (NoteRules(field="action", plain="action", marker="optionalFields1.number1"), "note.marker"),
        (NoteRules(field="action", plain="action", marker="briefDescription"), "note.marker"),
    ],
)
def test_notes_go_into_actions_and_a_marker_into_a_text_of_its_own(rules: NoteRules, key: str) -> None:
    with pytest.raises(ValueError, match=rf"^{key}: .*; write "):
        validated(replace(MAPPING, note=rules))


SETTABLE = {
    "processingStatus.name": "Closed",
    "closureCode.id": UUID,
    "operatorGroup.id": UUID,
    "operator.id": "",
    "completed": "true",
    "onHold": "false",
    "priority.name": "P1",
    "subcategory.name": "Password",
    "briefDescription": "Done ({reference})",
    "externalNumber": "{reference}",
    "optionalFields1.boolean1": "true",
    "optionalFields1.number2": "1.5",
    "optionalFields2.date3": "2026-03-01T09:30:00Z",
    "optionalFields2.searchlist1.id": UUID,
    "optionalFields2.text5": "any {expires}",
    "action": "Say so ({reference}).",
}


def test_what_settle_may_set() -> None:
    validated(replace(MAPPING, settle={"used": SETTABLE}))


@pytest.mark.parametrize(
    ("name", "text", "cure"),
    [
        ("operatorGroup.name", "Identity", "write operatorGroup.id"),
        ("operator.name", "Fred", "write operator.id"),
        ("operatorGroup.id", "Identity", "an id looks like"),
        ("processingStatus.id", UUID.upper(), "small letters"),
        ("processingStatus", "Closed", "write processingStatus.name"),
        ("status", "secondLine", "processingStatus.name"),
        ("caller.email", "x@contoso.com", "doesn't set it"),
        ("caller.id", UUID, "doesn't set it"),
        ("request", "x", "doesn't set it"),
        ("optionalFields1.memo1", "x", "optionalFields1.text1"),
        ("optionalFields1.text6", "x", "optionalFields1.text1"),
        ("optionalFields1.searchlist1.name", "x", "doesn't set it"),
        ("optionalFields1.text1.id", "x", "doesn't set it"),
        ("optionalFields1.number1", "{reference}", "it is a number"),
        ("optionalFields1.date1", "tomorrow", "time and zone"),
        ("optionalFields1.date1", "2026-03-01T09:30:00", "time and zone"),
        ("completed", "yes", "write true or false"),
        ("optionalFields1.boolean1", "", "write true or false"),
        ("externalNumber", "x" * 61, "shorten it"),
        ("briefDescription", "x" * 81, "shorten it"),
    ],
)
def test_what_settle_may_not_set_is_refused_with_the_cure(name: str, text: str, cure: str) -> None:
    with pytest.raises(ValueError) as refused:
        validated(replace(MAPPING, settle={"used": {name: text}}))
    assert name in str(refused.value) and cure in str(refused.value)


def test_an_id_and_a_name_of_one_thing_are_one_too_many() -> None:
    with pytest.raises(
        ValueError, match=r"settle.used.category.name: its id is set, too; write one of the two"
    ):
        validated(replace(MAPPING, settle={"used": {"category.name": "Identity", "category.id": UUID}}))


@pytest.mark.parametrize(
    ("record", "path", "text"),
    [
        ({"a": True}, "a", "true"),
        ({"a": False}, "a", "false"),
        ({"a": 0.0}, "a", "0"),
        ({"a": 2.50}, "a", "2.5"),
        ({"a": 7}, "a", "7"),
        ({"a": None}, "a", ""),
        ({"a": None}, "a.name", ""),
        ({"a": {"name": None}}, "a.name.more", ""),
        ({"a": {}}, "a.name", None),
        ({}, "a", None),
        ({"a": {"b": 1}}, "a", None),
        ({"a": ["b"]}, "a", None),
        ({"a": "text"}, "a.name", None),
        ({"department": "Finance"}, "department.name", "Finance"),
        ({"department": "Finance"}, "department.id", None),
        ({"a": {"id": UUID.upper()}}, "a.id", UUID),
        ({"a": "half \ud800"}, "a", "half ?"),
        ({"startDate": "2026-01-31T12:13:02.303+0000"}, "startDate", "2026-01-31T12:13:02Z"),
        ({"o": {"date1": "2026-01-31T12:13:02+01:00"}}, "o.date1", "2026-01-31T11:13:02Z"),
        ({"text": "2026-01-31T12:13:02+01:00"}, "text", "2026-01-31T12:13:02+01:00"),
        (None, "a", ""),
        (["a"], "a", None),
    ],
)
def test_a_value_becomes_the_text_that_mappings_know(record: Any, path: str, text: str | None) -> None:
    assert shown(record, path) == text


@pytest.mark.parametrize(
    "text", ["2026-01-31T12:13:02Z", "2026-01-31T12:13:02.303+0000", "2026-01-31T13:13:02+0100"]
)
def test_every_form_of_a_moment_is_the_same_start(text: str) -> None:
    assert start_of(moment(text), "Europe/Amsterdam") == 1769861582


@pytest.mark.parametrize("text", ["", "soon", "2026-01-31", "2026-13-31T12:13:02Z", "2026-01-31T12:13:02"])
def test_what_is_no_moment_with_a_zone_stays_as_it_is(text: str) -> None:
    assert moment(text) == text


@pytest.mark.parametrize(
    ("name", "text", "sent", "back"),
    [
        ("completed", "true", True, "true"),
        ("onHold", "false", False, "false"),
        ("optionalFields1.number1", "1.0", 1.0, "1"),
        ("optionalFields1.number1", "", None, ""),
        (
            "optionalFields1.date1",
            "2026-03-01T09:30:00+01:00",
            "2026-03-01T09:30:00+01:00",
            "2026-03-01T08:30:00Z",
        ),
        ("optionalFields1.date1", "", None, ""),
        ("optionalFields1.text1", "", "", ""),
        ("externalNumber", "", "", ""),
        ("operatorGroup.id", "", None, ""),
    ],
)
def test_a_text_is_sent_as_what_the_field_holds_and_known_again(
    name: str, text: str, sent: object, back: str
) -> None:
    assert value_of(name, text) == sent
    assert as_shown(name, text) == back
