"""The evidence about a ticket's people, in two $batch calls; in one where the ticket names object ids."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.ticket import ExistingPass
from connector.entra import people, privileges
from connector.entra.accounts import verified
from connector.entra.domains import DOMAINS, Domains
from connector.entra.graph import NO_REPLY, Graph, GraphReply, GraphRequest, missing
from connector.entra.managers import DisplayNames, Managers
from connector.entra.passes import PASSES, standings
from connector.entra.policy import POLICY, PolicyCache
from connector.entra.privileges import ASSIGNED, ELIGIBLE, MEMBERS
from connector.guards.evidence import Evidence, Known, Missing, Person, Policy, Role, Wanted
from connector.guards.pinned import seen
from connector.mapping import Facts, Key

SUBJECT, REQUESTER, MANAGER, MEMBERSHIP = "subject", "requester", "manager", "checked-"
RECIPIENT, APPROVER, FRESH, RIVAL = "recipient", "approver-", "by-id", "rival"
GROUPS_PER_CHECK = 20  # group ids a call, graph.md §4.2


class EntraDirectory:
    """`pim_absent`: the operator's word that the tenant has no licence for PIM."""

    def __init__(
        self, graph: Graph, *, pim_absent: bool = False, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._graph, self._pim_absent, self._policy = graph, pim_absent, PolicyCache(monotonic)
        self._domains, self.names = Domains(graph, monotonic), DisplayNames()
        self._managers = Managers(graph, monotonic, self._domains)

    def prove(self, facts: Facts, wanted: Wanted) -> Evidence | No | NotYet:
        """Everything the guards need. Raises Down."""
        other = facts.requester if facts.requester != facts.subject else None
        finding = _person_requests(facts.subject, other, wanted.properties)
        if isinstance(finding, No):
            return finding
        policy = self._policy.fresh()
        known, asked = (
            people.object_id(facts.subject),
            people.object_id(facts.requester) if facts.requester else None,
        )
        requests = [*finding, *([] if policy else [self._policy.ask()])]  # no round trip of its own
        requests += [*_other_requests(wanted), *(_subject_requests(known, wanted) if known else ())]
        requests += [*_membership_requests(asked, wanted)] if asked else []
        requests += [*self._domains.requests()]
        replies = self._graph.batch(requests)
        domains = self._domains.read(replies.pop(DOMAINS, None))
        subject = people.find(
            replies[SUBJECT],
            facts.subject,
            (Reason.SUBJECT_NOT_FOUND, Reason.SUBJECT_AMBIGUOUS),
            self._domains,
            wanted.properties,
        )
        if not isinstance(subject, Person):
            return subject
        requester: Person | No | NotYet | None = subject if facts.requester else None
        if other:
            requester = people.find(
                replies[REQUESTER],
                other,
                (Reason.REQUESTER_NOT_FOUND, Reason.REQUESTER_NOT_FOUND),
                self._domains,
            )
        about = seen(facts.subject, subject)
        if isinstance(requester, No | NotYet):
            return replace(requester, about=about)
        recipient = _recipient(replies, wanted, self._domains)
        if isinstance(recipient, No | NotYet):
            return replace(recipient, about=about)
        more = [*_fresh_requests(replies, facts, subject, requester, wanted)]
        more += [] if known else [*_subject_requests(subject.id, wanted)]
        more += [*_membership_requests(requester.id, wanted)] if requester and not asked else []
        managed = {"subject": subject, "requester": requester}.get(wanted.manager_of or "")
        more += [*self._managers.requests(managed.id)] if managed else []
        replies |= self._graph.batch(more) if more else {}
        people_now = _as_they_are(replies, facts, (subject, requester), wanted, self._domains)
        if isinstance(people_now, NotYet):
            return replace(people_now, about=about)
        subject, requester = people_now
        if any(replies[each].status == 404 for each in (MEMBERS, PASSES)):
            return NotYet(
                Reason.SUBJECT_TOO_NEW,
                f"{subject.upn} isn't known everywhere in the directory yet.",
                about=about,
            )
        evidence = self._evidence(
            replies, subject, requester, policy or self._policy.take(replies[POLICY]), wanted
        )
        self.names.keep(requester)
        levels = wanted.manager_levels if requester and requester.id != subject.id else 0
        manager = self._managers.recipient(replies, managed) if managed else _no_manager_to_mail(wanted)
        approvers = _approvers(replies, wanted, self._domains)
        return replace(
            evidence,
            approvers=approvers,
            recipient=recipient,
            manager_recipient=manager,
            domain_verified=verified(subject.upn, domains),
            manager_chain=self._managers.chain(subject.id, evidence.manager, levels)
            if levels
            else evidence.manager_chain,
        )

    def identify(self, key: Key) -> Person | No | NotYet:
        """The person whom a name means now. Raises Down."""
        asked = people.request_for(SUBJECT, key)
        if asked is None:
            return No(Reason.SUBJECT_NOT_FOUND, "The ticket's entry for the person names nobody.")
        reply = self._graph.batch([asked])[SUBJECT]
        return people.find(reply, key, (Reason.SUBJECT_NOT_FOUND, Reason.SUBJECT_AMBIGUOUS), self._domains)

    def _evidence(
        self,
        replies: dict[str, GraphReply],
        subject: Person,
        requester: Person | None,
        policy: Known[Policy],
        wanted: Wanted,
    ) -> Evidence:
        groups, held = privileges.memberships(replies[MEMBERS])
        return Evidence(
            subject=subject,
            requester=requester,
            manager=_manager(replies.get(MANAGER, NO_REPLY))
            if wanted.manager
            else Missing("the manager was not read"),
            groups=groups,
            roles=_both(held, privileges.assigned(replies[ASSIGNED], subject.id)),
            eligible=privileges.eligible(replies[ELIGIBLE], subject.id, self._pim_absent),
            requester_groups=_requester_groups(
                [each for id_, each in replies.items() if id_.startswith(MEMBERSHIP)], wanted
            ),
            existing_passes=_existing_passes(replies[PASSES], self._graph.now()),
            policy=policy,
        )


def _no_manager_to_mail(wanted: Wanted) -> No | None:
    return (
        No(
            Reason.RECIPIENT_MISSING,
            "The ticket doesn't name a requester, whose manager would receive the pass.",
        )
        if wanted.manager_of
        else None
    )


def _person_requests(subject: Key, requester: Key | None, more: tuple[str, ...]) -> list[GraphRequest] | No:
    """The requests that find the people."""
    mine, theirs = (
        people.request_for(SUBJECT, subject, more),
        people.request_for(REQUESTER, requester) if requester else None,
    )
    if mine is None:
        return No(Reason.SUBJECT_NOT_FOUND, "The ticket's entry for the person names nobody.")
    if requester and theirs is None:
        return No(Reason.REQUESTER_NOT_FOUND, "The ticket's entry for the requester names nobody.")
    return [mine, theirs] if theirs else [mine]


def _fresh_requests(
    replies: Mapping[str, GraphReply],
    facts: Facts,
    subject: Person,
    requester: Person | None,
    wanted: Wanted,
) -> Iterator[GraphRequest]:
    """Reads by id, for who was found through an index that may be old, and for whom it passed over."""
    for name, key, person in _named(facts, subject, requester):
        more = wanted.properties if name == SUBJECT else ()
        if ask := people.again(f"{name}-{FRESH}", key, person, more):
            yield ask
            yield from people.rivals(f"{name}-{RIVAL}", key, replies[name], person)


def _named(facts: Facts, subject: Person, requester: Person | None) -> Iterator[tuple[str, Key, Person]]:
    """Subject and requester as the ticket calls them; one who is both, once."""
    yield SUBJECT, facts.subject, subject
    if facts.requester and requester and facts.requester != facts.subject:
        yield REQUESTER, facts.requester, requester


def _as_they_are(
    replies: Mapping[str, GraphReply],
    facts: Facts,
    found: tuple[Person, Person | None],
    wanted: Wanted,
    domains: Domains,
) -> tuple[Person, Person | None] | NotYet:
    """Subject and requester by their own records, where they were read again. Raises Down."""
    now = dict[str, Person]()
    for name, key, person in _named(facts, *found):
        reply = replies.get(f"{name}-{FRESH}")
        if reply is None:
            continue
        more = wanted.properties if name == SUBJECT else ()
        fresh = people.still(reply, key, person, domains, more)
        others = [each for id_, each in replies.items() if id_.startswith(f"{name}-{RIVAL}-")]
        if isinstance(fresh, NotYet):
            return fresh
        if no := people.rivalled(others, key, fresh):
            return no
        now[name] = fresh
    subject, requester = found
    fresh_subject = now.get(SUBJECT, subject)
    return fresh_subject, fresh_subject if requester is subject else now.get(REQUESTER, requester)


def _other_requests(wanted: Wanted) -> Iterator[GraphRequest]:
    """The requests that find who approved and who would be handed the pass; none for whom nobody can be
    called.
    """
    named = {f"{APPROVER}{number}": key for number, key in enumerate(wanted.approvers)}
    named[RECIPIENT] = wanted.recipient if isinstance(wanted.recipient, Key) else None
    for name, key in named.items():
        if key and (ask := people.request_for(name, key)):
            yield ask


def _recipient(
    replies: Mapping[str, GraphReply], wanted: Wanted, domains: Domains
) -> Known[Person | None] | No | NotYet:
    key = wanted.recipient
    if not isinstance(key, Key):
        return key
    return people.find(
        replies.get(RECIPIENT, NO_REPLY), key, (Reason.RECIPIENT_MISSING, Reason.RECIPIENT_MISSING), domains
    )


def _approvers(
    replies: Mapping[str, GraphReply], wanted: Wanted, domains: Domains
) -> tuple[Person | None, ...]:
    """The approvers as the directory knows them; None for each that isn't there exactly once."""
    unproven = (Reason.APPROVAL_UNPROVEN, Reason.APPROVAL_UNPROVEN)
    answers = (
        (key, replies.get(f"{APPROVER}{number}", NO_REPLY)) for number, key in enumerate(wanted.approvers)
    )
    found = (key and people.find(answer, key, unproven, domains) for key, answer in answers)
    return tuple(each if isinstance(each, Person) else None for each in found)


def _subject_requests(subject: str, wanted: Wanted) -> Iterator[GraphRequest]:
    yield from privileges.asks(subject)
    yield GraphRequest(PASSES, f"/users/{subject}/authentication/temporaryAccessPassMethods")
    if wanted.manager:
        yield GraphRequest(MANAGER, f"/users/{subject}/manager?$select=id")


def _membership_requests(requester: str, wanted: Wanted) -> Iterator[GraphRequest]:
    for first in range(0, len(wanted.requester_groups), GROUPS_PER_CHECK):
        ids = list(wanted.requester_groups[first : first + GROUPS_PER_CHECK])
        yield GraphRequest(
            f"{MEMBERSHIP}{first}", f"/users/{requester}/checkMemberGroups", "POST", {"groupIds": ids}
        )


def _manager(reply: GraphReply) -> Known[str | None]:
    found = reply.body.get("id")
    if reply.ok and isinstance(found, str):
        return found.lower()
    if reply.status == 404:
        return None  # who has no manager gets the same answer as who isn't there
    return missing(reply, "the manager", "User.Read.All")


def _requester_groups(replies: list[GraphReply], wanted: Wanted) -> Known[frozenset[str]]:
    found = set[str]()
    for said in replies:
        if said.rows is None:
            return missing(said, "the requester's groups", "GroupMember.Read.All")
        found |= {each.lower() for each in said.rows if isinstance(each, str)}
    return frozenset(found & {each.lower() for each in wanted.requester_groups})


def _existing_passes(reply: GraphReply, now: int) -> Known[tuple[ExistingPass, ...]]:
    found = standings(reply.rows, now)
    return (
        missing(reply, "the person's passes", "UserAuthMethod-TAP.ReadWrite.All") if found is None else found
    )


def _both(first: Known[tuple[Role, ...]], second: Known[tuple[Role, ...]]) -> Known[tuple[Role, ...]]:
    if isinstance(first, Missing):
        return first
    return second if isinstance(second, Missing) else first + second
