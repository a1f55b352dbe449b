"""The table of effects, walked: every status to every write of every service, and what it is taken for.

Each body holds what the write wants to see, so that only the status and the shape of the body decide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, cast

import pytest

from connector.desks.servicenow import replies as servicenow
from connector.desks.topdesk import replies as topdesk
from connector.domain.outcome import DidNot, Effect, Happened, Retry, Unknown
from connector.domain.secret import Secret
from connector.entra import effects as entra
from connector.entra.contacts import end_sessions
from connector.entra.graph import Graph
from connector.entra.mail import Mailbox
from connector.entra.passes import EntraIssuer
from connector.http import effects
from connector.http.effects import Outcome, Row, effect_of
from connector.http.reply import Answer, NoAnswer, NotSent, Reply, judge
from connector.http.transport import Failure, Raw
from tests.entra.attempts import ATTEMPT, made

STATUSES = range(100, 600)
TICKET, CALL = "a" * 32, "6a5b3c1d-0000-4000-8000-000000000001"
MADE = made().body


class Wire:
    """A Graph that gives every write this reply."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    def now(self) -> int:
        return ATTEMPT.start - ATTEMPT.fence

    def sign_in(self) -> None: ...

    def write(self, *request: Any) -> Reply:
        return self.reply


def graph(reply: Reply) -> Graph:
    return cast(Graph, Wire(reply))


WRITES: dict[str, tuple[Any, Callable[[Reply], Effect[Any]]]] = {
    "a pass is made": (MADE, lambda reply: EntraIssuer(graph(reply)).issue(ATTEMPT)),
    "a pass is deleted": ({}, lambda reply: EntraIssuer(graph(reply)).delete("ann", "p-1")),
    "a mail is sent": (
        {},
        lambda reply: Mailbox(graph(reply), "desk@contoso.com").send("boss@contoso.com", "s", Secret("b")),
    ),
    "sessions are ended": ({}, lambda reply: end_sessions(graph(reply), "ann")),
    "ServiceNow is written to": (
        {"result": {"sys_id": TICKET}},
        lambda reply: servicenow.written(reply, TICKET, {}),
    ),
    "TOPdesk is written to": ({"id": CALL}, lambda reply: topdesk.written(reply, CALL, {})),
}
TABLES = (entra.CREATIONS, entra.DELETIONS, entra.MAILS, entra.SESSIONS, servicenow.PATCHES, topdesk.PATCHES)

EXPECTED: dict[tuple[str, str], dict[str, str]] = {
    ("a pass is made", "json"): {
        "done": "201",
        "uncounted": "401 403-404 409 429",
        "counted": "400 402 405-407 410-428 430-499",
    },
    ("a pass is made", "empty"): {
        "uncounted": "401 403-404 409 429",
        "counted": "400 402 405-407 410-428 430-499",
    },
    ("a pass is made", "page"): {},
    ("a pass is deleted", "json"): {
        "done": "204 404",
        "uncounted": "401 429",
        "counted": "400 402-403 405-407 409-428 430-499",
    },
    ("a pass is deleted", "empty"): {
        "done": "204 404",
        "uncounted": "401 429",
        "counted": "400 402-403 405-407 409-428 430-499",
    },
    ("a pass is deleted", "page"): {"uncounted": "401 429", "counted": "400 402-407 409-428 430-499"},
    ("a mail is sent", "json"): {
        "done": "202",
        "uncounted": "401 429",
        "counted": "400 402-407 409-428 430-499",
    },
    ("a mail is sent", "empty"): {
        "done": "202",
        "uncounted": "401 429",
        "counted": "400 402-407 409-428 430-499",
    },
    ("a mail is sent", "page"): {},
    ("sessions are ended", "json"): {
        "done": "200 202 204",
        "uncounted": "401 429",
        "counted": "400 402-407 409-428 430-499",
    },
    ("sessions are ended", "empty"): {
        "done": "200 202 204",
        "uncounted": "401 429",
        "counted": "400 402-407 409-428 430-499",
    },
    ("sessions are ended", "page"): {"uncounted": "401 429", "counted": "400 402-407 409-428 430-499"},
    ("ServiceNow is written to", "json"): {
        "done": "200",
        "uncounted": "401 429",
        "counted": "400 403-406 413-415",
    },
    ("ServiceNow is written to", "empty"): {"uncounted": "401 429", "counted": "400 403-406 413-415"},
    ("ServiceNow is written to", "page"): {"uncounted": "401 429"},
    ("TOPdesk is written to", "json"): {
        "done": "200",
        "uncounted": "401 429",
        "counted": "400 403-406 413-415",
    },
    ("TOPdesk is written to", "empty"): {"uncounted": "401 429", "counted": "400 403-406 413-415"},
    ("TOPdesk is written to", "page"): {"uncounted": "401 429", "counted": "400 403-406 413-415"},
}


def reply(status: int, shape: str, body: Any = None) -> Reply:
    """As the wire gives it."""
    kind = "text/html" if shape == "page" else "application/json"
    text = {"json": json.dumps(body).encode(), "empty": b"", "page": b"<html>Sorry</html>"}[shape]
    return judge(Raw(status, {"content-type": kind}, text))


def taken_for(effect: Effect[Any]) -> str:
    match effect:
        case Happened():
            return "done"
        case Unknown():
            return "unknown"
        case DidNot(retry=again):
            return {Retry.NEVER: "never", Retry.UNCOUNTED: "uncounted", Retry.COUNTED: "counted"}[again]


def spans(statuses: Iterable[int]) -> str:
    """`400 403-406` of 400, 403, 404, 405 and 406."""
    every = sorted(statuses)
    starts = [each for before, each in pairwise([0, *every]) if each != before + 1]
    ends = [each for each, after in pairwise([*every, 1000]) if after != each + 1]
    return " ".join(
        str(first) if first == last else f"{first}-{last}" for first, last in zip(starts, ends, strict=True)
    )


@pytest.mark.parametrize(("write", "shape"), EXPECTED)
def test_every_status_is_taken_for_what_the_table_says_and_all_others_for_unknown(
    write: str, shape: str
) -> None:
    body, effect = WRITES[write]
    found: dict[str, list[int]] = {}
    for status in STATUSES:
        found.setdefault(taken_for(effect(reply(status, shape, body))), []).append(status)
    found.pop("unknown")
    assert {outcome: spans(statuses) for outcome, statuses in found.items()} == EXPECTED[write, shape]


def test_every_write_is_walked_in_every_shape() -> None:
    assert set(EXPECTED) == {(write, shape) for write in WRITES for shape in ("json", "empty", "page")}


@pytest.mark.parametrize("write", WRITES)
def test_a_408_proves_nothing_whoever_sends_it_and_whatever_it_says(write: str) -> None:
    body, effect = WRITES[write]
    refusing = {"error": {"code": "ErrorInvalidRecipients", "message": "an external guest"}}
    assert {
        taken_for(effect(reply(408, shape, each)))
        for shape in ("json", "empty", "page")
        for each in (body, refusing)
    } == {"unknown"}


@pytest.mark.parametrize("write", WRITES)
def test_what_never_left_did_not_happen_and_what_was_not_answered_may_have(write: str) -> None:
    _, effect = WRITES[write]
    assert taken_for(effect(judge(Failure(False, "the connection is refused")))) == "uncounted"
    assert taken_for(effect(NotSent("no token", signed=False))) == "uncounted"
    assert taken_for(effect(judge(Failure(True, "no reply in time")))) == "unknown"


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ("Invalid StartDateTime specified.", Outcome.UNCOUNTED),
        ("Invalid LifetimeInMinutes specified.", Outcome.NEVER),
        ("Temporary Access Pass cannot be added to an external guest user.", Outcome.NEVER),
        ("Converged UserCredentialPolicy does not allow it.", Outcome.NEVER),
        ("Something else.", Outcome.COUNTED),
    ],
)
@pytest.mark.parametrize("status", [400, 422, 499])
def test_a_hint_in_graphs_message_says_whether_another_try_makes_sense(
    status: int, message: str, outcome: Outcome
) -> None:
    assert effect_of(Answer(status), entra.CREATIONS, message).outcome is outcome
    assert effect_of(NoAnswer("a page", status), entra.CREATIONS, message).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("status", [100, 200, 204, 302, 408, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("outcome", [Outcome.NEVER, Outcome.UNCOUNTED, Outcome.COUNTED])
def test_no_row_can_take_an_answer_without_proof_for_a_refusal(status: int, outcome: Outcome) -> None:
    with pytest.raises(ValueError, match=f"{status} never proves that nothing was done"):
        Row({400, status}, outcome, "It seems so.", "nowhere")
    assert Row({status}, Outcome.UNKNOWN, "It proves nothing.", "RFC 9110")


def test_every_row_has_a_reason_and_a_source() -> None:
    rows = [row for table in (effects.EVERYWHERE, *TABLES) for row in table]
    assert len(rows) > 20
    assert all(
        row.why.endswith(".")
        and row.source.startswith(("RFC ", "graph.md §", "servicenow.md §", "topdesk.md §"))
        for row in rows
    )
