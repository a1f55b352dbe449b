"""The section of a ServiceNow desk in config.yaml: its address, and who passdesk is there."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from connector.desks.section import DeskSection
from connector.forms.form import Form, by_kind
from connector.forms.values import ADDRESS, NameRef, SecretRef, service_address


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


ServiceNowAuth = Basic | ClientCredentials | PasswordGrant | ApiKey
_AUTHS: dict[str, type[Form]] = {
    "basic": Basic,
    "client_credentials": ClientCredentials,
    "password_grant": PasswordGrant,
    "api_key": ApiKey,
}


_PATHS = r"api(?=/now|$)|nav_to\.do|now/nav|[a-z_]+\.do"  # of its API, its workspaces and its pages


class ServiceNow(DeskSection):
    """A ServiceNow instance."""

    kind: Literal["servicenow"] = "servicenow"
    url: Annotated[
        str, service_address("https://contoso.service-now.com", r"service-now\.com", _PATHS), ADDRESS
    ] = Field(description="The address of the instance.", examples=["https://contoso.service-now.com"])
    auth: Annotated[
        ServiceNowAuth, PlainValidator(partial(by_kind, _AUTHS), json_schema_input_type=ServiceNowAuth)
    ] = Field(
        description="How passdesk signs in.",
        examples=["{kind: basic, username: svc.passdesk, password: env:SNOW_PASSWORD}"],
    )
