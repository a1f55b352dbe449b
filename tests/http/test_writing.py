"""Writes: sent once, and what came of it is a value."""

from __future__ import annotations

import socket
from threading import Event, Thread

import pytest

from connector.domain.errors import Down, SignInRefused
from connector.http.service import Answer, NoAnswer, NotSent, Service
from tests.http.loopback import HANG_UP, Asked, Says, in_turn, serving

PAGE = {"Content-Type": "text/html"}


class Signing:
    """`renews`: what `refused` answers; each renewal makes the next token."""

    def __init__(self, renews: bool = True, down: str = "") -> None:
        self.token, self.renews, self.down = 1, renews, down

    def headers(self) -> dict[str, str]:
        if self.down:
            raise Down("desk", self.down, 7.0)
        return {"Authorization": f"Bearer {self.token}"}

    def refused(self) -> bool:
        self.token += self.renews
        return self.renews

    def explain(self, reply: object) -> SignInRefused:
        return SignInRefused("desk", "it doesn't sign passdesk in (401)")


@pytest.mark.parametrize(
    "says",
    [
        HANG_UP,
        Says(201, {"id": 1}, cut=3),
        Says(200, b'{"id": '),
        Says(200, b"<html>", PAGE),
        Says(503, b"<html>", PAGE),
        Says(302, None, {"Location": "/login"}),
        Says(307, None, {"Location": "/again"}),
    ],
)
def test_without_an_answer_that_makes_sense_a_write_may_have_happened_and_is_not_repeated(says: Says) -> None:
    with serving(in_turn(says, Says(200, {}))) as there:
        assert isinstance(Service("desk", there.url).write("PATCH", "/a", json={"x": 1}), NoAnswer)
    assert len(there.asked) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204, 400, 403, 404, 409, 429, 500, 502, 503, 504])
def test_an_answer_to_a_write_is_a_value_whatever_its_status_and_is_not_repeated(status: int) -> None:
    says = Says(status, None if status == 204 else {"x": 1}, {"Retry-After": "1"})
    with serving(in_turn(says)) as there:
        reply = Service("desk", there.url).write("POST", "/a", json={"x": 1})
    assert isinstance(reply, Answer)
    assert (reply.status, reply.json) == (status, says.body)
    assert len(there.asked) == 1


def test_no_reply_in_time_means_that_it_may_have_happened() -> None:
    over = Event()

    def wait(asked: Asked) -> Says:
        over.wait(10)
        return Says(200, {})

    with serving(wait) as there:
        reply = Service("desk", there.url).write("POST", "/a", json={}, timeout=(5, 0.05))
        over.set()
    assert reply == NoAnswer("no reply in time")
    assert len(there.asked) == 1


def test_a_connection_that_is_refused_sent_nothing() -> None:
    with serving(in_turn(Says(200, {}))) as there:
        pass
    assert Service("desk", there.url).write("POST", "/a", json={}) == NotSent("the connection is refused")


def test_a_name_that_is_not_known_sent_nothing() -> None:
    assert Service("desk", "http://desk.invalid").write("POST", "/a", json={}) == NotSent(
        "its name can't be resolved"
    )


def test_a_tls_handshake_that_is_cut_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            listening.accept()[0].close()

        hanging_up = Thread(target=hang_up)
        hanging_up.start()
        reply = Service("desk", f"https://127.0.0.1:{listening.getsockname()[1]}").write(
            "POST", "/a", json={}
        )
        hanging_up.join()
    assert isinstance(reply, NotSent)


def test_a_401_was_not_executed_so_it_goes_again_once_with_renewed_credentials() -> None:
    with serving(in_turn(Says(401, b"<html>", PAGE), Says(200, {}))) as there:
        reply = Service("desk", there.url, Signing()).write("PATCH", "/a", json={"x": 1})
    assert isinstance(reply, Answer)
    assert [(each.headers["authorization"], each.json) for each in there.asked] == [
        ("Bearer 1", {"x": 1}),
        ("Bearer 2", {"x": 1}),
    ]


def test_a_second_401_is_the_answer() -> None:
    with serving(in_turn(Says(401, {}))) as there:
        reply = Service("desk", there.url, Signing()).write("PATCH", "/a", json={})
    assert isinstance(reply, Answer)
    assert len(there.asked) == 2


def test_a_401_that_nothing_cures_is_the_answer() -> None:
    with serving(in_turn(Says(401, {}))) as there:
        Service("desk", there.url, Signing(renews=False)).write("PATCH", "/a", json={})
    assert len(there.asked) == 1


def test_without_a_sign_in_nothing_is_sent_and_reads_do_not_try_again() -> None:
    with serving(in_turn(Says(200, {}))) as there:
        desk = Service("desk", there.url, Signing(down="no token"))
        assert desk.write("PATCH", "/a", json={}) == NotSent("no token", signed=False, retry_after=7.0)
        with pytest.raises(Down, match="desk: no token") as failure:
            desk.read("GET", "/a")
    assert there.asked == []
    assert failure.value.retry_after == 7.0
    assert failure.value.__context__ is None


def test_a_header_that_cannot_be_sent_raises_nothing_and_shows_nothing() -> None:
    with serving(in_turn(Says(200, {}))) as there:
        reply = Service("desk", there.url).write(
            "PATCH", "/a", json={}, headers={"X-Key": "s3cr3t\r\nX-Other: 1"}
        )
    assert isinstance(reply, NotSent)
    assert "s3cr3t" not in repr(reply)
    assert there.asked == []


def test_a_form_goes_as_a_form() -> None:
    with serving(in_turn(Says(200, {}))) as there:
        Service("desk", there.url).write("POST", "/oauth_token.do", form={"client_secret": "a&b=c"})
    assert there.asked[0].body == b"client_secret=a%26b%3Dc"


def test_an_answer_shows_neither_body_nor_headers() -> None:
    assert "s3cr3t" not in repr(Answer(201, {"x": "s3cr3t"}, {"x": "s3cr3t"}))
    assert "s3cr3t" not in repr(NoAnswer("why", 200, {"x": "s3cr3t"}))


def test_a_write_is_sent_at_once_however_many_calls_are_under_way() -> None:
    written, in_time = Event(), list[bool]()

    def answer(asked: Asked) -> Says:
        if asked.method == "PATCH":
            written.set()
        else:
            in_time.append(written.wait(5))
        return Says(200, {})

    with serving(answer) as there:
        desk = Service("desk", there.url, workers=2)
        readers = [Thread(target=desk.read, args=("GET", "/a")) for _ in range(2)]
        for each in readers:
            each.start()
        while len(there.asked) < len(readers):
            written.wait(0.01)
        assert isinstance(desk.write("PATCH", "/a", json={"x": 1}), Answer)
        for each in readers:
            each.join()
    assert in_time == [True, True]
