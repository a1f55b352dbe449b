"""Reads: tried again within a budget, and only JSON counts."""

from __future__ import annotations

from email.utils import formatdate
from functools import partial
from threading import Event

import pytest

from connector.domain.errors import Down, SignInRefused
from connector.http.headers import retry_after
from connector.http.service import BUDGET, COOLDOWN, MOST_FAILED_READS, Call, NotSent, Service
from tests.http.loopback import (
    DATE,
    HANG_UP,
    Answering,
    Asked,
    Loopback,
    Says,
    everything_in,
    in_turn,
    serving,
)

FINE = Says(body={"result": "fine"})


class Time:
    """Sleeping is all that makes it pass."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def service(there: Loopback, time: Time | None = None, calls: list[Call] | None = None) -> Service:
    clock = time or Time()
    heard = calls.append if calls is not None else None
    return Service(
        "desk",
        there.url,
        ids=("X-Id",),
        on_call=heard,
        sleep=clock.sleep,
        random=lambda: 0.0,
        monotonic=lambda: clock.now,
    )


def failing(answer: Answering, tries: int) -> Down:
    with serving(answer) as there, pytest.raises(Down) as failure:
        service(there).read("GET", "/a")
    assert len(there.asked) == tries
    return failure.value


@pytest.mark.parametrize(
    "says",
    [Says(status, {"error": {}}) for status in (429, 500, 502, 503, 504)] + [HANG_UP, Says(body={}, cut=1)],
)
def test_a_read_that_fails_for_a_moment_is_tried_again(says: Says) -> None:
    with serving(in_turn(says, says, FINE)) as there:
        assert service(there).read("GET", "/a").json == {"result": "fine"}
    assert len(there.asked) == 3


def test_a_page_of_a_gateway_with_503_is_tried_again_like_any_other_503() -> None:
    page = Says(503, b"<html>busy</html>", {"Content-Type": "text/html", "Retry-After": "2"})
    time = Time()
    with serving(in_turn(page, FINE)) as there:
        service(there, time).read("GET", "/a")
    assert time.slept == [2.0]


def test_tries_come_to_an_end_and_the_waits_grow() -> None:
    time = Time()
    with serving(in_turn(Says(503, {}))) as there, pytest.raises(Down, match="desk: it answers 503"):
        service(there, time).read("GET", "/a")
    assert len(there.asked) == 5
    assert time.slept == sorted(time.slept)
    assert len(set(time.slept)) == 4


def test_a_connection_that_is_refused_is_down() -> None:
    with serving(in_turn(FINE)) as there:
        pass
    with pytest.raises(Down, match="the connection is refused"):
        service(there).read("GET", "/a")


def test_after_some_reads_that_found_it_dead_the_next_calls_fail_at_once_for_a_while() -> None:
    time, dead = Time(), Says(503, {}, {"Retry-After": "30"})  # no second try within the budget
    with serving(in_turn(*[dead] * MOST_FAILED_READS, FINE)) as there:
        known = service(there, time)
        for _ in range(MOST_FAILED_READS):
            time.now += 30
            with pytest.raises(Down, match="it answers 503"):
                known.read("GET", "/a")
        time.now += COOLDOWN - 5
        with pytest.raises(Down, match="it didn't answer the last calls") as failure:
            known.read("GET", "/a")
        assert known.write("PATCH", "/a") == NotSent(
            "it didn't answer the last calls", signed=False, retry_after=5.0
        )
        assert (failure.value.retry_after, len(there.asked)) == (5.0, MOST_FAILED_READS)
        time.now += 20
        assert known.read("GET", "/a").status == 200


def test_a_read_that_goes_well_in_between_keeps_the_others_trying() -> None:
    time, dead = Time(), Says(503, {}, {"Retry-After": "30"})
    with serving(in_turn(dead, dead, FINE, dead, dead, FINE)) as there:
        known = service(there, time)
        for fails in (True, True, False, True, True, False):
            time.now += 30
            if fails:
                with pytest.raises(Down, match="it answers 503"):
                    known.read("GET", "/a")
            else:
                assert known.read("GET", "/a").status == 200


def test_a_reply_that_does_not_come_is_down() -> None:
    over = Event()

    def wait(asked: Asked) -> Says:
        over.wait(10)
        return FINE

    with serving(wait) as there:
        try:
            with pytest.raises(Down, match="no reply in time"):
                service(there).read("GET", "/a", timeout=(5, 0.05))
        finally:
            over.set()


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        ("3", 3.0),
        ("2.128", 2.128),
        (formatdate(DATE + 7, usegmt=True), 7.0),
        ("0", 0.0),
        (formatdate(DATE - 60, usegmt=True), 0.0),
    ],
)
def test_retry_after_is_honoured_as_seconds_fractions_and_dates_on_the_services_clock(
    header: str, waits: float
) -> None:
    time = Time()
    with serving(in_turn(Says(429, {}, {"Retry-After": header}), FINE)) as there:
        service(there, time).read("GET", "/a")
    assert time.slept == [waits]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("315", 315.0),
        ("999999999", 999_999_999.0),
        ("9" * 400, 1e9),
        (formatdate(DATE + 3600, usegmt=True), 3600.0),
    ],
)
def test_a_retry_after_beyond_the_budget_is_handed_on_and_not_waited_for(header: str, told: float) -> None:
    assert failing(in_turn(Says(429, {}, {"Retry-After": header}), FINE), tries=1).retry_after == told


@pytest.mark.parametrize(
    "header", ["-5", "soon", "", "1e3", "nan", "inf", "٣", "Mon, 99 Foo 2026 00:00:00 GMT"]
)
def test_a_retry_after_that_makes_no_sense_is_as_good_as_none(header: str) -> None:
    assert retry_after({"retry-after": header}) is None
    sendable = header.encode("latin-1", "replace").decode("latin-1")
    time = Time()
    with serving(in_turn(Says(429, {}, {"Retry-After": sendable}), FINE)) as there:
        assert service(there, time).read("GET", "/a").status == 200
    assert len(time.slept) == 1


def test_waits_that_were_asked_for_share_one_budget() -> None:
    time = Time()
    with serving(in_turn(Says(429, {}, {"Retry-After": "9"}))) as there, pytest.raises(Down) as failure:
        service(there, time).read("GET", "/a")
    assert time.slept == [9.0, 9.0]
    assert sum(time.slept) <= BUDGET
    assert failure.value.retry_after == 9.0


@pytest.mark.parametrize(
    "says",
    [
        Says(200, b"<html>sign in</html>", {"Content-Type": "text/html"}),
        Says(200, b'{"result": []}', {"Content-Type": "text/plain"}),
        Says(200, b'{"result": [', {}),
        Says(200, b"[" * 100_000),
        Says(200, None),
        Says(202, {"result": []}),
        Says(204, None),
        Says(302, {}, {"Location": "/login"}),
        Says(304, {}),
        Says(404, b"<html>no such page</html>", {"Content-Type": "text/html"}),
        Says(404, None),
    ],
)
def test_what_is_no_json_is_no_answer(says: Says) -> None:
    failing(in_turn(says, FINE), tries=1)


@pytest.mark.parametrize("status", [200, 201, 400, 401, 403, 404, 409])
def test_an_error_in_json_is_an_answer_for_the_caller_to_judge(status: int) -> None:
    with serving(in_turn(Says(status, {"error": {"code": "x"}}, {"X-Total-Count": "3"}))) as there:
        answer = service(there).read("GET", "/a")
    assert (answer.status, answer.json, answer.headers["x-total-count"]) == (
        status,
        {"error": {"code": "x"}},
        "3",
    )


def test_parameters_arrive_exactly_as_they_were_given() -> None:
    odd = {"$filter": "upn eq 'o''b+r%ie#n&é?/ł =@x'", "sysparm_query": "a=1^b!=2", "empty": ""}
    with serving(in_turn(FINE)) as there:
        service(there).read("GET", "/a", params=odd)
    assert there.asked[0].query == odd


def test_a_call_is_told_without_query_headers_or_body() -> None:
    calls = list[Call]()
    with serving(
        in_turn(Says(503, {}), Says(200, {"secret": "s3cr3t"}, {"X-Id": "r-1", "X-Other": "o"}))
    ) as there:
        service(there, calls=calls).read(
            "POST", "/a/b?q=s3cr3t", json={"q": "s3cr3t"}, headers={"X-Key": "s3cr3t"}
        )
    assert [(call.method, call.route, call.status) for call in calls] == [
        ("POST", "/a/b", 503),
        ("POST", "/a/b", 200),
    ]
    assert calls[1].ids == {"x-id": "r-1"}
    assert "s3cr3t" not in repr(calls)


def test_a_log_that_fails_costs_no_answer() -> None:
    def broken(call: Call) -> None:
        raise BrokenPipeError

    with serving(in_turn(FINE)) as there:
        assert Service("desk", there.url, on_call=broken).read("GET", "/a").status == 200


def test_down_carries_no_body_no_header_and_no_exception_of_a_library() -> None:
    class Signing:
        def headers(self) -> dict[str, str]:
            return {"Authorization": "Bearer t0k3n"}

        def refused(self) -> bool:
            return False

        def explain(self, reply: object) -> SignInRefused:
            return SignInRefused("desk", "it doesn't sign passdesk in (401)")

    for says in (
        HANG_UP,
        Says(500, {"hint": "s3cr3t"}),
        Says(200, b'{"hint": "s3cr3t'),
        Says(302, b"s3cr3t", {"Location": "/s3cr3t"}),
    ):
        clock = Time()
        read_clock = partial(getattr, clock, "now")
        with serving(in_turn(says)) as there, pytest.raises(Down) as failure:
            Service("desk", there.url, Signing(), sleep=clock.sleep, monotonic=read_clock).read("GET", "/a")
        assert failure.value.__context__ is None
        assert failure.value.__cause__ is None
        assert "s3cr3t" not in everything_in(failure.value)
        assert "t0k3n" not in everything_in(failure.value)
