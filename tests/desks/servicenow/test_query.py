from __future__ import annotations

from dataclasses import replace

import pytest

from connector.desks.servicenow.desk import ServiceNowDesk
from connector.desks.servicenow.query import after, encoded
from connector.http.service import Service
from connector.mapping import AnyOf, Condition, Empty, NoneOf, StartsWith, Test, Watch
from tests.desks.conftest import MAPPING


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
    with pytest.raises(ValueError, match="name fewer values"):
        ServiceNowDesk(
            Service("desk", "http://127.0.0.1:9"), replace(MAPPING, watch=watch), "http://127.0.0.1:9"
        )


def test_a_table_that_could_be_another_path_is_refused() -> None:
    with pytest.raises(ValueError, match="table"):
        ServiceNowDesk(
            Service("desk", "http://127.0.0.1:9"),
            replace(MAPPING, table="incident/../sys_user"),
            "http://127.0.0.1:9",
        )
