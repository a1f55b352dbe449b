"""A person disowns a pass: "this wasn't me". Every pass of theirs must go, they are held, and their sessions
are to be ended: all in one transaction, once for each attempt.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from connector.domain.events import Event
from connector.domain.outcome import DidNot, Effect, Happened, Retry
from connector.domain.reference import code_of
from connector.domain.ticket import Claim
from connector.ledger import transitions as ways
from connector.ledger.holding import Hold, hold
from connector.ledger.notices import token_digest
from connector.ledger.observing import Observation, Seen
from connector.ledger.rows import Operator, Row, claim_of
from connector.ledger.store import Opened, keep

if TYPE_CHECKING:
    from connector.ledger.transaction import Transaction

SAID: Final = "The person says that they didn't ask for it."  # on the ticket, and in the trail
BY: Final = Operator("the person", "link")  # who revoked, as the trail keeps it
OFTEN: Final = 600.0  # s between two looks for links that are over
KEPT: Final = 86400.0  # s past its end that a link is remembered
RETRY: Final = 60.0  # s until ending somebody's sessions is tried again


class Answer(Enum):
    """The answer to a link."""

    DONE = auto()
    AGAIN = auto()  # the pass was disowned before: a link works once
    GONE = auto()  # nobody's link, or its time is over


@dataclass(frozen=True)
class Disowned:
    """What became of a link. `claims`: rows as they were whose passes may be out, to be deleted at once."""

    answer: Answer
    subject: str = ""  # object id
    claims: tuple[Claim, ...] = ()


class DisowningVerbs(Opened):
    """Every verb raises Unwritten where the ledger can't be read or written."""

    forgot = float("-inf")  # when it was looked last for links that are over

    def disown(self, token: str) -> Disowned:
        """Take a link's token. A token that nobody was sent changes nothing, and is written nowhere."""
        digest = token_digest(token)
        known = self.read(lambda db: _link(db, digest, self.clock()))
        if known is None:
            return Disowned(Answer.GONE)

        def verb(db: Transaction) -> Disowned:
            now = self.clock()
            db.switch("paused", hold=True)  # as the bookings do, so that none is under way
            if spent(db, known["reference"]):
                return Disowned(Answer.AGAIN, known["subject"])
            return _disowned(db, known, now)

        return self.write(verb)

    def passes_of_link(self, token: str) -> Sequence[Claim]:
        """The rows whose passes a link would end, where it can't be written down."""

        def verb(db: Transaction) -> list[Claim]:
            known = _link(db, token_digest(token), self.clock())
            works = known is not None and not spent(db, known["reference"])
            return [claim_of(row) for row in _rows(db, known["subject"])] if known and works else []

        return self.read(verb)

    def take_sessions(self) -> Sequence[str]:
        """People whose sessions are to be ended now, by object id: for a minute they are nobody else's."""

        def due(db: Transaction) -> list[Observation]:
            return [each for each in db.observations(Seen.SESSIONS) if each.at <= self.clock()]

        if not self.read(due):
            return ()

        def verb(db: Transaction) -> list[str]:
            found = due(db)
            for each in found:
                db.observe(replace(each, at=self.clock() + RETRY))
            return [each.key for each in found]

        return self.write(verb)

    def sessions_tried(self, person: str, effect: Effect[None]) -> bool:
        """Write what a try to end somebody's sessions came to. False: it is to be tried again."""
        match effect:
            case Happened():
                self.sessions_ended(person)
            case DidNot(_, retry, why) if retry is not Retry.UNCOUNTED:
                self.sessions_ended(person, why)
            case _:
                return False
        return True

    def sessions_ended(self, person: str, why_not: str = "") -> None:
        """Write what became of somebody's sessions. `why_not`: nobody can end them here."""

        def verb(db: Transaction) -> None:
            found = db.observed(Seen.SESSIONS, person)
            if found is None:
                return
            db.forget(Seen.SESSIONS, person)
            said: dict[str, object] = {"subject": person, "reference": found.value}
            if why_not:
                db.record_event(Event.SESSIONS_NOT_REVOKED, said | {"detail": why_not}, self.clock())
            else:
                db.record_event(Event.SESSIONS_REVOKED, said, self.clock())

        self.write(verb)

    def forget_links(self) -> None:
        """Remove links that have been over for a day, if that wasn't done within ten minutes."""
        if 0 <= self.clock() - self.forgot < OFTEN:
            return
        self.forgot = self.clock()

        def old(db: Transaction) -> list[Observation]:
            before = self.clock() - KEPT
            over = [each for each in db.observations(Seen.LINK) if _until(each) < before]
            spent = (each for each in db.observations(Seen.DISOWNED) if float(each.value or 0) < before)
            return [*over, *spent]

        def verb(db: Transaction) -> None:
            for each in old(db):
                db.forget(each.kind, each.key)

        if self.read(old):
            self.write(verb)


def _disowned(db: Transaction, known: dict[str, Any], now: float) -> Disowned:
    subject, reference = str(known["subject"]), str(known["reference"])
    its = db.ticket(known["desk"], known["ticket"])
    number = its.number if its else ""
    db.observe(Observation(Seen.DISOWNED, reference, now, str(known["until"])))
    hold(db, Hold(subject, now, known["desk"], number, reference))
    db.observe(Observation(Seen.SESSIONS, subject, now + RETRY, reference))
    db.record_event(Event.DISOWNED, {"reference": reference, "subject": subject}, now, its)
    claims = list[Claim]()
    for row in _rows(db, subject):
        claims.append(claim_of(row))
        if ways.pass_may_be_out(row):
            step = ways.revoke_asked(row, SAID, now)
            entry = step.entry
            assert entry is not None
            keep(db, row, step._replace(entry=entry._replace(detail={**entry.detail, **BY.detail()})), now)
    return Disowned(Answer.DONE, subject, tuple(claims))


def spent(db: Transaction, reference: str) -> bool:
    """Tell whether an attempt was disowned before: then no link of it works any more."""
    return db.observed(Seen.DISOWNED, reference) is not None


def _rows(db: Transaction, subject: str) -> list[Row]:
    """The person's rows whose pass isn't proven gone: one, or none."""
    standing = db.open_attempt(subject)
    found = db.known([code_of(standing.reference)]).values() if standing else ()
    rows = [row for desk, ticket, _ in found if (row := db.ticket(desk, ticket))]
    return [row for row in rows if row.open_attempt]


def _link(db: Transaction, digest: str, now: float) -> dict[str, Any] | None:
    """The attempt that a link is bound to; None: there is no such link, or its time is over."""
    found = db.observed(Seen.LINK, digest)
    if found is None or now >= _until(found):
        return None
    known: dict[str, Any] = json.loads(found.value)
    return known


def _until(link: Observation) -> float:
    """Somebody may have edited the ledger: what can't be read is over."""
    try:
        known = json.loads(link.value)
        return float(known["until"]) if {"reference", "subject", "desk", "ticket"} <= known.keys() else 0.0
    except (ValueError, TypeError, KeyError, AttributeError):
        return 0.0
