"""The way of a ticket (roles.Book): each verb is one step of ways.py, written with its audit line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from connector.domain.errors import Unwritten
from connector.domain.events import Event
from connector.domain.outcome import Decision, NotYet, State
from connector.domain.people import Involved
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim, Pass, Plan
from connector.domain.trouble import ENTRA, Trouble, route_of
from connector.ledger import transitions as ways
from connector.ledger.admission import limited
from connector.ledger.rests import Rest, admitted, healed, learnt, passages
from connector.ledger.rows import AuditEntry, Row, Transition, claim_of
from connector.ledger.store import Opened, Transaction, keep, naming, note, under
from connector.lifecycle.roles import Requeue


class BookVerbs(Opened):
    """Every verb raises Lost where the row is another's by now, and Unwritten where the ledger can't be
    written.
    """

    def issuing(self, claim: Claim, plan: Plan, start: int) -> Claim | NotYet:
        """Pause, limits, one pass a person and routes that rest are decided here, and a new attempt is
        booked; `start` is on Entra's clock.
        """

        def verb(db: Transaction) -> Claim | NotYet:
            now = self.clock()
            row = self.held(db, claim)
            if (
                why := db.switch("paused", hold=True)
            ) is not None:  # held: two that issue at once would count past a limit
                return NotYet(Reason.PAUSED, why)
            if over := limited(self.limits, plan, now, db.count):
                return over

            def others(reason: Reason) -> bool:
                waiting = db.rows([State.WAITING, State.CLAIMED])  # or taken by this very sweep
                return any(each.reason is reason for each in waiting if each.key != row.key)

            tries = admitted(db.rests(), passages(plan, row.mapping, named(row)), named(row), now, others)
            if isinstance(tries, NotYet):
                return tries
            step = ways.issuing(row, plan, start, now)
            if not db.book(step.row):
                return _standing(db, plan)
            for rest in tries:
                db.put_rest(rest)
            return onward(keep(db, row, naming(db, step, plan.about, now), now), claim)

        return self.writing(claim, verb)

    def delivering(self, claim: Claim, made: Pass) -> Claim:
        """The pass exists: its id, and the start and lifetime that it really has."""
        row = self._learning(
            claim, None, lambda row, now, _: ways.delivering(row, made, now), taken=lambda row: ENTRA
        )
        return onward(row, claim)

    def revoking(self, claim: Claim, decision: Decision) -> Claim:
        """The attempt's pass must go; the decision follows. To CLAIMED: one more failure is counted."""
        row = self._learning(
            claim, decision.trouble, lambda row, now, all_: ways.revoking(row, decision, now, excused=all_)
        )
        return onward(row, claim)

    def settling(self, claim: Claim, decision: Decision) -> Claim:
        """Decided: only the word on the ticket is missing."""

        def taken(row: Row) -> str | None:
            place = decision.destination if decision.next_state is State.LIVE else None
            return route_of(place, row.mapping) if place else None

        step = self._learning(
            claim,
            decision.trouble,
            lambda row, now, _: ways.settling(row, decision, now),
            decision.about,
            taken,
        )
        return onward(step, claim)

    def reschedule(self, claim: Claim, requeue: Requeue) -> State:
        """Hand the claim back in the state it is in, after a look; to be taken up again in `note.wait`
        seconds.
        """
        row = self._learning(
            claim, requeue.trouble, lambda row, now, all_: ways.rescheduling(row, requeue, now, excused=all_)
        )
        self.drop(claim)
        return row.state

    def hand_back(self, claim: Claim, rest: Requeue) -> State:
        """Interrupted, nothing was learnt: the row keeps its state; CLAIMED without a failed attempt waits
        for a poll.
        """
        row = self.step(claim, lambda row, now: ways.handing_back(row, rest, now))
        self.drop(claim)
        return row.state

    def close(
        self,
        claim: Claim,
        state: State,
        verdict: NotYet | None = None,
        *,
        revocation_proven: bool = False,
        left_watch: bool = False,
    ) -> State:
        """Hand the claim back in another state; `verdict`: why, or why a settled ticket couldn't be told.

        `revocation_proven`: its pass is proven gone. `left_watch`: our own word took the ticket out of
        `watch`.
        """
        proven = revocation_proven
        row = self._learning(
            claim,
            verdict.trouble if verdict else None,
            lambda row, now, all_: ways.closing(
                row, state, verdict, now, revocation_proven=proven, left_watch=left_watch, excused=all_
            ),
            verdict.about if verdict else None,
        )
        self.drop(claim)
        return row.state

    def _learning(
        self,
        claim: Claim,
        trouble: Trouble | None,
        rule: Callable[[Row, float, bool], Transition],
        about: Involved | None = None,
        taken: Callable[[Row], str | None] = lambda row: None,
    ) -> Row:
        """One step of a claim, which may say something of a route: the trouble that it met, or the route that
        it took with success. The rule is told whether the trouble is everybody's. Raises Lost, Unwritten.
        """
        news: list[tuple[Event, Rest]] = []

        def verb(db: Transaction) -> Row:
            news.clear()
            now = self.clock()
            row = self.held(db, claim)
            everybodys = trouble is not None and learn(db, trouble, row, now, news)
            if route := taken(row):
                heal(db, route, row, now, news)
            step = under(rule(row, now, everybodys), claim)
            return keep(db, row, naming(db, step, about, now), now)

        row = self.writing(claim, verb)
        for happened, rest in news:
            self.on_rest(happened, rest)
        return row


def onward(row: Row, claim: Claim) -> Claim:
    """The claim as the row is now, worked under the same version of its mapping."""
    return replace(claim_of(row), version=claim.version, waited=claim.waited)


def learn(db: Transaction, trouble: Trouble, row: Row, now: float, news: list[tuple[Event, Rest]]) -> bool:
    """Write down a trouble; True: it is everybody's, and its route rests."""
    db.switch("paused", hold=True)  # two that learn at once would forget each other's
    before = db.rests().get(trouble.route)
    after = learnt(before, trouble, named(row), now)
    if after != before:
        db.put_rest(after)
    if after.resting and not (before and before.resting):
        told = {
            "service": after.route,
            "answer": after.answer,
            "reason": after.reason,
            "detail": after.detail,
        }
        note(db, AuditEntry(Event.RESTING, told), now)
        news.append((Event.RESTING, after))
    return after.resting


def heal(db: Transaction, route: str, row: Row, now: float, news: list[tuple[Event, Rest]]) -> None:
    """Write down that a route was taken with success."""
    before = db.rests().get(route)
    if before is None or (not before.resting and all(each.cleared for each in before.suspects)):
        return
    db.drop_rest(route)
    if left := healed(before, who(row)):
        db.put_rest(left)
    if before.resting:
        note(db, AuditEntry(Event.WORKS_AGAIN, {"service": route}), now)
        news.append((Event.WORKS_AGAIN, before))


def who(row: Row) -> set[str]:
    """All that a refusal of this row's attempt could be about."""
    attempt = row.attempt.attempt if row.attempt else None
    return {named(row), *((attempt.subject.id,) if attempt else ())}


def named(row: Row) -> str:
    """The ticket, as the ledger's rests name it."""
    return f"{row.desk} {row.ticket}"


def _standing(db: Transaction, plan: Plan) -> NotYet:
    """The unique index said no. Only for the one reason that it has."""
    standing = db.open_attempt(plan.subject.id)
    if standing is None:
        raise Unwritten("the ledger knows this attempt already; run passdesk audit verify")
    return NotYet(
        Reason.PASS_STANDING,
        f"{plan.subject.upn} has a pass from another ticket already ({standing.reference}).",
    )
