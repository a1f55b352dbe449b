"""Hostile directories: people with a way to more rights, and answers that say less than the truth."""

from __future__ import annotations

from typing import Any

from connector.simulators.faults import ALWAYS, Fault, answer, failure, truncated, when
from connector.simulators.messages import Response
from tests.redteam.cases import Case, Deed, Play, twin
from tests.redteam.stage import Stage

PRIVILEGED, PROTECTED, MISSING = "subject_privileged", "subject_protected", "evidence_missing"
BY_RIGHT = "owner of a role-assignable group"
BY_PIM, BY_APP = "eligible by PIM for Groups", "owner of a privileged application"
FLIP, UNIT, PARTIAL = "flip", "restricted unit", "partial answers"
WRITES = "Application.ReadWrite.All"


def somebody(how: Any) -> Play:
    """A person, of whom `how(tenant, id)` makes something, asks for themselves."""

    def play(stage: Stage) -> str:
        who = stage.member()
        how(stage.tenant, stage.id(who))
        return stage.ask(who)

    return play


def owner(tenant: Any, who: str, assignable: bool = True) -> str:
    return str(tenant.add_group("Admins", assignable=assignable, owners=[who]))


def owner_of_one_with_a_role(tenant: Any, who: str) -> None:
    tenant.assign(owner(tenant, who), "User Administrator")


def member_and_owner(tenant: Any, who: str) -> None:
    tenant.add_group("Admins", assignable=True, owners=[who], members=[who])


def owner_of_an_ordinary_one(tenant: Any, who: str) -> None:
    owner(tenant, who, assignable=False)


def pim(access: str, assignable: bool = True) -> Any:
    def how(tenant: Any, who: str) -> None:
        tenant.make_group_eligible(who, tenant.add_group("Admins", assignable=assignable), access=access)

    return how


def pim_through_a_group(tenant: Any, who: str) -> None:
    team = tenant.add_group("Team", members=[who])
    tenant.make_group_eligible(team, tenant.add_group("Admins", assignable=True))


def app(granted: str = "", role: str = "", **owners: str) -> Any:
    """Who owns an application, or its service principal, with a permission of Graph or a directory role."""

    def how(tenant: Any, who: str) -> None:
        kind = owners.get("by", "owners")
        made = tenant.applications.add("Robot", **{kind: [who]})
        if granted:
            tenant.applications.grant(made, granted)
        if role:
            tenant.assign(made, role)

    return how


def unit(restricted: bool) -> Any:
    return lambda tenant, who: tenant.add_unit("Board", members=[who], restricted=restricted)


def in_two_units(tenant: Any, who: str) -> None:
    for restricted in (False, True):
        tenant.add_unit("Board", members=[who], restricted=restricted)


def protected(how: str) -> Play:
    """Somebody among the `members` or `owners` of the group that the floor protects."""

    def play(stage: Stage) -> str:
        who = stage.member()
        getattr(stage.tenant.groups[stage.protected], how).add(stage.id(who))
        return stage.ask(who)

    return play


# Rights of a moment ago


def assigned(tenant: Any, who: str) -> None:
    tenant.assign(who, "Global Administrator")


def eligible(tenant: Any, who: str) -> None:
    tenant.make_eligible(who, "Global Administrator")


def nothing_any_more(stage: Stage, ticket: str) -> None:
    """Whatever made the person privileged is taken away, and the ticket is put back."""
    tenant, who = stage.tenant, stage.cast[0]
    tenant.assignments = [each for each in tenant.assignments if each.principal != who]
    tenant.eligibilities = [each for each in tenant.eligibilities if each.principal != who]
    for group in tenant.groups.values():
        group.owners.discard(who)
    stage.tenant.users[who].properties["accountEnabled"] = True
    stage.back(ticket)


def disabled(tenant: Any, who: str) -> None:
    tenant.users[who].properties["accountEnabled"] = False


# Answers that say less


def about(path: str, fault: Fault, times: int = ALWAYS) -> Play:
    """Each answer of this kind about one person is another than it should be."""

    def play(stage: Stage) -> str:
        who = stage.member()
        stage.house.graph.parts.add(when("GET", path.replace("WHO", stage.id(who)), times=times), fault)
        return stage.ask(who)

    return play


def denied(status: int = 403) -> Fault:
    return answer(Response.json(status, {"error": {"code": "Authorization_RequestDenied", "message": ""}}))


IN_A_200 = answer(Response.json(200, {"error": {"code": "UnknownError", "message": ""}}))
NULL = answer(Response.json(200, {"value": None}))
GROUPS = "/users/WHO/transitiveMemberOf"
back: tuple[Deed, ...] = (nothing_any_more,)
CASES = [
    Case(BY_RIGHT, "without a role so far", somebody(owner), PRIVILEGED),
    Case(BY_RIGHT, "with a role", somebody(owner_of_one_with_a_role), PRIVILEGED),
    Case(BY_RIGHT, "who is a member, too", somebody(member_and_owner), PRIVILEGED),
    Case(BY_PIM, "for membership", somebody(pim("member")), PRIVILEGED),
    Case(BY_PIM, "for ownership", somebody(pim("owner")), PRIVILEGED),
    Case(BY_PIM, "through a group of theirs", somebody(pim_through_a_group), PRIVILEGED),
    Case(BY_APP, "by a permission", somebody(app("RoleManagement.ReadWrite.Directory")), PRIVILEGED),
    Case(BY_APP, "by a role of the application", somebody(app(role="User Administrator")), PRIVILEGED),
    Case(BY_APP, "of its service principal", somebody(app(WRITES, by="principal_owners")), PRIVILEGED),
    Case(FLIP, "an active role", somebody(assigned), MISSING, back),
    Case(FLIP, "an eligible role", somebody(eligible), MISSING, back),
    Case(FLIP, "ownership", somebody(owner), MISSING, back),
    Case(UNIT, "a member", somebody(unit(True)), PROTECTED),
    Case(UNIT, "of one unit beside an ordinary one", somebody(in_two_units), PROTECTED),
    Case(UNIT, "a member of a protected group", protected("members"), PROTECTED),
    Case(UNIT, "an owner of a protected group", protected("owners"), PROTECTED),
    Case(PARTIAL, "groups are forbidden", about(GROUPS, denied()), MISSING),
    Case(PARTIAL, "an error in a 200", about(GROUPS, IN_A_200), MISSING),
    Case(PARTIAL, "no list", about(GROUPS, NULL), MISSING),
    Case(PARTIAL, "a list that was cut", about(GROUPS, truncated), MISSING),
]  # fmt: skip
TWINS = [
    twin(BY_RIGHT, "owner of an ordinary group", somebody(owner_of_an_ordinary_one)),
    twin(BY_PIM, "of an ordinary group", somebody(pim("member", assignable=False))),
    twin(BY_APP, "owner of one that may do nothing", somebody(app())),
    twin(FLIP, "disabled a moment ago", somebody(disabled), nothing_any_more),
    twin(UNIT, "of a unit that is open", somebody(unit(False))),
    twin(PARTIAL, "an answer that came at the second try", about(GROUPS, failure(503), 1)),
]
