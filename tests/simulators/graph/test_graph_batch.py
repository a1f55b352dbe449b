"""Batches: many requests in one call."""

from dataclasses import replace
from typing import Any

import pytest

from connector.simulators import Faults, Graph, Response, Served, when
from connector.simulators.faults import answer, drop_after
from connector.simulators.graph import throttled
from tests.simulators.graph.client import CAST, Client, batch, methods


def test_each_part_of_a_batch_has_an_answer_of_its_own_in_any_order(client: Client, ann: str) -> None:
    urls = [
        f"/users/{ann}?$select=id",
        "/users/nobody@contoso.com",
        *(f"/users/{ann}/memberOf" for _ in range(18)),
    ]
    replies = client.send("POST", "$batch", batch(*urls)).json()["responses"]
    order = [int(reply["id"]) for reply in replies]
    by_id = {reply["id"]: reply for reply in replies}
    assert sorted(order) == list(range(20))
    assert order != sorted(order)
    assert (by_id["0"]["status"], by_id["0"]["body"]["id"]) == (200, ann)
    assert (by_id["1"]["status"], by_id["1"]["body"]["error"]["code"]) == (404, "Request_ResourceNotFound")


def test_a_part_may_be_throttled_or_missing(client: Client, ann: str) -> None:
    client.graph.parts = (
        Faults()
        .add(when("GET", "/manager$"), answer(throttled("2.128")))
        .add(when("GET", "/memberOf$"), drop_after)
    )
    body = batch(f"/users/{ann}", f"/users/{ann}/manager", f"/users/{ann}/memberOf")
    replies = {reply["id"]: reply for reply in client.send("POST", "$batch", body).json()["responses"]}
    assert (replies["0"]["status"], replies["1"]["status"], "2" in replies) == (200, 429, False)
    assert replies["1"]["headers"]["Retry-After"] == "2.128"


def test_a_part_that_depends_on_a_failed_one_fails(client: Client, ann: str) -> None:
    body = batch("/users/nobody@contoso.com", f"/users/{ann}", f"/users/{ann}")
    body["requests"][1]["dependsOn"] = ["0"]
    body["requests"][2]["dependsOn"] = ["1"]
    replies = {
        reply["id"]: reply["status"] for reply in client.send("POST", "$batch", body).json()["responses"]
    }
    assert replies == {"0": 404, "1": 424, "2": 424}


def test_a_part_may_write_and_has_headers_of_its_own(client: Client, ann: str) -> None:
    cast = f"/users/{ann}/transitiveMemberOf/microsoft.graph.group?$count=true"
    body = batch(methods(ann), cast, headers={**CAST, "Content-Type": "application/json"})
    body["requests"][0] |= {"method": "POST", "body": {}}
    replies = {
        reply["id"]: reply["status"] for reply in client.send("POST", "$batch", body).json()["responses"]
    }
    assert replies == {"0": 201, "1": 200}


@pytest.mark.parametrize(
    "body", [batch(*["/users"] * 21), {}, {"requests": [{"id": "1"}]}, {"requests": [{}, {}]}]
)
def test_a_batch_that_is_too_long_or_malformed_is_refused(client: Client, body: Any) -> None:
    assert client.error("POST", "$batch", body)[:2] == (400, "BadRequest")


def test_the_parts_of_a_batch_count_as_one_call(graph: Graph, ann: str) -> None:
    with Served(graph) as served:
        Client(graph, served.url).send("POST", "$batch", batch("/users", "/users"))
        assert served.tally.calls() == {("POST", "/v1.0/$batch"): 1}


def test_a_throttled_answer_may_lack_its_header() -> None:
    assert "Retry-After" not in throttled(None).headers
    assert isinstance(throttled(), Response)


def test_parts_say_how_near_the_limit_is_and_the_call_itself_does_not(client: Client, ann: str) -> None:
    client.graph.switches = replace(client.graph.switches, used_share=0.85)
    whole = client.send("POST", "$batch", batch(f"/users/{ann}?$select=id"))
    assert whole.json()["responses"][0]["headers"]["x-ms-throttle-limit-percentage"] == "0.85"
    assert "x-ms-throttle-limit-percentage" not in whole.headers
    alone = client.send("GET", f"users/{ann}?$select=id")
    assert alone.headers["x-ms-throttle-limit-percentage"] == "0.85"
    client.graph.switches = replace(client.graph.switches, used_share=0.79)
    assert "x-ms-throttle-limit-percentage" not in client.send("GET", f"users/{ann}?$select=id").headers
