"""Names beside the trail. A line of the trail holds ids, codes, times and hashes; names and sentences stand
in records of their own, and the line has the salted digest of each.

A record can be deleted, with its salt, and the chain stays whole: the digest alone tells nothing, and can't
be guessed. While the record is there, the digest proves it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from connector.domain.events import Event
from connector.domain.people import Subject
from connector.domain.recipients import without_address
from connector.ledger.canonical import canonical
from connector.ledger.rows import AuditEntry

WORDS = "words"  # the record of a line's sentences
NAMES = "names"  # the key of a line that holds its digests
# All that a line may say by itself. What isn't named here goes into a record, and so can be deleted.
PLAIN: Final = frozenset({
    "then", "reason", "reference", "gone", "failures", "mapping", "version", "code", "refused_before",
    "had_before", "start", "lifetime", "subject", "requester", "recipient", "one_time", "fence", "replaces",
    "pass", "service", "by", "login", "guards", "manager", "approvers", "policy",
    "removed", "last", "hash", "names_deleted", "entries_rewritten", "limit", "allows", "until",
    "cause", "seen",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameRecord:
    """A name, or the sentences of a line, as they are kept; `text` is canonical JSON.

    `seq`: the line whose digest it has; None: it was kept by an older release, and no line seals it.
    """

    digest: str
    salt: str
    at: float
    seq: int | None
    desk: str | None
    ticket: str | None
    person: str | None  # object id of whose name it is; None: sentences
    text: str

    @property
    def content(self) -> dict[str, Any]:
        """The record as it is read. Somebody may have edited it: what is no JSON is empty."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def subject(self) -> Subject | None:
        """The person by name, where it is a name."""
        if self.person is None:
            return None
        known = self.content
        return Subject(self.person, str(known.get("upn", "")), str(known.get("name", "")))

    @property
    def fits(self) -> bool:
        """Tell whether the digest is that of the salt and the text."""
        return self.digest == salted(self.salt, self.text)


def salted(salt: str, text: str) -> str:
    """SHA-256 over a salt of 64 hex digits and a record in canonical JSON."""
    return sha256(f"{salt}{text}".encode()).hexdigest()


def set_apart(
    entry: AuditEntry, salt: Callable[[], str], seq: int, at: float, key: tuple[str | None, str | None]
) -> tuple[AuditEntry, list[NameRecord]]:
    """The entry without names, which has their digests instead; and their records, each with its own salt."""
    own = entry.detail.keys() if entry.action is Event.FLOOR_CHANGED else PLAIN  # its keys are the floor's
    plain = {name: value for name, value in entry.detail.items() if name in own}
    words = {name: value for name, value in entry.detail.items() if name not in own and value}
    if "recipient" in plain and (bare := without_address(str(plain["recipient"]))) != plain["recipient"]:
        words["recipient"] = plain["recipient"]
        plain["recipient"] = bare
    texts: dict[str, tuple[str | None, str]] = {
        role: (each.id, canonical({"name": each.name, "upn": each.upn}))
        for role, each in entry.people.items()
    }
    if words:
        texts[WORDS] = None, canonical(words)
    records, digests = [], {}
    for role, (person, text) in texts.items():
        fresh = salt()
        records.append(NameRecord(salted(fresh, text), fresh, at, seq, *key, person, text))
        digests[role] = records[-1].digest
    detail = plain | ({NAMES: digests} if digests else {})
    return entry._replace(detail=detail, people={}), records


def digests_of(detail: Mapping[str, object]) -> dict[str, str]:
    """The digests that a line has, by what they are of."""
    found = detail.get(NAMES)
    return {str(role): str(each) for role, each in found.items()} if isinstance(found, dict) else {}
