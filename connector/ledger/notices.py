"""Notices that are due: written down with the delivery that they tell of, and struck off once they are sent.

At least once: a process that dies between a mail and the line about it sends the mail again, and a notice
that comes twice does no harm. docs/decisions/0032
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from connector.domain.events import Event
from connector.domain.notice import Notice
from connector.ledger.observing import Observation, Seen
from connector.ledger.rows import Row
from connector.ledger.store import Opened

if TYPE_CHECKING:
    from connector.ledger.transaction import Transaction

TURN: Final = "notices"  # the switch that a replica holds while it takes some
TAKEN: Final = 120.0  # s for which nobody else sends a notice that was taken


def is_due(db: Transaction, row: Row, now: float) -> None:
    """Write down that the person is to be told of the pass that was just handed over."""
    if row.attempt is None:
        return
    attempt = row.attempt.attempt
    due = Notice(
        attempt.reference,
        row.desk,
        row.ticket,
        row.number,
        row.mapping,
        attempt.subject.id,
        attempt.requester,
        attempt.start,
        attempt.end,
        attempt.one_time,
        now,
    )
    db.observe(_kept(due, now))


class NoticeVerbs(Opened):
    """Every verb raises Unwritten where the ledger can't be read or written."""

    notifies = False  # whether the configuration has people told

    def take_notices(self, most: int) -> Sequence[Notice]:
        """Take notices whose time has come, the oldest first: for two minutes they are nobody else's."""
        if not self.read(lambda db: _due(db, self.clock())):
            return ()  # as nearly always: then nothing is written

        def verb(db: Transaction) -> list[Notice]:
            now = self.clock()
            if db.switch(TURN, hold=True) is None:
                db.turn(TURN, "")
            some = _due(db, now)[:most]
            for each in some:
                db.observe(_kept(each, now + TAKEN))
            return some

        return self.write(verb)

    def notice_link(self, notice: Notice, token: str, lasts: float) -> None:
        """Write down a link's token, as its digest alone, for so many seconds. It is bound to the attempt."""

        def verb(db: Transaction) -> None:
            now = self.clock()
            bound = {"reference": notice.reference, "desk": notice.desk, "ticket": notice.ticket}
            known = bound | {"subject": notice.subject, "until": now + lasts}
            db.observe(Observation(Seen.LINK, token_digest(token), now, json.dumps(known)))

        self.write(verb)

    def notice_waits(self, notice: Notice, wait: float) -> None:
        """Hand a notice back, with the addresses that it went to, to be sent in so many seconds."""
        self.write(lambda db: db.observe(_kept(notice, self.clock() + wait)))

    def notice_sent(self, notice: Notice) -> None:
        """Strike a notice off: the person was told."""

        def ended(db: Transaction, row: Row | None) -> None:
            said = _told(notice) | {"mails": len(notice.told)}
            db.record_event(Event.NOTIFIED, said, self.clock(), row)

        self._end(notice, ended)

    def notice_given_up(self, notice: Notice, why: str) -> None:
        """Strike a notice off that nobody can be sent."""

        def ended(db: Transaction, row: Row | None) -> None:
            db.record_event(Event.NOT_NOTIFIED, _told(notice) | {"detail": why}, self.clock(), row)

        self._end(notice, ended)

    def notices_due(self) -> Sequence[Notice]:
        """All that are to be sent, also those that somebody is sending."""
        return self.read(lambda db: [each for _, each in _all(db)])

    def _end(self, notice: Notice, ended: Callable[[Transaction, Row | None], None]) -> None:
        """A second end of the same notice, by a process that stood still, has no line."""

        def verb(db: Transaction) -> None:
            if db.observed(Seen.NOTICE, notice.reference) is not None:
                db.forget(Seen.NOTICE, notice.reference)
                ended(db, db.ticket(notice.desk, notice.ticket))

        self.write(verb)


def token_digest(token: str) -> str:
    """The digest by which a link is found: whoever reads the ledger can't make a link of it."""
    return sha256(token.encode()).hexdigest()


def _told(notice: Notice) -> dict[str, object]:
    return {"reference": notice.reference, "subject": notice.subject}


def _due(db: Transaction, now: float) -> list[Notice]:
    return [each for at, each in _all(db) if at <= now]


def _all(db: Transaction) -> list[tuple[float, Notice]]:
    """Somebody may have edited the ledger: what is no notice can't be sent."""
    found = list[tuple[float, Notice]]()
    for each in db.observations(Seen.NOTICE):
        try:
            known = json.loads(each.value)
            found.append((each.at, Notice(**known | {"told": tuple(known["told"])})))
        except (ValueError, TypeError, KeyError):
            continue
    return found


def _kept(notice: Notice, due: float) -> Observation:
    return Observation(Seen.NOTICE, notice.reference, due, json.dumps(asdict(notice)))


def told_too(notice: Notice, address: str) -> Notice:
    """The notice, which went to one more address. Its digest is of this attempt's alone."""
    return replace(notice, told=(*notice.told, address_digest(notice, address)))


def address_digest(notice: Notice, address: str) -> str:
    return sha256(f"{notice.reference} {address.lower()}".encode()).hexdigest()[:16]
