"""The ledger's memory beside tickets and the trail: who was seen how, and when; and what is still to be done
for whom.

People stand in it as object ids, or as digests of these; no name and no address does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from connector.domain.events import Event

News = list[tuple[Event, Mapping[str, object]]]  # what is told to the log, once it is written


class Seen(StrEnum):
    """The kinds of observations, and what their keys and values are."""

    REQUESTER = "requester"  # a requester's text → the object id that it meant last
    REACHED = "limit_reached"  # a limit, and whose → ""; since its alert
    PRIVILEGED = "privileged"  # a person → ""; when they were last seen with privileges
    FLIP = "flip"  # a person who was seen without them within the hour → "", or that it is known
    FOREIGN = "foreign_pass"  # a pass that others made → "", or that it is known
    STUCK = "stuck"  # "in a row" → the tickets that got stuck since a pass was delivered
    METHODS = "methods"  # an attempt's reference → its ticket, and what is known of methods (helped.py)
    BREAKS = "breaks"  # "in a row" → the breaks of the trail that a person has resumed from
    HELD = "held"  # the object id of a person who is held → the pass that they disowned (holding.py)
    NOTICE = "notice"  # an attempt's reference → the notice that is due about it, at `at` (notices.py)
    LINK = "link"  # the digest of a link's token → the attempt that it is bound to (disowning.py)
    DISOWNED = "disowned"  # an attempt's reference → ""; since its person said that it wasn't theirs
    SESSIONS = "sessions"  # the object id of a person whose sessions are to be ended, from `at` on


@dataclass(frozen=True, slots=True)
class Observation:
    """One of them; `at` is the ledger's clock."""

    kind: Seen
    key: str
    at: float
    value: str = ""


def digest(text: str) -> str:
    """The digest that stands for somebody, or for a text about them."""
    return sha256(text.encode()).hexdigest()[:32]
