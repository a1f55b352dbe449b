from __future__ import annotations

from dataclasses import replace

import pytest

from connector.desks.servicenow.dialect import ServiceNowDialect
from connector.desks.servicenow.query import after, encoded
from connector.mapping import AnyOf, Condition, Empty, NoneOf, StartsWith, Test, Watch
from connector.mapping.keys.dialect import unsupported
from tests.desks.conftest import MAPPING

URL = "https://contoso.example.org"


def query(*tests: Test) -> str:
    return encoded(Watch(tuple(Condition("u_kind", each) for each in tests)))


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (AnyOf(("a",)), "u_kind=a"),
        (AnyOf(("a", "b")), "u_kindINa,b"),
        (AnyOf(("",)), "u_kindISEMPTY"),
        (AnyOf(("a", "")), "u_kind=a^ORu_kindISEMPTY"),
        (NoneOf(("a",)), "u_kind!=a^ORu_kindISEMPTY"),
        (NoneOf(("a", "b")), "u_kindNOT INa,b^ORu_kindISEMPTY"),
        (NoneOf(("a", "")), "u_kind!=a^u_kindISNOTEMPTY"),
        (Empty(True), "u_kindISEMPTY"),
        (Empty(False), "u_kindISNOTEMPTY"),
        (StartsWith("x"), "u_kindSTARTSWITHx"),
    ],
)
def test_each_condition_has_its_operator(test: Test, expected: str) -> None:
    assert query(test) == expected


def test_conditions_are_joined_by_and() -> None:
    assert query(AnyOf(("a",)), Empty(False)) == "u_kind=a^u_kindISNOTEMPTY"


@pytest.mark.parametrize(
    "value",
    ["a^NQactive=true", "javascript:gs.getUserID()", "JavaScript :x", "a\nb", "a\r", "a\x00b", "a\u2028b"],
)
@pytest.mark.parametrize(
    "test", [lambda value: AnyOf((value,)), lambda value: NoneOf(("b", value)), StartsWith]
)
def test_a_value_that_could_leave_its_condition_is_refused(test: type[StartsWith], value: str) -> None:
    with pytest.raises(ValueError, match=r"^watch\.u_kind: .* choose another value$"):
        query(test(value))


def test_a_list_with_a_comma_in_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match=r"watch\.u_kind: .*comma"):
        query(AnyOf(("a,b", "c")))
    assert query(AnyOf(("a,b",))) == "u_kind=a,b"


def test_a_page_begins_behind_a_sys_id_and_nothing_else() -> None:
    with pytest.raises(ValueError, match="sys_id"):
        after("active=true", "1^ORactive=false")


def test_a_query_that_is_too_long_for_the_address_is_refused_at_once() -> None:
    """Facts 1.4: 414 above 8192 bytes."""
    watch = Watch((Condition("category", AnyOf(tuple(f"value number {each}" for each in range(500)))),))
    (sentence,) = unsupported(ServiceNowDialect(), replace(MAPPING, watch=watch), URL)
    assert sentence.startswith("watch: the query is ") and sentence.endswith("; name fewer values")


def test_what_the_other_mappings_of_a_table_watch_counts_for_the_length_of_the_query() -> None:
    also = tuple(f"u_column_with_a_long_name_number_{each}" for each in range(300))
    assert list(unsupported(ServiceNowDialect(), MAPPING, URL)) == []
    (sentence,) = unsupported(ServiceNowDialect(), MAPPING, URL, also)
    assert sentence.startswith("watch: the query is ")


def test_a_table_that_could_be_another_path_is_refused() -> None:
    (sentence,) = unsupported(ServiceNowDialect(), replace(MAPPING, table="incident/../sys_user"), URL)
    assert sentence.startswith("table: ")
