"""The judge asks for what a mapping compares, and plans with the start that a ticket asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from connector.domain.outcome import No, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim, Plan, Ticket
from connector.guards.evidence import Evidence, Wanted
from connector.guards.judge import MappingJudge
from connector.lifecycle.roles import OnFound, nothing
from connector.mapping import Facts, Mapping, Pipeline
from connector.mapping.keys.floor import Floor
from tests.guards.test_guards import ANN, GOOD, MAPPING

NOW = 1_800_000_000
WITH_START: Mapping = replace(
    MAPPING,
    values={
        "subject": Pipeline(("who",)),
        "requester": Pipeline(("who",)),
        "starts_at": Pipeline(("start",)),
    },
    confirm={"employeeId": Pipeline(("number",))},
)
CLAIM = Claim("https://contoso", "1", "INC1", "incidents", State.CLAIMED, "me", 1, "TAP-1")


@dataclass
class Asked:
    wanted: list[Wanted] = field(default_factory=list)

    def ahead(self, asked: Sequence[tuple[Facts, Wanted]]) -> None:
        raise NotImplementedError

    def prove(self, facts: Facts, wanted: Wanted, on_found: OnFound = nothing) -> Evidence:
        self.wanted.append(wanted)
        return replace(GOOD, subject=replace(ANN, more={"employeeId": "7"}))


def ticket(start: str, number: str = "7") -> Ticket:
    fields = {"who": ANN.upn, "start": start, "number": number}
    return Ticket("https://contoso", "1", "INC1", fields, open=True, mailed=False, links="")


def judged(judge: MappingJudge, shown: Ticket) -> Plan | No | NotYet:
    return judge.judge(CLAIM, judge.mapped(shown))


def judge(directory: Asked) -> MappingJudge:
    return MappingJudge(WITH_START, directory, Floor(start_at_most=86400), now=lambda: NOW)


def test_the_plan_carries_the_start_and_the_directory_is_asked_for_what_is_compared() -> None:
    directory = Asked()
    plan = judged(judge(directory), ticket("2027-01-15 09:00:00"))
    assert isinstance(plan, Plan)
    assert plan.starts_at == NOW + 3600
    assert directory.wanted[0].properties == ("employeeId",)


def test_a_ticket_without_a_start_is_planned_without_one_and_asks_no_clock() -> None:
    plan = judged(replace(judge(Asked()), now=_no_clock), ticket(""))
    assert isinstance(plan, Plan)
    assert plan.starts_at is None


def test_a_start_beyond_the_floor_and_a_detail_that_differs_are_refused() -> None:
    said = judged(judge(Asked()), ticket("2027-01-17 09:00:00"))
    assert isinstance(said, No)
    assert said.reason is Reason.START_NOT_ALLOWED
    said = judged(judge(Asked()), ticket("", "8"))
    assert isinstance(said, No)
    assert said.reason is Reason.CONFIRMATION_DIFFERS


def test_a_changed_start_or_detail_no_longer_stands() -> None:
    it = judge(Asked())
    plan = judged(it, ticket("2027-01-15 09:00:00"))
    assert isinstance(plan, Plan)
    assert it.supports(CLAIM, plan, it.mapped(ticket("2027-01-15 09:00")))
    assert not it.supports(CLAIM, plan, it.mapped(ticket("2027-01-15 09:01")))
    assert not it.supports(CLAIM, plan, it.mapped(ticket("2027-01-15 09:00", "8")))


def _no_clock() -> int:
    raise AssertionError("no clock is needed")
