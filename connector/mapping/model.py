"""A mapping file, understood: which tickets, whose pass, what is allowed, and where the word goes. All
frozen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as Fields
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from connector.domain.same_text import composed
from connector.domain.several import one
from connector.domain.ticket import ReissueRequest
from connector.mapping.facts import Facts, Key, MappingNo
from connector.mapping.hours import Hours
from connector.mapping.pipeline import Pipeline, failed
from connector.mapping.program import Program
from connector.mapping.starts import moment
from connector.mapping.template import Template, made_of
from connector.mapping.traits import UNKNOWN_DESK, DeskTraits
from connector.mapping.watch import Condition, Watch


@dataclass(frozen=True)
class Verified:
    """The field that tells, and the values that mean yes; the field of its time, and how many seconds ago
    that may be.
    """

    field: str
    values: tuple[str, ...]
    at: str | None = None
    at_most: int = 3600

    def accepts(self, value: str) -> bool:
        return composed(value) in map(composed, self.values)


CHAIN = "manager_chain:"  # and how many levels


@dataclass(frozen=True)
class PassRules:
    """`lifetime` and `fence` in seconds."""

    lifetime: int = 3600
    one_time: bool = True
    fence: int = 75


@dataclass(frozen=True)
class Approval:
    """The field that tells, and the values that mean yes and no; any other value waits. `unproven`: what
    becomes of an approval that isn't proven to be of what the ticket says now; None: nobody asks.
    """

    field: str
    approved: tuple[str, ...]
    rejected: tuple[str, ...] = ()
    unproven: Literal["wait", "accept"] | None = None

    def approves(self, value: str) -> bool:
        return composed(value) in map(composed, self.approved)

    def rejects(self, value: str) -> bool:
        return composed(value) in map(composed, self.rejected)


@dataclass(frozen=True)
class Allow:
    """`requester`: subject, manager, manager_chain:LEVELS, group:OBJECT-ID, anyone. `channel` must hold;
    `subject_in`: object ids of groups, any of.

    `four_eyes`: requester, approver and recipient must be different people. `hours`: when passes are made.
    `oldest`: seconds that a ticket may be old. None: at any time, and however old. `new_account_within`:
    seconds that a ticket waits for a person who isn't found. `internal_guests`: guests that are the
    tenant's own.
    """

    approval: Approval | None = None
    channel: Condition | None = None
    requester: tuple[str, ...] = ("subject", "manager")
    subject_in: tuple[str, ...] = ()
    standing: Literal["wait", "replace"] = "wait"
    four_eyes: bool = False
    hours: Hours | None = None
    oldest: int | None = None
    new_account_within: int = 0
    internal_guests: bool = False
    verified: Verified | None = None

    @property
    def manager_levels(self) -> int:
        """The number of managers above the person who may ask; 0: the rule isn't there."""
        levels = [int(rule[len(CHAIN) :]) for rule in self.requester if rule.startswith(CHAIN)]
        return max(levels, default=0)

    @property
    def requester_groups(self) -> tuple[str, ...]:
        return tuple(rule.removeprefix("group:") for rule in self.requester if rule.startswith("group:"))


@dataclass(frozen=True)
class MailRules:
    """The manager who is mailed the pass, and the words of the mail."""

    manager_of: Literal["subject", "requester"] = "subject"
    template: str = "default"
    language: str = "en"


@dataclass(frozen=True)
class NoteRules:
    """Fields: where the pass goes, where our reference stands (None: in the journal), where notices without a
    pass go. `tell_waiting`: seconds that a ticket waits before a note says why; None: it never does.
    `caller`: whether callers get one sentence about a no.
    """

    field: str = "work_notes"
    marker: str | None = None
    plain: str = "work_notes"
    template: str = "default"
    language: str = "en"
    tell_waiting: int | None = None
    caller: bool = False


@dataclass(frozen=True)
class Again:
    """The field that asks for one more pass, and the values by which it does."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """A ticket in a mapping file, and what must come of it. `expects` is compared name by name; None: no
    requester, no start.
    """

    line: int
    ticket: Fields[str, str]
    expects: Fields[str, str | None]
    refused: str | None = None
    watched: bool | None = None  # whether `watch` matches the ticket; None: that isn't asked


@dataclass(frozen=True)
class Mapping:
    """One mapping file. `settle` holds texts as the desk wants them, by delivered, used, expired, refused and
    revoked.
    """

    name: str
    desk: str
    table: str
    watch: Watch
    values: Fields[str, Pipeline]
    confirm: Fields[str, Pipeline] = field(default_factory=dict)  # by the directory's property
    pass_: PassRules = PassRules()
    timezone: str = "UTC"
    late_at_most: int = 0  # seconds: a start that has passed by no more means now; 0: it refuses the ticket
    allow: Allow = Allow()
    deliver: tuple[Literal["note", "manager_mail"], ...] = ("note",)  # in the order in which they are tried
    note: NoteRules = NoteRules()
    mail: MailRules = MailRules()
    settle: Fields[str, Fields[str, str]] = field(default_factory=dict)
    again: Again | None = None
    examples: tuple[Example, ...] = ()
    version: str = ""  # the first 12 hex digits of the SHA-256 of the file's bytes, and of its tables'
    path: Path = Path()
    files: Fields[Path, str] = field(default_factory=dict)  # itself and its tables, each with its version
    traits: DeskTraits = UNKNOWN_DESK
    shadow: bool = False  # its tickets only wait
    idle: Fields[str, str] = field(default_factory=dict)  # keys that do nothing yet, and why

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every field of the ticket that the mapping names, sorted."""
        names = {condition.field for condition in self.watch.conditions}
        names.update(
            source
            for pipeline in (*self.values.values(), *self.confirm.values())
            for source in pipeline.fields
        )
        names.update(self._judged)
        names.update(name for fields in self.settle.values() for name in fields)
        names.update([self.note.marker] if self.note.marker else [], [self.again.field] if self.again else [])
        return tuple(sorted(names))

    @cached_property
    def notes_pass(self) -> bool:
        """Tell whether a pass may go into a note among others, and not into a field of its own."""
        kept = self.traits.journals | self.traits.removable
        return "note" in self.deliver and self.note.field in kept

    @cached_property
    def verified_zone(self) -> str:
        """The zone of a verification's time that doesn't say its own."""
        return self.traits.stored_zone or self.timezone

    @property
    def asks_for_proof(self) -> bool:
        """Tell whether an approval counts only with a proof of what it is of."""
        return self.allow.approval is not None and self.allow.approval.unproven == "wait"

    @cached_property
    def approved_fields(self) -> tuple[str, ...]:
        """Every field that an approval is of, sorted: all that a pass rests on but the approval itself."""
        names = {name for each in (*self.values.values(), *self.confirm.values()) for name in each.fields}
        return tuple(sorted(names | ({self.allow.channel.field} if self.allow.channel else set())))

    @cached_property
    def decisive_fields(self) -> tuple[str, ...]:
        """The fields that say who gets the pass, from when on and by whose hands, sorted."""
        return tuple(sorted({name for each in self._decisive for name in each.fields}))

    def decisive_on(self, fields: Fields[str, str]) -> tuple[str, ...]:
        """The fields that one ticket's pass depends on: behind the first that is filled, none is read."""
        used: set[str] = set()
        for each in self._decisive:
            filled = [bool(fields.get(name, "").strip()) for name in each.fields]
            used.update(each.fields[: filled.index(True) + 1 if True in filled else None])
        return tuple(sorted(used))

    @cached_property
    def _decisive(self) -> tuple[Pipeline, ...]:
        names = ["subject", "starts_at"]
        if "manager_mail" in self.deliver and self.mail.manager_of == "requester":
            names.append("requester")
        sources = {name: each.source for name, each in self.values.items()}
        templates = {name: each for name, each in sources.items() if isinstance(each, Template)}
        made = made_of([name for name in names if name in self.values], templates)
        return tuple(self.values[name] for name in made)

    @property
    def _judged(self) -> list[str]:
        verified = self.allow.verified
        fields = [rule.field for rule in (self.allow.approval, self.allow.channel, verified) if rule]
        return [*fields, verified.at] if verified and verified.at else fields

    @cached_property
    def program(self) -> Program:
        """The values, compiled."""
        confirmed = {f"confirm.{name}": pipeline for name, pipeline in self.confirm.items()}
        return Program.of({**self.values, **confirmed}, ("requester", "starts_at", *confirmed))

    def reissue_request(self, fields: Fields[str, str]) -> ReissueRequest | None:
        """Read the ticket's `again` field; None if the mapping names none, or it can't be read."""
        value = one(fields, self.again.field) if self.again else None
        if self.again is None or value is None:
            return None
        digests = (
            hashlib.sha256(each.encode()).hexdigest()[:16]
            for each in (f"{self.name}\n{self.again.field}", composed(value))
        )
        return ReissueRequest(" ".join(digests), composed(value) in map(composed, self.again.values))

    def facts(self, fields: Fields[str, str]) -> Facts | MappingNo:
        """Map a ticket to its facts, or to the reason why it has none. Pure; never raises."""
        picked: list[str] = []
        texts = self.program.run(fields, picked)
        if isinstance(texts, MappingNo):
            return texts
        start = texts.pop("starts_at", "").strip()
        try:
            starts_at = moment(start, self.timezone) if start else None
        except ValueError as error:
            given = self.program.given("starts_at", fields, texts)
            return self.program.no("starts_at", failed(given, "starts_at", str(error)))
        said = {**texts, "starts_at": str(starts_at)} if starts_at is not None else texts.copy()
        subject, requester = texts.pop("subject"), texts.pop("requester", "")
        return Facts(
            self._key("subject", subject),
            self._key("requester", requester) if requester.strip() else None,
            {name: text for name, text in texts.items() if name in self.values},
            self._digest(said, fields),
            {name: texts[f"confirm.{name}"] for name in self.confirm},
            tuple(picked),
            starts_at,
            self._content(said, fields) if self.allow.approval and self.allow.approval.unproven else "",
        )

    def _key(self, person: str, text: str) -> Key:
        return Key(text, self.values[person].find_by, self.values[person].only_enabled)

    def _content(self, texts: Fields[str, str], fields: Fields[str, str]) -> str:
        """The digest of what is approved: who gets which pass, and where it goes."""
        channel = self.allow.channel.field if self.allow.channel else ""
        given = composed(fields[channel]) if channel in fields else None
        mailed = self.mail.manager_of if "manager_mail" in self.deliver else ""
        approved = {
            "values": {"requester": "", **texts},
            "channel": given,
            "pass": [self.pass_.lifetime, self.pass_.one_time],
            "recipient": [*self.deliver, self.note.field, mailed],
        }
        return hashlib.sha256(json.dumps(approved, sort_keys=True).encode()).hexdigest()

    def _digest(self, texts: Fields[str, str], fields: Fields[str, str]) -> str:
        rests_on = {
            "values": {"requester": "", **texts},
            "judged": {name: composed(fields[name]) if name in fields else None for name in self._judged},
        }
        return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()
