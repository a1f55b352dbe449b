"""Who asks, who approved and who is handed the pass are different people; what isn't known is never a yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.ticket import Plan, Ticket
from connector.guards import Case
from connector.guards.evidence import Evidence, Missing, Person, Wanted
from connector.guards.four_eyes import FourEyes
from connector.guards.judge import MappingJudge
from connector.lifecycle.roles import OnFound, nothing
from connector.mapping import Allow, Approval, Facts, Key, Mapping, Pipeline
from connector.mapping.keys.floor import Floor
from tests.guards.test_guards import ANN, BOB, GAP, GOOD, MAPPING, verdict
from tests.guards.test_judge_details import CLAIM

KIM = Person("k1", "kim.boss@contoso.com", "Kim Boss", None, enabled=True, external=False)
FRED = Person("f1", "fred.agent@contoso.com", "Fred Agent", None, enabled=True, external=False)
RULES = Allow(Approval("approval", ("approved",)), four_eyes=True)
EYES = replace(MAPPING, allow=RULES, values={"subject": Pipeline(("who",)), "requester": Pipeline(("asks",))})
FOUR = replace(GOOD, approvers=(KIM,), recipient=FRED)
BY_MANAGER = replace(FOUR, requester=BOB, manager="b1")


def judged(judge: MappingJudge, shown: Ticket) -> Plan | No | NotYet:
    return judge.judge(CLAIM, judge.mapped(shown))


def said(mapping: Mapping = EYES, base: Evidence = FOUR, **change: Any) -> str | None:
    return verdict(replace(base, **change), mapping)


def test_three_people_are_enough_and_the_subject_may_be_the_one_who_asks() -> None:
    assert said() is None
    assert said(base=BY_MANAGER) is None


@pytest.mark.parametrize("approver", [ANN, BOB, FRED])
def test_whoever_has_another_part_in_it_is_no_approver(approver: Person) -> None:
    assert said(base=BY_MANAGER, approvers=(approver,)) == "four_eyes"


def test_who_asks_is_not_handed_the_pass() -> None:
    assert said(recipient=ANN) == "four_eyes"
    assert said(base=BY_MANAGER, recipient=BOB) == "four_eyes"


def test_an_agent_may_be_handed_a_pass_of_their_own_where_another_asks() -> None:
    assert said(base=BY_MANAGER, recipient=ANN) is None


def test_one_other_approver_is_enough_whoever_approved_as_well() -> None:
    assert said(approvers=(ANN, FRED, KIM)) is None
    assert said(approvers=(ANN, FRED)) == "four_eyes"
    assert said(approvers=(None, KIM)) is None


@pytest.mark.parametrize(
    "approvers", [(), (None,), (ANN, None), (replace(KIM, enabled=False),), (replace(KIM, enabled=GAP),)]
)
def test_an_approver_who_is_not_known_or_may_not_sign_in_is_not_believed(
    approvers: tuple[Person | None, ...],
) -> None:
    assert said(approvers=approvers) == "approval_unproven"


def test_a_recipient_who_is_not_there_or_may_not_work_gets_nothing() -> None:
    assert said(recipient=None) == "recipient_missing"
    assert said(recipient=GAP) == "evidence_missing"
    assert said(recipient=replace(FRED, enabled=False)) == "recipient_not_allowed"
    assert said(recipient=replace(FRED, enabled=GAP)) == "evidence_missing"


def test_somebody_must_ask_even_where_anyone_may() -> None:
    anyone = replace(EYES, allow=replace(RULES, requester=("anyone",)))
    assert said(anyone, requester=None) == "requester_missing"
    assert said(anyone, requester=BOB) is None
    assert said(anyone, requester=KIM) == "four_eyes"


def test_without_four_eyes_nobody_looks() -> None:
    plain = replace(EYES, allow=replace(RULES, four_eyes=False))
    assert said(plain, approvers=(), recipient=None) is None
    assert said(approvers=(), recipient=None) and said(approvers=(ANN,), recipient=ANN)
    assert said(plain, approvers=(ANN,), recipient=ANN) is None


@dataclass
class Company:
    """A directory and a desk that remember what they were asked."""

    wanted: list[Wanted] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def ahead(self, asked: Sequence[tuple[Facts, Wanted]]) -> None:
        raise NotImplementedError

    def prove(self, facts: Facts, wanted: Wanted, on_found: OnFound = nothing) -> Evidence:
        self.wanted.append(wanted)
        return FOUR

    def approvers(self, ticket: Ticket) -> Sequence[Key | None]:
        self.asked.append(ticket.number)
        return [Key(KIM.upn, "mail"), None]

    def judge(self, mapping: Mapping = EYES) -> MappingJudge:
        return MappingJudge(mapping, self, approvers=self.approvers)


def ticket(agent: str | None = FRED.upn, approval: str = "approved") -> Ticket:
    fields = {"who": ANN.upn, "asks": ANN.upn, "approval": approval}
    return Ticket("https://contoso", "1", "INC1", fields, open=True, mailed=False, links="", agent=agent)


def test_the_directory_is_asked_who_approved_and_who_is_handed_the_pass() -> None:
    company = Company()
    assert isinstance(judged(company.judge(), ticket()), Plan)
    (wanted,) = company.wanted
    assert (wanted.approvers, wanted.recipient) == ((Key(KIM.upn, "mail"), None), Key(FRED.upn, "mail"))


@pytest.mark.parametrize(("agent", "recipient"), [("", None), (None, Missing)])
def test_nobody_is_asked_for_where_the_ticket_names_nobody(agent: str | None, recipient: Any) -> None:
    company = Company()
    judged(company.judge(), ticket(agent))
    found = company.wanted[0].recipient
    assert found is None if recipient is None else isinstance(found, recipient)


def test_the_desk_is_asked_with_four_eyes_and_an_approval_only() -> None:
    company = Company()
    plain = replace(EYES, allow=replace(RULES, four_eyes=False))
    judged(company.judge(plain), ticket())
    assert (company.wanted[0].approvers, company.wanted[0].recipient) == ((), None)
    assert isinstance(judged(company.judge(), ticket(approval="requested")), NotYet)
    assert company.asked == []


def test_a_judge_without_a_desk_to_ask_knows_of_no_approver() -> None:
    company = Company()
    judged(MappingJudge(EYES, company), ticket())
    assert [each.approvers for each in company.wanted] == [()]


def test_another_agent_is_another_decision() -> None:
    judge = Company().judge()
    plan = judged(judge, ticket())
    assert isinstance(plan, Plan)
    assert judge.supports(CLAIM, plan, judge.mapped(ticket()))
    assert not judge.supports(CLAIM, plan, judge.mapped(ticket(ANN.upn)))
    assert not judge.supports(CLAIM, plan, judge.mapped(ticket("")))
    assert judge.mapped(ticket("")).digest != judge.mapped(ticket(None)).digest


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"approvers": (FRED,)},
            (
                "Approved only by fred.agent@contoso.com. Someone else must approve: not the requester, the "
                "recipient or the agent."
            ),
        ),
        ({"recipient": ANN}, "ann.lee@contoso.com is both the requester and the agent of the ticket."),
    ],
)
def test_the_refusal_names_the_people(change: dict[str, Any], sentence: str) -> None:
    no = FourEyes().check(Case(EYES, Floor(), replace(FOUR, **change)))
    assert no == No(Reason.FOUR_EYES, sentence)
