"""The evidence about a ticket's people, in two $batch calls; in one where the ticket names object ids, or its
names were asked for ahead. Another is made only for what somebody owns or may join, where the others don't
tell whether it is privileged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.steady import steady
from connector.domain.ticket import ExistingPass
from connector.entra import group_eligibility, path_reads, people, privileges, units
from connector.entra.accounts import verified
from connector.entra.domains import DOMAINS, Domains
from connector.entra.graph import BATCH, NO_REPLY, Graph, GraphReply, GraphRequest, missing
from connector.entra.group_eligibility import JOINABLE
from connector.entra.hints import Hints, kept
from connector.entra.lookups import SUBJECT, Found, Ids, Lookups
from connector.entra.managers import DisplayNames, Languages, Managers
from connector.entra.passes import PASSES, standings
from connector.entra.path_reads import PathReads
from connector.entra.policy import POLICY, PolicyCache
from connector.entra.privileges import ASSIGNED, ELIGIBLE, MEMBERS
from connector.entra.shared_batch import SharedBatch
from connector.guards.evidence import (
    Evidence,
    Known,
    ManagerChain,
    ManagerRecipient,
    Missing,
    Person,
    Policy,
    Role,
    Wanted,
)
from connector.guards.paths import PrivilegeMap
from connector.guards.pinned import seen
from connector.lifecycle.roles import OnFound, nothing
from connector.mapping import Facts, Key

MANAGER, MEMBERSHIP = "manager", "checked-"
GROUPS_PER_CHECK = 20  # group ids a call, graph.md §4.2


class EntraDirectory:
    """`pim_absent`: the operator's word that the tenant has no licence for PIM. `scoped_to`: the operator's
    word for the administrative units that our role is scoped to. `before`: called before anybody is asked
    about.
    """

    def __init__(
        self,
        graph: Graph,
        privilege_map: PrivilegeMap,
        *,
        pim_absent: bool = False,
        scoped_to: Collection[str] = (),
        monotonic: Callable[[], float] = steady,
        shared: SharedBatch | None = None,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._graph, self._pim_absent, self._policy = graph, pim_absent, PolicyCache(monotonic)
        self._scoped_to, self._map, self._before = scoped_to, privilege_map, before
        self._domains = Domains(graph, monotonic)
        self.names, self.languages = DisplayNames(), Languages()
        self._hints, self._shared = Hints(graph, monotonic), shared or SharedBatch(graph)
        self._managers = Managers(graph, monotonic, self._domains)
        self._expands = True  # until Graph takes PIM's rows only without their groups

    def prove(self, facts: Facts, wanted: Wanted, on_found: OnFound = nothing) -> Evidence | No | NotYet:
        """Everything the guards need. Raises Down."""
        self._before()
        lookups, policy = Lookups(facts, wanted, self._domains), self._policy.fresh()
        asked = lookups.requests()
        if isinstance(asked, No):
            return asked
        ours = [] if policy else [self._policy.ask()]  # no round trip of its own
        first = [*asked, *ours, *self._domains.requests(), *self._by_known_ids(facts, wanted)]
        hinted = self._by_hints(lookups, first)
        last = bool(hinted) or not lookups.asked_about()  # nothing is left to be asked about whom it finds
        if last:
            on_found()
        replies = self._asked([*first, *hinted])
        domains = self._domains.read(replies.pop(DOMAINS, None))
        found = lookups.found(replies)
        if not isinstance(found, Found):
            return found
        about = seen(facts.subject, found.subject)
        replies, left = kept(replies, hinted, self._by_ids(lookups, found.ids))
        if more := [*left, *lookups.rivals(replies, found)]:
            if not last:
                on_found()
            replies |= self._asked(more)
        now = lookups.as_they_are(replies, found)
        if not isinstance(now, Found):
            return replace(now, about=about)
        if any(replies[each].status == 404 for each in (MEMBERS, PASSES)):
            sentence = f"{now.subject.upn} isn't known everywhere in the directory yet."
            return NotYet(Reason.SUBJECT_TOO_NEW, sentence, about=about)
        if self._expands and group_eligibility.refuses(replies[JOINABLE]):
            replies |= self._graph.batch([group_eligibility.request(now.subject.id, expanded=False)])
            self._expands = not replies[JOINABLE].ok
        reads = PathReads(now.subject.id, replies, self._pim_absent, self._map)
        if undecided := reads.requests():
            replies |= self._graph.batch(undecided)
        evidence = self._evidence(replies, now, policy or self._policy.take(replies[POLICY]), wanted)
        self.names.keep(now.requester)
        manager = self._manager_recipient(replies, found, wanted)
        self.languages.keep(manager.person if isinstance(manager, ManagerRecipient) else None)
        return replace(
            reads.added_to(evidence, replies),
            approvers=lookups.approvers(replies),
            manager_recipient=manager,
            domain_verified=verified(now.subject.upn, domains),
            manager_chain=self._manager_chain(now, evidence, wanted),
        )

    def _asked(self, requests: Sequence[GraphRequest]) -> dict[str, GraphReply]:
        """Ask; about a known person, perhaps in one call with what is asked about another. Raises Down."""
        person = next((each.path.lower() for each in requests if each.id == PASSES), None)
        return self._shared.ask(requests, person) if person else self._graph.batch(requests)

    def ahead(self, asked: Sequence[tuple[Facts, Wanted]]) -> None:
        """Ask in one call for the names of tickets whose turn comes next. What it finds is a hint. Raises
        Down.
        """
        self._before()
        lookups = (Lookups(facts, wanted, self._domains) for facts, wanted in asked)
        self._hints.ask([[*each.asked_about().values()] for each in lookups])

    def identify(self, key: Key) -> Person | No | NotYet:
        """The person whom a name means now. Raises Down."""
        asked = people.request_for(SUBJECT, key)
        if asked is None:
            return No(Reason.SUBJECT_NOT_FOUND, "The ticket's entry for the person names nobody.")
        reply = self._graph.batch([asked])[SUBJECT]
        return people.find(reply, key, (Reason.SUBJECT_NOT_FOUND, Reason.SUBJECT_AMBIGUOUS), self._domains)

    def _manager_chain(self, now: Found, evidence: Evidence, wanted: Wanted) -> Known[ManagerChain]:
        """The managers above, as many as a requester who is somebody else may be. Raises Down."""
        other = now.requester is not None and now.requester.id != now.subject.id
        if not other or not wanted.manager_levels:
            return evidence.manager_chain
        return self._managers.chain(now.subject.id, evidence.manager, wanted.manager_levels)

    def _by_known_ids(self, facts: Facts, wanted: Wanted) -> Iterator[GraphRequest]:
        """The requests about people of whom the ticket says the object id."""
        if subject := people.object_id(facts.subject):
            yield from self._about_subject(subject, wanted)
        if facts.requester and (requester := people.object_id(facts.requester)):
            yield from _membership_requests(requester, wanted)

    def _by_hints(self, lookups: Lookups, first: Sequence[GraphRequest]) -> list[GraphRequest]:
        """The requests about people whose names were asked for ahead; none where a name wasn't, or where they
        don't fit into the call beside the first ones.
        """
        hints = self._hints.take(lookups.asked_about().values())
        asked = self._by_ids(lookups, lookups.ids_of(hints)) if hints else []
        more = [each for each in asked if each not in first]
        return more if len(first) + len(more) <= BATCH else []

    def _by_ids(self, lookups: Lookups, ids: Ids) -> list[GraphRequest]:
        """The requests about people whom the ticket calls by a name."""
        return [*lookups.by_id(ids), *self._by_found_ids(lookups.facts, lookups.wanted, ids)]

    def _by_found_ids(self, facts: Facts, wanted: Wanted, ids: Ids) -> Iterator[GraphRequest]:
        if not people.object_id(facts.subject):
            yield from self._about_subject(ids.subject, wanted)
        if ids.requester and not (facts.requester and people.object_id(facts.requester)):
            yield from _membership_requests(ids.requester, wanted)
        managed = {"subject": ids.subject, "requester": ids.requester}.get(wanted.manager_of or "")
        if managed:
            yield from self._managers.requests(managed)

    def _about_subject(self, subject: str, wanted: Wanted) -> Iterator[GraphRequest]:
        yield from privileges.asks(subject)
        yield from path_reads.requests(subject, expanded=self._expands)
        yield from units.requests(subject, self._scoped_to)
        yield GraphRequest(PASSES, f"/users/{subject}/authentication/temporaryAccessPassMethods")
        if wanted.manager:
            yield GraphRequest(MANAGER, f"/users/{subject}/manager?$select=id")

    def _evidence(
        self, replies: dict[str, GraphReply], found: Found, policy: Known[Policy], wanted: Wanted
    ) -> Evidence:
        subject, unread = found.subject, Missing("the manager was not read")
        groups, held = privileges.memberships(replies[MEMBERS])
        checked = [each for id_, each in replies.items() if id_.startswith(MEMBERSHIP)]
        return Evidence(
            subject=subject,
            requester=found.requester,
            manager=_manager(replies.get(MANAGER, NO_REPLY)) if wanted.manager else unread,
            groups=groups,
            roles=_both(held, privileges.assigned(replies[ASSIGNED], subject.id)),
            eligible=privileges.eligible(replies[ELIGIBLE], subject.id, self._pim_absent),
            requester_groups=_requester_groups(checked, wanted),
            existing_passes=_existing_passes(replies[PASSES], self._graph.now()),
            policy=policy,
            recipient=found.recipient,
            restricted=units.restricted(subject, replies, self._scoped_to),
        )

    def _manager_recipient(
        self, replies: Mapping[str, GraphReply], found: Found, wanted: Wanted
    ) -> ManagerRecipient | No | Missing | None:
        """Raises Down."""
        if managed := _managed(found, wanted):
            return self._managers.recipient(replies, managed)
        if wanted.manager_of is None:
            return None
        sentence = "The ticket doesn't name a requester, whose manager would receive the pass."
        return No(Reason.RECIPIENT_MISSING, sentence)


def _managed(found: Found, wanted: Wanted) -> Person | None:
    """The person whose manager would be mailed the pass."""
    return {"subject": found.subject, "requester": found.requester}.get(wanted.manager_of or "")


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
