"""Queries: for reports, for history, and for the owner of a reference."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.people import Subject
from connector.domain.progress import Progress
from connector.domain.reference import parse, ticket_code
from connector.domain.ticket import Attempt, Claim
from connector.ledger.audit import START, Sealed
from connector.ledger.former import in_todays_words
from connector.ledger.names import NameRecord
from connector.ledger.pausing import paused_by
from connector.ledger.persons import Marks, concerned, folded, is_object_id, last_names
from connector.ledger.rests import Rest
from connector.ledger.rows import AuditLine, Chain, PassOut, Row, Wait, claim_of
from connector.ledger.store import Opened
from connector.ledger.transaction import Transaction
from connector.ledger.transitions import MAY_BE_OUT
from connector.ledger.verifying import trail_of, verify

# Events of a ticket that waits, or is recovered.
_WAITS = frozenset({Event.DEFERRED, Event.ISSUING, Event.ISSUED, Event.REVOKING, Event.RETRYING})


class QueryVerbs(Opened):
    """Reads: nothing is claimed by them. Each raises Unwritten where the ledger can't be read."""

    def find(self, desk: str, ticket: str) -> Claim | None:
        """A row as it is now, by the ticket's id, number or reference; not a claim to work on. None too where
        a number is two tickets'.
        """
        rows = self.read(lambda db: db.called(desk, ticket))
        return claim_of(rows[0]) if len(rows) == 1 else None

    def row(self, desk: str, ticket: str) -> Claim | None:
        """A row as it is now, by the ticket's id; not a claim to work on."""
        found = self.read(lambda db: db.ticket(desk, ticket))
        return claim_of(found) if found else None

    def rows(self, states: Iterable[State]) -> Sequence[Claim]:
        """Rows as they are now, oldest due first; not claims to work on."""
        return [claim_of(row) for row in self.read(lambda db: db.rows(frozenset(states)))]

    def passes_out(self) -> Sequence[PassOut]:
        """Passes that may be out, oldest first: handed over, being made or handed over, or not yet proven
        gone.
        """
        rows = [row for row in self.read(lambda db: db.rows(MAY_BE_OUT)) if row.open_attempt and row.attempt]
        found = [
            (row.attempt.booked_at, PassOut(claim_of(row), row.attempt.delivered_at))
            for row in rows
            if row.attempt
        ]
        return [each for _, each in sorted(found, key=lambda pair: (pair[0], pair[1].claim.number))]

    def waits(self, states: Iterable[State], most: int | None = None) -> Sequence[Wait]:
        """Rows in these states, the longest wait first; at most so many. Since when, the trail knows: one
        that goes on has no line.
        """

        def verb(db: Transaction) -> list[Wait]:
            rows = sorted(db.rows(frozenset(states)), key=lambda row: row.wait_since or row.updated_at)
            return [_wait(row, db.lines(row.ticket, None)) for row in rows[:most]]

        return sorted(self.read(verb), key=lambda each: (each.since, each.claim.number))

    def may_still_arrive(self, since: int) -> Sequence[tuple[Attempt, Attempt | None]]:
        """Attempts called gone whose start comes after `since` on Entra's clock; and the same person's that
        stands now.
        """
        return self.read(
            lambda db: [(each, db.open_attempt(each.subject.id)) for each in db.may_still_arrive(since)]
        )

    def history(
        self, ticket: str | None = None, since: float | None = None, person: str | None = None
    ) -> Sequence[AuditLine]:
        """The audit trail, oldest first: of one ticket, by its id, number or reference; of every ticket that
        has to do with a person, by their sign-in name, name or object id; from `since` on, in epoch seconds.
        """

        def verb(db: Transaction) -> list[AuditLine]:
            found = _of_ticket(db, ticket, since)
            if person is not None:
                theirs = _tickets_of(db, person)
                found = [line for line in found if (line.desk, line.ticket) in theirs]
            records = {each.digest: each for each in db.name_records()}
            known = last_names(db)
            return [line.with_names(records, known) for line in found]

        return self.read(verb)

    def salts(self) -> dict[str, NameRecord]:
        """The records of names that are left, by their digests: with their salts they prove themselves."""
        return self.read(lambda db: {each.digest: each for each in db.name_records()})

    def names(self) -> dict[str, Subject]:
        """Everybody whose names the ledger knows, by object id."""
        return self.read(last_names)

    def whose(self, references: Collection[str]) -> dict[str, tuple[str, str]]:
        """(desk, ticket) of each reference, of an attempt (TAP-7QK3F9C2-1) or of a ticket, that is this
        ledger's.
        """
        parts = {each: known for each in references if (known := parse(each))}
        found = self.read(lambda db: db.known(sorted({code for code, _ in parts.values()})))
        return {
            each: found[code][:2]
            for each, (code, number) in parts.items()
            if code in found and (number is None or 0 < number <= found[code][2])
        }

    def newest(self) -> float:
        """The time of the last write, on the ledger's clock; 0: nothing was. A look has no line."""
        return self.read(lambda db: db.newest())

    def paused_itself(self) -> str | None:
        """The reason why passdesk paused itself; None: it didn't, or a person resumed."""

        def verb(db: Transaction) -> str | None:
            return db.switch("paused") if paused_by(db).get("cause") else None

        return self.read(verb)

    def rests(self) -> Sequence[Rest]:
        """Routes that rest now."""
        return [each for each in self.read(lambda db: list(db.rests().values())) if each.resting]

    def barred(self, route: str, claim: Claim) -> bool:
        """Tell whether a route rests for a ticket whose attempt is booked: it may be the one that tries."""
        rest = self.read(lambda db: db.rests().get(route))
        return rest is not None and rest.resting and rest.probe != f"{claim.desk} {claim.ticket}"

    def head(self) -> str:
        """The number and the hash of the trail's last line, as `audit verify --head` takes them."""
        return self.read(lambda db: (db.switch("chain") or START).replace(" ", ":"))

    def verify(self, progress: Progress | None = None) -> Chain:
        """Walk the audit trail's chain, and look at each name beside it; `progress` counts the lines."""
        return self.read(lambda db: verify(trail_of(db), progress))

    def hash_of_line(self, seq: int) -> str | None:
        """The hash of a line that is there, or of the last one that was removed; None: nobody knows it."""

        def verb(db: Transaction) -> str | None:
            there = next((line.hash for line in db.lines_after(seq - 1, 1) if line.seq == seq), None)
            checkpoint = db.last_of(Event.TRAIL_PRUNED)
            if there is None and checkpoint and checkpoint.detail.get("last") == seq:
                return str(checkpoint.detail.get("hash"))
            return there

        return self.read(verb)


def _wait(row: Row, trail: Iterable[Sealed]) -> Wait:
    """A wait begins with the first line behind whatever was no wait; being stuck begins with its decision."""
    lines = [in_todays_words(line.line) for line in trail if line.desk == row.desk]
    while lines and lines[-1].action == Event.SETTLED:
        lines.pop()
    changed = began = lines[-1].at if lines else row.updated_at
    if row.state is not State.STUCK:
        for line in reversed(lines):
            if line.action not in _WAITS:
                break
            began = line.at
    return Wait(claim_of(row), began, changed)


def _of_ticket(db: Transaction, ticket: str | None, since: float | None) -> list[Sealed]:
    """The lines of a ticket, however it is named; of every ticket if none is."""
    if ticket is None:
        return list(db.lines(None, since))
    word = ticket.strip()
    code = ticket_code(word)
    if code is None:
        return list(db.lines(word, since)) or list(db.lines(word.upper(), since))
    desk, key, _ = db.known([code]).get(code, (None, None, 0))
    return [line for line in db.lines(key, since) if line.desk == desk] if key else []


def _tickets_of(db: Transaction, person: str) -> set[tuple[str | None, str | None]]:
    """Tickets that have to do with somebody: their subject, requester, approver or recipient, or a sign-in
    name that a refusal quotes.
    """
    word = folded(person)
    known = [each for each in last_names(db).values() if word in map(folded, (each.id, each.upn, each.name))]
    quoted = {folded(each.upn) for each in known} | ({word} if "@" in word else set())
    ids = {each.id for each in known} | ({word} if is_object_id(word) else set())
    marks = Marks(frozenset(ids), frozenset(filter(None, quoted)))
    if not (ids or quoted):
        return set()
    found = {(line.desk, line.ticket) for line in db.lines(None, None) if concerned(line, marks)}
    found |= {(each.desk, each.ticket) for each in db.name_records() if marks.named_in(each)}
    return {key for key in found if key[1] is not None}
