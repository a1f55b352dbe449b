"""FIQL as the fake TOPdesk reads it."""

import pytest

from connector.simulators.topdesk import Traps
from connector.simulators.topdesk.fiql import Unreadable, parse
from tests.simulators.topdesk.client import Client

EXAMPLES = [  # against calls a, b (Identity) and c (Hardware, closed), made a second apart
    ("category.name==Identity", ["a", "b"]),
    ("category.name!=Identity", ["c"]),
    ("closed==false;category.name==Identity", ["a", "b"]),
    ("briefDescription==a,briefDescription==b;closed==true", ["a"]),
    ("(briefDescription==a,briefDescription==b);closed==true", []),
    ("briefDescription=in=(a,'c')", ["a", "c"]),
    ("briefDescription=out=(a,c)", ["b"]),
    ("processingStatus.name=='In progress'", ["b"]),
    ('processingStatus.name=="In progress"', ["b"]),
    ("processingStatus.name=sw=In", ["b"]),
    ("operator.id==null", ["a", "b", "c"]),
    ("operator.id!=null", []),
    ("operator.id!='5223f0b2-0000-4000-8000-000000000000'", ["a", "b", "c"]),
    ("creationDate=gt=2025-06-15T15:06:41Z", ["b", "c"]),
    ("modificationDate=ge=2025-06-15T17:06:41+02:00", ["b", "c"]),
    ("modificationDate=lt=2025-06-15T17:06:41+0200", ["a"]),
    ("modificationDate=le='2025-06-15T15:06:41Z'", ["a", "b"]),
    ("caller.email==ann.lee@contoso.com", ["a", "b", "c"]),
    ("caller.name=='Lee, Ann'", ["a", "b", "c"]),
    ("status==firstLine", ["a", "b", "c"]),
    ("briefDescription != 'a'", ["b", "c"]),
    ("briefDescription=='null'", []),
]


@pytest.mark.parametrize(("query", "wanted"), EXAMPLES)
def test_a_query_finds(client: Client, three: list[str], query: str, wanted: list[str]) -> None:
    assert client.found(query, sort="creationDate:asc") == wanted


def test_an_id_is_found_whatever_its_case(client: Client, three: list[str]) -> None:
    assert client.found(f"id=={three[0].upper()}") == ["a"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("processingStatus.name==In progress", "ParseException: Encountered UNRESERVED_STR"),
        ("briefDescription=lk=a", "Unknown operator: =lk="),
        ("briefDescription=gte=a", "Unknown operator: =gte="),
        ("nothing==a", "The field 'nothing' is unknown."),
        ("creationDate=gt=2025-06-15", "The value for the field 'creationDate' cannot be parsed."),
        ("closed==no", "The value for the field 'closed' cannot be parsed."),
        ("status==invalidStatus", "The value for the field 'status' cannot be parsed."),
        ("briefDescription=gt=a", "The operator =gt= is not supported for the field 'briefDescription'"),
        ("externalNumber==x", "The field 'externalNumber' is unknown."),
    ],
)
def test_what_can_not_be_understood_is_a_400_that_says_why(client: Client, query: str, message: str) -> None:
    assert client.refused("incidents", query=query) == (400, message)


@pytest.mark.parametrize(
    "query", ["", "a", "a==", "a=b", "(a==b", "a=in=b", "a=in=(b", "a=='b", "a==b;", "a==b)", "a==b;;c==d"]
)
def test_a_query_that_is_none_is_unreadable(query: str) -> None:
    with pytest.raises(Unreadable):
        parse(query)


def test_an_empty_query_is_refused(client: Client) -> None:
    assert client.get("incidents", query="").status_code == 400
    assert client.get("operators", query="").status_code == 400


def test_a_comma_in_a_value_widens_the_filter_unless_it_is_quoted(client: Client, three: list[str]) -> None:
    assert client.found("briefDescription==x,closed==false", sort="creationDate:asc") == ["a", "b"]
    assert client.found("briefDescription=='x,closed==false'") == []


def test_a_backslash_escapes_inside_quotes_only(client: Client, ann: str) -> None:
    client.desk.add_incident(ann, briefDescription="it's \\ here")
    assert len(client.found(r"briefDescription=='it\'s \\ here'")) == 1
    client.desk.add_incident(ann, briefDescription="a\\b")
    assert client.found(r"briefDescription==a\b") == ["a\\b"]


def test_an_unknown_field_may_be_dropped_so_that_the_filter_widens_or_find_nothing(
    client: Client, three: list[str]
) -> None:
    query = "nothing==x;category.name==Hardware"
    client.desk.traps = Traps(unknown_field="dropped")
    assert client.found(query) == ["c"]
    assert len(client.found("nothing==x")) == 3
    client.desk.traps = Traps(unknown_field="no_rows")
    assert client.found(query) == []


def test_optional_fields_are_queried_where_the_version_knows_them(client: Client, ann: str) -> None:
    client.desk.add_incident(
        ann, briefDescription="marked", optionalFields1={"text1": "x"}, externalNumber="y"
    )
    client.desk.add_incident(ann, briefDescription="other")
    client.desk.traps = Traps(optional_fields=True)
    assert client.found("optionalFields1.text1==x") == ["marked"]
    assert client.found("externalNumber==y;optionalFields2.boolean1==false") == ["marked"]
    assert client.found("externalNumber==null") == ["other"]


def test_an_asterisk_stands_for_anything_or_for_itself(client: Client, ann: str) -> None:
    client.desk.add_incident(ann, briefDescription="a password")
    assert client.found("briefDescription=='*pass*'") == ["a password"]
    client.desk.traps = Traps(wildcards=False)
    assert client.found("briefDescription=='*pass*'") == []


def test_case_and_empty_values_are_compared_as_the_environment_does(client: Client, three: list[str]) -> None:
    assert client.found("category.name==identity") == []
    client.desk.traps = Traps(ignores_case=True, unequal_matches_empty=False)
    assert len(client.found("category.name==identity")) == 2
    assert client.found("operatorGroup.name!=Servicedesk") == []
