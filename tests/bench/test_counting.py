"""What the benchmark counts is what happened."""

from __future__ import annotations

import pytest

from bench.figures import amount, percentile, shown
from bench.gate import TOO_MANY, Gate
from bench.indexed import Indexed, people_asked, tickets_asked
from bench.process import timed
from bench.services import Services
from bench.stages import Meter
from connector.simulators.messages import Headers, Request, Response


class Work:
    """Something with a stage, and a part inside of it."""

    def prove(self) -> None:
        self.call()
        self.call()

    def call(self) -> None:
        sum(range(1000))


def test_a_call_is_counted_at_the_innermost_stage() -> None:
    meter = Meter()
    work = type("Work", (Work,), {})
    meter.wrap(work, "prove", "prove")
    meter.wrap(work, "call", part="HTTP", count="calls")
    work().prove()
    work().call()
    assert meter.calls == {"prove": 2, "loop": 1}
    assert set(meter.cpu) == {("prove", "passdesk"), ("prove", "HTTP"), ("loop", "HTTP")}


def test_a_stage_is_left_where_its_work_fails() -> None:
    meter = Meter()
    work = type("Work", (Work,), {"prove": lambda self: 1 / 0})
    meter.wrap(work, "prove", "prove", count="calls")
    meter.wrap(work, "call", count="calls")
    with pytest.raises(ZeroDivisionError):
        work().prove()
    work().call()
    assert meter.calls == {"prove": 1, "loop": 1}


def test_a_gate_turns_away_what_its_queue_cannot_hold() -> None:
    refused = []

    def app(request: Request) -> Response:
        refused.append(gate(request).status)  # while one call is inside, and none may wait
        return Response(200)

    gate = Gate(app, 0, at_once=1, queue=0)
    assert gate(Request("GET", "/")).status == 200
    assert refused == [TOO_MANY]
    assert [gate(Request("GET", "/")).status for _ in range(4)] == [200] * 4
    answered, turned_away, _ = gate.counted()
    assert (answered, turned_away) == (2, 5)  # behind signing in, the poll, and the first


def test_services_count_each_call_and_its_bytes_once() -> None:
    services = Services(0)
    app = services.slow(lambda request: Response(200, b"four"), 0)
    app(Request("GET", "/one", body=b"12"))
    app(Request("GET", "/oauth_token.do"))
    assert services.calls() == 1
    assert services.moved() == len("/one") + 2 + 4
    assert services.calls() == 0


def test_what_was_recorded_is_answered_again_as_it_was() -> None:
    answers = iter((b"first", b"second"))
    services = Services(0)
    app = services.slow(lambda request: Response(200, next(answers)), 0)
    services.record()
    request = Request("GET", "/one", Headers({"Host": "desk", "Accept": "json", "Cookie": "no"}))
    assert app(request).body == b"first"
    assert services.recorded() == [("GET", "http://desk/one", {"accept": "json"}, b"")]
    assert app(request).body == b"first"


def test_work_in_a_process_of_its_own_tells_what_it_found_and_fails_aloud() -> None:
    assert timed(lambda: {"found": 3}).told == {"found": 3}
    with pytest.raises(RuntimeError):
        timed(lambda: 1 / 0)


def test_a_number_has_as_many_digits_as_it_is_worth() -> None:
    numbers = (0.071, 1.256, 13.71, 118.4, 58036.2)
    assert [shown(each) for each in numbers] == ["0.07", "1.26", "13.7", "118", "58,036"]
    assert amount(5.0, "calls") == "5 calls"
    assert amount(2.0, "×") == "2.00 ×"


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3, 1, 2, 4], 0.5) == 3
    assert percentile([3, 1, 2, 4], 0.99) == 4


def test_rows_are_found_by_their_ids_as_by_walking_all() -> None:
    rows = Indexed({"a": 1, "b": 2})
    with rows.only({"b", "gone"}):
        assert list(rows.values()) == [2]
    assert list(rows.values()) == [1, 2]
    with rows.only(()):
        assert list(rows.values()) == [1, 2]


def test_only_a_question_for_rows_by_their_ids_is_narrowed() -> None:
    sys_id = "0123456789abcdef" * 2
    by_id = f"/api/now/table/incident?sysparm_query=sys_id%3D{sys_id}%5EORparent%3D{sys_id}"
    assert tickets_asked(Request("GET", by_id)) == {sys_id}
    assert not tickets_asked(Request("GET", f"/api/now/table/incident?sysparm_query=caller_id%3D{sys_id}"))
    batch = b'"url": "/users?$filter=userPrincipalName%20eq%20%27user01%40contoso.com%27"'
    assert people_asked(Request("POST", "/v1.0/$batch", body=batch)) == {"user01"}
    assert people_asked(Request("GET", "/v1.0/users/user01@contoso.com?$select=id")) == {"user01"}
    assert not people_asked(Request("POST", "/v1.0/$batch", body=b'"url": "/users?$filter=mail eq 1"'))
