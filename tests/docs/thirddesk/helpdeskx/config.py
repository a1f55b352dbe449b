"""The section of a Helpdesk X desk in config.yaml: its address, and who passdesk is there."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from connector.desks.section import DeskSection
from connector.desks.servicenow.config import Basic
from connector.forms.form import by_kind
from connector.forms.values import ADDRESS, service_address

SITE = "https://contoso.helpdeskx.example"


class HelpdeskX(DeskSection):
    """A Helpdesk X site."""

    kind: Literal["helpdeskx"] = "helpdeskx"
    url: Annotated[str, service_address(SITE), ADDRESS] = Field(
        description="The site's address.", examples=[SITE]
    )
    auth: Annotated[
        Basic, PlainValidator(partial(by_kind, {"basic": Basic}), json_schema_input_type=Basic)
    ] = Field(
        description="How passdesk signs in.",
        examples=["{kind: basic, username: svc.passdesk, password: env:HELPDESKX_PASSWORD}"],
    )
