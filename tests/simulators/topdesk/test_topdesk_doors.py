"""Who gets in to the fake TOPdesk, and what it answers instead."""

import base64

import pytest
import requests

from connector.simulators import Faults, Served, TOPdesk, when
from connector.simulators.faults import Handle, Late, answer, delay, drop_after, failure, truncated
from connector.simulators.messages import Response
from connector.simulators.topdesk import Traps, contoso, maintenance, too_many
from tests.simulators.topdesk.client import NOW, Client


def test_a_login_name_and_its_application_password_open_the_door(client: Client) -> None:
    assert client.get("version").json() == {"version": "4.2.6"}
    assert set(client.get("productVersion").json()) == {"major", "minor", "patch"}
    credential = base64.b64encode(":".join(client.auth).encode()).decode()
    for scheme, status in (("Basic", 200), ("BASIC", 200), ("Bearer", 401)):
        headers = {"Authorization": f"{scheme} {credential}"}
        assert requests.get(f"{client.url}/tas/api/version", headers=headers, timeout=5).status_code == status


def test_the_401_tells_only_whether_anything_was_sent(client: Client) -> None:
    client.auth = (client.auth[0], "wrong")
    assert client.refused("incidents") == (401, "No valid authentication token provided")
    nothing = requests.get(f"{client.url}/tas/api/version", timeout=5)
    assert (nothing.status_code, nothing.json()) == (401, [{"message": "No authentication token provided"}])
    client.desk.traps = Traps(unauthorized="html", version_open=True)
    assert client.get("incidents").headers["Content-Type"] == "text/html;charset=UTF-8"
    assert requests.get(f"{client.url}/tas/api/version", timeout=5).status_code == 200


def test_a_password_ends_at_its_date_and_with_its_permission_or_its_operator(client: Client) -> None:
    client.desk.account.expires_at = NOW + 1
    assert client.get("version").status_code == 200
    client.desk.account.expires_at = NOW
    assert client.get("version").status_code == 401
    client.desk.account.expires_at = None
    client.desk.account.permissions.remove("application_passwords")
    assert client.get("version").status_code == 401
    client.desk.account.permissions.add("application_passwords")
    client.desk.records.operators[client.desk.account.card]["archived"] = True
    assert client.get("version").status_code == 401


def test_wrong_passwords_may_lock_the_account_out(client: Client) -> None:
    client.desk.traps = Traps(lock_out_after=2)
    right = client.auth
    client.auth = (right[0], "wrong")
    assert client.get("version").status_code == 401
    client.auth = right
    assert client.get("version").status_code == 200
    client.auth = (right[0], "wrong")
    assert [client.get("version").status_code for _ in range(2)] == [401, 401]
    client.auth = right
    assert client.get("version").status_code == 401


def test_each_permission_opens_its_own_door(client: Client, three: list[str], ann: str) -> None:
    permissions = client.desk.account.permissions
    second = client.desk.add_incident(ann, status="secondLine")
    permissions.remove("second_line_read")
    assert len(client.get("incidents").json()) == 3
    assert client.get(f"incidents/id/{second}").status_code == 404
    permissions.remove("first_line_write")
    assert client.patch(three[0], action="x").json() == [{"message": "No permission to access the data"}]
    permissions.remove("first_line_read")
    assert {client.get(path).status_code for path in ("incidents", "incidents/categories")} == {403}
    permissions.remove("rest_api")
    assert (client.get("persons").status_code, client.get("version").status_code) == (403, 200)


@pytest.mark.parametrize(
    ("shape", "kind", "body"),
    [
        ("list", "application/json;charset=UTF-8", '[{"message": "Entity not found"}]'),
        ("object", "application/json;charset=UTF-8", '{"message": "Entity not found"}'),
        ("text", "text/plain;charset=UTF-8", "Entity not found"),
        ("empty", None, ""),
    ],
)
def test_errors_of_incidents_have_several_shapes(
    client: Client, shape: str, kind: str | None, body: str
) -> None:
    client.desk.traps = Traps(errors=shape)  # type: ignore[arg-type]
    reply = client.get("incidents/id/11111111-1111-4111-8111-111111111111")
    assert (reply.status_code, reply.headers.get("Content-Type"), reply.text) == (404, kind, body)


def test_errors_may_be_an_object_with_codes_or_a_page(client: Client) -> None:
    client.desk.traps = Traps(errors="errors")
    assert client.get("incidents/number/x").json()["errors"][0].keys() == {
        "errorCode",
        "appliesTo",
        "errorMessage",
    }
    client.desk.traps = Traps(errors="html")
    assert client.get("incidents/number/x").text.startswith("<!doctype html>")
    assert client.get("incidents/id/x").status_code == 400


def test_a_call_is_read_by_number_and_by_id_in_any_case(client: Client, three: list[str]) -> None:
    number = client.desk.incident(three[0])["number"]
    assert number == "I 2506 101"
    assert client.get("incidents/number/I%202506%20101").json()["id"] == three[0]
    assert client.get(f"incidents/id/{three[0].upper()}").json()["number"] == number
    client.desk.traps = Traps(uppercase_ids=True)
    assert client.get(f"incidents/id/{three[0]}").json()["id"] == three[0].upper()


def test_a_cookie_comes_with_every_answer_and_opens_nothing(client: Client) -> None:
    cookie = client.get("version").headers["Set-Cookie"].partition(";")[0]
    reply = requests.get(f"{client.url}/tas/api/version", headers={"Cookie": cookie}, timeout=5)
    assert (cookie.partition("=")[0], reply.status_code) == ("JSESSIONID", 401)
    client.desk.traps = Traps(cookies=False)
    assert "Set-Cookie" not in client.get("version").headers


@pytest.mark.parametrize("status", [200, 502, 503])
def test_maintenance_is_a_page_whatever_its_status(client: Client, status: int) -> None:
    client.desk.traps = Traps(maintenance=status)  # type: ignore[arg-type]
    reply = client.get("incidents")
    assert (reply.status_code, "being updated" in reply.text) == (status, True)


def test_too_many_calls_are_a_429_with_or_without_a_time(client: Client) -> None:
    client.desk.traps = Traps(calls_per_minute=1)
    assert [client.get("version").status_code for _ in range(2)] == [200, 429]
    assert "Retry-After" not in client.get("version").headers
    client.desk.traps = Traps(calls_per_minute=1, retry_after="7")
    assert client.get("version").headers["Retry-After"] == "7"


def test_a_lost_reply_leaves_one_action_and_a_resend_a_second(three: list[str], desk: TOPdesk) -> None:
    faults = Faults().add(when("PATCH", "/incidents/"), drop_after)
    with Served(desk, faults=faults) as served:
        client = Client(desk, served.url)
        with pytest.raises(requests.ConnectionError):
            client.patch(three[0], action="once")
        assert len(desk.actions(three[0])) == 1
        client.patch(three[0], action="once")
    assert [action["memoText"] for action in desk.actions(three[0])] == ["once", "once"]


def test_every_fault_of_the_wire_works_here_too(three: list[str], desk: TOPdesk) -> None:
    late, patch = Late(), "/incidents/"
    faults = (
        Faults().add(when("PATCH", patch), late).add(when("PATCH", patch, nth=2), failure(500, handled=True))
    )
    faults.add(when("PATCH", patch, nth=3), truncated).add(when("GET", "/version"), answer(too_many("1")))
    faults.add(when("GET", "/version", nth=2), answer(maintenance())).add(
        when("GET", "/version", nth=3), delay()
    )

    with Served(desk, faults=faults) as served:
        client = Client(desk, served.url)
        with pytest.raises(requests.ConnectionError):
            client.patch(three[0], action="one")
        assert desk.actions(three[0]) == []
        assert late.land() == 1
        assert client.patch(three[0], action="two").status_code == 500
        with pytest.raises(requests.JSONDecodeError):
            client.patch(three[0], action="three").json()
        assert [client.get("version").status_code for _ in range(3)] == [429, 503, 200]
    assert [action["memoText"] for action in desk.actions(three[0])] == ["one", "two", "three"]


def test_a_request_that_is_handled_twice_leaves_two_actions(three: list[str], desk: TOPdesk) -> None:
    def twice(handle: Handle) -> Response:
        handle()
        return handle()

    with Served(desk, faults=Faults().add(when("PATCH", "/incidents/"), twice)) as served:
        assert Client(desk, served.url).patch(three[0], action="x").status_code == 200
    assert len(desk.actions(three[0])) == 2


def test_contoso_has_a_queue_with_people_who_are_and_are_not_who_they_say(client: Client) -> None:
    persons = contoso(client.desk)
    rows = client.get("incidents", pageSize="100", query="subcategory.name=='Temporary Access Pass'").json()
    assert len(rows) == 9
    assert [row["caller"]["dynamicName"] for row in rows if row["caller"]["id"] is None] == ["Grace Boss"]
    walter = next(row for row in rows if row["caller"]["id"] == persons["Walter Other"])
    assert walter["caller"]["email"] == "grace.boss@contoso.com"
    assert client.get(f"persons/id/{persons['Walter Other']}").json()["email"] == "walter.other@contoso.com"
    assert len(client.get("persons", email="kim.park@contoso.com").json()) == 2
