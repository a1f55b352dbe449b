"""Passes: one POST, and what its answer means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.domain.errors import Down
from connector.domain.outcome import DidNot, Happened, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.secret import Secret
from connector.domain.ticket import Attempt, Pass
from connector.entra.passes import EntraIssuer
from connector.http.service import Call
from tests.entra.attempts import ATTEMPT, HTML, NO_FENCE, PASSES, SECRET, START, error, iso, made, posting
from tests.entra.tenant import ANN, POLICY_PATH, reaching
from tests.http.loopback import DATE, HANG_UP, Says, everything_in, in_turn


def issue(says: Says, attempt: Attempt = ATTEMPT) -> Any:
    with reaching(posting(says)) as it:
        effect = EntraIssuer(it.graph).issue(attempt)
    assert it.there.routes == [f"GET /v1.0{POLICY_PATH}"] * bool(attempt.fence) + [f"POST {PASSES}"]
    return effect


def fresh(says: Says, attempt: Attempt = ATTEMPT) -> Pass:
    effect = issue(says, attempt)
    assert isinstance(effect, Happened)
    assert isinstance(effect.value, Pass)
    return effect.value


def test_a_pass_is_made_as_asked() -> None:
    assert fresh(made()) == Pass("p-1", Secret(SECRET), START, 3600)


def test_the_post_says_start_lifetime_and_how_often() -> None:
    with reaching(posting(made())) as it:
        EntraIssuer(it.graph).issue(ATTEMPT)
    expected = datetime.fromtimestamp(START, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert it.there.asked[-1].json == {
        "startDateTime": expected,
        "lifetimeInMinutes": 60,
        "isUsableOnce": True,
    }


def test_without_a_fence_the_start_is_left_to_entra() -> None:
    with reaching(posting(made())) as it:
        EntraIssuer(it.graph).issue(replace(NO_FENCE, one_time=False))
    assert it.there.asked[-1].json == {"lifetimeInMinutes": 60, "isUsableOnce": False}


@pytest.mark.parametrize(("passed", "sent"), [(0, True), (37, True), (38, False), (75, False)])
def test_nothing_is_sent_once_half_the_fence_is_gone(passed: int, sent: bool) -> None:
    with reaching(posting(made())) as it:
        issuer = EntraIssuer(it.graph)
        issuer.now()
        it.time.now += passed
        effect = issuer.issue(ATTEMPT)
    assert (f"POST {PASSES}" in it.there.routes) is sent
    assert sent or (
        isinstance(effect, DidNot) and (effect.reason, effect.retry) == (Reason.RECOVERING, Retry.UNCOUNTED)
    )


@pytest.mark.parametrize(
    ("more", "attempt", "as_asked"),
    [
        ({"methodUsabilityReason": "EnabledByPolicy", "isUsable": True}, ATTEMPT, True),
        (
            {"methodUsabilityReason": "EnabledByPolicy", "isUsable": True, "startDateTime": iso(DATE + 2)},
            NO_FENCE,
            True,
        ),
        ({"methodUsabilityReason": "NotYetValid", "startDateTime": iso(DATE)}, NO_FENCE, False),
        ({"methodUsabilityReason": "SomethingNew", "isUsable": True}, ATTEMPT, True),
        ({"methodUsabilityReason": "SomethingNew", "isUsable": False}, ATTEMPT, False),
        ({"methodUsabilityReason": None}, ATTEMPT, False),
        ({"methodUsabilityReason": "Expired", "isUsable": True}, ATTEMPT, False),
        ({"methodUsabilityReason": "OneTimeUsed"}, ATTEMPT, False),
        ({"isUsableOnce": False}, ATTEMPT, False),
        ({"isUsableOnce": None}, ATTEMPT, False),
        ({"lifetimeInMinutes": 480}, ATTEMPT, False),
        ({"lifetimeInMinutes": "60"}, ATTEMPT, False),
        ({"startDateTime": iso(START + 60)}, ATTEMPT, True),
        ({"startDateTime": iso(START + 61)}, ATTEMPT, False),
        ({"startDateTime": iso(START - 61)}, ATTEMPT, False),
        ({"startDateTime": "soon"}, ATTEMPT, False),
        ({"startDateTime": None}, ATTEMPT, False),
    ],
)
def test_a_pass_that_is_not_as_asked_says_so(more: dict[str, Any], attempt: Attempt, as_asked: bool) -> None:
    got = fresh(made(**more), attempt)
    assert got.as_asked is as_asked
    assert not got.out_of_scope
    assert got.id == "p-1"


def test_a_pass_that_the_policy_does_not_let_them_use_is_out_of_scope() -> None:
    got = fresh(made(methodUsabilityReason="DisabledByPolicy"))
    assert (got.id, got.out_of_scope) == ("p-1", True)


def test_start_and_lifetime_are_what_entra_made() -> None:
    got = fresh(made(startDateTime=iso(START + 7), lifetimeInMinutes=480))
    assert (got.start, got.lifetime) == (START + 7, 28_800)


@pytest.mark.parametrize(
    "missing",
    [
        {"id": None},
        {"id": ""},
        {"temporaryAccessPass": None},
        {"temporaryAccessPass": ""},
        {"temporaryAccessPass": 7},
    ],
)
def test_a_pass_that_cannot_be_read_may_have_been_made(missing: dict[str, Any]) -> None:
    assert isinstance(issue(made(**missing)), Unknown)


@pytest.mark.parametrize(
    "says",
    [
        HANG_UP,
        replace(made(), cut=10),
        Says(201, b'{"id": "p-1"'),
        Says(201, [1]),
        Says(201, None),
        Says(201, b"<html>", HTML),
        replace(made(), status=200),
        Says(202, {}),
        Says(204, None),
        Says(302, None, {"Location": "/login"}),
        Says(400, b"<html>", HTML),
        *(error(status) for status in (500, 502, 503, 504)),
    ],
)
def test_anything_unclear_may_have_made_a_pass_and_the_post_is_not_repeated(says: Says) -> None:
    assert isinstance(issue(says), Unknown)


START_WORDS = "Invalid StartDateTime specified. It can not be a time in the past."
POLICY_WORDS = (
    "Converged UserCredentialPolicy does not allow creating or updating this authentication method."
)


@pytest.mark.parametrize(
    ("says", "reason", "again"),
    [
        (error(400, START_WORDS), Reason.START_REFUSED, Retry.UNCOUNTED),
        (
            error(400, "Invalid LifetimeInMinutes specified. The valid range between 60 and 480."),
            Reason.LIFETIME_NOT_ALLOWED,
            Retry.NEVER,
        ),
        (
            error(400, "Temporary Access Pass cannot be added to an external guest user."),
            Reason.SUBJECT_GUEST,
            Retry.NEVER,
        ),
        (error(400, POLICY_WORDS), Reason.SUBJECT_OUT_OF_SCOPE, Retry.NEVER),
        (error(403, POLICY_WORDS), Reason.SUBJECT_OUT_OF_SCOPE, Retry.NEVER),
        (
            error(403, "Request Authorization failed", "accessDenied"),
            Reason.EVIDENCE_MISSING,
            Retry.UNCOUNTED,
        ),
        (error(401, "guest"), Reason.SIGN_IN_REFUSED, Retry.UNCOUNTED),
        (error(404, "guest", "Request_ResourceNotFound"), Reason.SUBJECT_TOO_NEW, Retry.UNCOUNTED),
        (error(409), Reason.PASS_STANDING, Retry.UNCOUNTED),
        (error(429), Reason.DIRECTORY_UNREACHABLE, Retry.UNCOUNTED),
        (error(400, "something else"), Reason.RECOVERING, Retry.COUNTED),
        (error(422), Reason.RECOVERING, Retry.COUNTED),
        (Says(400, None), Reason.RECOVERING, Retry.COUNTED),
        (Says(400, []), Reason.RECOVERING, Retry.COUNTED),
    ],
)
def test_a_refusal_made_nothing_and_is_not_repeated(says: Says, reason: Reason, again: Retry) -> None:
    effect = issue(says)
    assert isinstance(effect, DidNot)
    assert (effect.reason, effect.retry) == (reason, again)


def test_what_graph_says_about_a_person_is_not_repeated() -> None:
    assert "ann" not in repr(issue(error(400, "ann.lee@contoso.com may not"))).lower()


def test_entra_that_cannot_be_reached_made_nothing() -> None:
    with reaching(posting(made())) as it:
        issuer = EntraIssuer(it.graph)
        issuer.now()
        it.graph.close()
    effect = issuer.issue(ATTEMPT)
    assert isinstance(effect, DidNot)
    assert (effect.reason, effect.retry) == (Reason.DIRECTORY_UNREACHABLE, Retry.UNCOUNTED)


def test_without_a_clock_nothing_is_sent() -> None:
    with reaching(in_turn(Says(503, {})), date=None) as it:
        effect = EntraIssuer(it.graph).issue(ATTEMPT)
    assert isinstance(effect, DidNot)
    assert (effect.reason, effect.retry) == (Reason.DIRECTORY_UNREACHABLE, Retry.UNCOUNTED)
    assert {each.method for each in it.there.asked} == {"GET"}


def test_the_pass_shows_nowhere_but_in_its_secret() -> None:
    calls = list[Call]()
    with reaching(posting(made())) as it:
        effect = EntraIssuer(it.graph).issue(ATTEMPT)
        calls += it.calls
    assert SECRET not in repr(effect) + repr(calls)
    assert isinstance(effect, Happened)
    assert effect.value.secret.reveal() == SECRET


def test_no_pass_is_left_in_an_exception() -> None:
    answers = [made(), Says(500, {"leak": SECRET}), Says(500, {"leak": SECRET})]
    with reaching(lambda asked: answers.pop(0) if len(answers) > 1 else answers[0]) as it:
        issuer = EntraIssuer(it.graph)
        issuer.issue(NO_FENCE)
        with pytest.raises(Down) as failure:
            issuer.look(ANN)
    assert SECRET not in everything_in(failure.value)
    assert "t0k3n" not in everything_in(failure.value)
    assert failure.value.__context__ is None


def test_a_look_before_a_deletion_waits_for_nothing() -> None:
    busy = Says(429, {"error": {"code": "TooManyRequests"}}, {"Retry-After": "3600"})
    with reaching(in_turn(busy, Says(200, {"value": []}))) as it:
        issuer = EntraIssuer(it.graph)
        issuer.issue(NO_FENCE)
        with pytest.raises(Down, match="left alone"):
            issuer.look(ANN)
        assert it.there.routes == [f"POST {PASSES}"]
        assert issuer.look(ANN, urgent=True) == ()
        assert it.there.routes == [f"POST {PASSES}", f"GET {PASSES}"]
        assert it.time.slept == []
