"""Bugs in the privilege map."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.entra import map_owners, map_reading, privilege_map
from connector.entra.map_asking import Asking
from connector.entra.path_reads import PathReads
from connector.entra.privilege_chart import Chart, LeadingGroup
from connector.entra.privilege_map import TenantMap
from connector.guards.evidence import FoundPaths, Missing
from tests.simulation import replica
from tests.simulation.draw import MAPS, SLEPT
from tests.simulation.mutants import Put, mutant


@mutant("an old privilege map lets people through", MAPS)
def old_map_allows(put: Put) -> None:
    put(privilege_map, "FRESH", 1e9)


@mutant("a part of the privilege map that can't be read counts as empty", MAPS)
def partial_map_is_whole(put: Put) -> None:
    put(Asking, "known", lambda self, found, otherwise: otherwise if isinstance(found, Missing) else found)


@mutant("without a privilege map the fresh reads alone let people through", MAPS)
def no_map_allows(put: Put) -> None:
    right = PathReads._mapped

    def mapped(self: Any) -> Any:
        found = right(self)
        return FoundPaths() if found.gap else found

    put(PathReads, "_mapped", mapped)


@mutant("the owners of service principals are not read", MAPS)
def principal_owners_unseen(put: Put) -> None:
    right = map_owners.with_owners

    def without(asking: Any, start: Any) -> Any:
        return tuple(replace(each, owners=frozenset()) for each in right(asking, start))

    put(map_reading, "with_owners", without)


@mutant("the owners of applications are not read", MAPS)
def application_owners_unseen(put: Put) -> None:
    right = map_owners.with_owners

    def without(asking: Any, start: Any) -> Any:
        return tuple(replace(each, application_owners=frozenset()) for each in right(asking, start))

    put(map_reading, "with_owners", without)


@mutant("the owners of groups that may carry roles are not on the map", MAPS)
def group_owners_unmapped(put: Put) -> None:
    right = LeadingGroup.held_by

    def held(self: Any, holders: Any) -> Any:
        yield from right(replace(self, owners=frozenset()), holders)

    put(LeadingGroup, "held_by", held)


@mutant("the map isn't asked about the person", MAPS)
def map_knows_nobody(put: Put) -> None:
    put(Chart, "paths", lambda self, person, groups: ())


@mutant("a failed round keeps the old map young", MAPS)
def failure_renews(put: Put) -> None:
    right = TenantMap.refresh

    def refresh(self: Any) -> bool:
        whole = right(self)
        if not whole and self._kept:
            self._kept = self._monotonic(), self._kept[1]
        return whole

    put(TenantMap, "refresh", refresh)


@mutant("what lasts is counted by a clock that stands still while the machine sleeps", SLEPT)
def clock_sleeps(put: Put) -> None:
    right = replica.Replica.mono
    put(replica.Replica, "mono", lambda self: right(self) - self.slept)
