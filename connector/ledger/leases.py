"""Leases: one worker a ticket (roles.Leases)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from connector.domain.outcome import UNFINISHED, State
from connector.domain.reference import new_code
from connector.domain.ticket import Claim
from connector.ledger import admission as rules
from connector.ledger.late import Late, may_be_late
from connector.ledger.polling import PollVerbs, is_last
from connector.ledger.rows import Row, claim_of
from connector.ledger.store import note
from connector.ledger.transaction import Transaction
from connector.ledger.transitions import waited_in_all
from connector.lifecycle.ledger_roles import PolledTicket, Skip


class LeaseVerbs(PollVerbs):
    """Every verb raises Unwritten where the ledger can't be written; then nothing was claimed."""

    def take(self, polled: PolledTicket) -> Claim | Skip:
        """Claim a ticket that a poll shows, or say why not (rules.skip). One that waits is claimed with the
        first step that changes something (late.py).
        """
        if (known := self.read(lambda db: self._without_a_write(db, polled))) is not None:
            return known

        def verb(db: Transaction) -> Claim | Skip:
            now = self.clock()
            row = db.ticket(polled.ticket.desk, polled.ticket.id)
            if row is None:
                if polled.noted and not db.strike_off(polled.ticket.desk, {polled.ticket.id}):
                    return Skip.HELD  # another replica is about to claim it
                step = rules.first(polled, self._code(db), self.owner, now, self.lease)
                taken = db.add(step.row)
            elif skip := rules.skip(row, polled, now):
                if (after := rules.passed_over(row, polled, skip)) != row:
                    db.put(row, after)
                return skip
            else:
                step = rules.retaken(row, polled, self.owner, now, self.lease)
                taken = db.put(row, step.row)
            if not taken:
                return Skip.HELD  # another worker was quicker
            if step.entry:
                note(db, step.entry, now, step.row)
            return _taken(step.row, polled, now)

        taken = self.write(verb)
        if isinstance(taken, Claim):
            self.mine[taken.desk, taken.ticket] = taken.token
        return taken

    def _without_a_write(self, db: Transaction, polled: PolledTicket) -> Claim | Skip | None:
        """The answer about a ticket for which nothing is to be written now; None: something is."""
        row, now = db.ticket(polled.ticket.desk, polled.ticket.id), self.clock()
        if row is None:
            return None
        if may_be_late(row, polled, now):
            row = rules.retaken(row, polled, self.owner, now, self.lease).row
            self.late[row.key] = Late(polled, row.fence)
            return _taken(row, polled, now)
        skip = rules.skip(row, polled, now)
        return skip if skip and rules.passed_over(row, polled, skip) == row else None

    def take_up(
        self, state: Iterable[State] = UNFINISHED, *, due: bool = False, limit: int = 1000
    ) -> Sequence[Claim]:
        """Claim free rows in these states, oldest due first; only those whose time has come where `due`."""

        states = frozenset(state)
        if not self.read(lambda db: db.free(states, self.clock(), due=due, limit=1)):
            return []  # as nearly always: then nothing is written

        def verb(db: Transaction) -> list[Row]:
            now = self.clock()
            free = db.free(states, now, due=due, limit=limit)
            pairs = [(row, rules.claimed(row, self.owner, now, self.lease)) for row in free]
            return [after for before, after in pairs if db.put(before, after)]

        rows = self.write(verb)
        self.mine |= {row.key: row.fence for row in rows}
        return [replace(claim_of(row), waited=waited_in_all(row, self.clock())) for row in rows]

    def renew(self) -> None:
        """Keep what this worker holds for another lease, and the desks that it polls."""
        mine = self.mine.copy()

        def verb(db: Transaction) -> None:
            db.renew(self.owner, mine, self.clock() + self.lease)
            self._renew_polls(db)

        if mine or self.polling:
            self.write(verb)

    def give_up_others(self) -> None:
        """On a ledger that one worker holds: whatever others left leased is free at once."""
        self.write(lambda db: db.free_others(self.owner))

    def seen(
        self, desk: str, mapping: str, tickets: Collection[str], at: float, token: int | None = None
    ) -> None:
        """A complete poll of a mapping, begun at `at`, showed these: a refused ticket that is absent has left
        the queue, and the time of one that waits stands still until it is back. `token`: the poll's,
        which counts only as long as nobody polled since.
        """

        def left(db: Transaction) -> tuple[set[str], set[str]]:
            if not is_last(db, desk, token, shared=self.shared):
                return set(), set()
            refused, waiting = db.in_queue(desk, mapping, at), db.running(desk, mapping, at)
            return set(refused).difference(tickets), set(waiting).difference(tickets)

        def verb(db: Transaction) -> None:
            gone, waiting = left(db)
            db.absent(desk, mapping, gone, at)
            db.stand_still(desk, mapping, waiting, at)

        if any(self.read(left)):
            self.write(verb)

    def unseen(self, desk: str, mapping: str, at: float, token: int | None = None) -> None:
        """A poll of a mapping, begun at `at`, failed: meanwhile the time of all that wait stands still."""

        def running(db: Transaction) -> Collection[str]:
            last = is_last(db, desk, token, shared=self.shared)
            return db.running(desk, mapping, at) if last else ()

        if self.read(running):
            self.write(lambda db: db.stand_still(desk, mapping, running(db), at))

    def _code(self, db: Transaction) -> str:
        installation = db.switch("installation") or ""
        while db.known([fresh := new_code(installation, self.random)]):
            pass
        return fresh


def _taken(row: Row, polled: PolledTicket, now: float) -> Claim:
    return replace(claim_of(row), version=polled.version, waited=waited_in_all(row, now))
