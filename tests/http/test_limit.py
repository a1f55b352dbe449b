"""Calls at once adapt to what a service takes: by what it turns away, by what it says of its limits, and by
answers that get slower; a service that is slow whatever is asked of it keeps its calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from connector.http.latency import PERIOD, kind_of
from connector.http.limit import EASE, FIRST, HOLD, CallLimit
from tests.http.modelled import Modelled


@dataclass
class Served:
    """A service whose clock only moves with its answers."""

    most: int = 64
    now: float = 0.0
    limit: CallLimit = field(init=False)

    def __post_init__(self) -> None:
        self.limit = CallLimit(self.most, lambda: self.now)

    def together(self, statuses: Sequence[int | None], took: float = 0.1, kind: str = "read") -> int:
        """Calls that are under way together, each with its answer; the calls at once after that."""
        places = [self.limit.begin() for _ in statuses]
        self.now += took
        for place, status in zip(places, statuses, strict=True):
            place.answered(status, kind, took)
            self.limit.end(place)
        return self.limit.calls

    def full(self, rounds: int, took: float = 0.1) -> int:
        """Rounds in which as many calls as are allowed are answered well."""
        for _ in range(rounds):
            self.together([200] * self.limit.calls, took)
        return self.limit.calls

    def known(self, calls: int) -> Served:
        """So many calls at once, by a service that answered as quickly as ever."""
        while self.limit.calls < calls:
            self.full(1)
        return self


def test_it_begins_with_a_few_and_tries_half_as_many_more_where_all_were_needed() -> None:
    served = Served()
    assert served.limit.calls == FIRST
    served.full(1)  # the service is not known before
    assert [served.full(1) for _ in range(3)] == [6, 9, 13]


def test_there_are_never_more_than_workers() -> None:
    assert Served(2).full(20) == 2
    assert Served(16).full(20) == 16


def test_where_fewer_are_needed_than_allowed_there_are_no_more() -> None:
    served = Served().known(9)
    for _ in range(100):
        served.together([200])
    assert served.limit.calls == 9


@pytest.mark.parametrize("status", [429, 503])
def test_calls_that_are_turned_away_together_count_once(status: int) -> None:
    served = Served(32).known(32)
    assert served.together([200] * 24 + [status] * 8) == 6
    served = Served(32).known(32)
    assert served.together([status] * 8 + [200] * 24) == 24


def test_near_what_was_too_many_it_grows_slowly() -> None:
    served = Served(32).known(32)
    assert served.together([429] * 32) == 24
    assert served.full(9) == 24
    assert served.full(2) == 25


@pytest.mark.parametrize("status", [400, 401, 404, 500, 502, None])
def test_no_other_answer_says_anything_of_how_many_it_takes(status: int | None) -> None:
    served = Served()
    for _ in range(5):
        served.together([status] * 10)
    assert served.limit.calls == FIRST


def test_one_call_is_always_left() -> None:
    served = Served(8)
    for _ in range(10):
        served.together([429])
    assert served.limit.calls == 1


def test_where_more_calls_are_answered_later_in_proportion_the_number_before_comes_back_and_one_more() -> (
    None
):
    served = Served().known(6)
    assert served.together([200] * 6, 0.15) == 5
    assert served.full(10, 0.125) == 5  # they are not tried again at once
    served.now += HOLD
    assert served.full(1, 0.125) == 6


def test_where_answers_get_slower_with_the_same_calls_half_of_them_are_left_if_that_helps() -> None:
    served = Served(32).known(32)
    assert served.full(1, 0.25) == 16
    assert served.full(3, 0.125) == 16


def test_a_service_that_is_simply_slower_gets_its_calls_back_and_is_known_as_it_is() -> None:
    served = Served(32).known(32)
    assert served.full(1, 0.25) == 16
    assert [served.full(1, 0.25) for _ in range(9)] == [32] * 9


def test_slow_answers_alone_leave_a_few_calls() -> None:
    served = Served(8).known(8)
    for took in (0.4, 0.2, 0.9, 0.3, 2.0):
        assert served.full(1, took) >= FIRST


def test_another_kind_of_call_that_takes_longer_is_no_slower_answer() -> None:
    served = Served(32).known(32)
    for _ in range(10):
        assert served.together([200] * 32, 3.0, "batch") == 32


def test_what_was_best_long_ago_counts_no_more() -> None:
    served = Served(32).known(32)
    served.now += 2 * PERIOD
    assert served.full(5, 0.25) == 32


def test_where_a_service_says_that_its_limit_is_near_there_are_fewer_but_not_with_each_answer() -> None:
    served = Served(32).known(32)
    served.together([200] * 32)
    for _ in range(3):
        served.limit.ease()
    assert served.limit.calls < 32 and served.full(1) >= 1
    eased = served.limit.calls
    assert served.full(3) == eased  # nor more while it says so
    served.now += EASE
    served.limit.ease()
    assert served.limit.calls < eased
    served.now += EASE
    assert served.full(10) > eased


@pytest.mark.parametrize(("callers", "queue"), [(64, 50), (16, 8), (16, 4)])
def test_a_desk_that_runs_few_at_once_is_kept_busy_and_hardly_ever_turns_a_call_away(
    callers: int, queue: int
) -> None:
    runs = [Modelled(callers, servers=4, queue=queue).run(30, seed) for seed in range(8)]
    assert sum(run.share for run in runs) / 8 >= 0.95
    assert sum(run.refused_percent for run in runs) / 8 <= 0.2


@pytest.mark.parametrize("spread", [0.0, 0.3, 0.6])
def test_a_service_whose_answers_take_as_they_please_is_given_all_calls(spread: float) -> None:
    run = Modelled(64, servers=64, seconds=0.5, away=0.01, spread=spread).run(60)
    assert run.given[-1] == 64


def test_a_service_that_becomes_slow_for_reasons_of_its_own_is_given_all_calls() -> None:
    run = Modelled(64, 64, seconds=0.2, away=0.01, slowness=lambda now: 3.0 if now > 20 else 1.0).run(60)
    assert run.given[-1] == 64


def test_calls_of_a_kind_differ_in_what_they_name_only() -> None:
    one = kind_of("GET", "/api/now/table/incident/9d385017c611228701d22104cc95c371?sysparm_fields=number")
    assert one == kind_of("GET", "/api/now/table/incident/46ee8c2fa9fe198100320ccf9d7e3b2a")
    assert one != kind_of("GET", "/api/now/table/incident")
    assert one != kind_of("PATCH", "/api/now/table/incident/46ee8c2fa9fe198100320ccf9d7e3b2a")
    assert kind_of("GET", "/users/ann.lee%40contoso.com/manager") == "GET /users/*/manager"
