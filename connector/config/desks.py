"""The section `desks`: where tickets come from, and who passdesk is there."""

from __future__ import annotations

from functools import partial, reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator

from connector.forms.form import Form, pick
from connector.forms.values import NameRef, SecretRef, ServiceUrl


class Basic(Form):
    """A user and a password in each request."""

    kind: Literal["basic"] = "basic"
    username: NameRef = Field(description="The login name of passdesk's account.", examples=["svc.passdesk"])
    password: SecretRef = Field(
        description="Where its password is kept: env:NAME or file:PATH.", examples=["env:SNOW_PASSWORD"]
    )


class ClientCredentials(Form):
    """OAuth, as an application."""

    kind: Literal["client_credentials"] = "client_credentials"
    client_id: NameRef = Field(
        description="Of the OAuth application, or where it is kept.", examples=["env:SNOW_CLIENT_ID"]
    )
    client_secret: SecretRef = Field(
        description="Where its secret is kept: env:NAME or file:PATH.", examples=["env:SNOW_CLIENT_SECRET"]
    )


class PasswordGrant(Form):
    """OAuth, as a user with a password."""

    kind: Literal["password_grant"] = "password_grant"
    client_id: NameRef = Field(
        description="Of the OAuth application, or where it is kept.", examples=["env:SNOW_CLIENT_ID"]
    )
    client_secret: SecretRef = Field(
        description="Where its secret is kept: env:NAME or file:PATH.", examples=["env:SNOW_CLIENT_SECRET"]
    )
    username: NameRef = Field(description="The login name of passdesk's account.", examples=["svc.passdesk"])
    password: SecretRef = Field(
        description="Where its password is kept: env:NAME or file:PATH.", examples=["env:SNOW_PASSWORD"]
    )


class ApiKey(Form):
    """A key in each request."""

    kind: Literal["api_key"] = "api_key"
    key: SecretRef = Field(
        description="Where the key is kept: env:NAME or file:PATH.", examples=["env:SNOW_API_KEY"]
    )


class ApplicationPassword(Form):
    """TOPdesk: an operator's login name and application password."""

    kind: Literal["application_password"] = "application_password"
    login: NameRef = Field(description="The operator's login name.", examples=["passdesk"])
    password: SecretRef = Field(
        description="Where its password is kept: env:NAME or file:PATH.",
        examples=["file:/run/secrets/topdesk"],
    )


ServiceNowAuth = Basic | ClientCredentials | PasswordGrant | ApiKey
_SERVICENOW: dict[str, type[Form]] = {
    "basic": Basic,
    "client_credentials": ClientCredentials,
    "password_grant": PasswordGrant,
    "api_key": ApiKey,
}
_TOPDESK: dict[str, type[Form]] = {"application_password": ApplicationPassword}


class DeskConfig(Form):
    """What every desk has."""

    kind: str
    url: ServiceUrl
    auth: Any


class ServiceNow(DeskConfig):
    """A ServiceNow instance."""

    kind: Literal["servicenow"] = "servicenow"
    url: ServiceUrl = Field(
        description="The address of the instance.", examples=["https://contoso.service-now.com"]
    )
    auth: Annotated[
        ServiceNowAuth, PlainValidator(partial(pick, _SERVICENOW), json_schema_input_type=ServiceNowAuth)
    ] = Field(
        description="How passdesk signs in.",
        examples=["{kind: basic, username: svc.passdesk, password: env:SNOW_PASSWORD}"],
    )


class Topdesk(DeskConfig):
    """A TOPdesk environment."""

    kind: Literal["topdesk"] = "topdesk"
    url: ServiceUrl = Field(
        description="The address of the environment.", examples=["https://contoso.topdesk.net"]
    )
    auth: Annotated[
        ApplicationPassword,
        PlainValidator(partial(pick, _TOPDESK), json_schema_input_type=ApplicationPassword),
    ] = Field(
        description="How passdesk signs in.",
        examples=["{kind: application_password, login: passdesk, password: file:/run/secrets/topdesk}"],
    )


# Every kind of desk that config.yaml may name. A new one is a line here.
DESKS: dict[str, type[DeskConfig]] = {
    "servicenow": ServiceNow,
    "topdesk": Topdesk,
}
AnyDesk = Annotated[
    DeskConfig, PlainValidator(partial(pick, DESKS), json_schema_input_type=reduce(or_, DESKS.values()))
]
