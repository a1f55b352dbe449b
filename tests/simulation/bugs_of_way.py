"""Bugs in the journey, recovery, revoking and after-care."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.domain.outcome import Decision, DidNot, Happened, Retry, State, Unknown
from connector.domain.reasons import Reason
from connector.domain.receipts import DeliveryReceipt
from connector.domain.recipients import destinations
from connector.domain.ticket import Attempt, Claim, ExistingPass
from connector.entra.passes import EntraIssuer
from connector.http.service import Answer
from connector.lifecycle import journey, recovery, revoking
from connector.lifecycle.ledger_roles import Requeue
from connector.lifecycle.rereading import Reread
from connector.lifecycle.roles import Roles
from connector.lifecycle.settling import settle
from tests.simulation.mutants import Put, mutant
from tests.simulation.replica import Replica


@mutant("the POST is sent again when its reply is lost")
def retry_the_post(put: Put) -> None:
    right = EntraIssuer.issue

    def issue(self: Any, attempt: Attempt) -> Any:
        done = right(self, attempt)
        return right(self, attempt) if isinstance(done, Unknown) else done

    put(EntraIssuer, "issue", issue)


@mutant("the pass is delivered before the ledger knows its id")
def deliver_before_the_ledger(put: Put) -> None:
    right = journey.record_pass

    def record_pass(claim: Claim, fresh: Any, roles: Roles) -> Claim:
        roles.delivery.deliver(claim, fresh)
        return right(claim, fresh, roles)

    put(journey, "record_pass", record_pass)


@mutant("the ticket is not read again before the POST")
def skip_the_reread(put: Put) -> None:
    put(journey, "unchanged_since_plan", lambda claim, mapped, plan, ticket, roles: True)


@mutant("the ticket is read again, and a closed one counts as open", 7500)
def closed_counts_as_open(put: Put) -> None:
    put(
        journey,
        "unchanged_since_plan",
        lambda claim, mapped, plan, ticket, roles: (
            bool(ticket) and roles.judge.supports(claim, plan, roles.judge.mapped(ticket))
        ),
    )


@mutant("the ticket is read again, and its facts are not compared")
def facts_not_compared(put: Put) -> None:
    def unchanged_since_plan(claim: Claim, mapped: Any, plan: Any, ticket: Any, roles: Roles) -> bool:
        return ticket is not None and not roles.judge.dropped(claim, ticket)

    put(journey, "unchanged_since_plan", unchanged_since_plan)


@mutant("what the ticket said beside the last question counts, however long that took")
def old_rereading(put: Put) -> None:
    put(Replica, "numbers", {"reread_after": 1e9})


@mutant("what a reading of several tickets showed counts for ever")
def old_reading_of_several(put: Put) -> None:
    right = Reread.ticket
    put(
        Reread,
        "ticket",
        lambda self: self._before.ticket if self._before and not self._underway else right(self),
    )
    put(Reread, "begin", lambda self: None)


@mutant("an interrupted POST is not revoked: judged again at once")
def forget_to_revoke(put: Put) -> None:
    put(
        recovery.HANDLERS,
        State.ISSUING,
        lambda claim, roles: roles.book.close(claim, State.CLAIMED, revocation_proven=True),
    )


@mutant("no fence: the pass is to start at once")
def no_fence(put: Put) -> None:
    put(journey, "first_second", lambda now, plan, failures: now + 1)


@mutant("a pass starts on a full minute")
def on_a_full_minute(put: Put) -> None:
    put(journey, "first_second", lambda now, plan, failures: (now + plan.fence) // 60 * 60 + 60)


@mutant("nobody waits for the fence: nothing there counts at once")
def no_wait_for_the_fence(put: Put) -> None:
    put(revoking, "no_more_after", lambda attempt, roles: 0)


@mutant("the fence is waited for without a margin")
def no_margin(put: Put) -> None:
    put(Replica, "numbers", {"start_slack": 0})


@mutant("one look is enough")
def one_look_is_enough(put: Put) -> None:
    right = revoking.ensure_gone

    def ensure_gone(claim: Claim, roles: Roles) -> State:
        return right(replace(claim, first_absent_at=0), roles)  # as if a look had shown nothing long ago

    put(revoking, "ensure_gone", ensure_gone)
    put(recovery.HANDLERS, State.REVOKING, ensure_gone)


@mutant("a pass is given up without a DELETE")
def no_delete(put: Put) -> None:
    put(EntraIssuer, "delete", lambda self, subject, pass_id: Happened(None))


@mutant("a deletion counts, whatever became of it")
def trust_the_deletion(put: Put) -> None:
    def ensure_gone(claim: Claim, roles: Roles) -> State:
        attempt = claim.current_attempt
        standing = [each for each in roles.issuer.look(attempt.subject.id) if each.belongs_to(attempt)]
        for each in standing:
            roles.issuer.delete(attempt.subject.id, each.id)
        if standing or roles.issuer.now() >= revoking.no_more_after(attempt, roles):
            return revoking.after_revocation(claim, roles)
        return roles.book.reschedule(claim, Requeue(wait=5))

    put(revoking, "ensure_gone", ensure_gone)
    put(recovery.HANDLERS, State.REVOKING, ensure_gone)


@mutant("every pass counts as ours")
def any_pass_is_ours(put: Put) -> None:
    put(ExistingPass, "belongs_to", lambda self, attempt: True)


@mutant("no pass counts as ours until its id is known")
def no_fingerprint(put: Put) -> None:
    put(ExistingPass, "belongs_to", lambda self, attempt: self.id == attempt.pass_id)


@mutant("a pass is over when it starts")
def over_at_its_start(put: Put) -> None:
    put(Attempt, "end", property(lambda self: self.start))


@mutant("a lost reply to the POST counts as nothing made")
def lost_post_is_nothing(put: Put) -> None:
    right = EntraIssuer.issue

    def issue(self: Any, attempt: Attempt) -> Any:
        done = right(self, attempt)
        return DidNot(Reason.DIRECTORY_UNREACHABLE, Retry.UNCOUNTED) if isinstance(done, Unknown) else done

    put(EntraIssuer, "issue", issue)


@mutant("a lost reply to the note counts as written")
def lost_note_is_written(put: Put) -> None:
    right = journey.deliver

    def deliver(claim: Claim, fresh: Any, roles: Roles) -> State:
        class Sure:
            def deliver(self, claim: Claim, fresh: Any) -> Any:
                done = roles.delivery.deliver(claim, fresh)
                return (
                    Happened(
                        DeliveryReceipt(destinations(claim.current_attempt.recipient)[0], ticket_settled=True)
                    )
                    if isinstance(done, Unknown)
                    else done
                )

            def ready(self, recipient: str) -> None:
                return None

        return right(claim, fresh, replace(roles, delivery=Sure()))

    put(journey, "deliver", deliver)


@mutant("a note that was refused counts as written")
def refused_note_is_written(put: Put) -> None:
    def deliver(claim: Claim, fresh: Any, roles: Roles) -> State:
        roles.delivery.deliver(claim, fresh)
        return roles.book.close(roles.book.settling(claim, Decision(State.LIVE)), State.LIVE)

    put(journey, "deliver", deliver)


@mutant("after a lost note, it is said to be there")
def note_is_always_found(put: Put) -> None:
    put(
        recovery.HANDLERS,
        State.DELIVERING,
        lambda claim, roles: settle(roles.book.settling(claim, Decision(State.LIVE)), roles),
    )


@mutant("after a lost note, any reference of the ticket will do")
def any_reference_will_do(put: Put) -> None:
    def confirm_delivery(claim: Claim, roles: Roles) -> State:
        ticket = roles.desk.read(claim.ticket)
        found = roles.desk.references([ticket]).get(ticket.id, ()) if ticket else ()
        if any(each.startswith(claim.code) for each in found):
            return settle(roles.book.settling(claim, Decision(State.LIVE)), roles)
        return revoking.revoke(claim, Decision(State.CLAIMED, Reason.RECOVERING), roles)

    put(recovery.HANDLERS, State.DELIVERING, confirm_delivery)


@mutant("a lost note is waited for and never given up")
def note_is_waited_for(put: Put) -> None:
    put(
        recovery.HANDLERS,
        State.DELIVERING,
        lambda claim, roles: roles.book.reschedule(claim, Requeue(wait=10)),
    )


@mutant("attempts are not bounded")
def no_bound(put: Put) -> None:
    put(Replica, "numbers", {"max_attempts": 1000})


@mutant("the POST is sent however late it is", 7500)  # rare: it needs a stop between the booking and the POST
def however_late(put: Put) -> None:
    right = EntraIssuer.issue

    class InTime(EntraIssuer):
        world: Any

    def issue(self: Any, attempt: Attempt) -> Any:
        early = InTime(self._graph)
        put_now = attempt.start - attempt.fence
        early.now = lambda: put_now  # type: ignore[method-assign]
        return right(early, attempt)

    put(EntraIssuer, "issue", issue)


@mutant("the fence is counted on our own clock")
def our_own_clock(put: Put) -> None:
    put(EntraIssuer, "now", lambda self: int(self._graph._service.replica.wall()))


@mutant("a reply 502 to the POST counts as a refusal")
def bad_gateway_is_a_no(put: Put) -> None:
    from tests.simulation.entra import GraphWire

    right = GraphWire.write

    def write(self: Any, method: str, path: str, **rest: Any) -> Any:
        done = right(self, method, path, **rest)
        return (
            Answer(429, None, {})
            if isinstance(done, Answer) and done.status == 502 and method == "POST"
            else done
        )

    put(GraphWire, "write", write)
