"""Bugs in the fresh reads of paths to privilege, and in what the guards make of them.

The map doesn't see these paths in the worlds that look for them: else it would make good for the bug.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.entra import applications, group_eligibility, owned
from connector.guards import person
from connector.guards.evidence import FoundPaths, Group, Missing
from connector.guards.person import NotPrivileged, NotProtected
from tests.simulation.draw import PATHS
from tests.simulation.mutants import Put, mutant


def _without(put: Put, **evidence: Any) -> None:
    """The guards see less of the evidence."""
    for guard in (NotPrivileged, NotProtected):
        right = guard.check

        def check(self: Any, case: Any, right: Any = right) -> Any:
            return right(self, replace(case, evidence=replace(case.evidence, **evidence)))

        put(guard, "check", check)


@mutant("guard: owners of groups and applications are let through", PATHS)
def owners_pass(put: Put) -> None:
    _without(put, owned=FoundPaths())


@mutant("PIM for Groups counts as none", PATHS)
def pim_groups_are_none(put: Put) -> None:
    put(group_eligibility, "read", lambda reply, pim_absent: ())


@mutant("guard: only members of protected groups are protected", PATHS)
def protected_by_membership_alone(put: Put) -> None:
    put(person, "PROTECTED_BY", {kind: how for kind, how in person.PROTECTED_BY.items() if kind == "member"})


@mutant("guard: members of restricted management units are let through", PATHS)
def restricted_pass(put: Put) -> None:
    _without(put, restricted=False)


@mutant("a group of PIM without its flag counts as harmless", PATHS)
def unflagged_is_harmless(put: Put) -> None:
    put(group_eligibility, "flag", lambda replies, group: Group(group, "", role_assignable=False))


@mutant("who may become an owner of a group by PIM is left out", PATHS)
def eligible_owners_unseen(put: Put) -> None:
    right = group_eligibility.read

    def read(*asked: Any) -> Any:
        found = right(*asked)
        return found if isinstance(found, Missing) else tuple(each for each in found if not each.owner)

    put(group_eligibility, "read", read)


@mutant("an application that the map doesn't call privileged is harmless", PATHS)
def unmapped_application_is_harmless(put: Put) -> None:
    put(owned, "privileged", lambda *asked: False)


@mutant("what an owned application's rights can't be read of is harmless", PATHS)
def unread_rights_are_harmless(put: Put) -> None:
    right = applications.privileged
    put(owned, "privileged", lambda *asked: right(*asked) is True)


@mutant("owned objects of an unknown kind, or unread, are left out", PATHS)
def gaps_of_owned_are_nothing(put: Put) -> None:
    right = owned.paths
    put(owned, "paths", lambda *asked: replace(right(*asked), gap=None))
