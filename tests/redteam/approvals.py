"""Hostile approvals: what becomes of a ticket between the request, the yes and the pass."""

from __future__ import annotations

from tests.redteam.cases import Case, Play, twin
from tests.redteam.desks import AtCompany
from tests.redteam.stage import Stage
from tests.redteam.tickets import plain

UNPROVEN = "approval_unproven"
SWAPPED, SELF = "subject swapped after approval", "self-approval"
CLONED, REPLAYED = "clone", "replayed approval"


def requested(stage: Stage) -> str:
    return stage.ask(stage.member(), queue="approved", approval="requested")


def approved(stage: Stage) -> str:
    return stage.ask(stage.member(), queue="approved", approval="approved")


def asked_by_the_manager(stage: Stage) -> str:
    return stage.ask(*stage.managed(), "approved", approval="requested")


def approve(stage: Stage, ticket: str) -> None:
    stage.approve(ticket)


def swap(stage: Stage, ticket: str) -> None:
    """Approved, and then about somebody else, who asks for themselves."""
    stage.approve(ticket)
    other = stage.member()
    stage.edit(ticket, subject=other, asks=other)


def swap_first(stage: Stage, ticket: str) -> None:
    """About somebody else before it is approved, and after passdesk looked."""
    other = stage.member()
    stage.edit(ticket, subject=other, asks=other)
    stage.approve(ticket)


def swap_subject(stage: Stage, ticket: str) -> None:
    """Another member of the same manager's team."""
    stage.approve(ticket)
    boss = stage.cast[0]  # managed() brought them along first
    stage.edit(ticket, subject=stage.member(manager=boss))


def swap_at_once(stage: Stage, ticket: str) -> None:
    """Everything in one edit."""
    other = stage.member()
    stage.edit(ticket, approval="approved", subject=other, asks=other)


def approve_again(stage: Stage, ticket: str) -> None:
    """By hand, on a ticket that was changed since."""
    stage.edit(ticket, approval="approved")


def overrule(stage: Stage, ticket: str) -> None:
    """Whoever was asked says no, and somebody else writes yes into the column."""
    assert isinstance(stage, AtCompany)
    row = stage.scene.desk.ask_approval(ticket, stage.house.people[f"desk {stage.member()}"])
    stage.scene.desk.decide(row, "rejected")
    stage.approve(ticket)


def half_a_yes(stage: Stage) -> str:
    return stage.ask(stage.member(), queue="approved", approval="approved?")


def anew(stage: Stage, ticket: str) -> None:
    stage.edit(ticket, approval="requested")


def answer_of_another(stage: Stage, ticket: str) -> None:
    """The approver's row of another ticket is copied onto this one, which says approved."""
    assert isinstance(stage, AtCompany)
    kim = stage.house.people[f"desk {stage.member()}"]
    row = stage.scene.desk.ask_approval(requested(stage), kim)
    stage.scene.desk.decide(row)
    old = stage.scene.desk.row(row, "sysapproval_approver")
    stage.scene.desk.add(
        "sysapproval_approver", sysapproval=old["sysapproval"], approver=kim, state="approved"
    )
    other = stage.member()
    stage.edit(ticket, approval="approved", subject=other, asks=other)


def copied(stage: Stage, ticket: str) -> str:
    return stage.again(ticket)


def copied_and_asked_anew(stage: Stage, ticket: str) -> str:
    copy = stage.again(ticket)
    anew(stage, copy)
    return copy


def copied_for_another(stage: Stage, ticket: str) -> str:
    stage.approve(ticket)
    copy = stage.again(ticket)
    other = stage.member()
    stage.edit(copy, subject=other, asks=other)
    return copy


def copied_once_approved(stage: Stage, ticket: str) -> str:
    stage.approve(ticket)
    return stage.again(ticket)


# Four eyes, at the desk that knows who approved


def eyes(subject: str, asks: str, approver: str, agent: str) -> Play:
    """Who has which part, by letters: the same letter is the same person. b is a's manager."""

    def play(stage: Stage) -> str:
        assert isinstance(stage, AtCompany)
        a, b = stage.managed()
        who = {"a": a, "b": b, "c": stage.member(), "d": stage.member(), "": ""}
        desk = {letter: stage.house.people[f"desk {name}"] if name else "" for letter, name in who.items()}
        ticket = stage.ask(who[subject], who[asks], "four_eyes", agent=desk[agent])
        if approver:
            stage.scene.desk.decide(stage.scene.desk.ask_approval(ticket, desk[approver]))
        else:
            stage.approve(ticket)
        return ticket

    return play


CASES = [
    Case(SWAPPED, "another person, who asks", requested, UNPROVEN, (swap,)),
    Case(SWAPPED, "before the approval, after the first look", requested, UNPROVEN, (swap_first,)),
    Case(SWAPPED, "another of the manager's people", asked_by_the_manager, UNPROVEN, (swap_subject,)),
    Case(SWAPPED, "in the edit that approves", requested, UNPROVEN, (swap_at_once,)),
    Case(SELF, "the person", eyes("a", "b", "a", "d"), "four_eyes", desk="servicenow"),
    Case(SELF, "who asks", eyes("a", "b", "b", "d"), "four_eyes", desk="servicenow"),
    Case(SELF, "the agent who hands it over", eyes("a", "b", "d", "d"), "four_eyes", desk="servicenow"),
    Case(SELF, "nobody on record", eyes("a", "b", "", "d"), UNPROVEN, desk="servicenow"),
    Case(CLONED, "of a ticket that was approved", requested, UNPROVEN, (copied_once_approved,), passes=1),
    Case(CLONED, "of an approved one, for another", requested, UNPROVEN, (copied_for_another,), passes=1),
    Case(CLONED, "of one whose pass is there", plain, "pass_standing", (copied,), passes=1),
    Case(REPLAYED, "approved when it was first seen", approved, UNPROVEN),
    Case(REPLAYED, "a no that somebody overwrites", requested, UNPROVEN, (overrule,), "servicenow"),
    Case(REPLAYED, "a word that only begins like a yes", half_a_yes, "approval_outstanding"),
    Case(REPLAYED, "the same yes, typed again after a swap", requested, UNPROVEN, (swap, approve_again)),
    Case(REPLAYED, "an answer to another ticket", requested, UNPROVEN, (answer_of_another,), "servicenow"),
]  # fmt: skip
TWINS = [
    twin(SWAPPED, "seen, approved, and left as it was", requested, approve),
    twin(SELF, "three people", eyes("a", "b", "c", "d"), desk="servicenow"),
    twin(CLONED, "a copy that is approved itself", approved, copied_and_asked_anew, approve),
    twin(REPLAYED, "asked anew, and approved", approved, anew, approve),
]
