"""The section `floor` of config.yaml: what no mapping can go below."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from connector.domain.durations import Limit
from connector.forms.form import Form
from connector.forms.mistakes import quote
from connector.forms.values import Guid, Rate, Seconds, between, field_name, no_fields_in_one
from connector.mapping.keys.visible import CALLER_VISIBLE, is_caller_visible

SHORTEST, LONGEST = 600, 30 * 86400  # of a pass, in seconds: graph.md §1.1
# A column of the ticket itself that callers can't read, as far as an editor can tell.
RESTRICTED = {"type": "string", "pattern": "^[A-Za-z0-9_]+$", "not": {"enum": sorted(CALLER_VISIBLE)}}


def _restricted(value: object) -> str:
    """A field of the ticket itself that callers can't read."""
    if isinstance(value, str) and is_caller_visible(value):
        raise ValueError(
            f"callers can read {quote(value)}; name a restricted field of your own, or only work_notes"
        )
    if isinstance(value, str):
        no_fields_in_one(value)
    name = field_name(value)
    if "." in name:
        raise ValueError(f"{quote(name)} is a field of another record; name one of the ticket itself")
    return name


class Floor(Form):
    """Limits that no mapping can go below."""

    shape: ClassVar = "{lifetime_at_most: 8h}"
    lifetime_at_most: Annotated[Seconds, between(SHORTEST, LONGEST)] = Field(
        default=8 * 3600, description="The longest that a pass may last."
    )
    passes_per_subject: Rate = Field(
        default=Limit(2, 86400), description="Delivered passes for one person; past a limit, tickets wait."
    )
    passes_per_requester: Rate = Field(
        default=Limit(10, 86400), description="Delivered passes that one person requested."
    )
    passes_in_all: Rate = Field(default=Limit(60, 3600), description="Delivered passes altogether.")
    requester_at_most: tuple[Literal["subject", "manager", "group", "anyone"], ...] = Field(
        default=("subject", "manager", "group"), description="Whom mappings may allow to ask for a pass."
    )
    start_at_most: Annotated[Seconds, between(0)] = Field(
        default=30 * 86400, description="How far ahead a ticket may ask its pass to begin (starts_at)."
    )
    wait_at_most: Annotated[Seconds, between(1)] = Field(
        default=24 * 3600,
        description="How long a ticket waits for what is its own, such as missing evidence; then: stuck.",
    )
    note_fields: tuple[Annotated[str, PlainValidator(_restricted), WithJsonSchema(RESTRICTED)], ...] = Field(
        default=("work_notes",),
        description="Fields that a mapping may put a pass into: only ones that callers can't read.",
    )
    protected_groups: tuple[Guid, ...] = Field(
        default=(),
        description="Object ids of groups whose members, owners and eligible people never get a pass.",
    )
