"""What `explain` shows behind each guard's answer."""

from __future__ import annotations

from dataclasses import replace

from connector.cli.guard_evidence import evidence_of
from connector.cli.ticket_evidence import ticket_evidence_of
from connector.domain.ticket import Ticket
from connector.guards import GUARDS
from connector.guards.evidence import FoundPaths, Group, ManagerChain, Role
from connector.guards.paths import Path, PathKind
from connector.mapping import Allow
from connector.mapping.hours import Hours
from connector.mapping.model import Verified
from tests.guards.test_guards import ANN, BOB, GAP, GOOD, MAPPING

ADMIN = "62e90394-69f5-4237-9190-012177145e10"
READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"


def test_each_path_is_told_with_its_name_and_through_what() -> None:
    paths = (
        Path(PathKind.OWNER, "g1", "Admins"),
        Path(PathKind.ELIGIBLE_MEMBER, "g1", "Admins", by="g2"),
        Path(PathKind.APPLICATION_OWNER, "a1", "Robot"),
    )
    desk = (Group("g2", "Desk", role_assignable=False),)
    evidence = replace(
        GOOD, groups=desk, roles=(Role(READERS, "Directory Readers"),), mapped=FoundPaths(paths)
    )
    assert evidence_of("NotPrivileged", evidence) == [
        f"holds the role Directory Readers ({READERS}) (harmless)",
        "owner of the role-assignable group Admins (g1)",
        "may become a member of the role-assignable group Admins (g1), through the group Desk (g2)",
        "owner of the application Robot (a1)",
    ]


def test_a_path_that_both_reads_found_is_told_once() -> None:
    path = FoundPaths((Path(PathKind.OWNER, "g1", "Admins"),))
    assert len(evidence_of("NotPrivileged", replace(GOOD, owned=path, mapped=path))) == 1


def test_what_is_unknown_is_told_with_its_reason() -> None:
    evidence = replace(GOOD, owned=FoundPaths(gap=GAP), groups=GAP, policy=GAP, recipient=GAP)
    for guard in ("NotPrivileged", "NotProtected", "InPolicy", "RecipientKnown"):
        assert f"unknown: {GAP.why}" in evidence_of(guard, evidence), guard


def test_people_are_told_by_name_and_object() -> None:
    evidence = replace(GOOD, requester=BOB, approvers=(BOB, None))
    assert evidence_of("ApproverKnown", evidence) == [f"{BOB.upn}, object {BOB.id}"]
    assert f"requester {BOB.upn}, object {BOB.id}" in evidence_of("RequesterAllowed", evidence)


def test_a_guard_of_the_ticket_alone_rests_on_no_evidence() -> None:
    guards = [type(each).__name__ for each in GUARDS]
    shown = [
        each for each in guards if evidence_of(each, replace(GOOD, subject=replace(ANN, more={"city": "x"})))
    ]
    assert "Approved" not in guards
    assert {"NotPrivileged", "NotProtected", "InPolicy", "RequesterAllowed", "Confirmed"} <= set(shown)
    assert evidence_of("Approved", GOOD) == []


def test_the_newer_guards_show_what_they_rest_on_whether_they_say_yes_or_no() -> None:
    chain = ManagerChain(("m1", "m2"), cyclic=True)
    evidence = replace(
        GOOD,
        subject=replace(ANN, created=1_700_000_000),
        domain_verified=True,
        manager_chain=chain,
        requester=BOB,
        approvers=(BOB,),
        recipient=GAP,
    )
    assert evidence_of("DomainVerified", evidence) == ["the tenant has verified contoso.com"]
    assert evidence_of("OldEnough", evidence) == [f"account {ANN.id}, made: 2023-11-14T22:13:20Z"]
    assert evidence_of("SameAccount", evidence) == evidence_of("OldEnough", evidence)
    above = "managers above the person, the nearest first: m1, m2, in a circle"
    assert above in evidence_of("RequesterAllowed", evidence)
    bob = f"{BOB.upn}, object {BOB.id}"
    parts = [f"requester: {bob}", f"approver: {bob}", f"agent: unknown: {GAP.why}"]
    assert evidence_of("FourEyes", evidence) == parts


def test_rules_about_the_ticket_alone_show_its_facts() -> None:
    fields = {"u_how": "called back", "u_at": "2026-01-01 10:00:00"}
    ticket = Ticket(
        "https://contoso", "1", "INC1", fields, open=True, mailed=False, links="", created=1_700_000_000
    )
    allow = Allow(
        hours=Hours((0,), 420, 1140),
        oldest=14 * 86_400,
        verified=Verified("u_how", ("called back",), "u_at", 3600),
    )
    mapping = replace(MAPPING, allow=allow)
    assert ticket_evidence_of("InHours", mapping, ticket) == [
        "passes are made mon, 07:00 to 19:00 (UTC), by Entra's clock"
    ]
    assert ticket_evidence_of("YoungEnough", mapping, ticket) == [
        "created: 2023-11-14T22:13:20Z; at most 14d ago"
    ]
    both = ['u_how: "called back"', 'u_at: "2026-01-01 10:00:00"']
    assert ticket_evidence_of("VerifiedInTime", mapping, ticket) == both
    assert ticket_evidence_of("VerifiedInTime", replace(MAPPING, allow=Allow()), ticket) == []
