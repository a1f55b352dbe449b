"""When a pass may be made: in hours, and for a ticket that isn't too old."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.deliveries.wording import wording
from connector.domain.errors import Down
from connector.domain.outcome import No, NotYet, State
from connector.domain.ticket import Plan, Ticket
from connector.guards.judge import MappingJudge
from connector.guards.rule import TicketCase
from connector.guards.when import InHours, YoungEnough
from connector.mapping import Allow, Approval
from connector.mapping.hours import Hours
from tests.guards.test_guards import MAPPING
from tests.guards.test_judge_details import CLAIM, WITH_START, Asked
from tests.guards.test_judge_details import ticket as a_ticket

NOW = 1_800_000_000  # a Friday, 08:00 UTC
DAY = 86_400
OPEN, SHUT = Hours((4,), 8 * 60, 9 * 60), Hours((4,), 9 * 60, 10 * 60)
OLDEST = Allow(oldest=14 * DAY)


def aged(created: int | None, now: int | None = NOW) -> No | NotYet | None:
    ticket = Ticket("https://contoso", "1", "INC1", {}, open=True, mailed=False, links="", created=created)
    return YoungEnough().check(TicketCase(ticket, replace(MAPPING, allow=OLDEST), now=now))


@pytest.mark.parametrize("created", [NOW, NOW - 14 * DAY, NOW + 3600])
def test_a_ticket_that_is_young_enough_may_have_a_pass(created: int) -> None:
    assert aged(created) is None


def test_an_older_one_is_refused_with_the_same_sentence_whenever_it_is_judged() -> None:
    first, second = aged(NOW - 14 * DAY - 1), aged(NOW - 14 * DAY - 1, NOW + DAY)
    assert isinstance(first, No)
    assert first == second
    assert first.reason.value == "ticket_too_old"
    assert first.detail == "The ticket was created at 2027-01-01T07:59:59Z, which is more than 14d ago."
    for language, words in (("nl", "langer dan 14d geleden"), ("de", "länger als 14d her")):
        assert words in (wording(language).detail(first.detail, lambda name, value: value) or "")


@pytest.mark.parametrize("created", [None, NOW + 2 * DAY])
def test_an_age_that_is_not_known_waits(created: int | None) -> None:
    said = aged(created)
    assert isinstance(said, NotYet)
    assert said.reason.value == "evidence_missing"
    assert said.own


def judge(allow: Allow, directory: Asked) -> MappingJudge:
    return MappingJudge(replace(WITH_START, allow=allow), directory, now=lambda: NOW)


def test_outside_hours_a_ticket_waits_without_a_question_to_the_directory() -> None:
    directory = Asked()
    closed = judge(Allow(hours=SHUT), directory)
    said = closed.judge(CLAIM, closed.mapped(a_ticket("")))
    assert isinstance(said, NotYet)
    assert said.reason.value == "outside_hours"
    assert said.detail == "Passes are made fri, 09:00 to 10:00 (UTC)."
    assert not said.own  # it uses up no time of its own
    assert directory.wanted == []


def test_in_hours_it_gets_its_pass() -> None:
    directory = Asked()
    inside = judge(Allow(hours=OPEN), directory)
    plan = inside.judge(CLAIM, inside.mapped(a_ticket("")))
    assert isinstance(plan, Plan)
    assert len(directory.wanted) == 1
    assert [plan.in_hours(at) for at in (NOW, NOW + 3599, NOW + 3600)] == [True, True, False]
    always = judge(Allow(), Asked()).judge(CLAIM, inside.mapped(a_ticket("")))
    assert isinstance(always, Plan)
    assert always.in_hours(NOW + DAY / 2)


def test_what_an_agent_can_end_is_said_before_the_hours_are() -> None:
    allow = Allow(hours=SHUT, approval=Approval("ok", ("yes",)))
    waiting = judge(allow, Asked())
    shown = replace(a_ticket(""), fields={**a_ticket("").fields, "ok": "no"})
    said = waiting.judge(CLAIM, waiting.mapped(shown))
    assert isinstance(said, NotYet)
    assert said.reason.value == "approval_outstanding"


def test_a_pass_that_was_made_in_time_stays_and_is_handed_over() -> None:
    """Neither hours nor age are asked of a live pass, nor between the request and the note."""
    allow = Allow(hours=SHUT, oldest=14 * DAY)
    late = judge(allow, Asked())
    mapped = late.mapped(replace(a_ticket(""), created=NOW - 15 * DAY))
    plan = late.judge(replace(CLAIM, state=State.LIVE), mapped)
    assert isinstance(plan, Plan)
    assert late.supports(CLAIM, plan, mapped)
    refused = late.judge(CLAIM, mapped)
    assert isinstance(refused, No)


def test_without_entras_clock_nobody_knows_the_hour() -> None:
    def away() -> int:
        raise Down("entra", "it is away")

    dark = replace(judge(Allow(hours=OPEN), Asked()), now=away)
    with pytest.raises(Down):
        dark.judge(CLAIM, dark.mapped(a_ticket("")))
    always = replace(judge(Allow(), Asked()), now=away)
    assert isinstance(always.judge(CLAIM, always.mapped(a_ticket(""))), Plan)


def test_hours_that_cover_now_say_nothing() -> None:
    case = TicketCase(a_ticket(""), replace(MAPPING, allow=Allow(hours=OPEN)), now=NOW)
    assert InHours().check(case) is None
    assert InHours().check(replace(case, mapping=replace(MAPPING, allow=Allow(hours=SHUT)))) is not None
