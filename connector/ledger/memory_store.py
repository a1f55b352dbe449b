"""Everything that the in-memory ledger keeps, on plain dicts, and the transaction on it."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random, SystemRandom
from threading import RLock

from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.reference import code_of, ticket_code
from connector.domain.spellings import spellings
from connector.domain.ticket import Attempt
from connector.ledger.admission import Limits
from connector.ledger.audit import Sealed
from connector.ledger.limiting import NO_REQUESTER
from connector.ledger.memory_names import MemoryNames
from connector.ledger.memory_polls import MemoryPolls
from connector.ledger.names import NameRecord
from connector.ledger.observing import News, Observation, Seen
from connector.ledger.polling import PollTurn
from connector.ledger.rests import Rest
from connector.ledger.rows import AuditEntry, Booked, Row
from connector.ledger.store import note
from connector.ledger.transaction import RowKey
from connector.ledger.transitions import waited
from connector.ledger.walk import LineText, text_of
from connector.lifecycle.ledger_roles import Noted

Who = tuple[str | None, str | None]  # (subject, None), (None, requester), or (None, None): everybody


class MemoryStore(MemoryNames, MemoryPolls):
    """Everything that is kept, and the transaction on it: a verb checks before it writes, so nothing is ever
    undone.
    """

    def __init__(
        self, lease: float, limits: Limits, clock: Callable[[], float], random: Random | None
    ) -> None:
        self.lease, self.limits, self.clock = lease, limits, clock
        self.random = random or SystemRandom()
        self.tickets: dict[RowKey, Row] = {}
        self.by_state: dict[State, dict[RowKey, Row]] = {state: {} for state in State}
        self.codes: dict[str, RowKey] = {}
        self.live: dict[str, str] = {}  # subject → reference
        self.drifting: list[Attempt] = []  # called gone, and their POST was sent
        self.pending: Counter[Who] = Counter()  # attempts that may still be delivered
        self.delivered: defaultdict[Who, list[float]] = defaultdict(list)  # when, ascending
        self.trail: list[Sealed] = []
        self.switches: dict[str, str | None] = {}
        self.resting: dict[str, Rest] = {}
        self.names: dict[str, NameRecord] = {}  # by digest
        self.seen: dict[tuple[Seen, str], Observation] = {}
        self.poll_turns: dict[str, PollTurn] = {}
        self.shown: dict[RowKey, Noted] = {}
        self.news: News = []
        self.lock = RLock()

    def ticket(self, desk: str, ticket: str) -> Row | None:
        return self.tickets.get((desk, ticket))

    def called(self, desk: str, word: str) -> list[Row]:
        words, code = spellings(word), ticket_code(word)
        return [
            row
            for row in self.tickets.values()
            if row.desk == desk and (row.ticket in words or row.number in words or row.code == code)
        ]

    def rows(self, states: Iterable[State]) -> list[Row]:
        return sorted((row for state in states for row in self.by_state[state].values()), key=_oldest)

    def free(self, states: Iterable[State], now: float, *, due: bool, limit: int) -> list[Row]:
        every = (row for state in states for row in self.by_state[state].values())
        return sorted(
            (row for row in every if not row.leased(now) and not (due and row.due > now)), key=_oldest
        )[:limit]

    def add(self, row: Row) -> bool:
        if row.key in self.tickets or row.code in self.codes:
            return False
        self.codes[row.code] = row.key
        self._keep(row)
        return True

    def put(self, before: Row, after: Row) -> bool:
        now = self.tickets[before.key]
        if (now.owner, now.fence) != (before.owner, before.fence):
            return False
        if (
            before.attempt
            and after.attempt
            and before.attempts == after.attempts
            and before.attempt is not after.attempt
        ):
            self._follow(before.attempt, after.attempt)
        del self.by_state[now.state][now.key]
        self._keep(after)
        return True

    def book(self, row: Row) -> bool:
        assert row.attempt
        attempt = row.attempt.attempt
        if attempt.subject.id in self.live:
            return False
        self.live[attempt.subject.id] = attempt.reference
        for who in _counted_for(row.attempt):
            self.pending[who] += 1
        return True

    def open_attempt(self, subject: str) -> Attempt | None:
        row = self.tickets[self.codes[code_of(self.live[subject])]] if subject in self.live else None
        return row.open_attempt if row else None

    def may_still_arrive(self, since: int) -> list[Attempt]:
        return [each for each in self.drifting if each.start > since]

    def count(self, since: float, subject: str | None, requester: str | None) -> int:
        delivered = self.delivered[subject, requester]
        return len(delivered) - bisect_right(delivered, since) + self.pending[subject, requester]

    def attempts_of(self, subject: str) -> list[Attempt]:
        booked = (row.attempt.attempt for row in self.tickets.values() if row.attempt)
        return [each for each in booked if each.subject.id == subject]

    def renew(self, owner: str, mine: Mapping[RowKey, int], until: float) -> None:
        for key, fence in mine.items():
            row = self.tickets[key]
            if (row.owner, row.fence) == (owner, fence):
                self._keep(replace(row, lease_until=until))

    def free_others(self, owner: str) -> None:
        for row in list(self.tickets.values()):
            if row.owner not in {None, owner}:
                self._keep(replace(row, owner=None, lease_until=None))

    def in_queue(self, desk: str, mapping: str, at: float) -> list[str]:
        return [
            row.ticket
            for row in self._of(State.REFUSED, desk, mapping)
            if row.absent_at is None and row.refused_at is not None and row.refused_at < at
        ]

    def running(self, desk: str, mapping: str, at: float) -> list[str]:
        rows = self._of(State.WAITING, desk, mapping)
        return [row.ticket for row in rows if row.own_since is not None and row.own_since < at]

    def absent(self, desk: str, mapping: str, tickets: Collection[str], at: float) -> None:
        for ticket in set(self.in_queue(desk, mapping, at)).intersection(tickets):
            self._keep(replace(self.tickets[desk, ticket], absent_at=at))

    def stand_still(self, desk: str, mapping: str, tickets: Collection[str], at: float) -> None:
        for ticket in set(self.running(desk, mapping, at)).intersection(tickets):
            row = self.tickets[desk, ticket]
            self._keep(replace(row, own_wait=waited(row, at), own_since=None))

    def known(self, codes: Collection[str]) -> dict[str, tuple[str, str, int]]:
        rows = (self.tickets[self.codes[code]] for code in codes if code in self.codes)
        return {row.code: (row.desk, row.ticket, row.attempts) for row in rows}

    def hold_all(self) -> None:
        """Nothing: one verb runs at a time."""

    def switch(self, name: str, *, hold: bool = False) -> str | None:
        return self.switches.get(name)

    def turn(self, name: str, value: str | None) -> None:
        self.switches[name] = value

    def observed(self, kind: Seen, key: str) -> Observation | None:
        return self.seen.get((kind, key))

    def observations(self, kind: Seen) -> list[Observation]:
        found = (each for each in self.seen.values() if each.kind is kind)
        return sorted(found, key=lambda each: (each.at, each.key))

    def observe(self, seen: Observation) -> None:
        self.seen[seen.kind, seen.key] = seen

    def forget(self, kind: Seen, key: str) -> None:
        self.seen.pop((kind, key), None)

    def record_event(
        self, happened: Event, detail: Mapping[str, object], now: float, row: Row | None = None
    ) -> None:
        note(self, AuditEntry(happened, detail), now, row)
        self.news.append((happened, {"ticket": row.number, **detail} if row else detail))

    def rests(self) -> Mapping[str, Rest]:
        return self.resting

    def put_rest(self, rest: Rest) -> None:
        self.resting[rest.route] = rest

    def drop_rest(self, route: str) -> None:
        self.resting.pop(route, None)

    def append(self, line: Sealed) -> None:
        self.trail.append(line)

    def newest(self) -> float:
        times = [line.at for line in self.trail[-1:]] + [row.updated_at for row in self.tickets.values()]
        return max(times, default=0.0)

    def lines_after(self, seq: int, most: int | None) -> Sequence[Sealed]:
        first = bisect_right(self.trail, seq, key=lambda line: line.seq)
        return self.trail[first : None if most is None else first + most]

    def texts_after(self, seq: int, most: int) -> Sequence[LineText]:
        return [text_of(line) for line in self.lines_after(seq, most)]

    def lines(self, ticket: str | None, since: float | None) -> Iterable[Sealed]:
        for line in self.trail:
            if (ticket is None or ticket in {line.ticket, line.number}) and (
                since is None or line.at >= since
            ):
                yield line

    def _of(self, state: State, desk: str, mapping: str) -> Iterable[Row]:
        return (row for row in self.by_state[state].values() if (row.desk, row.mapping) == (desk, mapping))

    def _keep(self, row: Row) -> None:
        self.tickets[row.key] = self.by_state[row.state][row.key] = row

    def _follow(self, before: Booked, after: Booked) -> None:
        """Count what became of an attempt."""
        gone = before.gone_at is None and after.gone_at is not None
        delivered = before.delivered_at is None and after.delivered_at is not None
        if gone:
            del self.live[after.attempt.subject.id]
        if gone and after.adrift:
            self.drifting.append(after.attempt)
        for who in _counted_for(after):
            if before.delivered_at is None and before.gone_at is None and (gone or delivered):
                self.pending[who] -= 1
            if delivered and after.delivered_at is not None:
                insort(self.delivered[who], after.delivered_at)


def _oldest(row: Row) -> tuple[float, str, str]:
    return row.due, row.desk, row.ticket


def _counted_for(booked: Booked) -> set[Who]:
    """The person, whoever asked, and everybody."""
    attempt = booked.attempt
    return {(attempt.subject.id, None), (None, attempt.requester or NO_REQUESTER), (None, None)}
