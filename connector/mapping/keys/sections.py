"""Sections `pass`, `again`, `note`, `mail` and `settle` of a mapping file. `build` gives what is meant by
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Names
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from connector.forms.form import Context, Form, Problem
from connector.forms.values import Flag, Seconds, between
from connector.mapping.keys.checks import MappingContext, checks_of
from connector.mapping.keys.dialect import Dialect
from connector.mapping.keys.fields import SourceName
from connector.mapping.keys.kinds import (
    NEVER,
    Lifetime,
    MarkerField,
    NoteField,
    Patience,
    TemplateName,
    Values,
)
from connector.mapping.keys.settle_fields import SettleFields
from connector.mapping.model import Again, MailRules, NoteRules, PassRules

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
        default={},
        description="The pass ended and was not seen used; of a multi-use pass, Entra doesn't tell.",
        examples=["{state: 2}"],
    )
    refused: SettleFields = Field(default={}, description="No pass is made.", examples=["{state: 3}"])
    revoked: SettleFields = Field(default={}, description="The pass was revoked.", examples=["{state: 2}"])
    registered: SettleFields = Field(
        default={},
        description="After its use, and when it has ended: a lasting sign-in method was registered since the "
        "pass began. Set behind what `used` sets, where UserAuthenticationMethod.Read.All is granted.",
        examples=["{close_notes: 'A passkey or another method was registered.'}"],
    )
