"""From a ticket to a plan or a no: map, prove, guard. Reads only, so `explain` runs the very same."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from connector.domain.events import Event
from connector.domain.outcome import No, NotYet, State
from connector.domain.people import Grounds, Involved, Subject
from connector.domain.reasons import Reason
from connector.domain.recipients import Destination, NoteDestination, written
from connector.domain.ticket import Claim, MappedTicket, Plan, ReissueRequest, Ticket
from connector.guards import GUARDS, TICKET_GUARDS, Case, Guard, TicketCase, TicketGuard
from connector.guards.evidence import (
    Approvers,
    Directory,
    Evidence,
    Known,
    ManagerRecipient,
    Missing,
    Person,
    Policy,
    Wanted,
)
from connector.guards.policy import others
from connector.guards.recipient import mailbox
from connector.mapping import Facts, Key, Mapping, MappingNo
from connector.mapping.keys.floor import Floor
from connector.mapping.queue import Queue


@dataclass(frozen=True)
class GuardResult:
    """The answer of one guard; None: nothing against it."""

    guard: str
    verdict: No | NotYet | None


@dataclass(frozen=True)
class Evaluation:
    """Everything a judgement rests on, for `explain`. `facts` and `evidence` are None where it did not come
    to them.
    """

    facts: Facts | None
    evidence: Evidence | None
    results: tuple[GuardResult, ...]
    verdict: Plan | No | NotYet


@dataclass(frozen=True)
class MappingJudge:
    """The judge of one mapping. `listener` hears each event: mapped, proved, allowed."""

    mapping: Mapping
    directory: Directory
    floor: Floor = field(default_factory=Floor)
    ticket_guards: Sequence[TicketGuard] = TICKET_GUARDS
    guards: Sequence[Guard] = GUARDS
    listener: Callable[[Claim, Event], None] = lambda claim, event: None
    now: Callable[[], int] = lambda: int(time.time())  # Entra's clock, epoch seconds; raises Down
    approvers: Approvers = lambda ticket: ()  # with four eyes only; no Desk: `explain` can't write

    def mapped(self, ticket: Ticket) -> MappedTicket:
        facts = self.mapping.facts(ticket.fields)
        if isinstance(facts, MappingNo) and (why := why_empty(ticket, facts.field.replace(" or ", " and "))):
            facts = replace(facts, sentence=because(facts.sentence, why))
        rests_on = facts.digest if isinstance(facts, Facts) else repr(facts)
        agent = f"\n{ticket.agent}" if self.mapping.allow.four_eyes else ""
        links = f"\nlinks: {ticket.links}" if self.mapping.notes_pass and ticket.links != "" else ""
        digest = sha256(f"{rests_on}\n{ticket.mailed}{agent}{links}".encode()).hexdigest()
        return MappedTicket(ticket, digest, facts)

    def judge(self, claim: Claim, mapped: MappedTicket) -> Plan | No | NotYet:
        found = self.evaluate(claim, mapped)
        return replace(found.verdict, about=involved(found))

    def evaluate(self, claim: Claim, mapped: MappedTicket) -> Evaluation:
        """Judge, and keep everything that the verdict rests on. Raises Down."""
        match mapped.facts:
            case MappingNo() as no:
                said = NotYet if no.reason is Reason.EVIDENCE_MISSING else No
                return Evaluation(None, None, (), said(no.reason, no.sentence))
            case Facts() as facts:
                self.listener(claim, Event.MAPPED)
            case _:
                raise TypeError(f"{claim.number} was mapped by another judge")
        ticket = mapped.ticket
        found = [
            GuardResult(type(each).__name__, each.check(TicketCase(ticket, self.mapping)))
            for each in self.ticket_guards
        ]
        verdict = worst(found)
        if isinstance(verdict, No) or (
            verdict and claim.state is not State.LIVE
        ):  # of a live pass, everything is asked
            return Evaluation(facts, None, tuple(found), verdict)
        evidence = self.directory.prove(facts, self.wanted(ticket))
        if not isinstance(evidence, Evidence):
            return Evaluation(facts, None, tuple(found), evidence)
        self.listener(claim, Event.PROVED)
        now = 0 if facts.starts_at is None else self.now()
        case = Case(self.mapping, self.floor, evidence, claim.attempt, facts, now)
        found += [GuardResult(type(each).__name__, each.check(case)) for each in self.guards]
        found.append(GuardResult("SameAccount", same_account(claim, evidence)))
        verdict = worst(found)
        if isinstance(verdict, No) and verdict.reason is Reason.REQUESTER_MISSING:
            source = self.mapping.values.get("requester")
            why = why_empty(ticket, " and ".join(source.fields)) if source else ""
            verdict = replace(verdict, detail=because(verdict.detail, why)) if why else verdict
        if verdict is None:
            self.listener(claim, Event.ALLOWED)
        return Evaluation(
            facts,
            evidence,
            tuple(found),
            verdict or replace(self.plan(mapped, facts, evidence, now), replaces=ended(evidence, claim)),
        )

    def wanted(self, ticket: Ticket) -> Wanted:
        """Raises Down, where the desk is asked who approved."""
        rules, four_eyes = self.mapping.allow.requester, self.mapping.allow.four_eyes
        groups = tuple(rule.removeprefix("group:") for rule in rules if rule.startswith("group:"))
        return Wanted(
            manager="manager" in rules and "anyone" not in rules,
            requester_groups=() if "anyone" in rules else groups,
            properties=tuple(self.mapping.confirm),
            approvers=tuple(self.approvers(ticket)) if four_eyes else (),
            recipient=handed_to(ticket) if four_eyes and "note" in self.mapping.deliver else None,
            manager_of=self.mapping.mail.manager_of if "manager_mail" in self.mapping.deliver else None,
        )

    def plan(self, mapped: MappedTicket, facts: Facts, evidence: Evidence, now: int = 0) -> Plan:
        """A start that has passed, and is allowed all the same, means now."""
        rules = self.mapping.pass_
        return Plan(
            subject=named(evidence.subject),
            requester=evidence.requester.id if evidence.requester else None,
            recipient=written(self.places(evidence)),
            lifetime=rules.lifetime,
            one_time=rules.one_time,
            fence=rules.fence,
            digest=mapped.digest,
            version=self.mapping.version,
            starts_at=facts.starts_at if (facts.starts_at or 0) >= now else None,
        )

    def places(self, evidence: Evidence) -> list[Destination]:
        """The places where the pass may go, in the order in which they are tried."""
        ways: dict[str, Destination | None] = {
            "note": NoteDestination(self.mapping.note.field),
            "manager_mail": mailbox(evidence),
        }
        return [place for way in self.mapping.deliver if (place := ways[way])]

    def supports(self, plan: Plan, mapped: MappedTicket) -> bool:
        return mapped.digest == plan.digest and all(
            each.check(TicketCase(mapped.ticket, self.mapping)) is None for each in self.ticket_guards
        )

    def reissue_request(self, ticket: Ticket) -> ReissueRequest | None:
        return self.mapping.reissue_request(ticket.fields)

    def dropped(self, claim: Claim, ticket: Ticket | None) -> bool:
        return ticket is None or not Queue(self.mapping).is_ours(claim, ticket)

    def wants(self, ticket: Ticket) -> bool:
        return Queue(self.mapping).wants(ticket)


def ended(evidence: Evidence, claim: Claim) -> tuple[str, ...]:
    """The ids of others' passes that a new one ends."""
    return tuple(each.id for each in others(evidence.existing_passes, claim.attempt))


def why_empty(ticket: Ticket, fields: str) -> str:
    """The desk's reason why one of these fields is empty; "" where it tells none."""
    return next((why for each in fields.split(" and ") if (why := ticket.why_empty.get(each))), "")


def because(sentence: str, why: str) -> str:
    return f"{sentence.rstrip('.')}: {why}."


def handed_to(ticket: Ticket) -> Known[Key | None]:
    """Find the agent whom a ticket is assigned to, and who would be handed the note."""
    if ticket.agent is None:
        return Missing("The mail address of the agent whom the ticket is assigned to can't be read.")
    return Key(ticket.agent, "mail") if ticket.agent else None


def named(person: Person) -> Subject:
    return Subject(person.id, person.upn, person.name)


def involved(found: Evaluation) -> Involved:
    """The people whom a verdict is about, and what it rests on, for the ledger."""
    evidence = found.evidence
    if evidence is None:
        return Involved(None, grounds=Grounds(verdicts(found)))
    asked, manager = evidence.requester, evidence.manager_recipient
    grounds = Grounds(
        verdicts(found),
        evidence.manager if isinstance(evidence.manager, str) else None,
        tuple(each.id if each else None for each in evidence.approvers),
        evidence.policy.digest if isinstance(evidence.policy, Policy) else None,
    )
    return Involved(
        named(evidence.subject),
        named(asked) if asked else None,
        named(manager.person) if isinstance(manager, ManagerRecipient) else None,
        grounds,
    )


def verdicts(found: Evaluation) -> tuple[tuple[str, str], ...]:
    """Each guard's name, and "yes" or the reason of its no; what came before the guards goes by its own."""
    asked = [(each.guard, each.verdict.reason.value if each.verdict else "yes") for each in found.results]
    said = any(each.verdict is not None for each in found.results)
    if isinstance(found.verdict, Plan) or said:
        return tuple(asked)
    return (*asked, ("Mapping" if found.facts is None else "Evidence", found.verdict.reason.value))


def same_account(claim: Claim, evidence: Evidence) -> No | None:
    """Another object behind the name that an earlier attempt of this ticket was for."""
    if claim.attempt is None or claim.attempt.subject.upn.casefold() != evidence.subject.upn.casefold():
        return None
    if claim.attempt.subject.id == evidence.subject.id:
        return None
    return No(
        Reason.SUBJECT_CHANGED,
        f"{evidence.subject.upn} belongs to another account than when the ticket was first judged.",
    )


def worst(found: Sequence[GuardResult]) -> No | NotYet | None:
    """A no goes before a not yet: what time can't change need not wait."""
    noes = [each.verdict for each in found if isinstance(each.verdict, No)]
    return next(iter(noes), next((each.verdict for each in found if each.verdict), None))
