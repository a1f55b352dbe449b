"""The sections of config.yaml. Durations are seconds; addresses of services end without a slash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial, reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema

from connector.config.alerts import Alerts, addressed
from connector.config.hooks import Hook, hook_problems, own_secrets
from connector.config.ledger import LEDGER_URL, LedgerSection, LedgerUrl, ledger_url
from connector.config.notify import Notify, unfit
from connector.config.unbuilt import Keep
from connector.config.web import Web
from connector.desks.kinds import KINDS
from connector.desks.section import DeskSection
from connector.entra.config import Entra
from connector.forms.form import Context, Form, Problem, by_kind, context_of, problems_error
from connector.forms.values import Count, Interval, Label, MailAddress, SecretRef, between
from connector.mapping.keys.floor import Floor

_DESKS: dict[str, type[Form]] = {name: kind.section for name, kind in KINDS.items()}
_ANY_DESK: Any = reduce(or_, _DESKS.values())
AnyDesk = Annotated[DeskSection, PlainValidator(partial(by_kind, _DESKS), json_schema_input_type=_ANY_DESK)]


def _example_desk() -> str:
    """A desk of the first kind, with the examples of its keys."""
    name, section = next(iter(_DESKS.items()))
    url, auth = (str((section.named()[key].examples or [""])[0]) for key in ("url", "auth"))
    return f"{{contoso-{name}: {{kind: {name}, url: {url}, auth: {auth}}}}}"


def _one_folder(value: object) -> str:
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError("write a folder, such as mappings")
    return value


class MappingFolder(Form):
    """The folder of mapping files, and how their changes come into force."""

    shape: ClassVar = "{folder: mappings}"
    folder: Annotated[str, PlainValidator(_one_folder), WithJsonSchema({"type": "string"})] = Field(
        default="mappings", description="A folder of mapping files (*.yaml)."
    )
    publish: Literal["direct", "reviewed", "two"] | None = Field(
        default=None, description="Who publishes a change: nothing yet, it is in force at once."
    )


def _mappings(value: object, info: ValidationInfo) -> str | tuple[str, ...] | MappingFolder:
    if isinstance(value, dict):
        return MappingFolder.model_validate(value, context=info.context)
    names = value if isinstance(value, list | tuple) else [value]
    wrong = [
        index
        for index, name in enumerate(names)
        if not isinstance(name, str) or not name or not name.isprintable()
    ]
    if names and not wrong:
        return value if isinstance(value, str) else tuple(str(name) for name in names)
    sentence = "write a folder, such as mappings, or a list of files, such as [mappings/incidents.yaml]"
    raise problems_error(
        Problem((index,) if isinstance(value, list) else (), sentence) for index in wrong or [0]
    )


def _folder(value: object, info: ValidationInfo) -> Path:
    context = context_of(info)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError("write a folder, such as templates")
    return context.folder.absolute() / value if context else Path(value)


class Poll(Form):
    """The interval at which each mapping asks its desk for tickets."""

    shape: ClassVar = "{every: 60s}"
    every: Annotated[Interval, between(1)] = Field(default=60.0, description="From one poll to the next.")
    jitter: Interval = Field(
        default=10.0, description="At most this much is added at random, so that replicas don't ask at once."
    )


class Mail(Form):
    """Settings of the mails to managers."""

    shape: ClassVar = "{from: servicedesk@contoso.com}"
    sender: MailAddress = Field(
        alias="from",
        description="The mailbox that mails are sent from.",
        examples=["servicedesk@contoso.com"],
    )
    phone: str = Field(
        default="",
        description="The service desk's phone number, for managers who didn't expect a mail.",
        examples=["+31 20 555 0100"],
    )


class Log(Form):
    """The log's format and level."""

    shape: ClassVar = "{format: json, level: info}"
    format: Literal["json", "console"] = Field(
        default="json", description="json for machines, console for people."
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important lines that are written."
    )


def _named(desks: Any) -> Any:
    if isinstance(desks, dict) and isinstance(desks.get("kind"), str):
        sentence = "this desk has no name; write one such as contoso-desk: above it, with all of it indented"
        raise problems_error([Problem(("kind",), sentence, at_key=True)])
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
        examples=[_example_desk()],
    )
    mappings: Annotated[
        str | tuple[str, ...] | MappingFolder,
        PlainValidator(_mappings, json_schema_input_type=str | list[str] | MappingFolder),
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
        LedgerUrl,
        PlainValidator(
            ledger_url, json_schema_input_type=Annotated[str, WithJsonSchema(LEDGER_URL)] | LedgerSection
        ),
    ] = Field(
        default=LedgerUrl("sqlite:///passdesk.db"),
        validate_default=True,
        description="Where decisions are kept: sqlite:///FILE, or a PostgreSQL server for several replicas.",
    )
    templates: Annotated[Path, PlainValidator(_folder)] | None = Field(
        default=None,
        description="A folder with texts of your own for notes and mails.",
        examples=["templates"],
    )
    web: Web | None = Field(
        default=None, description="The status page, /healthz, /readyz and /metrics; off when absent."
    )
    alerts: Annotated[
        Alerts, PlainValidator(addressed, json_schema_input_type=tuple[SecretRef, ...] | Alerts)
    ] = Field(
        default=Alerts(),
        description="Where alerts go (docs/alerts.md): addresses of apprise, each as a reference.",
        examples=["[env:TEAMS_URL]"],
    )
    alerts_after: Annotated[Interval, between(1)] = Field(
        default=600.0,
        description="How long a service is down, or a ticket isn't worked on, before an alert.",
    )
    notify: Notify | None = Field(
        default=None, description="Who hears of a pass beside its recipient; nobody when absent."
    )
    hooks: Annotated[dict[Label, Hook], AfterValidator(own_secrets)] = Field(
        default={},
        description="Desks that say which ticket is new, by name: POST /hooks/DESK, on web.listen.",
        examples=["{contoso-desk: {secret: env:DESK_HOOK}}"],
    )
    keep: Keep = Field(default=Keep(), description="How long the ledger keeps what.")
    log: Log = Field(default=Log(), description="What is logged, and how.")

    @classmethod
    def cross_checks(cls, data: Mapping[str, Any], context: Context | None) -> Iterable[Problem]:
        """Check what one section needs of another."""
        yield from unfit(data)
        yield from hook_problems(data, context)
