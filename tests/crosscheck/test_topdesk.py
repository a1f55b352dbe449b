"""Two TOPdesk clients that aren't ours against the TOPdesk simulator: wobcom's `topdesk` and HIJ5's
connector.
"""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from hij5_topdesk_api.topdesk import TopdeskConnector  # type: ignore[import-untyped]
from topdesk import Topdesk, errors  # type: ignore[import-untyped]

from connector.simulators import Served, TOPdesk
from connector.simulators.topdesk import Traps


@pytest.fixture
def desk() -> TOPdesk:
    return TOPdesk()


@pytest.fixture
def url(desk: TOPdesk) -> Iterator[str]:
    with Served(desk) as served:
        yield served.url


@pytest.fixture
def wobcom(desk: TOPdesk, url: str) -> Any:
    return Topdesk(url, app_creds=(desk.account.login, desk.account.password))


@pytest.fixture
def hij5(desk: TOPdesk, url: str) -> Any:
    credential = base64.b64encode(f"{desk.account.login}:{desk.account.password}".encode()).decode()
    return TopdeskConnector(f"{url}/tas/api/", f"Basic {credential}")


@pytest.fixture
def call(desk: TOPdesk) -> str:
    ann = desk.add_person("Ann Lee", email="ann.lee@contoso.com")
    return desk.add_incident(ann, briefDescription="Lost phone", category="Identity", request="Help")


def test_wobcoms_reads_by_id_and_by_number(desk: TOPdesk, wobcom: Any, call: str) -> None:
    assert wobcom.version() == {"version": "4.2.6"}
    by_id = wobcom.incident(call)
    assert (by_id["caller"]["email"], by_id["category"]["name"]) == ("ann.lee@contoso.com", "Identity")
    assert wobcom.incident(by_id["number"]) == by_id


def test_wobcoms_lists_by_fiql_and_pages(desk: TOPdesk, wobcom: Any, call: str) -> None:
    desk.add_incident({"dynamicName": "Bob"}, category="Hardware")
    asked = {"query": "category.name==Identity;closed==false", "pageSize": 5}
    assert [row["id"] for row in wobcom.incidents(asked)] == [call]
    assert wobcom.incidents({"query": "category.name==Software"}) is None
    assert len(wobcom.incidents({"pageSize": 1})) == 1


def test_wobcoms_updates_and_reads_its_action_back(desk: TOPdesk, wobcom: Any, call: str) -> None:
    sent = {
        "action": "Looked at",
        "actionInvisibleForCaller": True,
        "processingStatus": {"name": "In progress"},
    }
    assert wobcom.update_incident(call, sent)["processingStatus"]["name"] == "In progress"
    (action,) = wobcom.get(
        f"/incidents/id/{call}/actions"
    )  # its own lists of a trail ask for /incidents/id/id/
    assert (action["plainText"], action["invisibleForCaller"]) == ("Looked at", True)
    assert wobcom.action_by_incident(call, action["id"]) == action
    assert wobcom.get(f"/incidents/id/{call}/progresstrail/count") == {"count": 1}
    assert desk.visible_to_caller(call) == ["Help"]


def test_wobcoms_finds_the_look_ups(wobcom: Any) -> None:
    assert "Identity" in {row["name"] for row in wobcom.categories()}
    assert "Temporary Access Pass" in {row["name"] for row in wobcom.subcategories()}
    assert "Registered" in {row["name"] for row in wobcom.processing_status()}


@pytest.mark.parametrize("shape", ["list", "object", "errors", "text", "html", "empty"])
def test_wobcoms_understands_the_refusals_in_every_shape(
    desk: TOPdesk, wobcom: Any, call: str, shape: Any
) -> None:
    desk.traps = Traps(errors=shape)
    with pytest.raises(errors.NotFound):
        wobcom.incident("11111111-1111-4111-8111-111111111111")
    with pytest.raises(errors.BadRequest):
        wobcom.incidents({"query": "briefDescription==Lost phone"})
    desk.archive(call)
    with pytest.raises(errors.Forbidden):
        wobcom.update_incident(call, {"action": "x"})


def test_wobcoms_understands_a_wrong_password_a_limit_and_maintenance(
    desk: TOPdesk, wobcom: Any, url: str
) -> None:
    with pytest.raises(errors.Unauthorized):
        Topdesk(url, app_creds=(desk.account.login, "wrong")).version()
    desk.traps = Traps(calls_per_minute=1)
    with pytest.raises(errors.TooManyRequests):
        [wobcom.version() for _ in range(2)]
    desk.traps = Traps(maintenance=503)
    with pytest.raises(errors.ServiceUnavailable):
        wobcom.version()


def test_hij5s_lists_by_fiql_with_a_quoted_list_of_statuses(desk: TOPdesk, hij5: Any) -> None:
    fabrikam = next(iter(desk.records.lookups["suppliers"]))
    desk.add_lookup("statuses", "In behandeling")
    wanted = desk.add_incident(
        {"dynamicName": "Bob"}, supplier={"id": fabrikam}, processingStatus="In behandeling"
    )
    desk.add_incident({"dynamicName": "Bob"}, supplier={"id": fabrikam}, processingStatus="Registered")
    desk.add_incident({"dynamicName": "Bob"}, processingStatus="In behandeling")
    assert [row["id"] for row in hij5.incidents_by_supplier(fabrikam)] == [wanted]
    assert [row["id"] for row in hij5.incidents_by_supplier_with_status(fabrikam, "In behandeling")] == [
        wanted
    ]


def test_hij5s_older_names_page_and_filter_where_they_are_honoured(desk: TOPdesk, hij5: Any) -> None:
    desk.traps = Traps(paging="both", direct_filters="honoured")
    status = hij5.processing_status_id("In progress")
    made = [
        desk.add_incident({"dynamicName": "Bob"}, status="secondLine", processingStatus="In progress")
        for _ in range(3)
    ]
    desk.add_incident({"dynamicName": "Bob"}, processingStatus="In progress")
    desk.add_incident({"dynamicName": "Bob"}, status="secondLine")
    seen = [row["id"] for at in range(4) for row in hij5.newest_incidents(1, at, status) or []]
    assert sorted(seen) == sorted(made)
    desk.traps = Traps()
    assert hij5.newest_incidents(1, 0, status) is None  # 400, as a tenant of today answered


def test_hij5s_writes_and_its_action_is_visible_to_the_caller(desk: TOPdesk, hij5: Any, call: str) -> None:
    assert hij5.valid_connection()
    assert hij5.incident_add_action(call, "Seen")["id"] == call
    assert desk.visible_to_caller(call) == ["Help", "Seen"]
    desk.add_lookup("statuses", "Gereed")
    assert hij5.incident_status_to_done(call)["processingStatus"]["name"] == "Gereed"
    assert hij5.set_expenses(call, 2.5)["costs"] == 2.5


def test_hij5s_makes_a_call_and_lists_the_operators(desk: TOPdesk, hij5: Any) -> None:
    desk.account.permissions.add("create")
    desk.add_lookup("call_types", "Storing")
    made = hij5.create_incident(
        "Broken", "Screen", "Noted", category_name="Hardware", subcategory_name="Laptop"
    )
    row = desk.incident(made["id"])
    assert (row["briefDescription"], row["caller"]["dynamicName"], row["caller"]["id"]) == (
        "Screen",
        "Enigma",
        None,
    )
    assert (row["subcategory"]["name"], row["status"]) == ("Laptop", "secondLine")
    assert hij5.operators_as_tuples() == [(desk.account.card, "API passdesk")]
