"""What the directory says about the people of a ticket. Whatever could not be read is Missing, and Missing counts as no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, TypeVar

from connector.mapping import Facts
from connector.outcome import No, NotYet
from connector.ticket import Standing

T = TypeVar("T")


@dataclass(frozen=True)
class Missing:
    """It could not be established, and why: a permission is lacking, an answer was partial."""

    why: str


Known: TypeAlias = T | Missing


@dataclass(frozen=True)
class Person:
    """A user object. `enabled` and `external` are Missing where the answer left their properties out."""

    id: str
    upn: str
    name: str
    mail: str | None
    enabled: Known[bool]
    external: Known[bool]  # a guest, or anybody who signs in elsewhere
    more: Mapping[str, Known[str | None]] = field(default_factory=dict)  # what the mapping compares, by Graph's property


@dataclass(frozen=True)
class Group:
    id: str
    name: str
    role_assignable: bool


@dataclass(frozen=True)
class Role:
    """`definition` is the role's template id (built-in) or definition id (custom)."""

    definition: str
    name: str = ""


@dataclass(frozen=True)
class Policy:
    """The tenant's policy for Temporary Access Passes. Lifetimes in minutes. facts/graph.md 3."""

    enabled: bool
    minimum: int
    maximum: int
    one_time_only: bool
    included_users: frozenset[str]  # object ids
    included_groups: frozenset[str]  # object ids; "all_users" stands for everybody
    excluded_users: frozenset[str]
    excluded_groups: frozenset[str]


@dataclass(frozen=True)
class Evidence:
    subject: Person
    requester: Person | None  # None: the mapping names none
    manager: Known[str | None]  # the subject's manager's object id
    groups: Known[tuple[Group, ...]]  # the subject's, transitive
    roles: Known[tuple[Role, ...]]  # active: memberships and assignments of every scope
    eligible: Known[tuple[Role, ...]]  # may be taken up (PIM)
    requester_groups: Known[frozenset[str]]  # of those that the mapping asks about
    standing: Known[tuple[Standing, ...]]
    policy: Known[Policy]


@dataclass(frozen=True)
class Wanted:
    """What the guards of a mapping need to know beyond the subject."""

    manager: bool = True
    requester_groups: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()  # of the subject, in Graph's spelling


class Directory(Protocol):
    """Asked in as few $batch calls as possible."""

    def prove(self, facts: Facts, wanted: Wanted) -> Evidence | No | NotYet:
        """No: the subject or requester isn't there exactly once. Raises Down."""
