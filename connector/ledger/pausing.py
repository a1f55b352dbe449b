"""passdesk pauses itself where something is wrong with it, with its ledger or with the directory.

- The trail isn't what passdesk wrote (chain_watch.py).
- Tickets get stuck one after the other, and no pass is delivered between them.
- Entra shows passes for its people that it did not make.
- People flip: privileged, and within the hour nothing any more. One such person waits until the hour is over;
  as many different people as the floor says pause everything.

A person's `resume` ends it, and says that what was seen until then is known: it takes new signs to pause
again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from connector.domain.events import Event
from connector.domain.outcome import NotYet
from connector.domain.reasons import Reason
from connector.ledger.observing import Observation, Seen, digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connector.domain.people import Involved
    from connector.domain.ticket import ExistingPass
    from connector.ledger.rows import Row, Transition
    from connector.ledger.transaction import Transaction

HOUR: Final = 3600.0  # s within which privileges that are gone make a flip
DAY: Final = 86400.0  # s for which a pass that others made is counted
ITSELF: Final = "passdesk"  # who paused, where no person did
KNOWN: Final = "known"  # the value of what a person has resumed from
_ROW: Final = "in a row"


class Cause(StrEnum):
    """The keys of `floor.pause_on`."""

    CHAIN = "chain"
    STUCK = "stuck_in_a_row"
    FOREIGN = "foreign_passes"
    FLIPS = "flips"


@dataclass(frozen=True)
class Pausing:
    """The signs that passdesk pauses itself on; None, or False: it doesn't look for it."""

    chain: bool = False
    stuck_in_a_row: int | None = None
    foreign_passes: int | None = None  # as many may be there
    flips: int | None = None


NOTHING: Final = Pausing()


def pause_itself(db: Transaction, cause: Cause, why: str, now: float, signs: Iterable[str] = ()) -> None:
    """Pause, unless it is paused already. `signs`: what is known once a person resumes."""
    if db.switch("paused", hold=True) is not None:
        return
    db.turn("paused", why)
    kept = {"by": ITSELF, "since": now, "cause": cause.value, "signs": list(signs)}
    db.turn("paused_by", json.dumps(kept))
    db.record_event(Event.PAUSED_ITSELF, {"cause": cause.value, "why": why}, now)


def paused_by(db: Transaction) -> dict[str, Any]:
    """The pause that runs: who began it, since when, on which sign. Somebody may have edited the ledger."""
    try:
        found = json.loads(db.switch("paused_by") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def resumed(db: Transaction, now: float) -> None:
    """A person resumes. The signs of a pause that passdesk made are known from now on."""
    kept = paused_by(db)
    signs = map(str, kept.get("signs") or ())
    match kept.get("cause"):
        case Cause.CHAIN:
            known = sorted({*known_breaks(db), *signs})
            db.observe(Observation(Seen.BREAKS, _ROW, now, json.dumps(known)))
        case Cause.STUCK:
            db.forget(Seen.STUCK, _ROW)
        case Cause.FOREIGN | Cause.FLIPS:
            kind = Seen.FOREIGN if kept["cause"] == Cause.FOREIGN else Seen.FLIP
            for each in db.observations(kind):
                db.observe(replace(each, value=KNOWN))


def known_breaks(db: Transaction) -> list[str]:
    """Breaks of the chain that a person has resumed from."""
    found = db.observed(Seen.BREAKS, _ROW)
    return [str(each) for each in json.loads(found.value)] if found else []


def decided(db: Transaction, pausing: Pausing, step: Transition, now: float) -> None:
    """Count the tickets that are decided to be stuck, one after the other. A pass that is delivered ends the
    row.
    """
    most = pausing.stuck_in_a_row
    if most is None or step.entry is None or step.entry.action not in {Event.STUCK, Event.DELIVERED}:
        return
    if step.entry.action is Event.DELIVERED and not db.observed(Seen.STUCK, _ROW):
        return
    db.switch("paused", hold=True)  # of two that are decided at once, both count
    before = db.observed(Seen.STUCK, _ROW)
    if step.entry.action is Event.DELIVERED:
        if before:
            db.forget(Seen.STUCK, _ROW)
        return
    tickets = {*(before.value.split() if before else ()), _named(step.row)}
    db.observe(Observation(Seen.STUCK, _ROW, now, " ".join(sorted(tickets))))
    if len(tickets) >= most:
        why = f"{len(tickets)} tickets got stuck one after the other, the last for {step.row.reason}."
        pause_itself(db, Cause.STUCK, why, now)


def sighted(db: Transaction, pausing: Pausing, about: Involved | None, now: float) -> None:
    """Keep what the evidence showed: a person with privileges, and passes that others made."""
    if about is None or about.subject is None:
        return
    if about.privileged and pausing.flips is not None:
        who = digest(about.subject.id)
        db.observe(Observation(Seen.PRIVILEGED, who, now))
        db.forget(Seen.FLIP, who)
    if about.existing and pausing.foreign_passes is not None:
        _count_foreign(db, pausing.foreign_passes, about.subject.id, about.existing, now)


def flipped(db: Transaction, pausing: Pausing, subject: str, now: float) -> NotYet | None:
    """Hold back a person who may have a pass, and was seen with privileges within the last hour."""
    if pausing.flips is None:
        return None
    who = digest(subject)
    before = db.observed(Seen.PRIVILEGED, who)
    if before is None:
        return None
    if now >= before.at + HOUR:
        db.forget(Seen.PRIVILEGED, who)
        return None
    if db.observed(Seen.FLIP, who) is None:
        db.observe(Observation(Seen.FLIP, who, now))
        db.record_event(Event.PRIVILEGE_FLIPPED, {"subject": subject, "seen": int(before.at)}, now)
    flips = _fresh(db, Seen.FLIP, now - HOUR)
    if len(flips) >= pausing.flips:
        why = f"{len(flips)} people had privileges within the last hour, and have none any more."
        pause_itself(db, Cause.FLIPS, why, now)
    wait = "was seen with privileges within the last hour, and is seen without any now"
    return NotYet(
        Reason.EVIDENCE_MISSING, f"This person {wait}. Until the hour is over, neither is believed."
    )


def _count_foreign(
    db: Transaction, most: int, subject: str, existing: Sequence[ExistingPass], now: float
) -> None:
    ours = db.attempts_of(subject)
    for each in existing:
        sign = digest(each.id)
        known = db.observed(Seen.FOREIGN, sign) or any(each.belongs_to(attempt) for attempt in ours)
        if not each.over and not known:
            db.observe(Observation(Seen.FOREIGN, sign, now))
    found = _fresh(db, Seen.FOREIGN, now - DAY)
    if len(found) > most:
        why = (
            f"Entra shows {len(found)} passes that passdesk didn't make; floor.pause_on allows {most} a day."
        )
        pause_itself(db, Cause.FOREIGN, why, now)


def _fresh(db: Transaction, kind: Seen, since: float) -> list[Observation]:
    """The signs that nobody has resumed from."""
    return [each for each in db.observations(kind) if each.at > since and each.value != KNOWN]


def _named(row: Row) -> str:
    return digest(f"{row.desk} {row.ticket}")
