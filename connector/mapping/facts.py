"""Facts: a ticket as a mapping reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.domain.reasons import Reason
from connector.mapping.pipeline import FindBy


@dataclass(frozen=True)
class Key:
    """A person as the ticket names them, and how to look them up. `only_enabled`: of several accounts, the
    one that is enabled.
    """

    value: str
    find_by: FindBy = "upn_or_id"
    only_enabled: bool = False


@dataclass(frozen=True)
class Facts:
    """The facts of a ticket. `values`: the admin's own names. `digest`: of everything that a decision
    rests on, not of `watch`. `content`: of what an approval is of, which is all of that but the approval;
    "" where the mapping doesn't bind one.
    """

    subject: Key
    requester: Key | None
    values: Mapping[str, str]
    digest: str  # SHA-256, hex
    confirm: Mapping[str, str] = field(
        default_factory=dict
    )  # by the directory's property; "" where the ticket says nothing
    picked: tuple[str, ...] = ()  # where one of several matches was taken, in words; `explain` tells it
    starts_at: int | None = None  # epoch seconds, where the ticket asks for a start of its own
    content: str = ""  # SHA-256, hex


@dataclass(frozen=True)
class MappingNo:
    """A ticket that can't be mapped: subject_missing, subject_malformed, subject_ambiguous, mapping_failed;
    or evidence_missing, where a field can't be read. `excerpt` is safe to show.
    """

    reason: Reason
    field: str
    rule: str
    excerpt: str
    sentence: str
