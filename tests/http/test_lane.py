"""A service that says "not before" is left alone until then by every read; one whose calls are nearly used up
is asked little by little. A write never waits, nor a read that revoking waits for.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate

import pytest

from connector.domain.errors import Down
from connector.http.announced import near_limit, quota
from connector.http.lane import LONGEST, SPREAD, Lane
from connector.http.pace import Pace
from connector.http.service import HELD, USED_UP
from tests.http.loopback import DATE, Asked, Says, in_turn, serving
from tests.http.test_reading import FINE, Time, service

BUSY = Says(429, {"error": {}}, {"Retry-After": "7"})
LONG = Says(429, {"error": {}}, {"Retry-After": "3600"})


def rule(
    left: int | None, *, limit: int = 100, resets: str = str(DATE + 600), name: str = ""
) -> dict[str, str]:
    told = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Reset": resets}
    if name:
        told["X-RateLimit-Rule"] = name
    return told if left is None else {**told, "X-RateLimit-Remaining": str(left)}


def test_no_other_read_is_sent_before_the_time_that_a_service_named() -> None:
    time = Time()
    with serving(in_turn(BUSY, FINE)) as there:
        known = service(there, time)
        known.write("PATCH", "/other")
        known.read("GET", "/a")
    assert time.slept == [7.0]
    assert there.routes == ["PATCH /other", "GET /a"]


def test_a_read_waits_for_the_rest_of_that_time_only() -> None:
    time = Time()
    with serving(in_turn(BUSY, FINE)) as there:
        known = service(there, time)
        known.write("PATCH", "/other")
        time.now += 5
        known.read("GET", "/a")
    assert time.slept == [2.0]


def test_where_that_is_longer_than_a_read_may_take_it_fails_unsent_and_says_when() -> None:
    with serving(in_turn(LONG, FINE)) as there:
        time = Time()
        known = service(there, time)
        known.write("PATCH", "/other")
        with pytest.raises(Down, match=HELD) as failure:
            known.read("GET", "/a")
        assert failure.value.retry_after == LONGEST
        assert there.routes == ["PATCH /other"]
        time.now += LONGEST
        assert known.read("GET", "/a").status == 200


def test_what_is_held_counts_for_no_dead_service() -> None:
    with serving(in_turn(LONG, FINE)) as there:
        known = service(there)
        known.write("PATCH", "/other")
        for _ in range(10):
            with pytest.raises(Down, match=HELD):
                known.read("GET", "/a")
        known.write("PATCH", "/more")  # a dead service would not be sent this
    assert there.routes == ["PATCH /other", "PATCH /more"]


def test_a_write_and_an_urgent_read_are_sent_all_the_same() -> None:
    time = Time()
    with serving(in_turn(BUSY, FINE)) as there:
        known = service(there, time)
        known.write("PATCH", "/other")
        known.write("DELETE", "/pass")
        known.read("GET", "/passes", urgent=True)
    assert time.slept == []
    assert there.routes == ["PATCH /other", "DELETE /pass", "GET /passes"]


@pytest.mark.parametrize("header", ["soon", "-3", "0"])
def test_a_time_that_makes_no_sense_closes_no_lane(header: str) -> None:
    lane = Lane(lambda: 0.0)
    lane.heard("a", 429, {"retry-after": header})
    assert lane.closed() == 0
    lane.heard("a", 429, {"retry-after": "1"})
    assert lane.closed() == 1


def test_only_who_cannot_serve_closes_a_lane_and_the_later_of_two_times_counts() -> None:
    lane = Lane(lambda: 0.0)
    lane.heard("a", 200, {"retry-after": "50"})
    lane.heard("a", 202, {"retry-after": "50"})
    assert lane.closed() == 0
    lane.heard("a", 503, {"retry-after": "9"})
    lane.heard("b", 429, {"retry-after": "3"})
    assert lane.closed() == 9


def spread(told: Mapping[str, str], reads: int) -> list[float]:
    """The waits of reads of a service whose answers all say this of its limits."""
    time = Time()
    with serving(in_turn(Says(body={}, headers=told))) as there:
        known = service(there, time)
        for _ in range(reads):
            known.read("GET", "/api/now/table/incident")
    assert len(there.asked) == reads
    return time.slept


def test_the_last_calls_that_a_rule_allows_are_spread_until_it_starts_anew() -> None:
    assert spread(rule(11), 3) == []
    assert spread(rule(10), 4) == [SPREAD, SPREAD]  # the first of them at once
    assert spread(rule(10, resets=str(DATE + 20)), 4) == [2.0, 2.0]


def test_where_a_service_does_not_say_how_many_are_left_its_own_answers_are_counted() -> None:
    time = Time()
    with serving(in_turn(Says(body={}, headers=rule(None, limit=20, name="r1")))) as there:
        known = service(there, time)
        for _ in range(20):
            known.read("GET", "/api/now/table/incident")
        assert time.slept == [SPREAD]
        with pytest.raises(Down, match=USED_UP) as failure:
            known.read("GET", "/api/now/table/incident")
        assert failure.value.retry_after == LONGEST
        assert len(there.asked) == 20


def test_a_rule_that_starts_anew_allows_all_its_calls_again() -> None:
    now = [0.0]
    lane = Lane(lambda: now[0])
    lane.heard("a", 200, {"x-ratelimit-limit": "2", "x-ratelimit-reset": "60", "x-ratelimit-remaining": "0"})
    assert lane.turn("a") == 60
    now[0] += 60
    assert lane.turn("a") == 0


def test_a_rule_bounds_the_calls_that_count_for_it_and_no_others() -> None:
    def says(asked: Asked) -> Says:
        return Says(body={}, headers=rule(0, name="r1") if asked.path == "/incident" else {})

    time = Time()
    with serving(says) as there:
        known = service(there, time)
        known.read("GET", "/incident")
        with pytest.raises(Down, match=USED_UP):
            known.read("GET", "/incident")
        known.read("GET", "/people")
        known.write("PATCH", "/incident")
    assert time.slept == []
    assert there.routes == ["GET /incident", "GET /people", "PATCH /incident"]


@pytest.mark.parametrize("resets", [str(DATE + 90), str((DATE + 90) * 1000), "90", "90.0"])
def test_a_reset_is_a_time_or_a_span(resets: str) -> None:
    told = {"x-ratelimit-limit": "100", "x-ratelimit-reset": resets, "date": formatdate(DATE, usegmt=True)}
    found = quota(told)
    assert found and (found.limit, found.left, found.resets) == (100, None, 90)


@pytest.mark.parametrize(
    "told", [{}, {"x-ratelimit-limit": "many"}, {"x-ratelimit-limit": "0"}, {"x-ratelimit-limit": "5"}]
)
def test_what_makes_no_sense_is_no_rule(told: dict[str, str]) -> None:
    assert (
        quota({**told, "x-ratelimit-reset": "60"} if told.get("x-ratelimit-limit") != "5" else told) is None
    )


@pytest.mark.parametrize(
    ("share", "near"),
    [
        ("0.8", True),
        ("1.8", True),
        ("0.79", False),
        ("85", True),
        ("85%", True),
        ("12", False),
        ("high", False),
    ],
)
def test_a_share_is_read_as_a_fraction_or_in_percent(share: str, near: bool) -> None:
    assert near_limit({"x-ms-throttle-limit-percentage": share}) is near
    assert not near_limit({})


def test_an_answer_that_says_that_the_limit_is_near_leaves_fewer_calls_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    eased: list[Pace] = []

    def ease(self: Pace) -> None:
        eased.append(self)

    monkeypatch.setattr(Pace, "ease", ease)
    near = Says(body={}, headers={"x-ms-throttle-limit-percentage": "0.9"})
    with serving(in_turn(FINE, near)) as there:
        known = service(there)
        known.read("GET", "/a")
        assert eased == []
        known.read("GET", "/a")
        assert len(eased) == 1
