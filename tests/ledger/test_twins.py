"""Whatever is said to both ledgers, in whatever order, they answer and keep the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import create_engine

from connector.domain.errors import Lost
from connector.domain.outcome import UNFINISHED, Decision, Ending, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim, Plan
from connector.ledger.memory import MemoryLedger
from connector.ledger.migrate import migrate
from connector.ledger.sql import SqlLedger
from connector.lifecycle.ledger_roles import Noted, PolledTicket, Requeue
from tests import made_once
from tests.ledger.desk import DESK, LEASE, LIMITS, AnyLedger, Clock, made, plan, seen

OWNERS = st.sampled_from(["a", "b"])
TICKETS = st.sampled_from(["1", "2", "3"])
STATES = st.sampled_from(list(State))
VERDICTS = st.sampled_from(
    [None, NotYet(Reason.APPROVAL_OUTSTANDING, "It is outstanding."), NotYet(Reason.OUTSIDE_HOURS, "")]
)
RESTS = st.builds(
    Requeue,
    wait=st.sampled_from([0.0, 20.0]),
    first_absent_at=st.sampled_from([None, 1000]),
    pass_id=st.sampled_from([None, "late"]),
    used_at=st.sampled_from([None, 2000]),
    counted=st.booleans(),
)
Verb = Callable[[AnyLedger], Any]


@cache
def migrated() -> tuple[TemporaryDirectory[str], Path]:
    folder = TemporaryDirectory()
    path = Path(folder.name) / "template.db"
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return folder, path


class Twins(RuleBasedStateMachine):
    """Two workers, three tickets of two people, and a person who steps in."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "passdesk.db"
        copy(migrated()[1], path)
        self.clock, chance = Clock(), Random(7)
        self.memory = MemoryLedger("a", LEASE, LIMITS, self.clock, Random(7))
        self.twins: dict[str, tuple[MemoryLedger, SqlLedger]] = {}
        with made_once.unsynced():
            for owner in ("a", "b"):
                sql = SqlLedger(f"sqlite:///{path}", owner, LEASE, LIMITS, self.clock, random=chance)
                self.twins[owner] = MemoryLedger.sharing(self.memory.store, owner), sql
                for each in self.twins[owner]:
                    each.shared = True
        self.polls: list[tuple[str, int]] = []
        self.claims: list[tuple[str, Claim]] = []

    def teardown(self) -> None:
        memory, sql = self.twins["a"]
        assert memory.history() == sql.history()
        assert memory.verify() == sql.verify()
        assert sql.verify().broken is None
        for _, ledger in self.twins.values():
            ledger.dispose()
        self.folder.cleanup()

    def both(self, owner: str, verb: Verb) -> Any:
        said = [answer(ledger, verb) for ledger in self.twins[owner]]
        assert said[0] == said[1]
        taken: Sequence[Any] = said[0] if isinstance(said[0], list) else [said[0]]
        self.claims += [(owner, each) for each in taken if isinstance(each, Claim)]
        return said[0]

    def pick(self, back: int) -> tuple[str, Claim]:
        return self.claims[-1 - back % len(self.claims)]

    @rule(seconds=st.sampled_from([1, 15, 30, 3600]))
    def time_passes(self, seconds: int) -> None:
        self.clock.on(seconds)

    @rule(owner=OWNERS, ticket=TICKETS, digest=st.sampled_from(["x", "y"]), noted=st.booleans())
    def take(self, owner: str, ticket: str, digest: str, noted: bool = False) -> None:
        sighting = PolledTicket(seen(ticket), "incidents", digest, self.clock.now, noted=noted)
        self.both(owner, lambda ledger: ledger.take(sighting))

    @rule(
        owner=OWNERS, states=st.sampled_from([UNFINISHED, {State.LIVE}, {State.CLAIMED}]), due=st.booleans()
    )
    def take_up(self, owner: str, states: set[State], due: bool) -> None:
        self.both(owner, lambda ledger: ledger.take_up(states, due=due, limit=2))

    @rule(owner=OWNERS)
    def keep_or_end_leases(self, owner: str) -> None:
        self.both(owner, lambda ledger: ledger.renew())

    @rule(owner=OWNERS)
    def end_leases(self, owner: str) -> None:
        self.both(owner, lambda ledger: ledger.give_up_others())

    @rule(owner=OWNERS, every=st.sampled_from([None, 60.0]))
    def begin_poll(self, owner: str, every: float | None) -> None:
        if (token := self.both(owner, lambda ledger: ledger.begin_poll(DESK, every))) is not None:
            self.polls.append((owner, token))

    @precondition(lambda self: self.polls)
    @rule(back=st.integers(0, 3), shown=st.sets(TICKETS), whole=st.booleans())
    def poll(self, back: int, shown: set[str], whole: bool) -> None:
        owner, token = self.polls[-1 - back % len(self.polls)]
        now = self.clock.now
        some = [Noted(DESK, each, "incidents", f"{9 - int(each)}", now) for each in sorted(shown)]
        if whole:
            self.both(owner, lambda ledger: ledger.seen(DESK, "incidents", shown, now, token))
        else:
            self.both(owner, lambda ledger: ledger.unseen(DESK, "incidents", now, token))
        self.both(owner, lambda ledger: set(ledger.end_poll(DESK, token, now, some, whole=whole)))

    @rule(owner=OWNERS, most=st.integers(1, 2))
    def pick_noted(self, owner: str, most: int) -> None:
        self.both(owner, lambda ledger: tuple(ledger.pick(["incidents"], most)))

    @rule(
        ticket=TICKETS,
        steps=st.integers(1, 9),
        who=st.sampled_from(["ann", "bob"]),
        requester=st.sampled_from([None, "id-boss"]),
    )
    def go_along(self, ticket: str, steps: int, who: str, requester: str | None) -> None:
        """Some steps of a ticket's way, as nothing ever goes wrong."""
        for _ in range(steps):
            row = self.memory.find(DESK, ticket)
            if row is None or row.state in {State.WAITING, State.REFUSED}:
                self.take("a", ticket, "z")
                if row and row.state is State.WAITING and self.claims:  # its claim isn't written yet
                    self.both("a", self.next_step(self.claims[-1][1], plan(who, requester)))
            elif row.owner:
                self.both(row.owner, self.next_step(row, plan(who, requester)))
            else:
                self.take_up("a", {row.state}, False)

    def next_step(self, claim: Claim, wanted: Plan) -> Verb:
        match claim.state:
            case State.CLAIMED:
                return lambda ledger: ledger.issuing(claim, wanted, 1000)
            case State.ISSUING:
                return lambda ledger: ledger.delivering(claim, made("pass", self.clock.now))
            case State.DELIVERING:
                return lambda ledger: ledger.settling(claim, Decision(State.LIVE))
            case State.LIVE:
                return lambda ledger: ledger.revoking(claim, Decision(State.ENDED, Ending.USED))
            case State.REVOKING if claim.next_state is State.CLAIMED:
                return lambda ledger: ledger.close(claim, State.CLAIMED, revocation_proven=True)
            case State.REVOKING:
                return lambda ledger: ledger.settling(
                    claim, Decision(claim.next_state or State.ENDED, claim.reason, revocation_proven=True)
                )
            case _:
                return lambda ledger: ledger.close(claim, claim.next_state or State.WAITING)

    @precondition(lambda self: self.claims)
    @rule(
        back=st.integers(0, 3),
        then=STATES,
        reason=st.sampled_from([None, Reason.SUBJECT_MISSING, Ending.REVOKED]),
    )
    def revoke(self, back: int, then: State, reason: Reason | Ending | None) -> None:
        owner, claim = self.pick(back)
        self.both(owner, lambda ledger: ledger.revoking(claim, Decision(then, reason, "why")))

    @precondition(lambda self: self.claims)
    @rule(back=st.integers(0, 3), then=STATES, gone=st.booleans(), digest=st.sampled_from([None, "y"]))
    def settle(self, back: int, then: State, gone: bool, digest: str | None) -> None:
        owner, claim = self.pick(back)
        self.both(
            owner,
            lambda ledger: ledger.settling(
                claim, Decision(then, Reason.SUBJECT_MISSING, revocation_proven=gone, digest=digest)
            ),
        )

    @precondition(lambda self: self.claims)
    @rule(back=st.integers(0, 3), state=STATES, verdict=VERDICTS, gone=st.booleans())
    def close(self, back: int, state: State, verdict: NotYet | None, gone: bool) -> None:
        owner, claim = self.pick(back)
        self.both(owner, lambda ledger: ledger.close(claim, state, verdict, revocation_proven=gone))

    @precondition(lambda self: self.claims)
    @rule(back=st.integers(0, 3), note=RESTS, learnt=st.booleans())
    def rest(self, back: int, note: Requeue, learnt: bool) -> None:
        owner, claim = self.pick(back)
        self.both(
            owner, lambda ledger: ledger.reschedule(claim, note) if learnt else ledger.hand_back(claim, note)
        )

    @rule(ticket=st.sampled_from(["1", "INC0000002", "9"]), verb=st.sampled_from(["revoke", "release"]))
    def step_in(self, ticket: str, verb: str) -> None:
        self.both("b", lambda ledger: getattr(ledger, verb)(DESK, ticket))

    @rule(why=st.sampled_from([None, "", "drill"]))
    def pause_or_resume(self, why: str | None) -> None:
        self.both("b", lambda ledger: ledger.resume() if why is None else ledger.pause(why))

    @invariant()
    def both_keep_the_same(self) -> None:
        memory, sql = self.twins["a"]
        assert memory.rows(State) == sql.rows(State)
        assert memory.paused() == sql.paused()
        assert memory.noted(["incidents"], 9) == sql.noted(["incidents"], 9)

    @invariant()
    def no_person_has_two_passes_and_no_ticket_rests_with_one(self) -> None:
        standing = [
            (row.state, row.open_attempt.subject.id)
            for row in self.memory.store.tickets.values()
            if row.open_attempt
        ]
        assert len({subject for _, subject in standing}) == len(standing)
        assert {state for state, _ in standing} <= UNFINISHED - {State.CLAIMED}


def answer(ledger: AnyLedger, verb: Verb) -> Any:
    """What it says, or how it refuses."""
    try:
        return verb(ledger)
    except (Lost, ValueError) as error:
        return type(error), str(error)


TestTwins = Twins.TestCase
TestTwins.settings = settings(
    max_examples=settings().max_examples * 3 // 10,
    stateful_step_count=25,
    suppress_health_check=list(HealthCheck),
)
