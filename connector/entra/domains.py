"""The tenant's verified domains, kept for a while. graph.md §4.1"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from connector.domain.steady import steady
from connector.entra.graph import Graph, GraphReply, GraphRequest, missing
from connector.guards.evidence import Known, Missing

DOMAINS = "domains"
PATH = "/organization?$select=id,verifiedDomains"
KEPT_FOR = 300.0  # s


class Domains:
    """Safe to share between threads: it may be asked for twice. Only what could be read is kept."""

    def __init__(self, graph: Graph, monotonic: Callable[[], float] = steady) -> None:
        self._graph, self._monotonic = graph, monotonic
        self._found: tuple[float, frozenset[str]] | None = None

    def __call__(self) -> Known[frozenset[str]]:
        """In lower case, by a request of its own where none are kept. Raises Down."""
        kept = self._kept()
        return self.read(self._graph.get(PATH)) if kept is None else kept

    def requests(self) -> Iterator[GraphRequest]:
        """The request for a batch that is under way anyway; none where they are kept."""
        if self._kept() is None:
            yield GraphRequest(DOMAINS, PATH)

    def read(self, reply: GraphReply | None) -> Known[frozenset[str]]:
        """Read the answer, or what is kept where nothing was asked."""
        if reply is None:
            return self._found[1] if self._found else Missing("the tenant's domains were not read")
        rows = reply.rows if reply.rows is not None else []
        names = {name.lower() for row in rows for name in _names(row)}
        if not names:
            return missing(reply, "the tenant's domains", "Organization.Read.All")
        self._found = self._monotonic(), frozenset(names)
        return self._found[1]

    def _kept(self) -> frozenset[str] | None:
        found = self._found
        return found[1] if found and self._monotonic() - found[0] < KEPT_FOR else None


def _names(row: Any) -> Iterator[str]:
    domains = row.get("verifiedDomains") if isinstance(row, dict) else None
    for each in domains if isinstance(domains, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            yield each["name"]
