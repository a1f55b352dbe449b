"""The sections of config.yaml. Durations are seconds; addresses of services end without a slash."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema

from connector.config.desks import AnyDesk
from connector.domain.durations import Limit
from connector.entra.config import Entra
from connector.forms.form import Form, Said, Unshown, around, several
from connector.forms.mistakes import quote
from connector.forms.values import (
    Count,
    Guid,
    Interval,
    Label,
    Listen,
    MailAddress,
    Rate,
    Seconds,
    between,
    field_name,
)
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
    name = field_name(value)
    if "." in name:
        raise ValueError(f"{quote(name)} is a field of another record; name one of the ticket itself")
    return name


def _ledger(value: object, info: ValidationInfo) -> str:
    """An SQLAlchemy URL; the path of an SQLite file is made absolute. A server's URL may hold a password: it
    is never shown.
    """
    checks = around(info)
    if isinstance(value, str) and re.match(r"postgres(ql)?(\+\w+)?:", value):
        raise Unshown("a ledger on PostgreSQL comes in a later release; for now write sqlite:///passdesk.db")
    found = re.fullmatch(r"sqlite:///([^?#]+)", value) if isinstance(value, str) else None
    if not found or not found[1].isprintable():
        raise Unshown("this is no ledger; write sqlite:/// and a path, such as sqlite:///passdesk.db")
    if ":memory:" in found[1]:
        raise ValueError(
            "a ledger in memory forgets who has a pass; write a file, such as sqlite:///passdesk.db"
        )
    return f"sqlite:///{checks.folder.absolute() / found[1]}" if checks else str(value)


def _mappings(value: object) -> str | tuple[str, ...]:
    names = value if isinstance(value, list | tuple) else [value]
    wrong = [
        index
        for index, name in enumerate(names)
        if not isinstance(name, str) or not name or not name.isprintable()
    ]
    if names and not wrong:
        return value if isinstance(value, str) else tuple(str(name) for name in names)
    sentence = "write a folder, such as mappings, or a list of files, such as [mappings/incidents.yaml]"
    raise several(Said((index,) if isinstance(value, list) else (), sentence) for index in wrong or [0])


def _folder(value: object, info: ValidationInfo) -> Path:
    checks = around(info)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError("write a folder, such as templates")
    return checks.folder.absolute() / value if checks else Path(value)


class Poll(Form):
    """How often each mapping asks its desk for tickets."""

    shape: ClassVar = "{every: 60s}"
    every: Annotated[Interval, between(1)] = Field(default=60.0, description="From one poll to the next.")
    jitter: Interval = Field(
        default=10.0, description="At most this much is added at random, so that replicas don't ask at once."
    )


class Floor(Form):
    """What no mapping can go below."""

    shape: ClassVar = "{lifetime_at_most: 8h}"
    lifetime_at_most: Annotated[Seconds, between(SHORTEST, LONGEST)] = Field(
        default=8 * 3600, description="The longest that a pass may last."
    )
    passes_per_subject: Rate = Field(
        default=Limit(2, 86400), description="Delivered passes a person; past a limit, tickets wait."
    )
    passes_per_requester: Rate = Field(
        default=Limit(10, 86400), description="Delivered passes that one person asked for."
    )
    passes_in_all: Rate = Field(default=Limit(60, 3600), description="Delivered passes altogether.")
    requester_at_most: tuple[Literal["subject", "manager", "group", "anyone"], ...] = Field(
        default=("subject", "manager", "group"), description="Whom mappings may allow to ask for a pass."
    )
    start_at_most: Annotated[Seconds, between(0)] = Field(
        default=30 * 86400, description="How far ahead a ticket may ask its pass to begin (starts_at)."
    )
    note_fields: tuple[Annotated[str, PlainValidator(_restricted), WithJsonSchema(RESTRICTED)], ...] = Field(
        default=("work_notes",),
        description="Fields that a mapping may put a pass into: only ones that callers can't read.",
    )
    protected_groups: tuple[Guid, ...] = Field(
        default=(), description="Object ids of groups whose members never get a pass."
    )


class Mail(Form):
    """How mails to managers are sent."""

    shape: ClassVar = "{from: servicedesk@contoso.com}"
    sender: MailAddress = Field(
        alias="from",
        description="The mailbox that mails are sent from.",
        examples=["servicedesk@contoso.com"],
    )
    phone: str = Field(
        default="",
        description="The service desk's number, for who didn't expect a mail.",
        examples=["+31 20 555 0100"],
    )


class Web(Form):
    """The status page, /healthz, /readyz and /metrics."""

    shape: ClassVar = '{listen: "127.0.0.1:8642"}'
    listen: Listen = Field(description="Address and port.", examples=['"127.0.0.1:8642"'])


class Log(Form):
    """What is logged, and how."""

    shape: ClassVar = "{format: json, level: info}"
    format: Literal["json", "console"] = Field(
        default="json", description="json for machines, console for people."
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important lines that are written."
    )


def _named(desks: Any) -> Any:
    if isinstance(desks, dict) and isinstance(desks.get("kind"), str):
        sentence = (
            "this desk has no name; write one such as contoso-servicenow: above it, and all of it further in"
        )
        raise several([Said(("kind",), sentence, at_key=True)])
    return desks


def _some_desks(desks: dict[str, Any]) -> dict[str, Any]:
    if not desks:
        raise ValueError("there is no desk; add one with its kind, url and auth")
    return desks


class Settings(Form):
    """The configuration of passdesk."""

    entra: Entra = Field(
        description="The tenant that the passes are made in.",
        examples=["{credential: {kind: managed_identity}}"],
    )
    desks: Annotated[dict[Label, AnyDesk], AfterValidator(_some_desks), BeforeValidator(_named)] = Field(
        description="Where tickets come from: a name of your own, then kind, url and auth.",
        json_schema_extra={"minProperties": 1},
        examples=[
            "{contoso-servicenow: {kind: servicenow, url: https://contoso.service-now.com, "
            "auth: {kind: basic, username: svc.passdesk, password: env:SNOW_PASSWORD}}}"
        ],
    )
    mappings: Annotated[
        str | tuple[str, ...],
        PlainValidator(_mappings),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
    ] = Field(default="mappings", description="A folder of mapping files (*.yaml), or a list of files.")
    poll: Poll = Field(default=Poll(), description="How often desks are asked for tickets.")
    workers: Annotated[Count, Field(ge=1, le=64)] = Field(default=8, description="Tickets in flight at once.")
    lease: Annotated[Interval, between(1)] = Field(
        default=30.0, description="How long a silent worker keeps a ticket."
    )
    stop_within: Annotated[Interval, between(1)] = Field(
        default=25.0, description="How long stopping may take."
    )
    floor: Floor = Field(default=Floor(), description="What no mapping can go below.")
    mail: Mail | None = Field(default=None, description="How mails to managers are sent.")
    ledger: Annotated[
        str,
        PlainValidator(_ledger),
        WithJsonSchema({"type": "string", "pattern": "^sqlite:///(?!:memory:)[^?#]+$"}),
    ] = Field(
        default="sqlite:///passdesk.db",
        validate_default=True,
        description="Where decisions are kept: sqlite:///FILE.",
    )
    templates: Annotated[Path, PlainValidator(_folder)] | None = Field(
        default=None,
        description="A folder with texts of your own for notes and mails.",
        examples=["templates"],
    )
    web: Web | None = Field(default=None, description="The status page; off when absent.")
    log: Log = Field(default=Log(), description="What is logged, and how.")
