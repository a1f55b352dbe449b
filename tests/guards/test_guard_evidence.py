"""What `explain` shows behind each guard's answer."""

from __future__ import annotations

from dataclasses import replace

from connector.cli.guard_evidence import evidence_of
from connector.guards import GUARDS
from connector.guards.evidence import FoundPaths, Group, Role
from connector.guards.paths import Path, PathKind
from tests.guards.test_guards import ANN, BOB, GAP, GOOD

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
