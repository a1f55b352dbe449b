"""What a ticket says beside who is meant: details to confirm, and when the pass is to begin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.domain.outcome import No, NotYet
from connector.domain.people import Subject
from connector.domain.ticket import Attempt
from connector.guards import Case
from connector.guards.evidence import Missing
from connector.guards.person import Confirmed
from connector.guards.policy import StartAllowed
from connector.mapping import Facts, Key, Pipeline
from connector.mapping.keys.floor import Floor
from tests.guards.test_guards import ANN, GOOD, MAPPING

CONFIRMING = replace(MAPPING, confirm={"employeeId": Pipeline(("u_number",)), "city": Pipeline(("city",))})
FACTS = Facts(Key(ANN.upn), None, {}, "digest", {"employeeId": "104233", "city": "Ede"})
NOW, DAY = 1_800_000_000, 86_400


def confirmed(known: dict[str, Any], **said: str) -> No | NotYet | None:
    person = replace(ANN, more={"employeeId": "104233", "city": "Ede", **known})
    facts = replace(FACTS, confirm={**FACTS.confirm, **said})
    return Confirmed().check(Case(CONFIRMING, Floor(), replace(GOOD, subject=person), facts=facts))


def reason(said: No | NotYet | None) -> str | None:
    return said.reason.value if said else None


def test_details_that_agree_confirm_whatever_their_case_and_white_space() -> None:
    assert confirmed({}) is None
    assert confirmed({"city": "DEN HAAG "}, city=" Den Haag") is None


@pytest.mark.parametrize(
    ("known", "said"), [("ZOË", "Zoë"), ("Zoë", "zoe\u0308"), ("łódź", "ŁÓDŹ"), ("Zoë\u212a", "Zoë\u212a")]
)
def test_letters_beyond_ascii_are_compared_as_they_are_but_for_their_case(known: str, said: str) -> None:
    assert confirmed({"city": known}, city=said) is None


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("104234", "104233"),
        ("104233", ""),
        ("104233", "  "),
        ("", "104233"),
        (None, "104233"),
        (None, ""),
        ("", ""),
        ("kim", "\u212aim"),
        ("strasse", "straße"),
        ("Zoëk", "Zoë\u212a"),
        ("Åsa", "\u212bsa"),
        ("zoës", "zoë\u017f"),
        ("iröy", "\u0130röy"),
        ("röfi", "rö\ufb01"),
    ],
)
def test_details_that_differ_or_are_empty_on_either_side_do_not(known: str | None, said: str) -> None:
    assert reason(confirmed({"employeeId": known}, employeeId=said)) == "confirmation_differs"


def test_the_refusal_names_the_detail_and_never_what_the_directory_has() -> None:
    said = confirmed({"employeeId": "SECRET9"}, employeeId="1")
    assert said
    assert (
        said.detail
        == "The employeeId on the ticket differs from the one in the directory for ann.lee@contoso.com."
    )


def test_a_detail_that_could_not_be_read_waits_unless_another_differs() -> None:
    gap = Missing("employeeId wasn't in the answer")
    assert confirmed({"employeeId": gap}) == NotYet("evidence_missing", gap.why)  # type: ignore[arg-type]
    assert reason(confirmed({"employeeId": gap}, city="Gent")) == "confirmation_differs"
    assert reason(confirmed({"employeeId": gap}, employeeId="")) == "confirmation_differs"


def test_a_detail_that_nobody_asked_for_is_not_known() -> None:
    case = Case(CONFIRMING, Floor(), GOOD, facts=FACTS)
    assert reason(Confirmed().check(case)) == "evidence_missing"
    assert reason(Confirmed().check(replace(case, facts=None))) == "confirmation_differs"


def test_without_details_there_is_nothing_to_confirm() -> None:
    assert Confirmed().check(Case(MAPPING, Floor(), GOOD)) is None


def started(start: int | None, *, attempt: Attempt | None = None) -> str | None:
    facts = replace(FACTS, starts_at=start)
    case = Case(MAPPING, Floor(), GOOD, attempt, facts, NOW)
    return reason(StartAllowed().check(case))


@pytest.mark.parametrize("start", [None, NOW, NOW + 1, NOW + 30 * DAY])
def test_a_start_from_now_to_what_the_floor_allows_is_fine(start: int | None) -> None:
    assert started(start) is None


@pytest.mark.parametrize("start", [NOW - 1, 0, NOW + 30 * DAY + 1])
def test_a_start_that_has_passed_or_is_too_far_ahead_is_not(start: int) -> None:
    assert started(start) == "start_not_allowed"


def test_a_start_that_has_passed_since_an_attempt_is_fine() -> None:
    ours = Attempt(
        1, "TAP-1-1", Subject("a1", ANN.upn, ANN.name), "a1", "note:work_notes", NOW - 60, 3600, True, 75
    )
    assert started(NOW - 60, attempt=ours) is None
    assert started(NOW + 31 * DAY, attempt=ours) == "start_not_allowed"


def test_the_refusal_shows_the_start_in_utc_and_the_limit() -> None:
    case = Case(MAPPING, Floor(), GOOD, None, replace(FACTS, starts_at=NOW + 31 * DAY), NOW)
    said = StartAllowed().check(case)
    assert said
    assert said.detail == "The start on the ticket, 2027-02-15T08:00:00Z, is more than 30d ahead."
