"""The thin client: the clock, batches, pages."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from connector.domain.errors import Down
from connector.entra.graph import NO_REPLY, GraphReply, GraphRequest
from connector.http.pace import Pace
from tests.entra.tenant import ANN, FORBIDDEN, POLICY_PATH, Tenant, reaching
from tests.http.loopback import DATE, Says, in_turn, serving

MEMBERS = f"/users/{ANN}/transitiveMemberOf"


def test_the_clock_is_the_last_replys_date_and_the_time_since() -> None:
    with reaching(Tenant()) as it:
        it.graph.get(MEMBERS)
        it.time.now += 42.5
        assert it.graph.now() == DATE + 42
    assert len(it.there.asked) == 1


def test_before_any_reply_the_clock_costs_one_cheap_read() -> None:
    with reaching(in_turn(FORBIDDEN)) as it:
        assert it.graph.now() == DATE
        assert it.graph.now() == DATE
    assert it.there.routes == [f"GET /v1.0{POLICY_PATH}"]


def test_a_refused_write_tells_the_time_too() -> None:
    with reaching(in_turn(Says(400, {}, {"Date": formatdate(DATE + 9, usegmt=True)})), date=None) as it:
        it.graph.write("POST", "/x", {})
        assert it.graph.now() == DATE + 9


@pytest.mark.parametrize("header", [{}, {"Date": "yesterday"}])
def test_without_a_date_there_is_no_clock(header: dict[str, str]) -> None:
    with reaching(in_turn(Says(200, {}, header)), date=None) as it, pytest.raises(Down, match="no Date"):
        it.graph.now()


def test_ids_and_the_date_of_each_reply_are_told() -> None:
    with reaching(in_turn(Says(200, {}, {"request-id": "r-1", "client-request-id": "c-1"}))) as it:
        it.graph.get(MEMBERS + "?$select=id")
    assert it.calls[0].route == MEMBERS
    assert it.calls[0].ids == {
        "request-id": "r-1",
        "client-request-id": "c-1",
        "date": formatdate(DATE, usegmt=True),
    }


def test_a_refused_sign_in_is_down() -> None:
    with (
        reaching(in_turn(Says(401, {"error": {"code": "InvalidAuthenticationToken"}}))) as it,
        pytest.raises(Down, match="sign passdesk in"),
    ):
        it.graph.get(MEMBERS)


def test_a_refused_sign_in_inside_a_batch_is_down() -> None:
    tenant = Tenant(
        instead={"transitiveMemberOf": [Says(401, {"error": {"code": "InvalidAuthenticationToken"}})]}
    )
    with reaching(tenant) as it, pytest.raises(Down, match="sign passdesk in"):
        it.graph.batch([GraphRequest("a", MEMBERS)])


@pytest.mark.parametrize("inner", ["innerError", "innererror"])
def test_the_inner_error_is_read_in_both_spellings(inner: str) -> None:
    said = GraphReply(
        400,
        {"error": {"code": "badRequest", "message": "outer", inner: {"message": "Invalid StartDateTime"}}},
    )
    assert said.code == "badRequest"
    assert "StartDateTime" in said.message


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"error": "x"},
        {"error": {"code": 7, "message": None, "innerError": []}},
        {"error": {"code": "a b\n"}},
    ],
)
def test_an_odd_error_has_no_code(body: dict[str, object]) -> None:
    assert GraphReply(400, body).code == ""
    assert GraphReply(400, body).message == ""


def test_what_graph_said_is_not_shown() -> None:
    assert "s3cr3t" not in repr(GraphReply(200, {"x": "s3cr3t"}, {"x": "s3cr3t"}))


def test_a_batch_holds_twenty_requests_at_most() -> None:
    tenant = Tenant()
    with reaching(tenant) as it:
        said = it.graph.batch([GraphRequest(str(number), f"/users/{ANN}") for number in range(45)])
    assert [len(each) for each in tenant.batches] == [20, 20, 5]
    assert all(said[str(number)].ok for number in range(45))


def test_each_sub_reply_stands_for_itself_in_whatever_order_they_come() -> None:
    tenant = Tenant(instead={"manager": [FORBIDDEN]}, drop="lost")
    with reaching(tenant) as it:
        said = it.graph.batch(
            [
                GraphRequest("a", MEMBERS),
                GraphRequest("b", f"/users/{ANN}/manager"),
                GraphRequest("lost", MEMBERS),
                GraphRequest("c", "/users/nobody"),
            ]
        )
    assert {id_: each.status for id_, each in said.items()} == {"a": 200, "b": 403, "lost": 0, "c": 404}


@pytest.mark.parametrize(
    "responses",
    [
        None,
        [],
        ["a"],
        [{"id": "a"}],
        [{"id": "a", "status": "200", "body": {}}],
        [{"id": "a", "status": 200, "body": "PGh0bWw+"}],
        [{"id": "a", "status": 200, "body": {}}, {"id": "a", "status": 404, "body": {}}],
        [{"id": "b", "status": 200, "body": {}}],
    ],
)
def test_a_sub_reply_that_makes_no_sense_is_an_answer_of_its_own(responses: object) -> None:
    with reaching(in_turn(Says(200, {"responses": responses}))) as it:
        assert it.graph.batch([GraphRequest("a", MEMBERS)]) == {"a": NO_REPLY}


def test_a_throttled_sub_request_is_asked_again_alone_after_its_own_retry_after() -> None:
    throttled = Says(429, {"error": {"code": "TooManyRequests"}}, {"Retry-After": "2.128"})
    tenant = Tenant(instead={"manager": [throttled, Says(200, {"id": "m"})]})
    with reaching(tenant) as it:
        said = it.graph.batch([GraphRequest("a", MEMBERS), GraphRequest("b", f"/users/{ANN}/manager")])
    assert [[each["id"] for each in batch] for batch in tenant.batches] == [["a", "b"], ["b"]]
    assert it.time.slept == [2.128]
    assert said["a"].ok
    assert said["b"].ok


def test_a_sub_request_that_must_wait_too_long_is_down() -> None:
    tenant = Tenant(instead={"manager": [Says(429, {}, {"Retry-After": "300"})]})
    with reaching(tenant) as it, pytest.raises(Down) as failure:
        it.graph.batch([GraphRequest("b", f"/users/{ANN}/manager")])
    assert failure.value.retry_after == 300.0
    assert it.time.slept == []
    assert len(tenant.batches) == 1


def test_a_sub_request_that_fails_for_good_is_down_within_the_budget() -> None:
    tenant = Tenant(instead={"manager": [Says(503, None)]})
    with reaching(tenant) as it, pytest.raises(Down, match="entra: it answers 503"):
        it.graph.batch([GraphRequest("b", f"/users/{ANN}/manager")])
    assert len(tenant.batches) == 5
    assert sum(it.time.slept) <= 20


def test_a_batch_that_is_refused_as_a_whole_is_down() -> None:
    with (
        reaching(in_turn(Says(400, {"error": {"code": "BadRequest"}}))) as it,
        pytest.raises(Down, match="400"),
    ):
        it.graph.batch([GraphRequest("a", MEMBERS)])


def paged(url: str, *pages: list[int]) -> list[Says]:
    links = [
        {"@odata.nextLink": f"{url}/v1.0/next?$skiptoken=a%2Bb&page={number + 1}"}
        for number in range(len(pages) - 1)
    ]
    return [Says(200, {"value": page, **link}) for page, link in zip(pages, [*links, {}], strict=True)]


def test_pages_are_read_to_the_end_and_an_empty_one_is_not_the_end() -> None:
    answers: list[Says] = []
    with reaching(lambda asked: answers.pop(0)) as it:
        answers += paged(it.there.url, [1, 2], [], [3])
        assert it.graph.get(MEMBERS).rows == [1, 2, 3]
    assert it.there.asked[1].query == {"$skiptoken": "a+b", "page": "1"}


def test_pages_of_a_sub_reply_are_read_to_the_end_too() -> None:
    tenant = Tenant()
    with reaching(tenant) as it:
        first, second = paged(it.there.url, [1], [2])
        tenant.instead = {"transitiveMemberOf": [first], "/next": [second]}
        assert it.graph.batch([GraphRequest("a", MEMBERS)])["a"].rows == [1, 2]


@pytest.mark.parametrize("last", [FORBIDDEN, Says(200, {"values": []}), Says(200, {"value": None})])
def test_a_page_that_fails_leaves_no_half_of_a_collection(last: Says) -> None:
    answers: list[Says] = []
    with reaching(lambda asked: answers.pop(0)) as it:
        answers += [paged(it.there.url, [1], [2])[0], last]
        assert it.graph.get(MEMBERS).rows is None
    assert len(it.there.asked) == 2


def test_our_token_follows_no_link_to_another_host() -> None:
    with serving(in_turn(Says(200, {"value": []}))) as elsewhere, reaching(Tenant()) as it:
        for link in (f"{elsewhere.url}/v1.0/next", f"{it.there.url}/beta/next", "//x/v1.0/n", 7, ""):
            tenant = Tenant(
                instead={"transitiveMemberOf": [Says(200, {"value": [1], "@odata.nextLink": link})]}
            )
            with reaching(tenant) as other:
                assert other.graph.get(MEMBERS) == NO_REPLY
    assert elsewhere.asked == []


def test_links_that_go_round_in_a_circle_come_to_an_end() -> None:
    with reaching(
        lambda asked: Says(
            200, {"value": [1], "@odata.nextLink": f"http://{asked.headers['host']}/v1.0/again"}
        )
    ) as it:
        assert it.graph.get(MEMBERS) == NO_REPLY
    assert len(it.there.asked) == 2


def test_links_without_end_come_to_an_end() -> None:
    def more(asked: object) -> Says:
        return Says(
            200, {"value": [1], "@odata.nextLink": f"{it.there.url}/v1.0/next?page={len(it.there.asked)}"}
        )

    with reaching(more) as it:
        assert it.graph.get(MEMBERS) == NO_REPLY
    assert len(it.there.asked) == 101


@pytest.mark.parametrize(
    ("status", "headers", "eases"),
    [(200, {}, 0), (200, {"x-ms-throttle-limit-percentage": "0.9"}, 1), (429, {}, 1), (500, {}, 0)],
)
def test_a_part_that_says_that_the_limit_is_near_leaves_fewer_calls_at_once(
    monkeypatch: pytest.MonkeyPatch, status: int, headers: dict[str, str], eases: int
) -> None:
    eased: list[Pace] = []

    def ease(self: Pace) -> None:
        eased.append(self)

    monkeypatch.setattr(Pace, "ease", ease)
    parts = [{"id": each, "status": status, "headers": headers, "body": {}} for each in ("one", "two")]
    with reaching(lambda asked: Says(200, {"responses": parts})) as it:
        it.graph.batch_once([GraphRequest("one", "/a"), GraphRequest("two", "/b")])
    assert len(eased) == eases
