"""The trail's former words: until events had one vocabulary, most lines were called after the ticket's state.

A line is never rewritten, since its hash covers its word: `history` shows the name that its event has now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.ledger.rows import AuditLine

Detail = Mapping[str, object]


def _always(_: Detail) -> bool:
    return True


def _then(state: State) -> Callable[[Detail], bool]:
    return lambda detail: detail.get("then") == state


def _lacks(key: str) -> Callable[[Detail], bool]:
    return lambda detail: key not in detail


# The word as it stands in the trail, what its detail looked like, and the event. Words that are still in use
# meant something else where the detail lacks what they carry now: `refused` was the end of a refusal, whose
# decision was called `settling`.
FORMER: Final[tuple[tuple[str, Callable[[Detail], bool], Event], ...]] = (
    ("delivering", _always, Event.ISSUED),
    ("settling", _then(State.LIVE), Event.DELIVERED),
    ("settling", _then(State.REFUSED), Event.REFUSED),
    ("settling", _then(State.ENDED), Event.ENDED),
    ("settling", _then(State.STUCK), Event.STUCK),
    ("live", _always, Event.SETTLED),
    ("refused", _lacks("then"), Event.SETTLED),
    ("ended", _lacks("then"), Event.SETTLED),
    ("stuck", _lacks("then"), Event.SETTLED),
    ("waiting", _always, Event.DEFERRED),
    ("claimed", _lacks("mapping"), Event.RETRYING),
    ("revoke_asked", _always, Event.REVOCATION_REQUESTED),
    ("reissue_asked", _always, Event.REISSUE_REQUESTED),
)


def in_todays_words(line: AuditLine) -> AuditLine:
    """The line under the name that its event has now. An unknown word stays as it is."""
    named = (event for word, fits, event in FORMER if word == line.action and fits(line.detail))
    return replace(line, action=next(named, line.action))
