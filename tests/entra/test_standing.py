"""Passes that stand: seen, and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.errors import Down
from connector.domain.outcome import DidNot, Happened, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.ticket import ExistingPass
from connector.entra.passes import EntraIssuer, standings
from tests.entra.attempts import ATTEMPT, PASSES, START, error, iso
from tests.entra.tenant import ANN, FORBIDDEN, NOT_FOUND, Tenant, reaching
from tests.http.loopback import DATE, HANG_UP, Asked, Says, in_turn


def row(**more: Any) -> dict[str, Any]:
    plain = {
        "id": "p-1",
        "startDateTime": iso(START),
        "lifetimeInMinutes": 60,
        "isUsable": True,
        "methodUsabilityReason": "EnabledByPolicy",
    }
    return {**plain, **more}


@pytest.mark.parametrize(
    ("more", "now", "used", "over"),
    [
        ({}, START, False, False),
        ({"methodUsabilityReason": "NotYetValid", "isUsable": False}, DATE, False, False),
        ({"methodUsabilityReason": "OneTimeUsed", "isUsable": False}, START, True, True),
        ({"methodUsabilityReason": "Expired", "isUsable": False}, START, False, True),
        ({"methodUsabilityReason": "DisabledByPolicy", "isUsable": False}, START, False, False),
        ({"methodUsabilityReason": "SomethingNew", "isUsable": False}, START, False, False),
        ({"methodUsabilityReason": "SomethingNew", "isUsable": False}, START + 3600, False, False),
        ({"methodUsabilityReason": "SomethingNew", "isUsable": False}, START + 3660, False, True),
        ({"methodUsabilityReason": "SomethingNew", "isUsable": True}, START + 3660, False, False),
    ],
)
def test_only_what_is_certain_is_over(more: dict[str, Any], now: int, used: bool, over: bool) -> None:
    assert standings([row(**more)], now) == (ExistingPass("p-1", START, 3600, used, over),)


def test_a_pass_without_a_start_starts_when_it_was_made() -> None:
    assert standings([row(startDateTime=None, createdDateTime=iso(DATE))], DATE) == (
        ExistingPass("p-1", DATE, 3600, False, False, created=DATE),
    )


@pytest.mark.parametrize(
    "odd", [{"id": None}, {"id": ""}, {"lifetimeInMinutes": None}, {"startDateTime": "soon"}]
)
def test_a_list_with_a_pass_that_cannot_be_read_is_no_list(odd: dict[str, Any]) -> None:
    assert standings([row(), row(**odd)], DATE) is None
    assert standings([row(), "odd"], DATE) is None
    assert standings(None, DATE) is None


def test_a_look_shows_what_stands() -> None:
    with reaching(Tenant(passes=[row()])) as it:
        assert EntraIssuer(it.graph).look(ANN) == (ExistingPass("p-1", START, 3600, False, False),)
        assert EntraIssuer(it.graph).look(ANN)[0].belongs_to(ATTEMPT)


@pytest.mark.parametrize(
    "says", [FORBIDDEN, NOT_FOUND, Says(200, {"value": [{}]}), Says(200, {}), Says(400, {})]
)
def test_a_look_that_shows_nothing_readable_is_down_and_not_empty(says: Says) -> None:
    with reaching(Tenant(instead={"temporaryAccessPassMethods": [says]})) as it, pytest.raises(Down):
        EntraIssuer(it.graph).look(ANN)


def test_a_person_who_is_gone_has_no_passes() -> None:
    with reaching(Tenant(users=[])) as it:
        assert EntraIssuer(it.graph).look(ANN) == ()
    assert it.there.asked


@pytest.mark.parametrize("status", [204, 404])
def test_a_deletion_that_was_taken_or_is_not_needed_happened(status: int) -> None:
    with reaching(in_turn(Says(status, None))) as it:
        assert EntraIssuer(it.graph).delete(ANN, "p/1") == Happened(None)
    assert it.there.routes == [f"DELETE {PASSES}/p%2F1"]


@pytest.mark.parametrize("says", [HANG_UP, error(500), error(503), Says(200, {}), Says(302, None)])
def test_a_deletion_with_an_unclear_answer_may_have_happened(says: Says) -> None:
    with reaching(in_turn(says)) as it:
        assert isinstance(EntraIssuer(it.graph).delete(ANN, "p-1"), Unknown)
    assert len(it.there.asked) == 1


@pytest.mark.parametrize(
    ("status", "reason", "again"),
    [
        (401, Reason.SIGN_IN_REFUSED, Retry.UNCOUNTED),
        (403, Reason.EVIDENCE_MISSING, Retry.COUNTED),
        (429, Reason.DIRECTORY_UNREACHABLE, Retry.UNCOUNTED),
        (400, Reason.RECOVERING, Retry.COUNTED),
    ],
)
def test_a_deletion_that_is_refused_did_not_happen(status: int, reason: Reason, again: Retry) -> None:
    with reaching(in_turn(error(status))) as it:
        effect = EntraIssuer(it.graph).delete(ANN, "p-1")
    assert isinstance(effect, DidNot)
    assert (effect.reason, effect.retry) == (reason, again)


def test_the_subject_is_a_part_of_the_path_and_nothing_else() -> None:
    def odd(asked: Asked) -> Says:
        return Says(204, None)

    with reaching(odd) as it:
        EntraIssuer(it.graph).delete("../x?y#z", "p-1")
    assert it.there.routes == [
        "DELETE /v1.0/users/..%2Fx%3Fy%23z/authentication/temporaryAccessPassMethods/p-1"
    ]
