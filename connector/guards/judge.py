"""From a ticket to a plan or a no: map, prove, guard. Reads only, so `explain` runs the very same."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from connector.domain.events import Event
from connector.domain.outcome import No, NotYet, State
from connector.domain.reasons import Reason
from connector.domain.recipients import Destination, NoteDestination, written
from connector.domain.ticket import Claim, MappedTicket, Plan, ReissueRequest, Ticket
from connector.guards import GUARDS, TICKET_GUARDS, Case, Guard, TicketCase, TicketGuard
from connector.guards.account import may_come
from connector.guards.approval import look_at, proof_of
from connector.guards.digests import asker_of, ticket_digest
from connector.guards.empty_fields import no_requester_because, unmapped_because
from connector.guards.evaluation import Evaluation, GuardResult, involved, worst
from connector.guards.evidence import Approvers, Directory, Evidence, Identify, Person, Wanted
from connector.guards.pinned import called, named, pins_of, same_account, seen
from connector.guards.policy import others
from connector.guards.recipient import mailbox
from connector.guards.wanted import wanted
from connector.lifecycle.roles import OnFound, nothing
from connector.mapping import Facts, Mapping, MappingNo
from connector.mapping.keys.floor import Floor
from connector.mapping.queue import Queue

SHADOW = "The mapping has mode: shadow, and makes no pass."


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
    held: Callable[[str], No | None] = lambda subject: (
        None
    )  # the ledger's: may this person have a pass at all?
    approvers: Approvers = lambda ticket: ()  # with four eyes only; no Desk: `explain` can't write
    identify: Identify = lambda key: None  # who is meant by a name; raises Down

    def mapped(self, ticket: Ticket) -> MappedTicket:
        facts = unmapped_because(self.mapping.facts(ticket.fields), ticket)
        digest = ticket_digest(self.mapping, ticket, facts)
        asker = asker_of(facts) if isinstance(facts, Facts) else ""
        return MappedTicket(ticket, digest, facts, look_at(self.mapping, ticket, facts), asker)

    def judge(self, claim: Claim, mapped: MappedTicket, on_found: OnFound = nothing) -> Plan | No | NotYet:
        found = self.evaluate(claim, mapped, on_found)
        about, known = involved(found), found.verdict.about
        if found.evidence is None or found.facts is None:
            known = replace(known, grounds=about.grounds) if known else about
            return replace(found.verdict, about=known)
        pins = pins_of(found.facts.subject, found.evidence.subject)
        return replace(found.verdict, about=replace(about, pins=pins))

    def ahead(self, mapped: Sequence[MappedTicket]) -> None:
        asked: list[tuple[Facts, Wanted]] = []
        for each in () if self.mapping.shadow else mapped:
            with suppress(Exception):  # one ticket that nobody foresaw costs the others nothing
                if isinstance(each.facts, Facts):
                    asked.append((each.facts, wanted(self.mapping, each.ticket, lambda ticket: ())))
        with suppress(Exception):  # without hints, each ticket is judged as if nobody had asked
            self.directory.ahead(asked)

    def evaluate(self, claim: Claim, mapped: MappedTicket, on_found: OnFound = nothing) -> Evaluation:
        """Judge, and keep everything that the verdict rests on. Raises Down."""
        if self.mapping.shadow and claim.state is not State.LIVE:
            return Evaluation(None, None, (), NotYet(Reason.PAUSED, SHADOW))
        match mapped.facts:
            case MappingNo() as no:
                said = NotYet if no.reason is Reason.EVIDENCE_MISSING else No
                return Evaluation(None, None, (), said(no.reason, no.sentence))
            case Facts() as facts:
                self.listener(claim, Event.MAPPED)
                return self.by_facts(claim, mapped, facts, on_found)
            case _:
                raise TypeError(f"{claim.number} was mapped by another judge")

    def by_facts(
        self, claim: Claim, mapped: MappedTicket, facts: Facts, on_found: OnFound = nothing
    ) -> Evaluation:
        """Judge a ticket that is mapped: by itself, by the directory's answer, by the guards. Raises Down."""
        shown = self.shown(claim, mapped, self.timed(claim))
        approval = proof_of(shown)
        results, verdict = self.before_directory(claim, facts, shown)
        evidence = verdict or self.answered(mapped.ticket, facts, on_found)
        if not isinstance(evidence, Evidence):
            return Evaluation(facts, None, tuple(results), evidence, approval)
        self.listener(claim, Event.PROVED)
        now = self.now() if facts.starts_at is not None or self.floor.account_age else 0
        results += self.by_guards(claim, facts, evidence, now)
        no = no_requester_because(worst(results), self.mapping, mapped.ticket)
        if no is not None:
            return Evaluation(facts, evidence, tuple(results), no, approval)
        self.listener(claim, Event.ALLOWED)
        plan = replace(self.plan(mapped, facts, evidence, now), replaces=ended(evidence, claim))
        return Evaluation(facts, evidence, tuple(results), plan, approval)

    def before_directory(
        self, claim: Claim, facts: Facts, shown: TicketCase
    ) -> tuple[list[GuardResult], No | NotYet | None]:
        """Ask the rules that need no directory; the verdict where it isn't asked any more. Of a live pass,
        everything is asked but after a no. Raises Down.
        """
        results = [GuardResult(type(each).__name__, each.check(shown)) for each in self.ticket_guards]
        verdict, live = worst(results), claim.state is State.LIVE
        if isinstance(verdict, No) or (verdict and not live):
            return results, self.first_seen(claim, facts, verdict)
        if live:
            return results, None
        share = GuardResult("RequesterShare", self.share(asker_of(facts)))
        return [*results, share], share.verdict

    def answered(self, ticket: Ticket, facts: Facts, on_found: OnFound = nothing) -> Evidence | No | NotYet:
        """The directory's answer; somebody who isn't there may come. Raises Down."""
        evidence = self.directory.prove(facts, wanted(self.mapping, ticket, self.approvers), on_found)
        within = self.mapping.allow.new_account_within
        if isinstance(evidence, No) and evidence.reason is Reason.SUBJECT_NOT_FOUND and within:
            return may_come(evidence, ticket, within, self.now())
        return evidence

    def by_guards(self, claim: Claim, facts: Facts, evidence: Evidence, now: int) -> list[GuardResult]:
        case = Case(self.mapping, self.floor, evidence, claim.attempt, facts, now)
        results = [GuardResult(type(each).__name__, each.check(case)) for each in self.guards]
        same = same_account(claim, facts.subject, evidence.subject)
        held = self.held(evidence.subject.id)
        return [GuardResult("SubjectNotHeld", held), *results, GuardResult("SameAccount", same)]

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
            in_hours=in_hours(self.mapping),
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


def in_hours(mapping: Mapping) -> Callable[[float], bool]:
    """The mapping's hours, for the booking to look at once more: judging takes its time."""
    hours, zone = mapping.allow.hours, mapping.timezone
    return (lambda at: True) if hours is None else lambda at: hours.cover(at, zone)


def ended(evidence: Evidence, claim: Claim) -> tuple[str, ...]:
    """The ids of others' passes that a new one ends."""
    return tuple(each.id for each in others(evidence.existing_passes, claim.attempt))
