"""The way of a ticket as a row of steps, from what its trail says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.reasons import Reason
from connector.ledger.rows import AuditLine, Row

Mark = Literal["done", "no", "wait", "doubt", "open"]
STEPS: Final = ("mapped", "proved", "allowed", "issued", "delivered", "settled", "ended")
SIGNS: Final[dict[Mark, str]] = {"done": "✓", "no": "✗", "wait": "…", "doubt": "?", "open": "·"}
SAID: Final[dict[Mark, str]] = {
    "done": "done",
    "no": "refused",
    "wait": "waits",
    "doubt": "uncertain",
    "open": "not yet",
}

# The number of steps that a line proves to be done. ISSUING is written once everything was judged.
_REACHED: Final[dict[str, int]] = {
    Event.CLAIMED: 0,
    Event.RETRYING: 0,
    Event.RELEASED: 0,
    Event.REISSUE_REQUESTED: 0,
    Event.ISSUING: 3,
    Event.ISSUED: 4,
    Event.DELIVERED: 5,
    Event.ENDED: 7,
}
_BY_MAPPING: Final = {
    *(Reason.SUBJECT_MISSING, Reason.SUBJECT_MALFORMED, Reason.REQUESTER_MISSING, Reason.MAPPING_FAILED),
    *(Reason.MAPPING_AMBIGUOUS, Reason.DESK_UNREACHABLE, Reason.DESK_REFUSED),
}
_BY_DIRECTORY: Final = {
    *(Reason.SUBJECT_NOT_FOUND, Reason.SUBJECT_AMBIGUOUS, Reason.REQUESTER_NOT_FOUND, Reason.SUBJECT_TOO_NEW),
    *(Reason.EVIDENCE_MISSING, Reason.DIRECTORY_UNREACHABLE, Reason.SIGN_IN_REFUSED),
}
_AFTER_JUDGING: Final = {
    *(
        Reason.PASS_STANDING,
        Reason.LIMIT_OVERALL,
        Reason.LIMIT_REQUESTER,
        Reason.LIMIT_SUBJECT,
        Reason.PAUSED,
    ),
    *(Reason.START_REFUSED, Reason.TICKET_CHANGED, Reason.RECOVERING, Reason.ATTEMPTS_EXHAUSTED),
    *(Reason.ATTEMPTS_EXHAUSTED, Reason.REVOCATION_UNPROVEN, Reason.MAIL_UNREACHABLE),
}


@dataclass(frozen=True)
class Step:
    """A step of the way, and how far it is."""

    name: str
    mark: Mark

    @property
    def sign(self) -> str:
        return SIGNS[self.mark]

    @property
    def said(self) -> str:
        return SAID[self.mark]


def way(row: Row, lines: Iterable[AuditLine]) -> tuple[Step, ...]:
    """The steps of a ticket, all of them: those that are done, the one where it stands, those to come."""
    done = _reached(lines)
    if row.state is State.ENDED:
        done = max(done, len(STEPS))
    elif row.state is State.LIVE:
        done = max(done, 6)
    mark = _stands(row)
    if row.state in {State.REFUSED, State.WAITING, State.STUCK} or mark == "no":
        done = max(min(done, 5), _judged(row.reason))
    return tuple(Step(name, _mark(at, done, mark)) for at, name in enumerate(STEPS))


def _reached(lines: Iterable[AuditLine]) -> int:
    done = 0
    for line in lines:
        if line.action == Event.SETTLED and done == 5:
            done = 6
        elif line.action in _REACHED:
            done = _REACHED[line.action]
    return done


def _judged(reason: object) -> int:
    """How many steps were done when this was found."""
    if reason in _BY_MAPPING or not isinstance(reason, Reason):
        return 0
    return 1 if reason in _BY_DIRECTORY else 3 if reason in _AFTER_JUDGING else 2


def _stands(row: Row) -> Mark:
    """The mark of the first step that isn't done."""
    state = row.then_ if row.state is State.SETTLING and row.then_ else row.state
    match state:
        case State.REFUSED | State.STUCK:
            return "no"
        case State.ISSUING | State.DELIVERING | State.REVOKING:
            return "doubt"
        case State.WAITING | State.CLAIMED | State.SETTLING:
            return "wait"
    return "open"


def _mark(at: int, done: int, mark: Mark) -> Mark:
    return "done" if at < done else mark if at == done else "open"


def told(steps: Sequence[Step]) -> str:
    """The way in words, for who can't see it."""
    return ", ".join(f"{each.name}: {each.said}" for each in steps if each.mark != "open") or "not begun"
