"""The doctor at a TOPdesk environment: who the account is, what it sees of the queue, and whether notes can
be read back.

Rights to write aren't shown by any request that writes nothing (topdesk.md §8), and a name in a filter
that no call has is an empty list: so what can't be proven stays open, with what to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from connector.desks.linked import linked
from connector.desks.topdesk.doctor_values import misfitting
from connector.desks.topdesk.names import instead
from connector.desks.topdesk.probe import Sample, card_readable, sample, trail_readable, version, who
from connector.desks.topdesk.rows import Rows
from connector.domain.finding import CheckResult
from connector.forms.mistakes import choice
from connector.http.service import Service
from connector.mapping import Mapping
from connector.mapping.places import place_of


@dataclass
class TopdeskDoctor:
    """One mapping at its desk. `delivered`: a call of it is known to hold a note."""

    service: Service
    mapping: Mapping
    url: str
    delivered: bool = False
    seen: Sample = field(init=False)

    def results(self) -> Iterator[CheckResult]:
        """Raises Down."""
        self.seen = sample(self.service, self.mapping, self.url)
        if self.seen.refused:
            cure = (
                f"correct watch in {self.mapping.name}, or let the account read first and second line calls"
            )
            yield self.say(
                False, f"the incidents of {self.mapping.name} can't be read: {self.seen.refused}", cure
            )
            return
        number = version(self.service)
        yield self.say(
            True, f"signed in as {who(self.service)}" + (f"; TOPdesk's API is {number}" if number else "")
        )
        for kind, every in {
            "queue": self.queue(),
            "": self.misfitting(),
            "callers": self.callers(),
            "read_back": self.read_back(),
            "linked": self.links(),
            "hidden": iter([self.hidden_from_callers()]),
            "write": iter([self.write()]),
        }.items():
            yield from (replace(each, kind=kind and f"topdesk_{kind}") for each in every)

    def links(self) -> Iterator[CheckResult]:
        if self.mapping.notes_pass and self.seen.tickets:
            yield linked(self.service.name, self.mapping, [each.links for each in self.seen.tickets])

    @property
    def ahead(self) -> float | None:
        return self.seen.ahead

    def say(self, fine: bool | None, says: str, cure: str = "") -> CheckResult:
        return CheckResult(self.service.name, fine, says, cure, about=self.mapping.name)

    def place(self, name: str) -> str:
        """The place in the mapping file that names a field first."""
        return place_of(self.mapping.path, name, version=self.mapping.version)

    def queue(self) -> Iterator[CheckResult]:
        """A filter of the account's hides calls without a word (§0.13), and a name that nobody has finds
        none.
        """
        mapping, seen = self.mapping, self.seen
        if seen.shown is None:
            says = f"no call is shown, so whether the fields of {mapping.name} are there can't be told"
            yield self.say(None, says, "make a test call, or look at the account's filters and permissions")
            return
        absent = [
            name
            for name in Rows(mapping, self.url).names
            if name not in seen.shown and not name.startswith("caller.")
        ]
        for name in absent:
            yield self.say(False, f"{self.place(name)}: no call shows {name}", instead(name, mapping.name))
        if not absent:
            yield self.say(True, f"every field that {mapping.name} names can be read")
        matching = sum(mapping.watch.matches(ticket.fields) for ticket in seen.tickets)
        if matching:
            says = (
                f"{matching} of the first {len(seen.tickets)} calls shown match the watch of {mapping.name}"
            )
            yield self.say(True, says)
        else:
            says = (
                f"none of the first {len(seen.tickets)} calls that TOPdesk shows is in the queue of "
                f"{mapping.name}"
            )
            yield self.say(
                None,
                says,
                "check that watch uses the environment's own names; or there is no such call now",
            )

    def misfitting(self) -> Iterator[CheckResult]:
        """Names of categories and statuses are the environment's own."""
        for found in misfitting(self.service, self.mapping, self.seen.tickets):
            yield self.say(found.fine, found.says, found.cure)

    def callers(self) -> Iterator[CheckResult]:
        """The first call with a registered caller tells."""
        found = (card_readable(self.service, self.mapping, ticket) for ticket in self.seen.tickets)
        readable = next((each for each in found if each is not None), None)
        if readable:
            yield self.say(True, "the person cards of callers can be read")
        elif readable is False:
            cure = (
                "let the account read persons, and check that the mapping names fields that a person card has"
            )
            yield self.say(
                False,
                "the person card of a caller can't be read, or lacks a field that the mapping names",
                cure,
            )
        elif Rows(self.mapping, self.url).reads_card and self.seen.tickets:
            yield self.say(
                None,
                "no call shown has a registered caller, so whether person cards can be read can't be told",
            )

    def read_back(self) -> Iterator[CheckResult]:
        """Without the progress trail no pass is ever proven to be delivered, so each would be taken back."""
        if not self.seen.tickets:
            return
        if trail_readable(self.service, self.seen.tickets[0]):
            yield self.say(True, "notes can be read back: a lost reply can be told from a lost request")
        else:
            cure = "let the account read the progress trail of calls"
            yield self.say(
                False,
                "the progress trail can't be read, so it could not be proven that a pass was written there",
                cure,
            )

    def hidden_from_callers(self) -> CheckResult:
        if self.delivered:
            return self.say(True, "callers can't see the notes: each was read back as invisible to them")
        says = "that callers don't see notes is proven when the first one is read back"
        return self.say(
            None,
            says,
            "check in Action Management that no automated action mails what operators add to a call",
        )

    def write(self) -> CheckResult:
        if self.delivered:
            return self.say(True, "the account can write to calls: a pass was delivered there")
        settled = dict.fromkeys(name for fields in self.mapping.settle.values() for name in fields)
        what = choice(list(dict.fromkeys(["action", *settled])), "and")
        says = f"that the account may set {what} is not proven: a check changes no ticket"
        return self.say(
            None,
            says,
            "deliver a pass on a test call; to have notes removed at the end, let it delete its own",
        )
