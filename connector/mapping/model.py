"""A mapping file, understood: which tickets, whose pass, what is allowed, and where the word goes. All frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as Fields
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from connector.mapping.pipeline import Failed, FindBy, Pipeline, failed
from connector.mapping.watch import Condition, Watch
from connector.reasons import Reason


@dataclass(frozen=True)
class PassRules:
    """`lifetime` and `fence` in seconds."""

    lifetime: int = 3600
    one_time: bool = True
    fence: int = 75


@dataclass(frozen=True)
class Approval:
    """The field that tells, and the values that mean yes and no; any other value waits."""

    field: str
    approved: tuple[str, ...]
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Allow:
    """`requester`: subject, manager, group:OBJECT-ID, anyone. `channel` must hold; `subject_in`: object ids of groups, any of."""

    approval: Approval | None = None
    channel: Condition | None = None
    requester: tuple[str, ...] = ("subject", "manager")
    subject_in: tuple[str, ...] = ()
    standing: Literal["wait", "replace"] = "wait"
    four_eyes: Literal[False] = False

    @property
    def requester_groups(self) -> tuple[str, ...]:
        return tuple(rule.removeprefix("group:") for rule in self.requester if rule.startswith("group:"))


@dataclass(frozen=True)
class NoteRules:
    """Fields: where the pass goes, where our reference stands (None: in the journal), where notices without a pass go."""

    field: str = "work_notes"
    marker: str | None = None
    plain: str = "work_notes"


@dataclass(frozen=True)
class Key:
    """A person as the ticket names them, and how to look them up."""

    value: str
    find_by: FindBy = "upn_or_id"


@dataclass(frozen=True)
class Facts:
    """What a ticket says. `values`: the admin's own names. `digest`: of everything that a decision rests on, not of `watch`."""

    subject: Key
    requester: Key | None
    values: Fields[str, str]
    digest: str  # SHA-256, hex


@dataclass(frozen=True)
class MappingNo:
    """A ticket that can't be mapped: subject_missing, subject_malformed or mapping_failed. `excerpt` is safe to show."""

    reason: Reason
    field: str
    rule: str
    excerpt: str
    sentence: str


@dataclass(frozen=True)
class Example:
    """A ticket in a mapping file, and what must come of it. `expects` is compared name by name; None: no requester."""

    line: int
    ticket: Fields[str, str]
    expects: Fields[str, str | None]
    refused: str | None = None


@dataclass(frozen=True)
class Mapping:
    """One mapping file. `settle` holds texts as the desk wants them, by delivered, used, expired, refused and revoked."""

    name: str
    desk: str
    table: str
    watch: Watch
    values: Fields[str, Pipeline]
    pass_: PassRules = PassRules()
    timezone: str = "UTC"
    allow: Allow = Allow()
    note: NoteRules = NoteRules()
    settle: Fields[str, Fields[str, str]] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    version: str = ""  # the first 12 hex digits of the SHA-256 of the file's bytes
    path: Path = Path()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every field of the ticket that the mapping names, sorted."""
        names = {condition.field for condition in self.watch.conditions}
        names.update(source for pipeline in self.values.values() for source in pipeline.sources)
        names.update(self._judged)
        names.update(name for fields in self.settle.values() for name in fields)
        names.update([self.note.marker] if self.note.marker else [])
        return tuple(sorted(names))

    @property
    def _judged(self) -> list[str]:
        return [rule.field for rule in (self.allow.approval, self.allow.channel) if rule]

    def facts(self, fields: Fields[str, str]) -> Facts | MappingNo:
        """What this ticket says, or why it says nothing. Pure; never raises."""
        texts: dict[str, str] = {}
        for name, pipeline in sorted(self.values.items(), key=lambda item: item[0] != "subject"):
            if unread := pipeline.unreadable(fields):
                return MappingNo(Reason.EVIDENCE_MISSING, unread, "readable", "", f"The field {unread} can't be read.")
            filled = any(fields.get(source, "").strip() for source in pipeline.sources)
            result = pipeline.run(fields)
            if isinstance(result, str) and name in {"subject", "requester"} and not result.isprintable():
                result = failed(pipeline.label, "printable", result, "a name has no line breaks or invisible characters in it")
            if name == "subject" and (not filled or result == ""):
                return MappingNo(Reason.SUBJECT_MISSING, pipeline.label, "missing", "", f"The field {pipeline.label} is empty.")
            if name == "requester" and not filled and isinstance(result, Failed):
                result = ""  # nobody is named: that is no malformed name
            if isinstance(result, Failed):
                return _no(name, result)
            texts[name] = result
        subject, requester = texts.pop("subject"), texts.pop("requester", "")
        return Facts(
            Key(subject, self.values["subject"].find_by),
            Key(requester, self.values["requester"].find_by) if requester else None,
            texts,
            self._digest({**texts, "subject": subject, "requester": requester}, fields),
        )

    def _digest(self, texts: Fields[str, str], fields: Fields[str, str]) -> str:
        rests_on = {"values": texts, "judged": {name: fields.get(name) for name in self._judged}}
        return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()


def _no(name: str, why: Failed) -> MappingNo:
    reason = Reason.SUBJECT_MALFORMED if name == "subject" else Reason.MAPPING_FAILED
    return MappingNo(reason, why.field, why.rule, why.excerpt, why.sentence)
