"""Paths from a person to privilege, or into a protected group. graph.md §4.2, §10, §11"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from connector.guards.evidence import Known, Missing


class PathKind(StrEnum):
    ROLE = "role"
    ELIGIBLE_ROLE = "eligible role"
    MEMBER = "member"
    OWNER = "owner"
    ELIGIBLE_MEMBER = "eligible member"
    ELIGIBLE_OWNER = "eligible owner"
    APPLICATION_OWNER = "owner of an application"
    SERVICE_PRINCIPAL_OWNER = "owner of a service principal"


@dataclass(frozen=True)
class Path:
    """One way in. Ids in lower case.

    `through`: object id of the group, application or service principal; a role's template or definition id.
    `name`: as the directory shows it. `privileged`: of a group, whether it may carry roles, or leads into one
    that may. `by`: object id of the person's own group that opens the path; "": it is their own.
    """

    kind: PathKind
    through: str
    name: str = ""
    privileged: bool = True
    by: str = ""


class PrivilegeMap(Protocol):
    """The tenant's paths to privilege, read in the background. It may only refuse: an answer without a path
    opens nothing, where a fresh read says otherwise or says nothing. Never raises; makes no calls.

    Missing where it is older than five minutes, or where any part of it couldn't be read to the end.
    """

    def paths(self, person: str, groups: Collection[str]) -> Known[tuple[Path, ...]]:
        """Every path of a person that the map knows.

        - person: object id. groups: object ids of all groups that fresh reads name as theirs: where they are
          a member (directly or not), an owner, or eligible to be either.
        - roles, active or eligible, of the person. Every role: the guard knows the harmless ones.
        - members, owners, eligible members and eligible owners of role-assignable groups (privileged=True)
          and of the floor's protected groups (privileged=False unless it may carry roles, too).
        - the same of a group that is itself eligible for such a group, at any depth: then `through` is the
          group at the end, `by` the group of `groups` (or of the map's own reading) that opens it.
        - owners of applications and service principals with a directory role, a privileged application
          permission, or a place in a role-assignable group.
        """

    def decides(self, owned: str) -> Known[bool]:
        """Tell whether an application (by object id or appId) or a service principal (by object id) is
        privileged as far as the map knows. False opens nothing by itself: it is read afresh.
        """

    def alone(self) -> Missing | None:
        """Say why it can't decide alone what a person owns, where no fresh read tells; None: it can, since
        whatever leads from owners to privilege was read twice, by different routes.
        """
