"""What TOPdesk is asked for. Whatever can't be asked surely is left out, since every row is checked again."""

from __future__ import annotations

import pytest

from connector.desks.topdesk.query import fiql
from connector.mapping.watch import AnyOf, Condition, Empty, NoneOf, StartsWith, Test, Watch
from connector.simulators.topdesk.fiql import Comparison, Group, Value, parse

UUID = "6f1967b7-15e8-4935-ac26-d50770ed07a7"


def asked(field: str, test: Test) -> str:
    """What a condition adds to the query for open calls."""
    query = fiql(Watch((Condition(field, test),)))
    assert query.startswith("closed==false;completed==false")
    return query.removeprefix("closed==false;completed==false").removeprefix(";")


@pytest.mark.parametrize(
    ("field", "test", "query"),
    [
        ("category.id", AnyOf((UUID,)), f"category.id=={UUID}"),
        ("category.name", AnyOf(("Identity",)), "category.name==Identity"),
        ("status", AnyOf(("firstLine", "secondLine")), "status=in=(firstLine,secondLine)"),
        ("category.name", AnyOf(("Temporary Access Pass",)), "category.name=='Temporary Access Pass'"),
        ("category.name", AnyOf(("R,D;(x)", "A")), "category.name=in=('R,D;(x)',A)"),
        ("category.name", AnyOf(("it's \\ that",)), r"category.name=='it\'s \\ that'"),
        ("category.name", AnyOf(("null",)), "category.name=='null'"),
        ("category.name", AnyOf(("Identität",)), "category.name=='Identität'"),
        (
            "category.name",
            NoneOf(("A", "B c")),
            "(category.name!=A;category.name!='B c',category.name==null)",
        ),
        ("operator.id", Empty(False), "operator.id!=null"),
        ("briefDescription", StartsWith("TAP for"), "briefDescription=sw='TAP for'"),
    ],
)  # fmt: skip
def test_a_condition_becomes_a_term(field: str, test: Test, query: str) -> None:
    assert asked(field, test) == query


@pytest.mark.parametrize(
    ("field", "test"),
    [
        ("operatorGroup.name", Empty(True)),  # null, or ""
        ("operatorGroup.name", AnyOf(("", "Identity"))),
        ("operatorGroup.name", NoneOf(("",))),
        ("category.id", StartsWith("6f19")),  # of texts only
        ("optionalFields1.text1", AnyOf(("yes",))),  # nobody was seen to query it on incidents
        ("optionalFields1.memo1", AnyOf(("yes",))),
        ("externalNumber", AnyOf(("7",))),
        ("caller.email", AnyOf(("ann.lee@contoso.com",))),  # typed in by anybody
        ("caller.name", AnyOf(("Ann",))),
        ("onHold", AnyOf(("false",))),
    ],
)
def test_what_can_not_be_asked_surely_is_not_asked(field: str, test: Test) -> None:
    assert asked(field, test) == ""


@pytest.mark.parametrize(
    "test",
    [AnyOf(("a*",)), AnyOf(("b", "*")), NoneOf(("a\nb",)), StartsWith("a\u202eb"), AnyOf(("a\u200b",))],
)
def test_wildcards_and_characters_that_nobody_sees_are_refused_with_the_key(test: Test) -> None:
    with pytest.raises(
        ValueError, match=r"watch.category.name: TOPdesk can't be asked .* choose another value"
    ):
        asked("category.name", test)


@pytest.mark.parametrize("field", ["category.name", "optionalFields1.text1"])
def test_a_list_of_nothing_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=f"watch.{field}: the list is empty; name at least one value"):
        asked(field, AnyOf(()))


def test_a_wildcard_in_a_field_that_is_not_asked_for_harms_nobody() -> None:
    assert asked("optionalFields1.text1", AnyOf(("a*",))) == ""


@pytest.mark.parametrize(
    "text", ["plain", "null", "true", "x' y", 'a"b', "back\\slash", "\\'", "a;b,c)", "==", "~", "ü ö", "-"]
)
def test_a_value_arrives_as_it_was_written_and_never_as_anything_else(text: str) -> None:
    read = parse(fiql(Watch((Condition("category.name", AnyOf((text,))),))))
    assert isinstance(read, Group) and len(read.parts) == 3
    last = read.parts[-1]
    assert isinstance(last, Comparison) and (last.field, last.op) == ("category.name", "==")
    assert last.values[0].text == text and not last.values[0].null


def test_the_or_of_a_negation_does_not_reach_over_its_brackets() -> None:
    read = parse(
        fiql(Watch((Condition("category.name", NoneOf(("a",))), Condition("number", AnyOf(("I 1",))))))
    )
    assert isinstance(read, Group) and read.every and len(read.parts) == 4
    assert read.parts[3] == Comparison("number", "==", (Value("I 1", True),))
