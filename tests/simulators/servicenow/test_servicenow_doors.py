"""Who gets in to the fake ServiceNow, and what it answers instead."""

from dataclasses import replace

import requests

from connector.simulators.servicenow import Traps
from tests.simulators.servicenow.client import NOW, Client


def test_a_200_may_carry_an_error_beside_its_damaged_result_or_a_page_for_people(
    client: Client, three: list[str]
) -> None:
    client.desk.traps = Traps(timed_out=True)
    body = client.send("GET", "table/incident").json()
    assert body["error"]["message"] == "Transaction cancelled: maximum execution time exceeded"
    assert body["result"][-1] == {}
    client.desk.traps = Traps(hibernating=True)
    reply = client.send("GET", "table/incident")
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/html;charset=UTF-8")


def test_a_session_that_is_used_in_parallel_gets_an_empty_202(client: Client, three: list[str]) -> None:
    cookie = client.send("GET", "table/incident").headers["Set-Cookie"].partition(";")[0]
    headers = {"Cookie": cookie}
    with client.desk.sessions.turn(cookie.partition("=")[2]):
        reply = client.send("PATCH", f"table/incident/{three[0]}", {"category": "z"}, headers=headers)
    assert (reply.status_code, reply.content, client.desk.row(three[0])["category"]) == (202, b"", "x")
    assert client.send("GET", "table/incident", headers=headers).status_code == 200


def test_errors_come_in_the_envelope(client: Client) -> None:
    assert client.send("GET", "table/nothing").json() == {
        "error": {"message": "Invalid table nothing", "detail": None},
        "status": "failure",
    }
    assert client.send("GET", "elsewhere").status_code == 400
    assert client.send("PUT", "table/incident", {}).status_code == 405
    assert client.send("GET", "table/incident", sysparm_offset="-1").status_code == 400
    assert client.send("GET", "table/incident", sysparm_query="x" * 8192).status_code == 414
    no_type = requests.post(f"{client.url}/api/now/table/incident", b"{}", auth=client.auth, timeout=5)
    assert no_type.status_code == 400


def test_a_rate_limit_rule_names_its_reset_and_when_to_try_again(client: Client) -> None:
    client.desk.traps = Traps(calls_per_hour=1)
    first, second = (client.send("GET", "table/incident") for _ in range(2))
    assert (first.status_code, first.headers["X-RateLimit-Limit"]) == (200, "1")
    assert (second.status_code, second.headers["Retry-After"]) == (429, "3200")
    assert second.headers["X-RateLimit-Reset"] == str(int(NOW) + 3200)


def test_basic_auth_that_is_switched_off_looks_like_a_wrong_password(client: Client) -> None:
    client.auth = (client.desk.accounts.user, "wrong")
    wrong = client.send("GET", "table/incident")
    client.auth = (client.desk.accounts.user, client.desk.accounts.password)
    client.desk.traps = Traps(basic_auth=False)
    blocked = client.send("GET", "table/incident")
    assert wrong.json() == blocked.json()
    assert (wrong.status_code, wrong.json()["error"]["message"]) == (401, "User Not Authenticated")


def test_an_api_key_opens_the_door(client: Client) -> None:
    client.auth = None
    headers = {"x-sn-apikey": client.desk.accounts.api_key}
    assert client.send("GET", "table/incident", headers=headers).status_code == 200
    assert client.send("GET", "table/incident").status_code == 401


def test_a_token_is_for_its_lifetime_and_only_from_the_body(client: Client) -> None:
    now = [NOW]
    client.desk.clock = lambda: now[0]
    accounts = client.desk.accounts
    form = {
        "grant_type": "client_credentials",
        "client_id": accounts.client_id,
        "client_secret": accounts.client_secret,
    }
    url = f"{client.url}/oauth_token.do"
    denied = {"error_description": "access_denied", "error": "server_error"}
    assert requests.post(url, params=form, timeout=5).json() == denied
    granted = requests.post(url, form, timeout=5).json()
    assert (granted["expires_in"], "refresh_token" in granted) == (1799, False)
    client.auth = None
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    assert client.send("GET", "table/incident", headers=headers).status_code == 200
    now[0] += 1799
    assert client.send("GET", "table/incident", headers=headers).status_code == 401
    client.desk.traps = replace(client.desk.traps, client_credentials=False)
    assert requests.post(url, form, timeout=5).status_code == 401


def test_the_password_grant_gives_a_refresh_token(client: Client) -> None:
    accounts = client.desk.accounts
    form = {"client_id": accounts.client_id, "client_secret": accounts.client_secret}
    password = {"grant_type": "password", "username": accounts.user, "password": accounts.password}
    url = f"{client.url}/oauth_token.do"
    granted = requests.post(url, form | password, timeout=5).json()
    refresh = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    assert requests.post(url, form | refresh, timeout=5).status_code == 200
    assert requests.post(url, form | password | {"password": "wrong"}, timeout=5).status_code == 401


def test_an_instance_may_say_how_many_calls_are_left(client: Client) -> None:
    client.desk.traps = Traps(calls_per_hour=2, says_remaining=True)
    left = [client.send("GET", "table/incident").headers["X-RateLimit-Remaining"] for _ in range(2)]
    assert left == ["1", "0"]
