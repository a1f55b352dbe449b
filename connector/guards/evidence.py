"""Evidence about the people of a ticket, from the directory. Whatever can't be read is Missing, and
Missing counts as no.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Literal, Protocol, TypeAlias, TypeVar

from connector.domain.outcome import No, NotYet
from connector.domain.ticket import ExistingPass, Ticket
from connector.guards.paths import Path, PathKind
from connector.lifecycle.roles import OnFound, nothing
from connector.mapping import Facts, Key

T = TypeVar("T")


@dataclass(frozen=True)
class Missing:
    """It could not be established, and why: a permission is missing, an answer was partial."""

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
    restricted: Known[bool] = Missing(
        "isManagementRestricted was not read"
    )  # member of a restricted management unit
    more: Mapping[str, Known[str | None]] = field(
        default_factory=dict
    )  # what the mapping compares, by Graph's property
    created: Known[int | None] = Missing("createdDateTime was not read")  # epoch seconds; None: before 2018
    language: str = ""  # that they prefer, such as nl-NL; "": not read, or the directory has none
    own_guest: Known[bool] = False  # a guest account that was made in this tenant, and signs in here only


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
class FoundPaths:
    """Paths to privilege or into protected groups that were found; `gap`: there may be others, and why that
    can't be told.
    """

    found: tuple[Path, ...] = ()
    gap: Missing | None = None


@dataclass(frozen=True)
class Policy:
    """The tenant's policy for Temporary Access Passes. Lifetimes in minutes. graph.md §3."""

    enabled: bool
    minimum: int
    maximum: int
    one_time_only: bool
    included_users: frozenset[str]  # object ids
    included_groups: frozenset[str]  # object ids; "all_users" stands for everybody
    excluded_users: frozenset[str]
    excluded_groups: frozenset[str]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that it says, the same for the same policy."""
        said = {
            name: sorted(each) if isinstance(each, frozenset) else each for name, each in asdict(self).items()
        }
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class ManagerRecipient:
    """A manager who would be mailed a pass."""

    person: Person
    verified: Known[bool]  # whether the tenant owns the domain of their mail address
    cyclic: Known[bool]  # whether the managers above lead back to somebody below


@dataclass(frozen=True)
class ManagerChain:
    """The managers above somebody, the nearest first, as far up as was asked. `cyclic`: they lead round to
    somebody below.
    """

    ids: tuple[str, ...]
    cyclic: bool = False


@dataclass(frozen=True)
class Evidence:
    subject: Person
    requester: Person | None  # None: the mapping names none
    manager: Known[str | None]  # the subject's manager's object id
    groups: Known[tuple[Group, ...]]  # the subject's, transitive
    roles: Known[tuple[Role, ...]]  # active: memberships and assignments of every scope
    eligible: Known[tuple[Role, ...]]  # may be taken up (PIM)
    requester_groups: Known[frozenset[str]]  # of those that the mapping asks about
    existing_passes: Known[tuple[ExistingPass, ...]]
    policy: Known[Policy]
    owned: FoundPaths = FoundPaths(gap=Missing("what the person owns was not read"))
    eligible_groups: FoundPaths = FoundPaths(gap=Missing("the groups that PIM lets them join were not read"))
    mapped: FoundPaths = FoundPaths(gap=Missing("the privilege map was not asked"))
    restricted: Known[bool] = Missing(
        "isManagementRestricted was not read"
    )  # by a unit that our role isn't scoped to
    domain_verified: Known[bool] = Missing("the tenant's domains were not read")  # of the sign-in name
    manager_chain: Known[ManagerChain] = Missing("the managers above were not read")  # above the subject
    approvers: tuple[
        Person | None, ...
    ] = ()  # None: somebody approved who isn't known. Asked for with four eyes only
    recipient: Known[Person | None] = (
        None  # who would be handed the pass; None: nobody. Asked for with four eyes only
    )
    manager_recipient: ManagerRecipient | No | Missing | None = (
        None  # No: there is none, and why; None: nobody is mailed
    )


def paths(evidence: Evidence) -> list[Path]:
    """Every path of the subject that any read found, each once: what isn't known is left out."""
    held = [] if isinstance(evidence.roles, Missing) else evidence.roles
    eligible = [] if isinstance(evidence.eligible, Missing) else evidence.eligible
    groups = [] if isinstance(evidence.groups, Missing) else evidence.groups
    found = [Path(PathKind.ROLE, each.definition, each.name) for each in held]
    found += [Path(PathKind.ELIGIBLE_ROLE, each.definition, each.name) for each in eligible]
    found += [Path(PathKind.MEMBER, each.id, each.name, each.role_assignable) for each in groups]
    for read in (evidence.owned, evidence.eligible_groups, evidence.mapped):
        found += read.found
    return list(dict.fromkeys(found))


def gaps(evidence: Evidence) -> list[Missing]:
    """The reasons why there may be paths that none of these reads found."""
    read = (evidence.owned, evidence.eligible_groups, evidence.mapped)
    return [each.gap for each in read if each.gap]


@dataclass(frozen=True)
class Wanted:
    """The evidence that the guards of one mapping need, beyond the subject."""

    manager: bool = True
    manager_levels: int = 0  # how far up the managers are asked for
    requester_groups: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()  # of the subject, in Graph's spelling
    approvers: tuple[Key | None, ...] = ()  # None: somebody whom the desk doesn't tell
    recipient: Known[Key | None] = None  # None: nobody
    manager_of: Literal["subject", "requester"] | None = None  # whose manager would be mailed the pass


# Who approved a ticket, as its desk tells; None: somebody whom it doesn't tell. Reads only; raises Down.
Approvers: TypeAlias = Callable[[Ticket], Sequence[Key | None]]

# The person whom a name means now; anything else: exactly one isn't found. Reads only; raises Down.
Identify: TypeAlias = Callable[[Key], "Person | No | NotYet | None"]


class Directory(Protocol):
    """Asked in as few $batch calls as possible."""

    def prove(self, facts: Facts, wanted: Wanted, on_found: OnFound = nothing) -> Evidence | No | NotYet:
        """No: the subject, requester or recipient isn't there exactly once. `on_found` is called between two
        calls: the people are found, and what is asked about them is still to come; before the first, where
        `ahead` found them. Raises Down.
        """

    def ahead(self, asked: Sequence[tuple[Facts, Wanted]]) -> None:
        """Look for the people of tickets whose turn comes next, so that `prove` needs a call less. Raises
        Down.
        """
