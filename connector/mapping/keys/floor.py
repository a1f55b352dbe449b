"""The section `floor` of config.yaml: what no mapping can go below."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from connector.domain.durations import Limit, written, written_limit
from connector.forms.form import Form
from connector.forms.mistakes import quote
from connector.forms.values import Flag, Guid, Rate, Seconds, between, field_name, no_fields_in_one
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


def _off_or(least: int) -> PlainValidator:
    """A number, or None for off."""

    def read(value: object) -> int | None:
        if value in ("off", None) or value is False:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(f"write off, or a whole number from {least} on")
        return value

    return PlainValidator(read)


def _number(least: int) -> WithJsonSchema:
    # An editor that reads YAML 1.1 takes off for false.
    return WithJsonSchema(
        {"anyOf": [{"const": "off"}, {"type": "boolean"}, {"type": "integer", "minimum": least}]}
    )


class PauseOn(Form):
    """Signs on which passdesk pauses itself, until `passdesk resume`."""

    shape: ClassVar = "{chain: true, stuck_in_a_row: 5, foreign_passes: off, flips: 3}"
    chain: Flag = Field(default=True, description="The audit trail isn't what passdesk wrote.")
    stuck_in_a_row: Annotated[int | None, _off_or(1), _number(1)] = Field(
        default=5,
        description="So many tickets are stuck one after the other, without a delivered pass between.",
    )
    foreign_passes: Annotated[int | None, _off_or(0), _number(0)] = Field(
        default=None,
        examples=["off"],
        description="More passes than this, within a day, that passdesk didn't make, for its people.",
    )
    flips: Annotated[int | None, _off_or(1), _number(1)] = Field(
        default=3,
        description="So many people are seen with privileges, and within the hour without. Each waits.",
    )


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
    requester_at_most: tuple[Literal["subject", "manager", "manager_chain", "group", "anyone"], ...] = Field(
        default=("subject", "manager", "group"), description="Whom mappings may allow to ask for a pass."
    )
    start_at_most: Annotated[Seconds, between(0)] = Field(
        default=30 * 86400, description="How far ahead a ticket may ask its pass to begin (starts_at)."
    )
    wait_at_most: Annotated[Seconds, between(1)] = Field(
        default=24 * 3600,
        description="How long a ticket waits for what is its own, such as missing evidence; then: stuck.",
    )
    account_age: Annotated[Seconds, between(0)] = Field(
        default=0, description="How old an account must be; a younger one's tickets wait. 0s: any age."
    )
    note_fields: tuple[Annotated[str, PlainValidator(_restricted), WithJsonSchema(RESTRICTED)], ...] = Field(
        default=("work_notes",),
        description="Fields that a mapping may put a pass into: only ones that callers can't read.",
    )
    protected_groups: tuple[Guid, ...] = Field(
        default=(),
        description="Object ids of groups whose members, owners and eligible people never get a pass.",
    )
    pause_on: PauseOn = Field(default=PauseOn(), description="Signs on which passdesk pauses itself.")

    @property
    def written(self) -> dict[str, str]:
        """Each key with its value as people write it, for the trail."""
        known = {name: getattr(self, name) for name in type(self).model_fields if name != "pause_on"}
        known |= {f"pause_on.{name}": getattr(self.pause_on, name) for name in PauseOn.model_fields}
        return {name: _shown(value, timed="pause_on" not in name) for name, value in known.items()}


def _shown(value: object, *, timed: bool) -> str:
    """A value of the floor; where `timed`, a number is seconds."""
    match value:
        case Limit():
            return written_limit(value)
        case bool():
            return str(value).lower()
        case None:
            return "off"
        case int() | float():
            return written(int(value)) if timed else str(value)
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case _:
            return str(value)
