"""Lists of the fake TOPdesk: pages, scope, order, fields, and the names of both ages."""

import pytest

from connector.simulators.topdesk import Traps
from tests.simulators.topdesk.client import Client


def test_no_rows_are_a_204_without_a_body_or_an_empty_list(client: Client) -> None:
    reply = client.get("incidents")
    assert (reply.status_code, reply.content) == (204, b"")
    client.desk.traps = Traps(empty_list=200)
    assert (client.get("incidents").status_code, client.get("incidents").json()) == (200, [])


def test_more_rows_are_a_206_with_the_next_address_and_the_last_page_is_a_200(
    client: Client, three: list[str]
) -> None:
    first = client.get("incidents", pageSize="2", sort="creationDate:asc")
    assert (first.status_code, [row["id"] for row in first.json()]) == (206, three[:2])
    following = first.headers["x-next-page-url"]
    assert following == f"{client.url}/tas/api/incidents?pageSize=2&sort=creationDate%3Aasc&pageStart=2"
    last = client.get("incidents", pageSize="2", pageStart="2", sort="creationDate:asc")
    assert (last.status_code, [row["id"] for row in last.json()]) == (200, three[2:])
    assert "x-next-page-url" not in last.headers
    assert client.get("incidents", pageStart="3").status_code == 204
    client.desk.traps = Traps(next_page_url="path")
    assert client.get("incidents", pageSize="2").headers["x-next-page-url"].startswith("/tas/api/incidents?")
    client.desk.traps = Traps(next_page_url="absent")
    assert "x-next-page-url" not in client.get("incidents", pageSize="2").headers


def test_a_page_has_ten_rows_unless_told_and_sizes_out_of_bounds_are_refused(
    client: Client, ann: str
) -> None:
    for _ in range(11):
        client.desk.add_incident(ann)
    assert (len(client.get("incidents").json()), client.get("incidents").status_code) == (10, 206)
    assert [client.get("incidents", pageSize=size).status_code for size in ("10000", "10001", "0", "x")] == [
        200,
        400,
        400,
        400,
    ]
    assert [client.get("operators", page_size=size).status_code for size in ("100", "101")] == [200, 400]


def test_the_older_names_of_paging_are_ignored_or_honoured_or_the_only_ones(
    client: Client, three: list[str]
) -> None:
    old = {"start": "1", "page_size": "1", "order_by": "creation_date+ASC"}

    def seen(**params: str) -> list[str]:
        return [row["briefDescription"] for row in client.get("incidents", **params).json()]

    assert seen(**old) == ["c", "b", "a"]
    client.desk.traps = Traps(unknown_parameter="refused")
    assert client.get("incidents", **old).status_code == 400
    for paging in ("both", "old"):
        client.desk.traps = Traps(paging=paging)
        assert seen(**old) == ["b"]
    assert seen(pageSize="1", sort="creationDate:asc") == ["c", "b", "a"]
    client.desk.traps = Traps(paging="both")
    assert seen(pageSize="1", sort="creationDate:asc") == ["a"]


def test_the_older_filters_are_refused_or_ignored_or_honoured(client: Client, three: list[str]) -> None:
    assert client.get("incidents", closed="false").status_code == 400
    client.desk.traps = Traps(direct_filters="ignored")
    assert len(client.get("incidents", closed="false").json()) == 3
    client.desk.traps = Traps(direct_filters="honoured")
    assert [row["briefDescription"] for row in client.get("incidents", closed="true").json()] == ["c"]
    assert client.get("incidents", status="secondLine").status_code == 204
    assert (
        len(client.get("incidents", creation_date_start="2025-06-15", creation_date_end="2025-06-15").json())
        == 3
    )
    assert client.get("incidents", creation_date_start="2025-06-16").status_code == 204
    assert client.get("incidents", creation_date_end="2025-06-14").status_code == 204
    assert client.get("incidents", creation_date_start="today").status_code == 400


def test_a_version_before_fiql_ignores_the_query(client: Client, three: list[str]) -> None:
    client.desk.traps = Traps(fiql=False)
    assert len(client.found("briefDescription==a")) == 3


def test_closed_calls_are_listed_and_partials_and_archived_ones_with_all(
    client: Client, three: list[str], ann: str
) -> None:
    client.desk.archive(three[0])
    client.desk.add_incident(ann, status="partial", briefDescription="p")
    assert client.found("briefDescription!=null", sort="briefDescription:asc") == ["b", "c"]
    assert client.found("briefDescription!=null", sort="briefDescription:asc", all="true") == [
        "a",
        "b",
        "c",
        "p",
    ]
    assert len(client.get("incidents", all="").json()) == 4


def test_filters_make_calls_vanish_without_a_word(client: Client, three: list[str]) -> None:
    client.desk.access.hidden_categories.add("Hardware")
    client.desk.access.hidden_incidents.add(three[0])
    assert client.found("briefDescription!=null") == ["b"]
    assert client.get(f"incidents/id/{three[0]}").status_code == 404
    client.desk.access.hidden_branches.add(client.desk.incident(three[1])["callerBranch"]["id"])
    assert client.get("incidents").status_code == 204


def test_the_newest_come_first_unless_told(client: Client, three: list[str]) -> None:
    assert client.found("briefDescription!=null") == ["c", "b", "a"]
    client.desk.traps = Traps(default_order="oldest")
    assert client.found("briefDescription!=null") == ["a", "b", "c"]
    assert client.found("briefDescription!=null", sort="closed:desc,briefDescription:desc") == ["c", "b", "a"]
    for sort in ("nothing", "externalLinks", "creationDate:up", "caller"):
        assert client.get("incidents", sort=sort).status_code == 400


def test_a_row_that_changes_between_two_pages_moves_the_others(client: Client, three: list[str]) -> None:
    by_change = {"sort": "modificationDate:asc", "pageSize": "1"}
    assert client.get("incidents", **by_change).json()[0]["id"] == three[0]
    client.desk.clock = lambda: 1_750_000_100.0
    client.desk.edit(three[0], briefDescription="changed")
    assert client.get("incidents", pageStart="1", **by_change).json()[0]["id"] == three[2]  # b was never seen


def test_unknown_fields_are_dropped_and_nothing_but_unknown_ones_is_refused(
    client: Client, three: list[str]
) -> None:
    wanted = "id,nothing,processingStatus.name,caller.email,operator.name,optionalFields1.text1"
    row = client.get("incidents", fields=wanted, query=f"id=={three[0]}").json()[0]
    assert row == {
        "id": three[0],
        "processingStatus": {"name": "Registered"},
        "caller": {"email": "ann.lee@contoso.com"},
        "operator": None,
        "optionalFields1": {"text1": ""},
    }
    assert client.get("incidents", fields="nothing,processingStatus.colour").status_code == 400
    client.desk.traps = Traps(dotted_fields="flat")
    flat = client.get(
        "incidents", fields="processingStatus.name,operator.name", query=f"id=={three[0]}"
    ).json()[0]
    assert flat == {"processingStatus.name": "Registered", "operator.name": None}


def test_relations_that_are_asked_for_bare_may_be_missing(client: Client, three: list[str]) -> None:
    assert set(client.get("incidents", fields="id,operatorGroup").json()[0]) == {"id", "operatorGroup"}
    client.desk.traps = Traps(bare_relations="missing")
    assert set(client.get("incidents", fields="id,operatorGroup").json()[0]) == {"id"}


@pytest.mark.parametrize(
    ("params", "written"),
    [({}, "2025-06-15T15:06:40.500+0000"), ({"dateFormat": "iso8601"}, "2025-06-15T15:06:40Z")],
)
def test_dates_have_two_forms(client: Client, ann: str, params: dict[str, str], written: str) -> None:
    client.desk.add_incident(ann)
    row = client.get("incidents", **params).json()[0]
    assert row["creationDate"] == written
    assert client.get("incidents", dateFormat="other").status_code == 400


def test_changes_are_remembered_in_whole_seconds(client: Client, ann: str) -> None:
    row = client.get(f"incidents/id/{client.desk.add_incident(ann)}").json()
    assert (row["callDate"], row["modificationDate"]) == (
        "2025-06-15T15:06:40.500+0000",
        "2025-06-15T15:06:40.000+0000",
    )
