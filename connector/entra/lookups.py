"""The people whom a ticket names, each found in the directory exactly once: requests, and their replies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.entra import people
from connector.entra.domains import Domains
from connector.entra.graph import NO_REPLY, GraphReply, GraphRequest
from connector.guards.evidence import Known, Person, Wanted
from connector.guards.pinned import seen
from connector.mapping import Facts, Key

T = TypeVar("T")
SUBJECT, REQUESTER = "subject", "requester"
RECIPIENT, APPROVER, FRESH, RIVAL = "recipient", "approver-", "by-id", "rival"


@dataclass(frozen=True)
class Ids:
    """The object ids of subject and requester. None: the ticket names no requester, or nothing is asked about
    them by their id.
    """

    subject: str
    requester: str | None


@dataclass(frozen=True)
class Found:
    """`requester` is `subject` itself where the ticket calls both the same."""

    subject: Person
    requester: Person | None
    recipient: Known[Person | None]

    @property
    def ids(self) -> Ids:
        return Ids(self.subject.id, self.requester.id if self.requester else None)


@dataclass(frozen=True)
class Lookups:
    """The people of one ticket."""

    facts: Facts
    wanted: Wanted
    domains: Domains

    @property
    def other(self) -> Key | None:
        """The requester, where the ticket names somebody else than the subject."""
        return self.facts.requester if self.facts.requester != self.facts.subject else None

    def requests(self) -> list[GraphRequest] | No:
        """The requests that find the people; No: somebody whom nobody can be called."""
        subject = people.request_for(SUBJECT, self.facts.subject, self.wanted.properties)
        requester = people.request_for(REQUESTER, self.other) if self.other else None
        if subject is None:
            return No(Reason.SUBJECT_NOT_FOUND, "The ticket's entry for the person names nobody.")
        if self.other and requester is None:
            return No(Reason.REQUESTER_NOT_FOUND, "The ticket's entry for the requester names nobody.")
        return [subject, *([requester] if requester else []), *self._others()]

    def asked_about(self) -> dict[str, Key]:
        """Subject and requester, where the ticket calls them by a name and more is asked about their ids."""
        about_requester = bool(self.wanted.requester_groups) or self.wanted.manager_of == REQUESTER
        named = {SUBJECT: self.facts.subject}
        if self.other and (about_requester or people.by_index(self.other)):
            named[REQUESTER] = self.other
        return {name: key for name, key in named.items() if not people.object_id(key)}

    def ids_of(self, hints: Mapping[Key, str]) -> Ids:
        """The ids that the ticket says, and those that the hints do for its names."""
        subject = people.object_id(self.facts.subject) or hints[self.facts.subject]
        if self.other is None:
            return Ids(subject, subject if self.facts.requester else None)
        return Ids(subject, people.object_id(self.other) or hints.get(self.other))

    def _others(self) -> Iterator[GraphRequest]:
        """The requests that find who approved and who would be handed the pass; none for whom nobody can be
        called.
        """
        named = {f"{APPROVER}{number}": key for number, key in enumerate(self.wanted.approvers)}
        named[RECIPIENT] = self.wanted.recipient if isinstance(self.wanted.recipient, Key) else None
        for name, key in named.items():
            if key and (ask := people.request_for(name, key)):
                yield ask

    def found(self, replies: Mapping[str, GraphReply]) -> Found | No | NotYet:
        """Raises Down."""
        nobody = Reason.SUBJECT_NOT_FOUND, Reason.SUBJECT_AMBIGUOUS
        subject = self._find(replies[SUBJECT], self.facts.subject, nobody, self.wanted.properties)
        if not isinstance(subject, Person):
            return subject
        requester: Person | No | NotYet | None = subject if self.facts.requester else None
        if self.other:
            no_requester = Reason.REQUESTER_NOT_FOUND, Reason.REQUESTER_NOT_FOUND
            requester = self._find(replies[REQUESTER], self.other, no_requester)
        about = seen(self.facts.subject, subject)
        if isinstance(requester, No | NotYet):
            return replace(requester, about=about)
        recipient = self._recipient(replies)
        if isinstance(recipient, No | NotYet):
            return replace(recipient, about=about)
        return Found(subject, requester, recipient)

    def _find(
        self, reply: GraphReply, key: Key, reasons: tuple[Reason, Reason], more: tuple[str, ...] = ()
    ) -> Person | No | NotYet:
        return people.find(reply, key, reasons, self.domains, more)

    def _recipient(self, replies: Mapping[str, GraphReply]) -> Known[Person | None] | No | NotYet:
        key = self.wanted.recipient
        if not isinstance(key, Key):
            return key
        absent = Reason.RECIPIENT_MISSING, Reason.RECIPIENT_MISSING
        return self._find(replies.get(RECIPIENT, NO_REPLY), key, absent)

    def approvers(self, replies: Mapping[str, GraphReply]) -> tuple[Person | None, ...]:
        """The approvers as the directory knows them; None for each that isn't there exactly once."""
        unproven = Reason.APPROVAL_UNPROVEN, Reason.APPROVAL_UNPROVEN
        answers = (
            (key, replies.get(f"{APPROVER}{number}", NO_REPLY))
            for number, key in enumerate(self.wanted.approvers)
        )
        found = (key and self._find(answer, key, unproven) for key, answer in answers)
        return tuple(each if isinstance(each, Person) else None for each in found)

    def by_id(self, ids: Ids) -> Iterator[GraphRequest]:
        """Reads by id, for who is found through an index that may be old."""
        for name, key, person in self._named(ids.subject, ids.requester):
            more = self.wanted.properties if name == SUBJECT else ()
            if ask := people.again(f"{name}-{FRESH}", key, person, more):
                yield ask

    def rivals(self, replies: Mapping[str, GraphReply], found: Found) -> Iterator[GraphRequest]:
        """Reads by id, for whom such an index passed over."""
        for name, key, person in self._named(found.subject, found.requester):
            yield from people.rivals(f"{name}-{RIVAL}", key, replies[name], person)

    def as_they_are(self, replies: Mapping[str, GraphReply], found: Found) -> Found | NotYet:
        """Subject and requester by their own records, where they were read again. Raises Down."""
        now = dict[str, Person]()
        for name, key, person in self._named(found.subject, found.requester):
            reply = replies.get(f"{name}-{FRESH}")
            if reply is None:
                continue
            more = self.wanted.properties if name == SUBJECT else ()
            fresh = people.still(reply, key, person, self.domains, more)
            others = [each for id_, each in replies.items() if id_.startswith(f"{name}-{RIVAL}-")]
            if isinstance(fresh, NotYet):
                return fresh
            if no := people.rivalled(others, key, fresh):
                return no
            now[name] = fresh
        subject = now.get(SUBJECT, found.subject)
        same = found.requester is found.subject
        return replace(
            found, subject=subject, requester=subject if same else now.get(REQUESTER, found.requester)
        )

    def _named(self, subject: T, requester: T | None) -> Iterator[tuple[str, Key, T]]:
        """Subject and requester as the ticket calls them; one who is both, once."""
        yield SUBJECT, self.facts.subject, subject
        if self.other and requester:
            yield REQUESTER, self.other, requester
