"""A request is written as requests writes it, also where its address isn't taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from connector.http import transport
from connector.http.transport import prepared
from tests.http.loopback import Asked, Loopback, Says, serving
from tests.searching import SEARCH

BASE = "https://desk.example.org:8443"
PIECES = st.text(st.sampled_from("abAZ09/.-_~!$&'()*+,;=:@?%#[] \"<>\\^`{|}é\n"), max_size=12)
ODD = st.builds("".join, st.lists(st.sampled_from(["/", ".", "..", "%41", "%2f", "%2E", "%7E", "a", "?"])))
HEADERS = {"Accept": "application/json", "Authorization": "Bearer x"}


@pytest.fixture(scope="module")
def desk() -> Iterator[Loopback]:
    with serving(lambda asked: Says(200, {})) as there:
        yield there


def sent(desk: Loopback, method: str, url: str, **content: Any) -> list[Asked]:
    """The same call as we send it, and as requests does."""
    own, plain = transport.session(desk.url, 1), requests.Session()
    plain.trust_env = False
    plain.headers.clear()
    plain.headers.update(own.headers)
    begun = len(desk.asked)
    found = transport.exchange(own, method, url, (5, 5), headers=HEADERS, **content)
    plain.request(method, url, headers=HEADERS, **content).close()
    own.close()
    plain.close()
    assert isinstance(found, transport.Raw)
    return desk.asked[begun:]


@SEARCH
@given(path=PIECES | ODD, query=PIECES | ODD)
def test_every_address_goes_over_the_wire_as_requests_sends_it(desk: Loopback, path: str, query: str) -> None:
    asked = f"{desk.url}/{path}?{query}", f"{desk.url}/{quote(path)}?{urlencode({'q': query})}"
    for url in asked:
        own, plain = sent(desk, "GET", url)
        assert own == plain


@pytest.mark.parametrize(
    "content", [{}, {"json": {"é": [1]}}, {"json": {}}, {"data": {"a": "b c", "d": "&"}}]
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_every_body_goes_over_the_wire_as_requests_sends_it(
    desk: Loopback, method: str, content: dict[str, Any]
) -> None:
    own, plain = sent(desk, method, f"{desk.url}/a/b?c=d", **content)
    assert own == plain
    assert own.target == "/a/b?c=d"


def told(request: requests.PreparedRequest) -> tuple[Any, ...]:
    return request.method, request.url, sorted((request.headers or {}).items()), request.body


def by_requests(method: str, url: str, **content: Any) -> requests.PreparedRequest:
    made = requests.PreparedRequest()
    made.prepare(method=method, url=url, headers=HEADERS, **content)
    return made


@given(path=PIECES | ODD, query=PIECES | ODD)
def test_every_address_is_what_requests_makes_of_it(path: str, query: str) -> None:
    for url in (
        f"{BASE}/{path}",
        f"{BASE}/{path}?{query}",
        f"{BASE}/{quote(path)}?{urlencode({'q': query})}",
    ):
        assert told(prepared("GET", url, HEADERS)) == told(by_requests("GET", url))


@pytest.mark.parametrize(
    "base", [BASE, "http://127.0.0.1:80", "https://[::1]", "https://Ab.example", "https://ü.de"]
)
@pytest.mark.parametrize(
    ("method", "content"),
    [
        ("GET", {}),
        ("POST", {}),
        ("DELETE", {}),
        ("POST", {"json": {"é": [1]}}),
        ("PATCH", {"json": {}}),
        ("POST", {"data": {"a": "b c", "d": "&"}}),
    ],
)
def test_every_body_is_what_requests_makes_of_it(base: str, method: str, content: dict[str, Any]) -> None:
    url = f"{base}/a/b?c=d"
    assert told(prepared(method, url, HEADERS, **content)) == told(by_requests(method, url, **content))


@pytest.mark.parametrize("value", ["a\nb", "a\r\nX: y", " a"])
def test_a_header_that_would_be_two_is_refused(value: str) -> None:
    with pytest.raises(requests.exceptions.InvalidHeader):
        prepared("GET", f"{BASE}/a", {"Authorization": value})
