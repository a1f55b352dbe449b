"""The keys of a mapping file as models: what may be written. `build` gives what is meant by it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Names
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from connector.forms.form import Context, Form, Problem
from connector.forms.mistakes import choice, no_such, quote
from connector.forms.values import Label, Seconds, between
from connector.mapping.keys.allow import AllowForm
from connector.mapping.keys.checks import MappingContext, checks_of
from connector.mapping.keys.example import ExampleForm
from connector.mapping.keys.fields import Property, SourceName
from connector.mapping.keys.kinds import (
    TAKEN,
    DeskName,
    Sources,
    Steps,
    TableName,
    TemplateText,
    ValueName,
    WatchFields,
    Ways,
    Zone,
)
from connector.mapping.keys.names import MOST, about_values
from connector.mapping.keys.sections import (
    AgainForm,
    MailForm,
    NoteForm,
    PassForm,
    SettleForm,
    default_place,
)
from connector.mapping.pipeline import FindBy, Pipeline

_VALUES: Any = {
    "required": ["subject"],
    "additionalProperties": False,
    "maxProperties": MOST,
    "propertyNames": {"not": {"enum": sorted(TAKEN)}},
}
_FROM_DEFAULTS: Any = {}  # read like an empty {…}, so that what is left out meets the floor, too


class ValueForm(Form):
    """One text, made from the ticket: where it comes from, and the steps it goes through."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [key]} for key in ("from", "first_of", "template")]}
    )
    shape: ClassVar = "{from: FIELD}"

    from_: SourceName = Field(default="", alias="from", description="The field it comes from.")
    first_of: Sources = Field(
        default=(),
        description="The fields it may come from: the first that is not empty.",
        examples=["[u_mail, caller_id.email]"],
    )
    template: TemplateText = Field(
        default=None,
        description="A text with names of other values in braces.",
        examples=['"{first}.{last}@contoso.com"'],
    )
    then: Steps = Field(
        default=(), description="Steps, in this order.", examples=['[trim, lower, {append: "@contoso.com"}]']
    )
    find_by: FindBy = Field(
        default="upn_or_id", description="For people: how the directory looks the text up."
    )

    only: Literal["enabled"] | None = Field(
        default=None,
        description="For people: of several accounts that match, the one that is enabled.",
        examples=["enabled"],
    )

    late: Literal["refuse", "now"] = Field(
        default="refuse", description="For starts_at: what becomes of a start that has just passed."
    )
    late_at_most: Annotated[Seconds, between(60, 30 * 86400)] = Field(
        default=86400, description="For starts_at with late: now: how long ago the start may be."
    )

    @classmethod
    def cross_checks(cls, data: Names[str, Any], context: Context | None) -> Iterator[Problem]:
        if "late_at_most" in data and data.get("late") != "now":
            yield Problem(("late_at_most",), "late_at_most goes with late: now; add that, or take this out")
        if len({*data, *cls.likely_keys(data).values()} & {"from", "first_of", "template"}) != 1:
            yield Problem(
                (), "a value comes from exactly one of from, first_of and template; write from: FIELD"
            )

    def build(self) -> Pipeline:
        return Pipeline(
            self.template or ((self.from_,) if self.from_ else self.first_of),
            self.then,
            self.find_by,
            self.only == "enabled",
        )


def _about_notes(
    note: Names[str, Any], settle: Names[str, Any], checks: MappingContext | None
) -> Iterator[Problem]:
    """A settle that sets the marker, or the pass's own field as it is delivered, would wipe out what was just
    written. Where notes are entries of their own, its text goes along with the pass.
    """
    entries = checks.dialect.traits.removable if checks and checks.dialect else ()
    place = note.get("field", default_place(checks))
    for outcome, fields in settle.items():
        for name in fields if isinstance(fields, dict) else ():
            if name == note.get("marker") or (
                outcome == "delivered" and name == place and name not in entries
            ):
                sentence = f"passdesk writes {quote(name)} itself; take it out"
                yield Problem(("settle", outcome, name), sentence, at_key=True)


def _about_mail(data: Names[str, Any], checks: MappingContext | None) -> Iterator[Problem]:
    """A mail needs a mailbox to be sent from; and a manager of whoever asks is nobody's choice but the
    requester's.
    """
    deliver, mail, allow = data.get("deliver", "note"), data.get("mail"), data.get("allow")
    if deliver != "manager_mail" and not (isinstance(deliver, list) and "manager_mail" in deliver):
        return
    if checks and checks.mails is False:
        yield Problem(
            ("deliver",),
            "config.yaml names no mailbox to send from; add mail: {from: servicedesk@contoso.com} there",
        )
    rules = allow.get("requester", []) if isinstance(allow, dict) else []
    anyone = (
        [each for each in rules if each == "anyone" or str(each).startswith("group:")]
        if isinstance(rules, list)
        else []
    )
    if isinstance(mail, dict) and mail.get("manager_of") == "requester" and anyone:
        sentence = (
            f"with {quote(anyone[0])} under allow.requester, a stranger's manager would receive the mail; "
            "write subject"
        )
        yield Problem(("mail", "manager_of"), sentence)


class MappingForm(Form):
    """Tickets that get a Temporary Access Pass, its person, and the words on the ticket."""

    elsewhere: ClassVar = {"subject": "values", "starts_at": "values", "requester": "values, and under allow"}
    mapping: Label = Field(description="The name of this mapping.", examples=["access-passes"])
    desk: DeskName = Field(description="A desk of config.yaml.", examples=["contoso-desk"])
    table: TableName = Field(
        description="The table that holds the tickets, as the desk calls it.", examples=["incident"]
    )
    watch: WatchFields = Field(
        description="Which tickets: all of these conditions.", examples=["{category: identity}"]
    )
    values: dict[ValueName, ValueForm] = Field(
        description=(
            "Who gets the pass (subject), who asks (requester), the start (starts_at), and names of your own."
        ),
        examples=["{subject: {from: caller_id.user_name}}"],
        json_schema_extra=_VALUES,
    )
    confirm: dict[Property, ValueForm] = Field(
        default={},
        description="Second evidence: each must equal what the directory says about the subject.",
        examples=["{employeeId: {from: caller_id.employee_number}}"],
    )
    pass_: PassForm = Field(
        default=_FROM_DEFAULTS, alias="pass", validate_default=True, description="What kind of pass is made."
    )
    timezone: Zone = Field(
        default="UTC",
        description="For times in notes, and for a start that doesn't say its own.",
        examples=["Europe/Amsterdam"],
    )
    allow: AllowForm = Field(
        default=_FROM_DEFAULTS, validate_default=True, description="Who may ask, for whom, and how."
    )
    mode: Literal["live", "shadow"] = Field(
        default="live", description="live: passes are made. shadow: its tickets only wait, in this release."
    )
    deliver: Ways = Field(
        default=("note",), description="How the pass is handed over: one way, or two that are tried in turn."
    )
    mail: MailForm = Field(
        default=_FROM_DEFAULTS, validate_default=True, description="The mail to a manager."
    )
    note: NoteForm = Field(
        default=_FROM_DEFAULTS, validate_default=True, description="Where the pass and the notices go."
    )
    settle: SettleForm = Field(
        default=_FROM_DEFAULTS, validate_default=True, description="Fields to set on the ticket."
    )
    again: AgainForm | None = Field(
        default=None, description="How a ticket that had a pass asks for one more."
    )
    examples: tuple[ExampleForm, ...] = Field(
        default=(),
        description="Tickets and what must come of them: passdesk mappings test runs them.",
        examples=["[{ticket: {caller_id.user_name: ann.lee}, subject: ann.lee@contoso.com}]"],
    )

    @classmethod
    def example(cls, key: str, context: Context | None) -> str:
        checks = checks_of(context)
        if key == "desk" and checks and checks.desks:
            return choice([*checks.desks])
        return super().example(key, context)

    @classmethod
    def cross_checks(cls, data: Names[str, Any], context: Context | None) -> Iterator[Problem]:
        checks = checks_of(context)
        for key, near in cls.likely_keys(data).items():
            if near == "desk" and checks and checks.desks and data[key] not in checks.desks:
                yield Problem((key,), no_such("desk", data[key], checks.desks))
        if isinstance(values := data.get("values"), dict):
            confirm = data.get("confirm")
            yield from about_values(values, confirm if isinstance(confirm, dict) else {}, checks)
            if (
                "requester" not in values
                and isinstance(allow := data.get("allow"), dict)
                and allow.get("four_eyes") is True
            ):
                cure = "add requester here, such as requester: {from: opened_by.email, find_by: mail}"
                yield Problem(("values",), f"allow.four_eyes needs a requester; {cure}")
        yield from _about_mail(data, checks)
        note, settle = data.get("note", {}), data.get("settle")
        if isinstance(note, dict) and isinstance(settle, dict):
            yield from _about_notes(note, settle, checks)
