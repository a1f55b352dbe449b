"""The questions of one round of the privilege map: bounded in time, each unreadable part noted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from connector.domain.errors import Down
from connector.domain.steady import steady
from connector.entra.graph import Graph, GraphReply, GraphRequest
from connector.entra.map_requests import second_form
from connector.guards.evidence import Known, Missing

T = TypeVar("T")
ROUND = 60.0  # s after which a round asks nothing more
LICENCE = "AadPremiumLicenseRequired"


@dataclass(frozen=True)
class Unread(Missing):
    """The map of a tenant of which parts can't be read, each with its reason."""

    parts: tuple[str, ...] = ()


@dataclass
class Asking:
    """`otherwise`: kinds of requests that Graph took only in their second form; kept from round to round."""

    graph: Graph
    otherwise: set[str] = field(default_factory=set)
    monotonic: Callable[[], float] = steady
    lacks: dict[str, None] = field(default_factory=dict)  # why parts can't be read, each once
    doubts: dict[str, None] = field(default_factory=dict)  # why second reads don't bear the map out
    until: float = field(init=False)

    def __post_init__(self) -> None:
        self.until = self.monotonic() + ROUND

    def known(self, found: Known[T], otherwise: T) -> T:
        """The answer; where it is Missing, that is noted."""
        if not isinstance(found, Missing):
            return found
        self.lacks[found.why] = None
        return otherwise

    def agree(self, what: str, first: Collection[T], second: Known[Collection[T]]) -> None:
        """Note a doubt where a second read failed, or shows more than the first."""
        if isinstance(second, Missing):
            self.doubts[second.why] = None
        elif not set(second) <= set(first):
            self.doubts[f"two reads of {what} differ"] = None

    def ask(self, asked: Iterable[GraphRequest]) -> dict[str, GraphReply]:
        """Every reply. A request that has a second form is sent in it where Graph answers the first with
        400. Raises Down.
        """
        first = {each.id: self._in_force(each) for each in asked}
        if not first:
            return {}
        if self.monotonic() > self.until:
            raise Down("entra", "reading the privilege map took too long")
        said = self.graph.batch(list(first.values()))
        again = [
            other
            for id_, reply in said.items()
            if reply.status == 400 and reply.code != LICENCE and (other := second_form(first[id_]))
        ]
        if again:
            self.otherwise |= {_kind(each.id) for each in again}
            said |= self.graph.batch(again)
        return said

    def _in_force(self, request: GraphRequest) -> GraphRequest:
        return (second_form(request) or request) if _kind(request.id) in self.otherwise else request


def _kind(id_: str) -> str:
    return id_.partition(" ")[0]
