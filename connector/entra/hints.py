"""Names that are asked for ahead of their ticket's turn. An answer is a hint and never evidence: in the turn
the same name is asked for again, and only that answer counts. docs/decisions/0023
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from connector.domain.reasons import Reason
from connector.domain.steady import steady
from connector.entra import people
from connector.entra.graph import BATCH, Graph, GraphReply, GraphRequest
from connector.guards.evidence import Missing, Person
from connector.mapping import Key

FRESH, MOST = 60.0, 1000  # s that a hint is kept, and names
AHEAD = "ahead-"
_NOBODY = Reason.SUBJECT_NOT_FOUND, Reason.SUBJECT_AMBIGUOUS


@dataclass(frozen=True)
class Hint:
    """The object id that a name meant, and for how many tickets it was asked."""

    id: str
    at: float
    tickets: int


class Hints:
    """Safe to share between threads."""

    def __init__(self, graph: Graph, monotonic: Callable[[], float] = steady) -> None:
        self._graph, self._monotonic = graph, monotonic
        self._lock, self._kept = Lock(), dict[Key, Hint]()

    def ask(self, tickets: Sequence[Collection[Key]]) -> None:
        """Ask for the names of each ticket in one call, as far as they fit into it. Raises Down."""
        wanted = Counter[Key]()
        for keys in tickets:
            if len({*wanted, *keys}) <= BATCH:
                wanted.update(dict.fromkeys(keys, 1))
        asked = {f"{AHEAD}{number}": key for number, key in enumerate(wanted)}
        requests = [each for id_, key in asked.items() if (each := people.request_for(id_, key))]
        begun = self._monotonic()
        replies = self._graph.batch_once(requests) if requests else {}
        for id_, reply in replies.items():
            with suppress(Exception):  # an answer that nobody foresaw costs this hint alone
                self._keep(asked[id_], reply, begun, wanted[asked[id_]])

    def take(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """The object ids that these names meant, each once a ticket; none where one of them isn't known."""
        asked, since = dict.fromkeys(keys), self._monotonic() - FRESH
        with self._lock:
            found = {key: hint for key in asked if (hint := self._kept.get(key)) and hint.at >= since}
            if len(found) < len(asked):
                return {}
            for key, hint in found.items():
                del self._kept[key]
                if hint.tickets > 1:
                    self._kept[key] = Hint(hint.id, hint.at, hint.tickets - 1)
            return {key: hint.id for key, hint in found.items()}

    def _keep(self, key: Key, reply: GraphReply, at: float, tickets: int) -> None:
        person = people.find(reply, key, _NOBODY, lambda: Missing("the tenant's domains were not read"))
        if not isinstance(person, Person):
            return
        with self._lock:
            before = self._kept.pop(key, None)
            if before and at - before.at <= FRESH:
                tickets += before.tickets
            self._kept[key] = Hint(person.id, at, tickets)
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]


def kept(
    replies: Mapping[str, GraphReply], hinted: Sequence[GraphRequest], wanted: Sequence[GraphRequest]
) -> tuple[dict[str, GraphReply], list[GraphRequest]]:
    """The replies that count, and what is still to be asked. If a name means another person than the hint
    did, nothing that was answered on hints is kept, and all of it is asked anew.
    """
    if confirmed(hinted, wanted):
        return {**replies}, [each for each in wanted if each not in hinted]
    unasked = {each.id for each in hinted}
    return {id_: reply for id_, reply in replies.items() if id_ not in unasked}, [*wanted]


def confirmed(hinted: Sequence[GraphRequest], wanted: Sequence[GraphRequest]) -> bool:
    """Tell whether all that was asked on hints, ids in the paths, is wanted of the people found now."""
    return all(each in wanted for each in hinted)
