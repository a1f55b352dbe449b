"""Section `allow` of a mapping file: who may ask, for whom, and how. `build` gives what is meant by it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Names
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import ConfigDict, Field, model_validator

from connector.forms.form import Context, Form, Problem, problems_error
from connector.forms.mistakes import quote
from connector.forms.values import Flag, Guid, Seconds, between
from connector.mapping.hours import DAYS, Hours, minutes
from connector.mapping.keys.checks import checks_of
from connector.mapping.keys.fields import SourceName
from connector.mapping.keys.kinds import AnyValues, Requesters, Values
from connector.mapping.keys.times import Day, TimeOfDay
from connector.mapping.keys.verified import VerifiedForm
from connector.mapping.model import Allow, Approval
from connector.mapping.watch import AnyOf, Condition, NoneOf


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

    def build(self) -> Approval:
        return Approval(self.field, self.in_, self.refused_in, self.unproven)


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
        return Allow(
            approval=self.approval.build() if self.approval else None,
            channel=self.channel.build() if self.channel else None,
            requester=self.requester,
            subject_in=self.subject_in,
            standing=self.standing,
            four_eyes=self.four_eyes,
            hours=self.hours.build() if self.hours else None,
            oldest=self.oldest,
            new_account_within=self.new_account_within,
            internal_guests=self.internal_guests,
            verified=self.verified.build() if self.verified else None,
        )
