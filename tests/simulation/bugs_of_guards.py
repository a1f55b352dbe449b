"""Bugs in the guards, the desk, the sweep and the deliveries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.deliveries import ticket_update as teller
from connector.deliveries.note import NoteDelivery
from connector.deliveries.ticket_update import NoteUpdater
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.domain.outcome import Happened, State
from connector.domain.receipts import UpdateReceipt
from connector.domain.secret import Secret
from connector.domain.ticket import Claim, MappedTicket, Ticket
from connector.guards.evidence import Missing
from connector.guards.judge import MappingJudge
from connector.guards.person import NotPrivileged, SubjectEnabled
from connector.guards.policy import InPolicy, NoExistingPass
from connector.guards.requester import RequesterAllowed
from connector.guards.ticket import Approved, NoteStaysInside
from connector.lifecycle.journey import handle
from connector.lifecycle.roles import TicketWrite
from connector.mapping import Watch
from connector.mapping.queue import Queue
from connector.worker import polling, sweep
from tests.simulation.mutants import Put, mutant


def nothing(self: Any, case: Any) -> None:
    """A guard that has nothing to say."""


@mutant("guard: administrators are let through")
def privileged_pass(put: Put) -> None:
    put(NotPrivileged, "check", nothing)


@mutant("guard: eligible roles are not looked at")
def eligible_unseen(put: Put) -> None:
    right = NotPrivileged.check
    put(
        NotPrivileged,
        "check",
        lambda self, case: right(self, replace(case, evidence=replace(case.evidence, eligible=()))),
    )


@mutant("guard: groups that may carry roles are not looked at")
def role_groups_unseen(put: Put) -> None:
    right = NotPrivileged.check
    put(
        NotPrivileged,
        "check",
        lambda self, case: right(self, replace(case, evidence=replace(case.evidence, groups=()))),
    )


@mutant("guard: what can't be read counts as none")
def missing_is_none(put: Put) -> None:
    right = NotPrivileged.check

    def check(self: Any, case: Any) -> Any:
        names = ("roles", "eligible", "groups")
        known = {name: () for name in names if isinstance(getattr(case.evidence, name), Missing)}
        return right(self, replace(case, evidence=replace(case.evidence, **known)))

    put(NotPrivileged, "check", check)


@mutant("guard: disabled accounts are let through")
def disabled_pass(put: Put) -> None:
    put(SubjectEnabled, "check", nothing)


@mutant("guard: who is out of the policy is let through")
def out_of_policy_pass(put: Put) -> None:
    put(InPolicy, "check", nothing)


@mutant("guard: anybody may ask")
def anybody_may_ask(put: Put) -> None:
    put(RequesterAllowed, "check", nothing)


@mutant("guard: a pass that somebody else made is replaced")
def standing_is_replaced(put: Put) -> None:
    put(NoExistingPass, "check", nothing)


@mutant("guard: an approval is not waited for")
def approval_ignored(put: Put) -> None:
    put(Approved, "check", nothing)


@mutant("guard: notes that are mailed out are used")
def mailed_notes_used(put: Put) -> None:
    put(NoteStaysInside, "check", nothing)


@mutant("the judge judges another person than the ticket names")
def facts_of_yesterday(put: Put) -> None:
    """It keeps the facts of a ticket as it saw them first."""
    right, seen = MappingJudge.judge, dict[str, Any]()

    def judge(self: Any, claim: Claim, mapped: MappedTicket, *on_found: Any) -> Any:
        key = f"{self.directory._graph._service.world.shape}{mapped.ticket.id}"
        plan: Any = right(self, claim, seen.setdefault(key, mapped), *on_found)
        return replace(plan, digest=mapped.digest) if hasattr(plan, "digest") else plan

    put(MappingJudge, "judge", judge)


@mutant("rows that a poll gets are not checked against watch")
def rows_not_checked(put: Put) -> None:
    put(Watch, "matches", lambda self, fields: True)


@mutant("a reference that the ledger doesn't know is ignored")
def strangers_ignored(put: Put) -> None:
    put(sweep.Sweep, "strangers", lambda self, report, claims: claims)


@mutant("a ticket that two mappings want is worked by the first")
def two_mappings(put: Put) -> None:
    right = polling.sort_out

    def sort_out(polled: Any, began: float) -> Any:
        return [replace(each, mappings=each.mappings[:1]) for each in right(polled, began)]

    put(polling, "sort_out", sort_out)
    put(sweep.Sweep, "begin", lambda self, ticket, shown, claim, roles: handle(claim, ticket, roles, shown))


@mutant("an interrupted ticket is not handed back, and its lease is kept")
def not_handed_back(put: Put) -> None:
    put(sweep.Sweep, "hand_back", lambda self, claim, rest: None)


@mutant("the sweep works what is fresh, and never recovers")
def never_recovers(put: Put) -> None:
    put(sweep.Sweep, "recover", lambda self, report, pool, due=False: None)
    put(sweep.Sweep, "resume", lambda self, report, pool, states, due=False: None)


@mutant("a state is set although a person changed it")
def state_set_anyway(put: Put) -> None:
    class Untouched(Queue):
        def is_ours(self, claim: Claim, ticket: Ticket) -> bool:
            return claim.attempt is not None or super().is_ours(claim, ticket)

    put(teller, "Queue", Untouched)


@mutant("the word goes to another ticket")
def wrong_ticket(put: Put) -> None:
    right, last = ServiceNowDesk.write, dict[int, str]()

    def write(self: Any, ticket: str, entry: TicketWrite) -> Any:
        other = last.setdefault(id(self._service.world), ticket)
        return right(self, other if not isinstance(entry.note, Secret) else ticket, entry)

    put(ServiceNowDesk, "write", write)


@mutant("the pass goes to another ticket")
def pass_on_the_wrong_ticket(put: Put) -> None:
    right, last = ServiceNowDesk.write, dict[int, str]()

    def write(self: Any, ticket: str, entry: TicketWrite) -> Any:
        other = last.setdefault(id(self._service.world), ticket)
        return right(self, other if isinstance(entry.note, Secret) else ticket, entry)

    put(ServiceNowDesk, "write", write)


@mutant("the pass goes into a comment")
def pass_in_a_comment(put: Put) -> None:
    right = NoteDelivery.deliver

    def deliver(self: Any, claim: Claim, fresh: Any) -> Any:
        mapping = replace(self.mapping, note=replace(self.mapping.note, field="comments"))
        desk = ServiceNowDesk(self.desk._service, mapping, "https://contoso.service-now.com")
        return right(replace(self, mapping=mapping, desk=desk), claim, fresh)

    put(NoteDelivery, "deliver", deliver)


@mutant("a refusal is not told")
def refusal_untold(put: Put) -> None:
    right = NoteUpdater.update

    def tell(self: Any, claim: Claim) -> Any:
        return (
            Happened(UpdateReceipt(left_watch=False))
            if claim.next_state in {State.REFUSED, State.STUCK}
            else right(self, claim)
        )

    put(NoteUpdater, "update", tell)


@mutant("a word whose reply was lost is written again and again")
def word_again_and_again(put: Put) -> None:
    right = NoteUpdater.update

    def tell(self: Any, claim: Claim) -> Any:
        for _ in range(15):
            done = right(self, claim)
        return done

    put(NoteUpdater, "update", tell)
