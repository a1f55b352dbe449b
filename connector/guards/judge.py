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
from connector.domain.same_text import composed
from connector.domain.ticket import Claim, MappedTicket, Plan, ReissueRequest, Ticket
from connector.guards import GUARDS, TICKET_GUARDS, Case, Guard, TicketCase, TicketGuard
from connector.guards.account import may_come
from connector.guards.approval import ApprovalProof, look_at, proof_of
from connector.guards.evidence import (
    Approvers,
    Directory,
    Evidence,
    Identify,
    Known,
    ManagerRecipient,
    Missing,
    Person,
    Policy,
    Wanted,
)
from connector.guards.pinned import called, pins_of, same_account, seen
from connector.guards.policy import others
from connector.guards.recipient import mailbox
from connector.mapping import Facts, Key, Mapping, MappingNo
from connector.mapping.keys.floor import Floor
from connector.mapping.queue import Queue

SHADOW = "The mapping has mode: shadow, and makes no pass."


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
    approval: ApprovalProof | None = None  # None: nobody asks what the approval is of


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
    share: Callable[[str], NotYet | None] = lambda asker: None  # the ledger's: is a requester's used up?
    approvers: Approvers = lambda ticket: ()  # with four eyes only; no Desk: `explain` can't write
    identify: Identify = lambda key: None  # who is meant by a name; raises Down

    def mapped(self, ticket: Ticket) -> MappedTicket:
        facts = self.mapping.facts(ticket.fields)
        if isinstance(facts, MappingNo) and (why := why_empty(ticket, facts.field.replace(" or ", " and "))):
            facts = replace(facts, sentence=because(facts.sentence, why))
        rests_on = facts.digest if isinstance(facts, Facts) else repr(facts)
        agent = f"\n{ticket.agent}" if self.mapping.allow.four_eyes else ""
        links = f"\nlinks: {ticket.links}" if self.mapping.notes_pass and ticket.links != "" else ""
        digest = sha256(f"{rests_on}\n{ticket.mailed}{agent}{links}".encode()).hexdigest()
        return MappedTicket(ticket, digest, facts, look_at(self.mapping, ticket, facts))

    def judge(self, claim: Claim, mapped: MappedTicket) -> Plan | No | NotYet:
        found = self.evaluate(claim, mapped)
        about = involved(found)
        if found.evidence is None or found.facts is None:
            return replace(found.verdict, about=about)
        pins = pins_of(found.facts.subject, found.evidence.subject)
        return replace(found.verdict, about=replace(about, pins=pins))

    def evaluate(self, claim: Claim, mapped: MappedTicket) -> Evaluation:
        """Judge, and keep everything that the verdict rests on. Raises Down."""
        if self.mapping.shadow and claim.state is not State.LIVE:
            return Evaluation(None, None, (), NotYet(Reason.PAUSED, SHADOW))
        match mapped.facts:
            case MappingNo() as no:
                said = NotYet if no.reason is Reason.EVIDENCE_MISSING else No
                return Evaluation(None, None, (), said(no.reason, no.sentence))
            case Facts() as facts:
                self.listener(claim, Event.MAPPED)
            case _:
                raise TypeError(f"{claim.number} was mapped by another judge")
        ticket, shown = mapped.ticket, self.shown(claim, mapped, self.timed(claim))
        found = [GuardResult(type(each).__name__, each.check(shown)) for each in self.ticket_guards]
        approval, verdict = proof_of(shown), worst(found)
        if isinstance(verdict, No) or (
            verdict and claim.state is not State.LIVE
        ):  # of a live pass, everything is asked
            return Evaluation(facts, None, tuple(found), self.first_seen(claim, facts, verdict), approval)
        if claim.state is not State.LIVE:
            found.append(GuardResult("RequesterShare", self.share(asker_of(facts))))
            if verdict := found[-1].verdict:
                return Evaluation(facts, None, tuple(found), verdict, approval)
        evidence = self.directory.prove(facts, self.wanted(ticket))
        within = self.mapping.allow.new_account_within
        if isinstance(evidence, No) and evidence.reason is Reason.SUBJECT_NOT_FOUND and within:
            evidence = may_come(evidence, ticket, within, self.now())
        if not isinstance(evidence, Evidence):
            return Evaluation(facts, None, tuple(found), evidence, approval)
        self.listener(claim, Event.PROVED)
        now = self.now() if facts.starts_at is not None or self.floor.account_age else 0
        case = Case(self.mapping, self.floor, evidence, claim.attempt, facts, now)
        found += [GuardResult(type(each).__name__, each.check(case)) for each in self.guards]
        found.append(GuardResult("SameAccount", same_account(claim, facts.subject, evidence.subject)))
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
            approval,
        )

    def timed(self, claim: Claim) -> int | None:
        """Entra's clock, where a pass is to be made and the mapping says when one may be, or how old a
        verification. Raises Down.
        """
        allow = self.mapping.allow
        fresh = allow.verified is not None and allow.verified.at is not None
        timed = allow.hours is not None or allow.oldest is not None or fresh
        return self.now() if timed and claim.state is not State.LIVE else None

    def first_seen(self, claim: Claim, facts: Facts, verdict: No | NotYet) -> No | NotYet:
        """Pin the person of a ticket that waits before the directory was asked: the name may be somebody
        else's when the wait is over. Once for each name. Raises Down.
        """
        if isinstance(verdict, No) or called(facts.subject) in {pin.name for pin in claim.pins}:
            return verdict
        person = self.identify(facts.subject)
        return replace(verdict, about=seen(facts.subject, person)) if isinstance(person, Person) else verdict

    def wanted(self, ticket: Ticket) -> Wanted:
        """Raises Down, where the desk is asked who approved."""
        rules, four_eyes = self.mapping.allow.requester, self.mapping.allow.four_eyes
        levels = self.mapping.allow.manager_levels
        groups = tuple(rule.removeprefix("group:") for rule in rules if rule.startswith("group:"))
        return Wanted(
            manager=("manager" in rules or levels > 0) and "anyone" not in rules,
            manager_levels=0 if "anyone" in rules else levels,
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
            asker=asker_of(facts),
        )

    def places(self, evidence: Evidence) -> list[Destination]:
        """The places where the pass may go, in the order in which they are tried."""
        ways: dict[str, Destination | None] = {
            "note": NoteDestination(self.mapping.note.field),
            "manager_mail": mailbox(evidence),
        }
        return [place for way in self.mapping.deliver if (place := ways[way])]

    def supports(self, claim: Claim, plan: Plan, mapped: MappedTicket) -> bool:
        shown = self.shown(claim, mapped)
        return mapped.digest == plan.digest and all(each.check(shown) is None for each in self.ticket_guards)

    def shown(self, claim: Claim, mapped: MappedTicket, now: int | None = None) -> TicketCase:
        """The ticket, with what was seen of its approval before."""
        before = claim.seen_unapproved, claim.seen_approved
        return TicketCase(mapped.ticket, self.mapping, mapped.look, *before, now)

    def reissue_request(self, ticket: Ticket) -> ReissueRequest | None:
        return self.mapping.reissue_request(ticket.fields)

    def dropped(self, claim: Claim, ticket: Ticket | None) -> bool:
        return ticket is None or not Queue(self.mapping).is_ours(claim, ticket)

    def wants(self, ticket: Ticket) -> bool:
        return Queue(self.mapping).wants(ticket)


def asker_of(facts: Facts) -> str:
    """The digest of the requester's text on the ticket; "" where it names none."""
    asked = facts.requester
    if asked is None:
        return ""
    return sha256(f"{asked.find_by}\n{composed(asked.value).strip().casefold()}".encode()).hexdigest()[:32]


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
    asked, manager, existing = evidence.requester, evidence.manager_recipient, evidence.existing_passes
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
        privileged=privileged(found.results),
        existing=() if isinstance(existing, Missing) else tuple(existing),
        grounds=grounds,
    )


def privileged(found: Sequence[GuardResult]) -> bool:
    """Tell whether a guard saw privileges, however the person has them."""
    return any(each.verdict and each.verdict.reason is Reason.SUBJECT_PRIVILEGED for each in found)


def verdicts(found: Evaluation) -> tuple[tuple[str, str], ...]:
    """Each guard's name, and "yes" or the reason of its no; what came before the guards goes by its own."""
    asked = [(each.guard, each.verdict.reason.value if each.verdict else "yes") for each in found.results]
    said = any(each.verdict is not None for each in found.results)
    if isinstance(found.verdict, Plan) or said:
        return tuple(asked)
    return (*asked, ("Mapping" if found.facts is None else "Evidence", found.verdict.reason.value))


def worst(found: Sequence[GuardResult]) -> No | NotYet | None:
    """A no goes before a not yet: what time can't change need not wait."""
    noes = [each.verdict for each in found if isinstance(each.verdict, No)]
    return next(iter(noes), next((each.verdict for each in found if each.verdict), None))
