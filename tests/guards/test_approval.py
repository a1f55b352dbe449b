"""An approval counts only as far as it is proven to be of what the ticket says now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pytest

from connector.domain.approval import ApprovalRecord
from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim, Plan, Ticket
from connector.guards.approval import ACCEPTED, CHANGED, NOT_AS_SEEN, SEEN, UNSEEN
from connector.guards.evidence import Evidence, Wanted
from connector.guards.judge import MappingJudge
from connector.ledger.admission import looked_at
from connector.ledger.rows import Row, claim_of
from connector.lifecycle.roles import OnFound, nothing
from connector.mapping import (
    Allow,
    Approval,
    Condition,
    Facts,
    Mapping,
    NoneOf,
    NoteRules,
    PassRules,
    Pipeline,
)
from connector.mapping.model import MailRules
from tests.guards.test_guards import ANN, GOOD, MAPPING
from tests.guards.test_judge_details import CLAIM

Unproven = Literal["wait", "accept"] | None
SHOWN = ApprovalRecord(proof="approved at noon, and not changed since", mark="row@12")
VOID = ApprovalRecord(why="The field who was changed after the approval.", void=True, mark="row@12")
UNSHOWN = ApprovalRecord(why="The desk has no record of who approved the ticket.")


@dataclass
class Everybody:
    """A directory in which the person of each ticket is found."""

    def ahead(self, asked: Sequence[tuple[Facts, Wanted]]) -> None:
        raise NotImplementedError

    def prove(self, facts: Facts, wanted: Wanted, on_found: OnFound = nothing) -> Evidence:
        return replace(GOOD, subject=replace(ANN, upn=facts.subject.value))


def bound(unproven: Unproven = "wait", **change: object) -> Mapping:
    rule = Approval("approval", ("approved",), ("rejected",), unproven)
    values = {"subject": Pipeline(("who",)), "requester": Pipeline(("asks",))}
    channel = Condition("channel", NoneOf(("mail",)))
    base = replace(MAPPING, values=values, allow=Allow(rule, channel))
    return replace(base, **change)  # type: ignore[arg-type]


def ticket(
    approval: str = "approved",
    who: str = ANN.upn,
    record: ApprovalRecord | None = None,
    written: dict[str, str] | None = None,
    **fields: str,
) -> Ticket:
    shown = {"who": who, "asks": ANN.upn, "approval": approval, "channel": "phone", **fields}
    made = Ticket("https://contoso", "1", "INC1", shown, open=True, mailed=False, links="")
    return replace(made, approval=record, written=written or {})


@dataclass
class Looks:
    """A row of the ledger that polls have looked at, one after the other; and what the last one comes to."""

    mapping: Mapping
    row: Row = Row("d", "1", "INC1", "m", CLAIM.state, None, None, 1, 0.0, "TAP-1", 0.0)  # noqa: RUF009

    @property
    def judge(self) -> MappingJudge:
        return MappingJudge(self.mapping, Everybody())

    def at(self, *shown: Ticket) -> Plan | No | NotYet:
        for each in shown:
            self.row = looked_at(self.row, self.judge.mapped(each).look)
        return self.judge.judge(self.claim, self.judge.mapped(shown[-1]))

    @property
    def claim(self) -> Claim:
        kept = claim_of(self.row)
        return replace(CLAIM, seen_unapproved=kept.seen_unapproved, seen_approved=kept.seen_approved)

    def why(self, shown: Ticket) -> str:
        found = self.judge.evaluate(self.claim, self.judge.mapped(shown)).approval
        assert found
        return found.why


def waits(said: Plan | No | NotYet) -> bool:
    return isinstance(said, NotYet) and said.reason is Reason.APPROVAL_UNPROVEN


def passes(said: Plan | No | NotYet) -> bool:
    return isinstance(said, Plan)


def test_what_passdesk_saw_before_the_approval_is_approved() -> None:
    looks = Looks(bound())
    assert passes(looks.at(ticket("requested"), ticket()))
    assert looks.why(ticket()) == SEEN


def test_a_look_that_comes_after_the_approval_proves_nothing() -> None:
    looks = Looks(bound())
    assert waits(looks.at(ticket(), ticket(), ticket()))
    assert looks.why(ticket()) == UNSEEN


@pytest.mark.parametrize(
    "changed",
    [{"who": "eve@contoso.com"}, {"asks": "eve@contoso.com"}, {"channel": "chat"}],
    ids=["subject", "requester", "channel"],
)
def test_what_is_not_as_it_was_seen_before_the_approval_waits(changed: dict[str, str]) -> None:
    looks = Looks(bound())
    now = ticket(**changed)  # type: ignore[arg-type]
    assert waits(looks.at(ticket("requested"), now))
    assert looks.why(now) == NOT_AS_SEEN
    assert passes(Looks(bound()).at(ticket("requested", **changed), now))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "edited",
    [
        bound(pass_=PassRules(lifetime=7200)),
        bound(pass_=PassRules(one_time=False)),
        bound(deliver=("manager_mail", "note")),
        bound(note=NoteRules("u_pass")),
    ],
    ids=["lifetime", "kind", "recipient", "field"],
)
def test_another_pass_than_the_one_that_was_approved_waits(edited: Mapping) -> None:
    looks = Looks(bound())
    looks.at(ticket("requested"))
    looks.mapping = edited
    assert waits(looks.at(ticket()))
    assert passes(looks.at(ticket("requested"), ticket())) or edited.deliver != ("note",)


def test_whose_manager_is_mailed_is_approved_too() -> None:
    mailed = bound(deliver=("manager_mail",))
    other = replace(mailed, mail=MailRules("requester"))
    before, after = (MappingJudge(each, Everybody()).mapped(ticket()).look for each in (mailed, other))
    assert before and after and before.content != after.content


def test_what_was_changed_while_it_was_approved_is_void_whatever_the_mapping_accepts() -> None:
    for rule in ("wait", "accept"):
        looks = Looks(bound(rule))
        looks.at(ticket("requested"), ticket())
        assert waits(looks.at(ticket(who="eve@contoso.com")))
        assert looks.why(ticket(who="eve@contoso.com")) == CHANGED
        assert passes(looks.at(ticket())), "it says again what was approved"


def test_a_void_approval_counts_once_it_is_approved_again() -> None:
    looks = Looks(bound())
    assert waits(looks.at(ticket("requested"), ticket(), ticket(who="eve@contoso.com")))
    assert passes(looks.at(ticket("requested", who="eve@contoso.com"), ticket(who="eve@contoso.com")))


def test_the_desks_records_prove_what_passdesk_did_not_see() -> None:
    looks = Looks(bound())
    assert passes(looks.at(ticket(record=SHOWN)))
    assert looks.why(ticket(record=SHOWN)) == SHOWN.proof
    assert waits(Looks(bound()).at(ticket(record=UNSHOWN)))


def test_records_that_show_the_contrary_go_before_all_else() -> None:
    looks = Looks(bound())
    assert waits(looks.at(ticket("requested"), ticket(record=VOID)))
    assert looks.why(ticket(record=VOID)) == VOID.why


def test_the_same_approval_is_not_of_what_was_written_after_it_was_seen() -> None:
    """The desk's records miss what changed behind a reference, or in a column whose history is not shown."""
    looks = Looks(bound())
    assert waits(looks.at(ticket(record=SHOWN), ticket(who="eve@contoso.com", record=SHOWN)))


@pytest.mark.parametrize(
    ("mark", "counts"),
    [("row@12", False), ("row", False), ("", False), ("row@13", True), ("other", True), ("other@9", True)],
)
def test_another_approval_is_of_what_the_ticket_says_now(mark: str, counts: bool) -> None:
    looks = Looks(bound())
    now = ticket(who="eve@contoso.com", record=replace(SHOWN, mark=mark))
    assert passes(looks.at(ticket(record=SHOWN), now)) is counts


def test_an_approval_whose_record_is_seen_later_is_known_from_then_on() -> None:
    looks = Looks(bound())
    looks.at(ticket(record=UNSHOWN), ticket(record=SHOWN))
    assert passes(looks.at(ticket(who="eve@contoso.com", record=replace(SHOWN, mark="other"))))


def test_what_was_changed_and_changed_back_is_not_what_was_seen() -> None:
    early, late = {"who": "2026-03-02 08:00:00"}, {"who": "2026-03-02 08:01:00"}
    assert passes(Looks(bound()).at(ticket("requested", written=early), ticket(written=early)))
    assert waits(Looks(bound()).at(ticket("requested", written=early), ticket(written=late)))


def test_a_ticket_that_could_not_be_mapped_before_its_approval_was_not_seen() -> None:
    looks = Looks(bound())
    assert waits(looks.at(ticket("requested"), ticket("requested", who=""), ticket()))


def test_a_mapping_may_accept_what_nothing_proves() -> None:
    looks = Looks(bound("accept"))
    assert passes(looks.at(ticket()))
    assert looks.why(ticket()) == ACCEPTED


def test_a_mapping_that_says_neither_asks_for_nothing() -> None:
    looks = Looks(bound(None))
    assert passes(looks.at(ticket(), ticket(who="eve@contoso.com")))
    assert looks.row.seen_approved is None
    assert looks.judge.mapped(ticket()).look is None


def test_a_rejection_and_a_missing_approval_go_first() -> None:
    for value, reason in (("rejected", Reason.APPROVAL_REJECTED), ("requested", Reason.APPROVAL_OUTSTANDING)):
        said = Looks(bound()).at(ticket(value, record=VOID))
        assert isinstance(said, No | NotYet) and said.reason is reason


def test_an_approval_that_cannot_be_read_is_no_look() -> None:
    looks = Looks(bound())
    looks.at(ticket("requested"))
    before = looks.row
    shown = ticket()
    hidden = replace(shown, fields={name: text for name, text in shown.fields.items() if name != "approval"})
    assert isinstance(looks.at(hidden), NotYet)
    assert looks.row == before


def test_all_of_it_is_asked_again_before_the_post() -> None:
    looks = Looks(bound())
    plan = looks.at(ticket(record=SHOWN))
    assert isinstance(plan, Plan)
    for now, stands in (
        (ticket(record=SHOWN), True),
        (ticket(record=VOID), False),
        (ticket(record=UNSHOWN), False),
        (ticket(), False),
    ):
        assert looks.judge.supports(looks.claim, plan, looks.judge.mapped(now)) is stands


def test_seen_before_the_approval_still_counts_when_the_ticket_is_read_again() -> None:
    early, late = {"who": "2026-03-02 08:00:00"}, {"who": "2026-03-02 08:01:00"}
    looks = Looks(bound())
    plan = looks.at(ticket("requested", written=early), ticket(written=early))
    assert isinstance(plan, Plan)
    assert looks.judge.supports(looks.claim, plan, looks.judge.mapped(ticket(written=early)))
    assert not looks.judge.supports(looks.claim, plan, looks.judge.mapped(ticket(written=late)))
