"""Polling a desk, one replica at a time; and what a poll shows, for every replica to work.

Whoever polls has a lease with a token. What the poll shows and the ledger doesn't know is noted: ids, and no
field. Whoever takes a noted ticket strikes it off, reads it, and claims it. One that was struck off and never
claimed, since its worker died, is noted by the next poll again.

On a ledger that one worker holds there is nobody to share with: there each poll is its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from connector.ledger.store import Opened
from connector.ledger.transaction import Transaction
from connector.lifecycle.ledger_roles import Noted

ALONE: Final = 0  # the token of whoever works alone


@dataclass(frozen=True, slots=True)
class PollTurn:
    """A desk, who polls it or did so last, and when the last whole poll began."""

    desk: str
    owner: str | None = None
    token: int = 0
    lease_until: float = 0.0
    at: float | None = None


def taken(turn: PollTurn, owner: str, now: float, lease: float, every: float | None) -> PollTurn | None:
    """The turn as this worker takes it; None: another polls the desk, or did so less than `every` ago."""
    lately = turn.at is not None and every is not None and 0 <= now - turn.at < every
    if now < turn.lease_until or (lately and turn.owner != owner):
        return None
    return replace(turn, owner=owner, token=turn.token + 1, lease_until=now + lease)


class PollVerbs(Opened):
    """Every verb raises Unwritten where the ledger can't be read or written."""

    def begin_poll(self, desk: str, every: float | None = None) -> int | None:
        """Take the turn to poll a desk: the poll's token. None: another replica polls it now, or did so less
        than `every` seconds ago.
        """
        if not self.shared:
            return ALONE

        def mine(db: Transaction) -> PollTurn | None:
            return taken(db.poll_turn(desk), self.owner, self.clock(), self.lease, every)

        def verb(db: Transaction) -> PollTurn | None:
            if turn := mine(db):
                db.put_poll_turn(turn)
            return turn

        turn = self.write(verb) if self.read(mine) else None
        if turn is None:
            return None
        self.polling[desk] = turn.token
        return turn.token

    def end_poll(
        self, desk: str, token: int, at: float, tickets: Sequence[Noted], *, whole: bool
    ) -> Collection[str]:
        """Note what a poll that began at `at` shows, and hand the turn back: the ids that are noted now. Of a
        poll that isn't the last one any more, nothing is. `whole`: it shows all that there is.
        """
        if self.polling.get(desk) == token:
            del self.polling[desk]
        if not self.shared:
            return ()

        def verb(db: Transaction) -> Collection[str]:
            turn = db.poll_turn(desk)
            if turn.token != token:
                return ()
            db.put_poll_turn(replace(turn, lease_until=self.clock(), at=at if whole else turn.at))
            new = db.unknown(desk, [each.ticket for each in tickets])
            there = db.noted_of(desk)
            if whole:
                db.strike_off(desk, there - new)
            db.note([each for each in tickets if each.ticket in new - there])
            return new

        return self.write(verb)

    def noted(self, mappings: Collection[str], most: int) -> int:
        """Count the tickets of these mappings that are noted, `most` at most."""
        return len(self.read(lambda db: db.noted(mappings, most))) if self.shared else 0

    def pick(self, mappings: Collection[str], most: int) -> Sequence[Noted]:
        """Take the oldest that are noted, so that nobody else is given them. They aren't claimed yet."""

        def verb(db: Transaction) -> Sequence[Noted]:
            return [each for each in db.noted(mappings, most) if db.strike_off(each.desk, {each.ticket})]

        return self.write(verb)

    def _renew_polls(self, db: Transaction) -> None:
        for desk, token in self.polling.copy().items():
            turn = db.poll_turn(desk)
            if turn.token == token:
                db.put_poll_turn(replace(turn, lease_until=self.clock() + self.lease))


def is_last(db: Transaction, desk: str, token: int | None, *, shared: bool) -> bool:
    """Tell whether a poll is the last one of its desk: what an older one shows or misses doesn't count."""
    return not shared or db.poll_turn(desk).token == token
