"""The section `entra`: which cloud, and who passdesk is there."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator

from connector.forms.form import Form, by_kind
from connector.forms.values import ADDRESS, FilePath, Guid, NameRef, SecretRef, service_address

GRAPH = {  # graph.md §6.5
    "global": "https://graph.microsoft.com",
    "usgov": "https://graph.microsoft.us",
    "dod": "https://dod-graph.microsoft.us",
}


class ManagedIdentity(Form):
    """The identity of the machine or service that passdesk runs on."""

    kind: Literal["managed_identity"] = "managed_identity"
    client_id: NameRef | None = Field(
        default=None,
        description="Of a user-assigned identity; without it, the system-assigned one.",
        examples=["env:AZURE_CLIENT_ID"],
    )


class WorkloadIdentity(Form):
    """The identity of a Kubernetes service account."""

    kind: Literal["workload_identity"] = "workload_identity"


class Certificate(Form):
    """An app registration that signs in with a certificate."""

    kind: Literal["certificate"] = "certificate"
    tenant_id: NameRef = Field(
        description="The tenant: its id or one of its domains.", examples=["contoso.onmicrosoft.com"]
    )
    client_id: NameRef = Field(
        description="The app registration's application id.", examples=["env:ENTRA_CLIENT_ID"]
    )
    path: FilePath = Field(
        description="PEM or PKCS 12, with its private key.", examples=["/run/secrets/entra.pem"]
    )


class ClientSecret(Form):
    """An app registration that signs in with a secret."""

    kind: Literal["client_secret"] = "client_secret"
    tenant_id: NameRef = Field(
        description="The tenant: its id or one of its domains.", examples=["contoso.onmicrosoft.com"]
    )
    client_id: NameRef = Field(
        description="The app registration's application id.", examples=["env:ENTRA_CLIENT_ID"]
    )
    secret: SecretRef = Field(
        description="Where its secret is kept: env:NAME or file:PATH.", examples=["env:ENTRA_CLIENT_SECRET"]
    )


CredentialConfig = ManagedIdentity | WorkloadIdentity | Certificate | ClientSecret
_CREDENTIALS: dict[str, type[Form]] = {
    "managed_identity": ManagedIdentity,
    "workload_identity": WorkloadIdentity,
    "certificate": Certificate,
    "client_secret": ClientSecret,
}


def _graph_of(entra: dict[str, Any]) -> str:
    return GRAPH[entra.get("cloud", "global")]


class Entra(Form):
    """The tenant that the passes are made in."""

    cloud: Literal["global", "usgov", "dod"] = Field(
        default="global", description="The Microsoft cloud of the tenant."
    )
    credential: Annotated[
        CredentialConfig,
        PlainValidator(partial(by_kind, _CREDENTIALS), json_schema_input_type=CredentialConfig),
    ] = Field(description="How passdesk signs in.", examples=["{kind: managed_identity}"])
    graph_url: Annotated[
        str, service_address(GRAPH["global"], r"microsoft\.(com|us)", r"v1\.0|beta"), ADDRESS
    ] = Field(
        default_factory=_graph_of,
        description="The address of Microsoft Graph; the cloud's by default.",
        examples=["https://graph.microsoft.com"],
    )
    pim: Literal["present", "absent"] = Field(
        default="present",
        description=(
            "absent: the tenant has no licence for Privileged Identity Management, so nobody can be "
            "eligible for a role."
        ),
    )
    scoped_to: tuple[Guid, ...] = Field(
        default=(),
        description=(
            "Object ids of restricted management units that passdesk's role is scoped to; people in any "
            "other one are refused."
        ),
    )
