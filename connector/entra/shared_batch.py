"""One `$batch` for the evidence of two tickets, where both are asked about at the same time.

Each ticket gets the replies to its own requests and no others. What of it fails, or has a next page, is
asked for by that ticket alone. If the call as a whole fails, both tickets wait, and each is asked about by
itself the next time: a poisoned request sinks its neighbour once at most. Two tickets of one person never
share: the second's evidence would be of before the first's pass.
docs/decisions/0029
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Condition, Event

from connector.domain.errors import Down
from connector.entra.graph import BATCH, Graph, GraphReply, GraphRequest

HALF = BATCH // 2  # requests of a ticket that leave as many to another's
PATIENCE = 0.005  # s that a ticket waits for another's, while others are asked about
MOST_ALONE = 1000
OWN = ":"  # between the number of a ticket and the id of its request


@dataclass
class _Share:
    """A ticket's half of a call. `replies`: None where it is to be asked for alone."""

    person: str
    requests: Sequence[GraphRequest]
    replies: Mapping[str, GraphReply] | None = None
    failed: Down | None = None
    done: Event = field(default_factory=Event)


@dataclass
class _Offer:
    """A ticket that waits for another one's half."""

    mine: _Share
    other: _Share | None = None


class SharedBatch:
    """Safe to share between threads."""

    def __init__(self, graph: Graph, patience: float = PATIENCE) -> None:
        self._graph, self._patience = graph, patience
        self._turn = Condition()
        self._offer: _Offer | None = None
        self._asking, self._alone = 0, dict[str, None]()

    def ask(self, requests: Sequence[GraphRequest], person: str) -> dict[str, GraphReply]:
        """As `Graph.batch`, about this person. Raises Down."""
        share = _Share(person, requests)
        with self._turn:
            self._asking += 1
        try:
            self._find(share)
            return self._graph.batch(requests, first=share.replies)
        finally:
            with self._turn:
                self._asking -= 1

    def _find(self, share: _Share) -> None:
        """Get replies together with another ticket's, if there is one in time. Raises Down."""
        with self._turn:
            alone = share.person in self._alone or len(share.requests) > HALF
            self._alone.pop(share.person, None)
            if alone or self._asking == 1:
                return
            waiting, offer = self._offer, _Offer(share)
            if waiting is not None and waiting.mine.person == share.person:
                return
            if waiting is not None:
                waiting.other, self._offer = share, None
                self._turn.notify_all()
            else:
                self._offer = offer
                self._turn.wait_for(lambda: offer.other is not None, self._patience)
                self._offer = None if self._offer is offer else self._offer
        if waiting is not None:
            share.done.wait()
        elif offer.other is not None:
            self._send(share, offer.other)
        if share.failed:
            raise share.failed

    def _send(self, *shares: _Share) -> None:
        """One call for both. It raises nothing that is only one's."""
        asked = [
            replace(each, id=f"{number}{OWN}{each.id}")
            for number, share in enumerate(shares)
            for each in share.requests
        ]
        try:
            replies = self._graph.batch_once(asked)
            for number, share in enumerate(shares):
                share.replies = {each.id: replies[f"{number}{OWN}{each.id}"] for each in share.requests}
        except Down as down:
            for share in shares:
                share.failed = down
            self._apart(shares)
        finally:
            for share in shares:
                share.done.set()

    def _apart(self, shares: Sequence[_Share]) -> None:
        with self._turn:
            if len(self._alone) >= MOST_ALONE:
                self._alone.clear()
            self._alone.update(dict.fromkeys(share.person for share in shares))
