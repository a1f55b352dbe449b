"""A privilege map of a tenant without any path to privilege, for tests of something else."""

from __future__ import annotations

from collections.abc import Collection

from connector.guards.evidence import Known, Missing
from connector.guards.paths import Path


class NoPaths:
    def paths(self, person: str, groups: Collection[str]) -> Known[tuple[Path, ...]]:
        return ()

    def decides(self, owned: str) -> Known[bool]:
        return False

    def alone(self) -> Missing | None:
        return None
