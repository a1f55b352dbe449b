"""The privilege map, read once for real: each part that can't be read, or that it can."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from connector.domain.errors import Down
from connector.domain.finding import CheckResult, unanswered
from connector.domain.steady import steady
from connector.entra.doctor_rights import denied
from connector.entra.graph import Graph
from connector.entra.map_asking import Unread
from connector.entra.map_reading import MapReader
from connector.forms.mistakes import number_of
from connector.guards.evidence import Missing

_PERMISSION = re.compile(r"permission ([A-Z][\w-]*(?:\.\w+)+) is missing")


@dataclass(frozen=True)
class MapCheck:
    """`protected`: the floor's groups."""

    graph: Graph
    granted: frozenset[str] | None
    pim_absent: bool
    protected: frozenset[str] = frozenset()

    def results(self) -> Iterator[CheckResult]:
        try:
            found = MapReader(self.graph, self.protected, self.pim_absent, steady).read()
        except Down as down:
            yield unanswered("entra", down)
            return
        if isinstance(found, Unread):
            for part in found.parts:
                permission = _PERMISSION.search(part)
                yield denied(Missing(part), permission[1] if permission else "", self.granted)
            return
        carrying = {end.group for each in found.groups for end in each.ends if end.privileged}
        says = (
            "who has a way to privilege can be read for the whole tenant: "
            f"{number_of(len(carrying), 'group')} that may carry roles, "
            f"{number_of(len(found.principals), 'privileged application')}"
        )
        yield CheckResult("entra", True, says)
