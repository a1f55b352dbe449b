"""Each guard says no with its own reason, and what isn't known is never a yes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.deliveries.wording import wording
from connector.desks.topdesk.dialect import TopdeskDialect
from connector.domain.outcome import No, NotYet
from connector.domain.people import Subject
from connector.domain.reasons import Reason
from connector.domain.several import Several
from connector.domain.ticket import Attempt, ExistingPass, Ticket
from connector.guards import GUARDS, TICKET_GUARDS, Case, TicketCase
from connector.guards.evaluation import GuardResult, worst
from connector.guards.evidence import Evidence, FoundPaths, Group, Missing, Person, Policy, Role
from connector.guards.person import HARMLESS
from connector.guards.requester import RequesterAllowed
from connector.mapping import Allow, Approval, Mapping, NoteRules, PassRules
from connector.mapping.keys.floor import Floor
from connector.mapping.watch import AnyOf, Condition, NoneOf, Watch

ANN = Person("a1", "ann.lee@contoso.com", "Ann Lee", "ann.lee@contoso.com", enabled=True, external=False)
BOB = Person("b1", "bob.ray@contoso.com", "Bob Ray", None, enabled=True, external=False)
POLICY = Policy(True, 10, 480, False, frozenset(), frozenset({"all_users"}), frozenset(), frozenset())
NONE = FoundPaths()
GOOD = Evidence(
    ANN,
    ANN,
    "m1",
    (),
    (),
    (),
    frozenset(),
    (),
    POLICY,
    NONE,
    NONE,
    NONE,
    restricted=False,
    domain_verified=True,
)
MAPPING = Mapping("incidents", "contoso", "incident", Watch((Condition("state", AnyOf(("1",))),)), {})
GAP = Missing("a permission is missing")

BOARD = "6f1967b7-15e8-4935-ac26-d50770ed07a7"


def verdict(evidence: Evidence, mapping: Mapping = MAPPING, **case: Any) -> str | None:
    full = Case(mapping, Floor(protected_groups=case.pop("protected", ())), evidence, **case)
    said = worst([GuardResult("", each.check(full)) for each in GUARDS])
    return said.reason.value if said else None


def test_an_ordinary_person_may_have_a_pass() -> None:
    assert verdict(GOOD) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"subject": replace(ANN, enabled=False)}, "subject_disabled"),
        ({"subject": replace(ANN, external=True)}, "subject_guest"),
        ({"roles": (Role("62e90394-69f5-4237-9190-012177145e10"),)}, "subject_privileged"),
        ({"roles": (Role("a-role-of-their-own"),)}, "subject_privileged"),
        ({"eligible": (Role("62e90394-69f5-4237-9190-012177145e10"),)}, "subject_privileged"),
        ({"groups": (Group("g1", "Admins", role_assignable=True),)}, "subject_privileged"),
        ({"policy": replace(POLICY, enabled=False)}, "subject_out_of_scope"),
        ({"policy": replace(POLICY, included_groups=frozenset({"g9"}))}, "subject_out_of_scope"),
        ({"policy": replace(POLICY, excluded_users=frozenset({"a1"}))}, "subject_out_of_scope"),
        ({"policy": replace(POLICY, excluded_groups=frozenset({"all_users"}))}, "subject_out_of_scope"),
        ({"policy": replace(POLICY, minimum=61)}, "lifetime_not_allowed"),
        ({"policy": replace(POLICY, maximum=59)}, "lifetime_not_allowed"),
        ({"requester": None}, "requester_missing"),
        ({"requester": BOB}, "requester_not_allowed"),
        ({"existing_passes": (ExistingPass("p", 0, 3600, used=False, over=False),)}, "pass_standing"),
    ],
)
def test_each_rule_refuses_with_its_own_reason(change: dict[str, Any], reason: str) -> None:
    assert verdict(replace(GOOD, **change)) == reason


@pytest.mark.parametrize("unknown", ["groups", "roles", "eligible", "existing_passes", "policy"])
def test_what_could_not_be_read_is_never_a_yes(unknown: str) -> None:
    change: dict[str, Any] = {unknown: GAP}
    assert verdict(replace(GOOD, **change)) == "evidence_missing"


@pytest.mark.parametrize("unknown", ["enabled", "external"])
def test_a_person_of_whom_something_is_unknown_gets_nothing(unknown: str) -> None:
    subject = replace(ANN, enabled=GAP) if unknown == "enabled" else replace(ANN, external=GAP)
    assert verdict(replace(GOOD, subject=subject)) == "evidence_missing"


def test_a_known_no_goes_before_what_is_unknown() -> None:
    assert verdict(replace(GOOD, groups=GAP, subject=replace(ANN, enabled=False))) == "subject_disabled"


def test_a_role_is_seen_even_when_the_groups_are_not() -> None:
    assert verdict(replace(GOOD, groups=GAP, roles=(Role("x"),))) == "subject_privileged"


def test_roles_that_touch_nobodys_sign_in_are_harmless() -> None:
    assert HARMLESS
    assert verdict(replace(GOOD, roles=tuple(Role(each.upper()) for each in HARMLESS))) is None


def test_password_and_authentication_administrators_are_privileged() -> None:
    assert not HARMLESS & {"966707d0-3269-4727-9be2-8c3a10f19b9d", "c4e39bd9-1100-46d3-8c65-fb160da0071f"}


def test_the_manager_may_ask_and_somebody_elses_manager_may_not() -> None:
    assert verdict(replace(GOOD, requester=BOB, manager="b1")) is None
    assert verdict(replace(GOOD, requester=BOB, manager="m1")) == "requester_not_allowed"


def test_a_disabled_manager_may_not_ask() -> None:
    assert (
        verdict(replace(GOOD, requester=replace(BOB, enabled=False), manager="b1")) == "requester_not_allowed"
    )


def test_an_unknown_manager_waits_for_evidence() -> None:
    assert verdict(replace(GOOD, requester=BOB, manager=GAP)) == "evidence_missing"


def test_a_member_of_a_named_group_may_ask() -> None:
    agents = replace(MAPPING, allow=Allow(requester=("group:AA-1",)))
    assert verdict(replace(GOOD, requester=BOB, requester_groups=frozenset({"aa-1"})), agents) is None
    assert verdict(replace(GOOD, requester=BOB), agents) == "requester_not_allowed"
    assert verdict(replace(GOOD, requester=BOB, requester_groups=GAP), agents) == "evidence_missing"


def test_anyone_may_ask_only_where_the_mapping_says_so() -> None:
    nobody = replace(GOOD, requester=None)
    assert verdict(nobody) == "requester_missing"
    assert verdict(nobody, replace(MAPPING, allow=Allow(requester=("anyone",)))) is None


def test_members_of_protected_groups_never_get_a_pass() -> None:
    evidence = replace(GOOD, groups=(Group(BOARD.upper(), "Board", role_assignable=False),))
    assert verdict(evidence, protected=(BOARD,)) == "subject_protected"
    assert verdict(replace(GOOD, groups=GAP), protected=(BOARD,)) == "evidence_missing"


def test_a_mapping_may_serve_named_groups_only() -> None:
    served = replace(MAPPING, allow=Allow(subject_in=("g1", "g2")))
    assert verdict(GOOD, served) == "subject_out_of_scope"
    assert verdict(replace(GOOD, groups=(Group("g2", "Staff", role_assignable=False),)), served) is None


def test_a_policy_that_allows_one_time_passes_only_refuses_others() -> None:
    twice = replace(MAPPING, pass_=PassRules(one_time=False))
    assert verdict(GOOD, twice) is None
    assert verdict(replace(GOOD, policy=replace(POLICY, one_time_only=True)), twice) == "lifetime_not_allowed"


def test_a_pass_that_is_over_or_ours_stands_in_nobodys_way() -> None:
    ours = Attempt(
        1,
        "TAP-1-1",
        Subject("a1", ANN.upn, ANN.name),
        "a1",
        "note:work_notes",
        1000,
        3600,
        True,
        75,
        pass_id="p",
    )
    own = ExistingPass("p", 1000, 3600, used=False, over=False)
    assert verdict(replace(GOOD, existing_passes=(own,)), attempt=ours) is None
    assert verdict(replace(GOOD, existing_passes=(ExistingPass("q", 1, 3600, used=True, over=True),))) is None
    other = ExistingPass("q", 1, 3600, used=False, over=False)
    assert verdict(replace(GOOD, existing_passes=(other,)), attempt=ours) == "pass_standing"


def test_a_standing_pass_is_replaced_only_where_the_mapping_says_so() -> None:
    standing = replace(GOOD, existing_passes=(ExistingPass("p", 0, 3600, used=False, over=False),))
    assert verdict(standing) == "pass_standing"
    assert verdict(standing, replace(MAPPING, allow=Allow(standing="replace"))) is None


def of_ticket(
    fields: dict[str, str], mapping: Mapping, *, mailed: bool | None = False, links: str | None = ""
) -> No | NotYet | None:
    case = TicketCase(
        Ticket("https://contoso", "1", "INC1", fields, open=True, mailed=mailed, links=links), mapping
    )
    return worst([GuardResult("", each.check(case)) for each in TICKET_GUARDS])


def reason_of(said: No | NotYet | None) -> str | None:
    return said.reason.value if said else None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("approved", None),
        ("rejected", "approval_rejected"),
        ("requested", "approval_outstanding"),
        ("", "approval_outstanding"),
        (None, "evidence_missing"),
    ],
)
def test_an_outstanding_approval_waits_and_a_rejected_one_refuses(
    value: str | None, reason: str | None
) -> None:
    mapping = replace(MAPPING, allow=Allow(approval=Approval("approval", ("approved",), ("rejected",))))
    assert reason_of(of_ticket({} if value is None else {"approval": value}, mapping)) == reason


@pytest.mark.parametrize(
    ("value", "reason"), [("phone", None), ("email", "channel_not_allowed"), (None, "evidence_missing")]
)
def test_a_channel_that_is_not_allowed_refuses(value: str | None, reason: str | None) -> None:
    mapping = replace(MAPPING, allow=Allow(channel=Condition("contact_type", NoneOf(("email",)))))
    assert reason_of(of_ticket({} if value is None else {"contact_type": value}, mapping)) == reason


@pytest.mark.parametrize(
    "allow",
    [
        Allow(approval=Approval("variables.consent", ("yes",))),
        Allow(channel=Condition("variables.consent", NoneOf(("email",)))),
    ],
)
def test_two_answers_to_what_is_asked_refuse_and_are_not_called_unreadable(allow: Allow) -> None:
    said = of_ticket({"variables.consent": Several.of(["yes", "no"])}, replace(MAPPING, allow=allow))
    assert reason_of(said) == "mapping_failed"
    assert said and "there are several" in said.detail and wording("nl").detail(said.detail, shown)


def shown(name: str, value: str) -> str:
    return value


def test_a_note_that_is_mailed_refuses_and_one_that_may_be_waits() -> None:
    assert reason_of(of_ticket({}, MAPPING, mailed=True)) == "note_is_mailed"
    assert reason_of(of_ticket({}, MAPPING, mailed=None)) == "evidence_missing"
    assert of_ticket({}, replace(MAPPING, note=NoteRules(field="u_access_pass")), mailed=True) is None


def test_a_note_that_may_be_copied_refuses_and_one_of_unknown_links_waits() -> None:
    assert reason_of(of_ticket({}, MAPPING, links="it has child incidents")) == "note_is_copied"
    assert reason_of(of_ticket({}, MAPPING, links=None)) == "evidence_missing"
    both = replace(MAPPING, deliver=("manager_mail", "note"))
    assert reason_of(of_ticket({}, both, links="it has child incidents")) == "note_is_copied"


@pytest.mark.parametrize("links", ["it has child incidents", None])
def test_links_do_no_harm_where_no_note_holds_the_pass(links: str | None) -> None:
    assert of_ticket({}, replace(MAPPING, note=NoteRules(field="u_access_pass")), links=links) is None
    assert of_ticket({}, replace(MAPPING, deliver=("manager_mail",)), links=links) is None


def test_actions_at_topdesk_are_notes_too() -> None:
    mapping = replace(MAPPING, note=NoteRules(field="action", plain="action"), traits=TopdeskDialect.traits)
    assert reason_of(of_ticket({}, mapping, links="it is a major call")) == "note_is_copied"


@pytest.mark.parametrize(
    ("rules", "people"),
    [
        (("subject", "manager"), "ann.lee@contoso.com or their manager"),
        (("manager",), "the manager of ann.lee@contoso.com"),
        (
            ("manager", "group:g1", "group:g2"),
            "the manager of ann.lee@contoso.com or a member of a named group",
        ),
    ],
)
def test_a_requester_who_may_not_is_told_who_may(rules: tuple[str, ...], people: str) -> None:
    mapping = replace(MAPPING, allow=Allow(requester=rules))
    no = RequesterAllowed().check(Case(mapping, Floor(), replace(GOOD, requester=BOB)))
    assert no == No(
        Reason.REQUESTER_NOT_ALLOWED, f"bob.ray@contoso.com may not request this pass. Only {people} may."
    )
