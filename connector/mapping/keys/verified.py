"""The key `allow.verified` of a mapping file."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Names
from typing import Annotated, Any, ClassVar

from pydantic import Field

from connector.forms.form import Context, Form, Problem
from connector.forms.values import Seconds, between
from connector.mapping.keys.fields import SourceName
from connector.mapping.keys.kinds import Values
from connector.mapping.model import Verified


class VerifiedForm(Form):
    """A field that tells whether somebody verified the person, and when."""

    shape: ClassVar = "{field: u_verified, in: [called back], at: u_verified_at, within: 60m}"
    field: SourceName = Field(description="The field to look at.", examples=["u_verified"])
    in_: Values = Field(
        alias="in", description="Values that mean that the person was verified.", examples=["[called back]"]
    )
    at: SourceName = Field(
        default="", description="The field with the time of the verification.", examples=["u_verified_at"]
    )
    within_: Annotated[Seconds, between(60, 30 * 86400)] = Field(
        alias="within",
        default=3600,
        description="How long ago the verification may be, by `at`.",
        examples=["60m"],
    )

    @classmethod
    def cross_checks(cls, data: Names[str, Any], context: Context | None) -> Iterator[Problem]:
        if "within" in data and "at" not in data:
            cure = "add at: FIELD with the time of the verification"
            yield Problem(("within",), f"without at, nothing tells how long ago it was; {cure}")
        if "at" in data and "within" not in data:
            cure = "add within: 60m, or take this out"
            yield Problem(("at",), f"a time alone lets every verification pass; {cure}")

    def build(self) -> Verified:
        return Verified(self.field, self.in_, self.at or None, int(self.within_))
