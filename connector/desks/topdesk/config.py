"""The section of a TOPdesk desk in config.yaml: its address, and who passdesk is there."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from connector.desks.section import DeskSection
from connector.forms.form import Form, by_kind
from connector.forms.values import ADDRESS, NameRef, SecretRef, service_address


class ApplicationPassword(Form):
    """TOPdesk: an operator's login name and application password."""

    kind: Literal["application_password"] = "application_password"
    login: NameRef = Field(description="The operator's login name.", examples=["passdesk"])
    password: SecretRef = Field(
        description="Where its password is kept: env:NAME or file:PATH.",
        examples=["file:/run/secrets/topdesk"],
    )


_AUTHS: dict[str, type[Form]] = {"application_password": ApplicationPassword}


class Topdesk(DeskSection):
    """A TOPdesk environment."""

    kind: Literal["topdesk"] = "topdesk"
    url: Annotated[
        str,
        service_address("https://contoso.topdesk.net", r"topdesk\.net", r"tas(?=/(api|secure|public)|$)"),
        ADDRESS,
    ] = Field(description="The address of the environment.", examples=["https://contoso.topdesk.net"])
    auth: Annotated[
        ApplicationPassword,
        PlainValidator(partial(by_kind, _AUTHS), json_schema_input_type=ApplicationPassword),
    ] = Field(
        description="How passdesk signs in.",
        examples=["{kind: application_password, login: passdesk, password: file:/run/secrets/topdesk}"],
    )
