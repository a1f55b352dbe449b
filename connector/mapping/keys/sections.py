"""Sections `pass`, `allow`, `note` and `settle` of a mapping file. `build` gives what is meant by them."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Names
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import ConfigDict, Field, model_validator

from connector.forms.form import Context, Form, Problem, problems_error
from connector.forms.mistakes import quote
from connector.forms.values import Flag, Guid, Seconds, between
from connector.mapping.hours import DAYS, Hours, minutes
from connector.mapping.keys.checks import MappingContext, checks_of
from connector.mapping.keys.dialect import Dialect
from connector.mapping.keys.fields import SourceName
from connector.mapping.keys.kinds import (
    NEVER,
    AnyValues,
    Lifetime,
    MarkerField,
    NoteField,
    Patience,
    Requesters,
    SettleFields,
    TemplateName,
    Values,
)
from connector.mapping.keys.times import Day, TimeOfDay
from connector.mapping.keys.verified import VerifiedForm
from connector.mapping.model import Again, Allow, Approval, MailRules, NoteRules, PassRules
from connector.mapping.watch import AnyOf, Condition, NoneOf

DEFAULT_PLACE = "work_notes"  # where the kind of the desk isn't known


class PassForm(Form):
    """The kind of pass that is made."""

    shape: ClassVar = "{lifetime: 60m}"
    lifetime: Lifetime = Field(default=3600, description="How long it can be used.")
    one_time: Flag = Field(default=True, description="Whether it ends with its first use.")
    fence: Annotated[Seconds, between(0, 900)] = Field(
        default=75, description="How long after the request the pass becomes usable."
    )

    @model_validator(mode="before")
    @classmethod
    def _written(cls, data: Any) -> Any:
        """The default is written out, so that it meets the floor, too."""
        return {"lifetime": "60m", **data} if isinstance(data, dict) else data

    def build(self) -> PassRules:
        return PassRules(self.lifetime, self.one_time, self.fence)


class ApprovalForm(Form):
    """A field that tells whether the ticket is approved. Any other value waits."""

    shape: ClassVar = "{field: approval, in: [approved]}"
    field: SourceName = Field(description="The field to look at.", examples=["approval"])
    in_: Values = Field(alias="in", description="Values that mean yes.", examples=["[approved]"])
    refused_in: AnyValues = Field(default=(), description="Values that mean no.", examples=["[rejected]"])
    unproven: Literal["wait", "accept"] | None = Field(
        default=None,
        description="What becomes of an approval that isn't proven to be of what the ticket says now. A new "
        "mapping names one; without it, what was approved is not compared.",
        examples=["wait"],
    )

    @model_validator(mode="after")
    def _not_both(self) -> ApprovalForm:
        if both := set(self.in_) & set(self.refused_in):
            sentence = f"{quote(min(both))} can't mean yes and no; keep it in one list"
            raise problems_error([Problem(("refused_in", self.refused_in.index(min(both))), sentence)])
        return self


class ChannelForm(Form):
    """The ways in which a ticket may have come in."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["in"]}, {"required": ["not_in"]}]})
    shape: ClassVar = "{field: contact_type, not_in: [email]}"
    field: SourceName = Field(description="The field to look at.", examples=["contact_type"])
    in_: Values = Field(
        default=(), alias="in", description="One of these.", examples=["[self-service, phone]"]
    )
    not_in: Values = Field(default=(), description="None of these.", examples=["[email]"])

    @classmethod
    def cross_checks(cls, data: Names[str, Any], context: Context | None) -> Iterator[Problem]:
        if ("in" in data) == ("not_in" in data):
            yield Problem((), "write exactly one of in and not_in, such as not_in: [email]")

    def build(self) -> Condition:
        return Condition(self.field, AnyOf(self.in_) if self.in_ else NoneOf(self.not_in))


class AgainForm(Form):
    """The way in which a ticket that had a pass asks for one more: this field changed to one of these
    values since.
    """

    shape: ClassVar = "{field: u_send_again, in: [yes please]}"
    field: SourceName = Field(description="The field to look at.", examples=["u_send_again"])
    in_: Values = Field(
        alias="in", description="Values that ask for one more pass.", examples=["[yes please]"]
    )

    def build(self) -> Again:
        return Again(self.field, self.in_)


class HoursForm(Form):
    """The hours in which passes are made, in the mapping's time zone. Where `to` lies before `from`, they
    end on the next day.
    """

    shape: ClassVar = '{days: [mon, tue, wed, thu, fri], from: "07:00", to: "19:00"}'
    days: tuple[Day, ...] = Field(
        description="Days on which they begin.", examples=["[mon, tue, wed, thu, fri]"], min_length=1
    )
    from_: TimeOfDay = Field(alias="from", description="When they begin.", examples=['"07:00"'])
    to: TimeOfDay = Field(description="When they end.", examples=['"19:00"'])

    @classmethod
    def cross_checks(cls, data: Names[str, Any], context: Context | None) -> Iterator[Problem]:
        days: list[Any] = data["days"] if isinstance(data.get("days"), list) else []
        for index, day in enumerate(days):
            if day in days[:index]:
                yield Problem(("days", index), f"{quote(day)} is in the list twice; keep one")
        begins, ends = data.get("from"), data.get("to")
        if isinstance(begins, str) and begins == ends:
            yield Problem(("to",), 'this is when they begin; for the whole day write "00:00" and "24:00"')
        elif begins == "24:00":
            yield Problem(("from",), 'the day ends then; write "00:00" for its beginning')

    def build(self) -> Hours:
        days = sorted(DAYS.index(day) for day in self.days)
        return Hours(tuple(days), minutes(self.from_), minutes(self.to))


class AllowForm(Form):
    """The rules about who may ask, for whom, and how."""

    shape: ClassVar = "{requester: [subject, manager]}"
    approval: ApprovalForm | None = Field(
        default=None, description="The field that tells whether the ticket is approved."
    )
    channel: ChannelForm | None = Field(default=None, description="How the ticket must have come in.")
    verified: VerifiedForm | None = Field(
        default=None, description="How the ticket tells that somebody verified the person."
    )
    requester: Requesters = Field(
        default=cast(Any, ["subject", "manager"]),
        validate_default=True,
        description="Who may ask for a pass.",
    )
    subject_in: tuple[Guid, ...] = Field(
        default=(), description="Object ids of groups; the person must be in one. Empty: everyone."
    )
    standing: Literal["wait", "replace"] = Field(
        default="wait", description="What becomes of a pass that somebody else made for the person."
    )
    four_eyes: Flag = Field(
        default=False,
        description="Whether requester, approver and recipient must be different people.",
    )
    hours: HoursForm | None = Field(
        default=None, description="When passes are made: at any time when absent. Outside, tickets wait."
    )
    oldest: Annotated[Seconds, between(60)] | None = Field(
        default=None,
        description="How old a ticket may be, by the desk's own creation time. An older one is refused.",
        examples=["14d"],
    )
    new_account_within: Annotated[Seconds, between(0, 30 * 86400)] = Field(
        default=0,
        description="How old a ticket may be to wait for an account that isn't there yet; 0s: it is refused.",
        examples=["2h"],
    )
    internal_guests: Flag = Field(
        default=False,
        description="Whether guest accounts may have a pass that were made in this tenant and sign in here.",
    )

    @classmethod
    def cross_checks(cls, data: Names[str, Any], context: Context | None) -> Iterator[Problem]:
        if data.get("four_eyes") is True and "approval" not in data:
            cure = "add approval beside it, such as approval: {field: approval, in: [approved]}"
            yield Problem(("four_eyes",), f"four_eyes needs an approval; {cure}")
        checks = checks_of(context)
        if data.get("four_eyes") is True and checks and checks.dialect and checks.dialect.no_approver:
            yield Problem(("four_eyes",), checks.dialect.no_approver)

    def build(self) -> Allow:
        approval = (
            Approval(self.approval.field, self.approval.in_, self.approval.refused_in, self.approval.unproven)
            if self.approval
            else None
        )
        channel = self.channel.build() if self.channel else None
        return Allow(
            approval,
            channel,
            self.requester,
            self.subject_in,
            self.standing,
            self.four_eyes,
            self.hours.build() if self.hours else None,
            self.oldest,
            self.new_account_within,
            self.internal_guests,
            self.verified.build() if self.verified else None,
        )


class NoteForm(Form):
    """The fields for the pass and for other notes."""

    shape: ClassVar = "{field: work_notes}"
    may_be_null: ClassVar = frozenset({"marker"})
    field: NoteField = Field(
        default=DEFAULT_PLACE,
        description="Where the pass goes: work_notes, or a field that floor.note_fields names.",
    )
    marker: MarkerField = Field(
        default=None, description="A field of its own for our reference.", examples=["u_passdesk_reference"]
    )
    plain: NoteField = Field(default=DEFAULT_PLACE, description="Where notices without the pass go.")
    template: TemplateName = Field(default="default", description="The set of templates.")
    language: TemplateName = Field(
        default="en", description="The language of what passdesk writes on the ticket."
    )
    tell_waiting: Patience = Field(
        default="never",
        description="How long a ticket waits before a note says why, for reasons that an agent can act on.",
    )
    caller: Flag = Field(
        default=False, description="Whether callers read one sentence when no pass is made, without a reason."
    )

    @classmethod
    def cross_checks(cls, data: Names[str, Any], context: Context | None) -> Iterator[Problem]:
        yield from about_templates(data, checks_of(context))
        default = default_place(checks_of(context))
        marker = data.get("marker")
        if marker and marker != default and marker in (data.get("field"), data.get("plain")):
            yield Problem(("marker",), "the marker is overwritten by notes there; write a field of its own")

    def build(self, dialect: Dialect | None = None) -> NoteRules:
        """A place that nobody wrote is the desk's own."""
        field, plain = (
            dialect.note_field if dialect and key not in self.model_fields_set else getattr(self, key)
            for key in ("field", "plain")
        )
        told = None if self.tell_waiting == NEVER else int(self.tell_waiting)
        return NoteRules(field, self.marker, plain, self.template, self.language, told, self.caller)


def default_place(checks: MappingContext | None) -> str:
    """The place for notes if a mapping names none."""
    return checks.dialect.note_field if checks and checks.dialect else DEFAULT_PLACE


def about_templates(data: Names[str, Any], checks: MappingContext | None) -> Iterator[Problem]:
    """A template or a language that isn't there."""
    template, language = data.get("template", "default"), data.get("language", "en")
    known = checks.templates if checks and isinstance(template, str) and isinstance(language, str) else None
    if known and (wrong := known.wrong(template, language)):
        yield Problem((wrong[0],), wrong[1])


class MailForm(Form):
    """The manager who is mailed the pass, and the words of the mail."""

    shape: ClassVar = "{manager_of: subject}"
    manager_of: Literal["subject", "requester"] = Field(
        default="subject", description="Whose manager is mailed the pass."
    )
    template: TemplateName = Field(default="default", description="The set of templates.")
    language: TemplateName = Field(default="en", description="The language of the mail.")

    @classmethod
    def cross_checks(cls, data: Names[str, Any], context: Context | None) -> Iterator[Problem]:
        yield from about_templates(data, checks_of(context))

    def build(self) -> MailRules:
        return MailRules(self.manager_of, self.template, self.language)


class SettleForm(Form):
    """Fields to set on the ticket, by what became of the pass."""

    shape: ClassVar = "{used: {state: 6}}"
    delivered: SettleFields = Field(
        default={}, description="The pass was delivered.", examples=["{state: 2}"]
    )
    used: SettleFields = Field(
        default={}, description="The pass was used.", examples=["{state: 6, close_code: Solution provided}"]
    )
    expired: SettleFields = Field(
        default={}, description="Nobody used the pass in time.", examples=["{state: 2}"]
    )
    refused: SettleFields = Field(default={}, description="No pass is made.", examples=["{state: 3}"])
    revoked: SettleFields = Field(default={}, description="The pass was revoked.", examples=["{state: 2}"])
    registered: SettleFields = Field(
        default={}, description="A method was registered with the pass: nothing yet.", examples=["{state: 6}"]
    )
