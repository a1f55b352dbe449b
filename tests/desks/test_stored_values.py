"""Values of a mapping against those that stand at the desk: every way in which people write another one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connector.desks.stored_values import Misfit, Stored, misfits, named_values
from connector.mapping import AnyOf, Condition, Mapping, NoneOf, StartsWith, Watch
from connector.mapping.model import Again, Allow, Approval
from connector.mapping.pipeline import Pipeline

STATES = Stored({"2": "In Progress", "1": "New", "6": "Resolved"}, tickets=30)
WORDS = Stored({"identity": "identity", "hardware": "Hardware"}, tickets=30)
NAMES = Stored(
    {"Identity": "Identity", "New employee": "New employee"}, complete=True, ids={"id-1": "Identity"}
)


def mapping(test: AnyOf | NoneOf | StartsWith, **more: Any) -> Mapping:
    watch = Watch((Condition("state", test),))
    made = Mapping("m", "d", "incident", watch, {"subject": Pipeline(("x",))}, path=Path("m.yaml"))
    return replace(made, **more)


def found(of: Mapping, stored: Stored) -> list[Misfit]:
    return [each for named in named_values(of) for each in misfits(of, named, stored)]


@pytest.mark.parametrize(
    ("value", "stored", "write"),
    [
        ("New", STATES, "write 1"),
        ("new", STATES, "write 1"),
        (" in progress ", STATES, "write 2"),
        ("1,2", STATES, "write a list: [1, 2]"),
        ("1, 2", STATES, "write a list: [1, 2]"),
        ("1;2", STATES, "write a list: [1, 2]"),
        ("1 or 2", STATES, "write a list: [1, 2]"),
        ("New, In Progress", STATES, "write a list: [1, 2]"),
        ("Open", STATES, "write one of these"),
        ("Identity", WORDS, "write identity"),
        ("HARDWARE", WORDS, "write hardware"),
        ("identitty", WORDS, "write identity"),
        ("identity,hardware", WORDS, "write a list: [identity, hardware]"),
        ("network", WORDS, "write one of these, or make a test ticket"),
        ("identity", NAMES, "write Identity"),
        ("id-1", NAMES, "write Identity"),
        ("New Employee", NAMES, 'write "New employee"'),
        ("Access", NAMES, "write one of these"),
    ],
)
def test_a_watched_value_that_no_ticket_can_have_is_wrong_and_says_what_to_write(
    value: str, stored: Stored, write: str
) -> None:
    (only,) = found(mapping(AnyOf((value,))), stored)
    assert (only.fine, only.cure) == (False, write)
    assert only.says.startswith("m.yaml: watch.state: ")


@pytest.mark.parametrize("value", ["1", "2", "6", ""])
def test_a_stored_value_and_the_empty_one_are_right(value: str) -> None:
    assert not found(mapping(AnyOf((value,))), STATES)


def test_of_several_values_one_that_stands_is_enough_and_a_slip_beside_it_is_still_a_slip() -> None:
    assert not found(mapping(AnyOf(("1", "3"))), STATES)
    (only,) = found(mapping(AnyOf(("1", "Resolved"))), STATES)
    assert only.cure == "write 6"


def test_a_label_that_is_excluded_excludes_nothing() -> None:
    (only,) = found(mapping(NoneOf(("Resolved",))), STATES)
    assert (only.fine, only.cure) == (False, "write 6")
    assert not found(mapping(NoneOf(("8",))), STATES)


def test_a_beginning_that_no_value_has_is_found() -> None:
    assert not found(mapping(StartsWith("ident")), WORDS)
    (only,) = found(mapping(StartsWith("Ident")), WORDS)
    assert only.fine is False and "Ident" in only.says


def test_few_tickets_without_the_value_leave_it_open() -> None:
    (only,) = found(mapping(AnyOf(("network",))), Stored({"identity": "identity"}, tickets=2))
    assert only.fine is None
    assert 'none of the 2 tickets looked at has "network"; stored are "identity"' in only.says


def test_no_ticket_says_nothing() -> None:
    assert not found(mapping(AnyOf(("network",))), Stored())


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"allow": Allow(approval=Approval("state", ("New",)))}, "allow.approval.in"),
        ({"allow": Allow(approval=Approval("state", ("1",), ("Resolved",)))}, "allow.approval.refused_in"),
        ({"allow": Allow(channel=Condition("state", NoneOf(("New",))))}, "allow.channel"),
        ({"again": Again("state", ("New",))}, "again.in"),
    ],
)
def test_what_a_ticket_is_judged_by_is_compared_too(more: dict[str, Any], place: str) -> None:
    (only,) = found(mapping(AnyOf(("1",)), **more), STATES)
    assert only.fine is False
    assert f" {place}: " in only.says


@pytest.mark.parametrize(
    ("text", "stored", "cure"),
    [
        ("Resolved", STATES, "write 6"),
        ("resolved", STATES, "write 6"),
        ("Closed", STATES, "write one of these"),
        ("Hardware", WORDS, "write hardware"),
        ("new employee", NAMES, 'write "New employee"'),
        ("Gone", NAMES, "write one of these"),
    ],
)
def test_a_value_that_the_desk_would_hardly_take_is_a_warning(text: str, stored: Stored, cure: str) -> None:
    of = mapping(AnyOf(("1",)), settle={"used": {"state": text}})
    (only,) = [each for each in found(of, stored) if "settle" in each.says]
    assert (only.fine, only.cure) == (None, cure)
    assert "settle.used.state: " in only.says


@pytest.mark.parametrize("text", ["6", "used ({reference})"])
def test_what_the_desk_takes_or_a_template_is_no_warning(text: str) -> None:
    assert not found(mapping(AnyOf(("1",)), settle={"used": {"state": text}}), STATES)


def test_a_new_text_is_no_warning_where_the_list_is_not_known() -> None:
    assert not found(mapping(AnyOf(("identity",)), settle={"used": {"state": "network"}}), WORDS)
