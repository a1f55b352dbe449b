"""What real HTTP and the fault plan promise."""

import threading
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection

import pytest
import requests

from connector.simulators import Faults, Request, Response, Served, serve, when
from connector.simulators.faults import (
    Fault,
    Late,
    accepted,
    answer,
    delay,
    drop_after,
    drop_before,
    failure,
    html_page,
    redirect,
    truncated,
)
from connector.simulators.messages import Headers


class Counter:
    """An app that counts what took effect."""

    def __init__(self) -> None:
        self.handled: list[str] = []

    def __call__(self, request: Request) -> Response:
        self.handled.append(request.method)
        return Response.json(200, {"query": request.query, "segments": request.segments})


def test_a_query_and_a_path_are_decoded_exactly_once() -> None:
    with serve(Counter()) as url:
        seen = requests.get(f"{url}/a%252Fb/o%27brien?x=%2527&y=1&y=2", timeout=5).json()
    assert seen == {"query": {"x": "%27", "y": "2"}, "segments": ["a%2Fb", "o'brien"]}


def test_the_date_of_every_reply_is_that_of_the_clock() -> None:
    with serve(Counter(), clock=lambda: 1_700_000_000.9) as url:
        date = requests.get(url, timeout=5).headers["Date"]
    assert parsedate_to_datetime(date).timestamp() == 1_700_000_000


def test_one_connection_serves_several_requests() -> None:
    with Served(Counter()) as served:
        connection = HTTPConnection("127.0.0.1", int(served.url.rpartition(":")[2]), timeout=5)
        connection.connect()
        socket = connection.sock
        for _ in range(3):
            connection.request("POST", "/", b"{}")
            assert connection.getresponse().read()
            assert connection.sock is socket
        connection.close()


def test_a_server_started_again_has_the_same_address_and_a_stopped_one_has_none() -> None:
    served = Served(Counter()).start()
    url = served.url
    with requests.Session() as session:
        assert session.get(url, timeout=5).status_code == 200
        served.stop()
        with pytest.raises(requests.ConnectionError):
            session.get(url, timeout=5)
    with served:
        assert served.url == url
        assert requests.get(url, timeout=5).status_code == 200


def test_what_an_app_raises_comes_out_at_the_end() -> None:
    def broken(_: Request) -> Response:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), serve(broken) as url, pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)


def test_calls_are_counted_by_route_whoever_they_are_about() -> None:
    with Served(Counter()) as served:
        for key in ("ann@contoso.com", "6f1967b7-15e8-4935-ac26-d50770ed07a7", "0" * 32):
            requests.get(f"{served.url}/users/{key}/manager", timeout=5)
        requests.get(f"{served.url}/users('ann@contoso.com')/manager", timeout=5)
        assert served.tally.calls() == {("GET", "/users/{id}/manager"): 4}


def test_calls_about_a_number_that_people_read_are_one_route_whatever_its_mask() -> None:
    with Served(Counter()) as served:
        for number in ("I%202609%20104", "M2608-1432"):
            requests.get(f"{served.url}/tas/api/incidents/number/{number}/actions", timeout=5)
        requests.get(f"{served.url}/tas/api/incidents/number/I%202609%20105", timeout=5)
        route = "/tas/api/incidents/number/{id}"
        assert served.tally.calls() == {("GET", f"{route}/actions"): 2, ("GET", route): 1}


@pytest.mark.parametrize(("fault", "handled"), [(drop_before, 0), (drop_after, 1)])
def test_a_dropped_connection_loses_the_request_or_the_reply(fault: Fault, handled: int) -> None:
    app = Counter()
    with serve(app, faults=Faults().add(when("POST", "/x"), fault)) as url:
        with pytest.raises(requests.ConnectionError):
            requests.post(f"{url}/x", timeout=5)
        assert len(app.handled) == handled


def test_a_late_effect_lands_after_the_connection_was_dropped() -> None:
    app, late = Counter(), Late()
    with serve(app, faults=Faults().add(when("POST", "/"), late)) as url:
        with pytest.raises(requests.ConnectionError):
            requests.post(url, timeout=5)
        assert app.handled == []
        assert late.land() == 1
        assert late.land() == 0
    assert app.handled == ["POST"]


def test_a_late_effect_lands_by_itself_after_its_seconds() -> None:
    landed = threading.Event()

    def app(_: Request) -> Response:
        landed.set()
        return Response(200)

    with serve(app, faults=Faults().add(when("POST", "/"), Late(0.01))) as url:
        with pytest.raises(requests.ConnectionError):
            requests.post(url, timeout=5)
        assert landed.wait(5)


def test_only_the_named_requests_meet_a_fault() -> None:
    faults = Faults().add(when("GET", "^/x", nth=2, times=2), failure(503))
    with serve(Counter(), faults=faults) as url:
        replies = [
            requests.get(url + path, timeout=5).status_code for path in ("/x", "/y", "/x", "/x?a=1", "/x")
        ]
        assert requests.post(f"{url}/x", timeout=5).status_code == 200
    assert replies == [200, 200, 503, 503, 200]
    assert faults.happened == [("GET", "/x"), ("GET", "/x")]


@pytest.mark.parametrize(
    ("fault", "status", "header", "body"),
    [
        (failure(429, "2.128"), 429, ("Retry-After", "2.128"), "429"),
        (failure(500), 500, ("Retry-After", None), "500"),
        (html_page(), 200, ("Content-Type", "text/html;charset=UTF-8"), "Sign in"),
        (accepted(), 202, ("Content-Length", "0"), ""),
        (redirect("https://login.example.org/"), 302, ("Location", "https://login.example.org/"), ""),
        (answer(Response.json(418, {})), 418, ("Content-Type", "application/json;charset=UTF-8"), "{}"),
        (delay(), 200, ("Retry-After", None), "query"),
    ],
)
def test_a_fault_answers_in_its_own_way(
    fault: Fault, status: int, header: tuple[str, str | None], body: str
) -> None:
    with serve(Counter(), faults=Faults().add(when("*", "/"), fault)) as url:
        reply = requests.get(url, timeout=5, allow_redirects=False)
    assert (reply.status_code, reply.headers.get(header[0])) == (status, header[1])
    assert body in reply.text


def test_an_error_may_come_back_although_the_request_took_effect() -> None:
    app = Counter()
    with serve(app, faults=Faults().add(when("POST", "/"), failure(500, handled=True))) as url:
        assert requests.post(url, timeout=5).status_code == 500
    assert app.handled == ["POST"]


def test_a_truncated_reply_is_no_json() -> None:
    with serve(Counter(), faults=Faults().add(when("GET", "/"), truncated)) as url:
        reply = requests.get(url, timeout=5)
    with pytest.raises(requests.JSONDecodeError):
        reply.json()


def test_the_same_seed_draws_the_same_faults() -> None:
    def drawn(seed: int) -> list[bool]:
        faults = Faults(seed).chance(0.5, when("GET", "/", times=50), drop_before, drop_after)
        return [faults.due(Request("GET", "/")) is not None for _ in range(50)]

    assert drawn(7) == drawn(7)
    assert len({True, False} & set(drawn(7))) == 2


def test_a_request_and_a_response_never_show_what_they_carry() -> None:
    request = Request("POST", "/x", Headers({"Authorization": "Bearer abc"}), b"abc")
    assert request.body == b"abc" and "/x" in repr(request)
    assert "abc" not in repr(request)
    assert "abc" not in repr(Response(200, b"abc", {"Set-Cookie": "abc"}))
