"""The paths to privilege of a whole tenant, as one round of reading found them. No calls, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from connector.guards.evidence import Missing
from connector.guards.paths import Path, PathKind

Ids = frozenset[str]


@dataclass(frozen=True)
class End:
    """A group that may carry roles, or that the floor protects, and the kind of the last step into it."""

    group: str
    name: str
    privileged: bool
    kind: PathKind = PathKind.MEMBER


@dataclass(frozen=True)
class LeadingGroup:
    """A group that leads to ends: it is one itself, is nested in one, or may become a member or an owner."""

    id: str
    ends: tuple[End, ...]
    members: Ids = frozenset()
    owners: Ids = frozenset()
    eligible_members: Ids = frozenset()
    eligible_owners: Ids = frozenset()

    def held_by(self, holders: Collection[str]) -> Iterator[tuple[PathKind, Ids]]:
        """The ways in which somebody of `holders` is in it, with who they are."""
        ways = {
            PathKind.MEMBER: self.members,
            PathKind.OWNER: self.owners,
            PathKind.ELIGIBLE_MEMBER: self.eligible_members,
            PathKind.ELIGIBLE_OWNER: self.eligible_owners,
        }
        for kind, ids in ways.items():
            if found := ids.intersection(holders):
                yield kind, found


@dataclass(frozen=True)
class PrivilegedPrincipal:
    """A service principal that is privileged, with the owners of it and of its application."""

    id: str
    app_id: str = ""
    name: str = ""
    application: str = ""  # object id; "": the application isn't registered in this tenant
    owners: Ids = frozenset()
    application_owners: Ids = frozenset()


@dataclass(frozen=True)
class Chart:
    """Roles by principal; groups that lead somewhere; privileged service principals. Ids in lower case.

    `doubt`: why the second reads don't bear out what leads from owners to privilege.
    """

    roles: Mapping[str, Ids] = field(default_factory=dict)
    eligible: Mapping[str, Ids] = field(default_factory=dict)
    groups: tuple[LeadingGroup, ...] = ()
    principals: tuple[PrivilegedPrincipal, ...] = ()
    doubt: Missing | None = None

    def paths(self, person: str, groups: Collection[str]) -> tuple[Path, ...]:
        """Every path of a person, whose groups are named by fresh reads; each once."""
        me, mine = person.lower(), sorted({each.lower() for each in groups} - {person.lower()})
        found = [*self._roles(me, mine), *self._groups(me, mine), *self._owned({me, *mine})]
        return tuple(dict.fromkeys(found))

    def decides(self, owned: str) -> bool:
        """Tell whether an application (object id or appId) or a service principal is privileged."""
        wanted = owned.lower()
        return any(wanted in (each.id, each.app_id, each.application) for each in self.principals)

    def _roles(self, person: str, groups: list[str]) -> Iterator[Path]:
        for kind, held in ((PathKind.ROLE, self.roles), (PathKind.ELIGIBLE_ROLE, self.eligible)):
            for holder in (person, *groups):
                by = "" if holder == person else holder
                yield from (Path(kind, role, by=by) for role in sorted(held.get(holder, frozenset())))

    def _groups(self, person: str, groups: list[str]) -> Iterator[Path]:
        for each in self.groups:
            ways = list(each.held_by({person, *groups}))
            if not ways and each.id in groups:  # a fresh read knows better in which way
                ways = [(PathKind.MEMBER, frozenset({person}))]
            for kind, holders in ways:
                by = "" if person in holders else min(holders)
                for end in each.ends:
                    if end.group == each.id:
                        yield Path(kind, end.group, end.name, end.privileged, by)
                    else:
                        yield Path(end.kind, end.group, end.name, end.privileged, each.id)

    def _owned(self, holders: Collection[str]) -> Iterator[Path]:
        for each in self.principals:
            if each.application_owners.intersection(holders):
                through = each.application or each.app_id
                yield Path(PathKind.APPLICATION_OWNER, through, each.name)
            if each.owners.intersection(holders):
                yield Path(PathKind.SERVICE_PRINCIPAL_OWNER, each.id, each.name)


def leading(records: Mapping[str, LeadingGroup], roots: Mapping[str, End]) -> tuple[LeadingGroup, ...]:
    """The groups with the ends that each leads to, at any depth. `roots`: the ends themselves, by id."""
    ends: dict[str, dict[str, End]] = {id_: {} for id_ in records}
    for id_, end in roots.items():
        ends[id_][id_] = end
    waiting = list(roots)
    while waiting:
        into = records[waiting.pop()]
        for kind, ids in into.held_by(records):
            for id_ in ids - {into.id}:
                new = {
                    end.group: replace(end, kind=kind) if end.group == into.id else end
                    for end in ends[into.id].values()
                    if end.group not in ends[id_]
                }
                if new:
                    ends[id_] |= new
                    waiting.append(id_)
    return tuple(replace(each, ends=tuple(ends[each.id].values())) for each in records.values())
