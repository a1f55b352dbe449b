"""The way of a ticket (roles.Book): each verb is one step of ways.py, written with its audit line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from connector.domain.errors import Unwritten
from connector.domain.events import Event
from connector.domain.outcome import Decision, No, NotYet, State
from connector.domain.people import Involved
from connector.domain.reasons import Reason
from connector.domain.ticket import Claim, Pass, Plan
from connector.domain.trouble import ENTRA, Trouble, route_of
from connector.ledger import transitions as ways
from connector.ledger.holding import hold_of
from connector.ledger.limiting import Rule, eased, full, limited, reached, requesters
from connector.ledger.notices import NoticeVerbs, is_due
from connector.ledger.observing import Observation, Seen
from connector.ledger.pausing import decided, flipped, sighted
from connector.ledger.rests import Rest, admitted, passages
from connector.ledger.routes import all_wait, give_way, heal, learn, named, who
from connector.ledger.rows import Row, Transition, claim_of
from connector.ledger.store import keep, naming, under
from connector.ledger.transaction import Transaction
from connector.lifecycle.ledger_roles import Requeue

MAKING = frozenset({State.ISSUING, State.DELIVERING})  # an attempt is being made, and may be a try for others


class BookVerbs(NoticeVerbs):
    """Every verb raises Lost where the row is another's by now, and Unwritten where the ledger can't be
    written.
    """

    def issuing(self, claim: Claim, plan: Plan, start: int) -> Claim | No | NotYet:
        """Pause, holds, hours, limits, one pass a person and routes that rest are decided here, and a new
        attempt is booked; `start` is on Entra's clock.
        """
        begun = self.clock()

        def verb(db: Transaction) -> Claim | No | NotYet:
            now = self.clock()
            row = self.held(db, claim)
            if (
                why := db.switch("paused", hold=True)
            ) is not None:  # held: two that issue at once would count past a limit
                return NotYet(Reason.PAUSED, why)
            if found := hold_of(db, plan.subject.id):
                return found.no
            if over := closed(plan, start, now - begun):
                return over
            resolved(db, plan, now)
            sighted(db, self.limits.pausing, plan.about, now)
            if flip := flipped(db, self.limits.pausing, plan.subject.id, now):
                return flip
            if (why := db.switch("paused")) is not None:  # by itself, just now
                return NotYet(Reason.PAUSED, why)
            if over := limited(db, self.limits, plan, now):
                return over

            def others(rest: Rest) -> bool:
                waiting = db.rows([State.WAITING, State.CLAIMED])  # or taken by this very sweep
                alike = (each for each in waiting if each.reason is rest.reason and each.key != row.key)
                return any(not rest.suspects_one_of(who(each)) for each in alike)

            known = db.rests()
            no, then = admitted(known, passages(plan, row.mapping, named(row)), named(row), now, others)
            step = ways.issuing(row, plan, start, now)
            if no is None and not db.book(step.row):
                return _standing(db, plan)
            eased(db, self.limits, plan, now)
            for rest in then:
                if rest != known[rest.route]:
                    db.put_rest(rest)
            if no:
                return no
            about = plan.about or Involved(plan.subject)
            return onward(keep(db, row, naming(step, about), now), claim)

        return self.writing(claim, verb)

    def share(self, asker: str) -> NotYet | None:
        """Tell that a requester's share is used up, before anything is asked about their ticket. `asker`: the
        digest of the ticket's own text, which stands for the person that it meant last; "" for no requester.
        The booking decides, by the person whom the directory shows then.
        """

        def look(db: Transaction) -> tuple[Rule, NotYet | None, bool] | None:
            known = db.observed(Seen.REQUESTER, asker) if asker else None
            if asker and known is None:
                return None
            rule = requesters(self.limits, known.value if known else None)
            return rule, full(db, rule, self.clock()), db.observed(Seen.REACHED, rule.key) is not None

        rule, over, told = self.read(look) or (None, None, True)
        if rule and over and not told:
            found = rule, over
            self.write(lambda db: reached(db, *found, self.clock()))
        return over

    def delivering(self, claim: Claim, made: Pass) -> Claim:
        """The pass exists: its id, and the start and lifetime that it really has."""
        row = self._learning(
            claim, None, lambda row, now, _: ways.delivering(row, made, now), taken=lambda row: ENTRA
        )
        return onward(row, claim)

    def revoking(self, claim: Claim, decision: Decision) -> Claim:
        """The attempt's pass must go; the decision follows. To CLAIMED: one more failure is counted. No
        ticket is Stuck for what is everybody's.
        """
        waits = replace(decision, next_state=State.CLAIMED)
        if decision.trouble:
            waits = replace(waits, reason=decision.trouble.reason)

        def rule(row: Row, now: float, all_: bool) -> Transition:
            spared = all_ and decision.next_state is State.STUCK
            return ways.revoking(row, waits if spared else decision, now, excused=all_)

        row = self._learning(claim, decision.trouble, rule, decision.about)
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
            taken=taken,
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
            all_wait=lambda db, row: verdict is not None and verdict.own and all_wait(db, row),
        )
        self.drop(claim)
        return row.state

    def _learning(
        self,
        claim: Claim,
        trouble: Trouble | None,
        rule: Callable[[Row, float, bool], Transition],
        about: Involved | None = None,
        *,
        taken: Callable[[Row], str | None] = lambda row: None,
        all_wait: Callable[[Transaction, Row], bool] = lambda db, row: False,
    ) -> Row:
        """One step of a claim, which may say something of a route: the trouble that it met, or the route that
        it took with success. The rule is told whether the trouble is everybody's. Raises Lost, Unwritten.
        """
        news: list[tuple[Event, Rest]] = []

        def verb(db: Transaction) -> Row:
            news.clear()
            now = self.clock()
            row = self.held(db, claim)
            rests = trouble is not None and learn(db, trouble, row, now, news)
            everybodys = (rests and trouble is not None and trouble.excuses) or all_wait(db, row)
            if route := taken(row):
                heal(db, route, row, now, news)
            step = under(rule(row, now, everybodys), claim)
            decided(db, self.limits.pausing, step, now)
            if self.notifies and handed_over(row, step.row):
                is_due(db, step.row, now)
            sighted(db, self.limits.pausing, about, now)
            if row.state in MAKING and step.row.state is not State.DELIVERING:
                give_way(db, row, now)
            return keep(db, row, naming(step, about), now)

        row = self.writing(claim, verb)
        for happened, rest in news:
            with suppress(Exception):  # a listener that fails must not stop a ticket
                self.on_rest(happened, rest)
        return row


def handed_over(before: Row, after: Row) -> bool:
    """Tell whether a step is the one that says that somebody holds the pass."""
    had = before.attempt is not None and before.attempt.delivered_at is not None
    return not had and after.attempt is not None and after.attempt.delivered_at is not None


def onward(row: Row, claim: Claim) -> Claim:
    """The claim as the row is now, worked under the same version of its mapping."""
    return replace(claim_of(row), version=claim.version, waited=claim.waited)


def resolved(db: Transaction, plan: Plan, now: float) -> None:
    """Keep whom the requester's text on the ticket meant."""
    known = db.observed(Seen.REQUESTER, plan.asker) if plan.asker else None
    if plan.asker and (known is None or known.value != (plan.requester or "")):
        db.observe(Observation(Seen.REQUESTER, plan.asker, now, plan.requester or ""))


def _standing(db: Transaction, plan: Plan) -> NotYet:
    """The unique index said no. Only for the one reason that it has."""
    standing = db.open_attempt(plan.subject.id)
    if standing is None:
        raise Unwritten("the ledger knows this attempt already; run passdesk audit verify")
    return NotYet(
        Reason.PASS_STANDING,
        f"{plan.subject.upn} has a pass from another ticket already ({standing.reference}).",
    )


def closed(plan: Plan, start: int, waited: float) -> NotYet | None:
    """Speak up where the mapping's hours ended since the ticket was judged. The start lies its fence behind
    Entra's clock, as it was before the transaction; `waited`: seconds since.
    """
    if plan.in_hours(start - plan.fence + waited):
        return None
    return NotYet(Reason.OUTSIDE_HOURS, "The hours in which passes are made ended while it was judged.")
