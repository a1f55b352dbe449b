"""Judge an answer to a write: does it prove that nothing was done? The most dangerous table of the program.

Too much trust leaves a pass alive that nobody knows, or hands it out twice. Too little costs a wait. So an
answer is UNKNOWN unless a row says otherwise. Each service puts rows of its own before those that hold
everywhere, and the first that fits counts.

A row trusts JSON and empty bodies, which services send. It trusts a page or a text, which a proxy may have
sent, only with `any_body`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from connector.domain.outcome import Retry
from connector.http.reply import Answer, NoAnswer, NotSent, Reply


class Outcome(Enum):
    """The meaning of an answer to a write. A closed set."""

    DONE = "the service says that it was done"
    NEVER = "nothing was done, and the same request will fare no better"
    UNCOUNTED = "nothing was done, through nobody's fault: another try is not counted"
    COUNTED = "nothing was done: another try is counted"
    UNKNOWN = "it may have been done, and may still be"

    @property
    def retry(self) -> Retry:
        """Raises KeyError for DONE and UNKNOWN: they are no refusals."""
        return _AGAIN[self]


_AGAIN = {Outcome.NEVER: Retry.NEVER, Outcome.UNCOUNTED: Retry.UNCOUNTED, Outcome.COUNTED: Retry.COUNTED}
REFUSALS = frozenset(range(400, 500)) - {408}  # all that a row may take for a proof that nothing was done
AT_THE_DOOR = frozenset({400, 403, 404, 405, 406, 413, 414, 415})


@dataclass(frozen=True)
class Row:
    """One line of the table, with its reason and its source. `says`: fits only where the service's own words
    contain this, in small letters.
    """

    statuses: Collection[int]
    outcome: Outcome
    why: str
    source: str
    says: str = ""
    any_body: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for a row that takes an answer without proof for a refusal."""
        unproven = frozenset(self.statuses) - REFUSALS
        if unproven and self.outcome in _AGAIN:
            raise ValueError(f"{min(unproven)} never proves that nothing was done")

    def fits(self, reply: Answer | NoAnswer, words: str) -> bool:
        trusted = self.any_body or isinstance(reply, Answer)
        return trusted and reply.status in self.statuses and self.says in words.lower()


NOT_SENT = Row((), Outcome.UNCOUNTED, "No byte of the request can have left.", "http/transport.py")
NO_ANSWER = Row((), Outcome.UNKNOWN, "No answer, or one that nobody explains.", "http/transport.py")

EVERYWHERE = (
    Row(
        {408},
        Outcome.UNKNOWN,
        "A server says it while it hasn't the whole request. But a front end says it, too, of a request that "
        "it handed on and got no answer to in time; and no service of ours documents it.",
        "RFC 9110, 15.5.9",
        any_body=True,
    ),
    Row(
        range(500, 600),
        Outcome.UNKNOWN,
        "A gateway gives up on a request that the service behind it goes on with. A 503 proves no more: "
        "gateways send it, too.",
        "RFC 9110, 15.6",
        any_body=True,
    ),
    Row(
        {401},
        Outcome.UNCOUNTED,
        "Not signed in, so not executed. Service sends it once more after credentials were renewed.",
        "RFC 9110, 15.5.2",
    ),
    Row({429}, Outcome.UNCOUNTED, "Too many requests, so not executed.", "RFC 6585, 4"),
    Row(
        AT_THE_DOOR,
        Outcome.COUNTED,
        "Malformed, forbidden, not there, or of a method, type or size that isn't taken: refused before "
        "anything was executed.",
        "RFC 9110, 15.5",
    ),
)  # all other 4xx are UNKNOWN: a service that documents them has a row of its own


def effect_of(reply: Reply, own: Sequence[Row], words: str = "") -> Row:
    """The row that judges an answer to a write. `words`: what the service says beside the status."""
    if isinstance(reply, NotSent):
        return NOT_SENT
    return next((row for row in (*own, *EVERYWHERE) if row.fits(reply, words)), NO_ANSWER)


def unclear(reply: Reply, who: str = "it") -> str:
    """The words for an answer that proves nothing."""
    return f"{who} answers {reply.status}" if isinstance(reply, Answer) else reply.why
