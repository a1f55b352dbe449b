"""azure-identity's classes, made so that they end when nobody waits for them any more."""

from __future__ import annotations

import logging
from typing import Any, Protocol

from connector.entra.config import (
    Certificate,
    ClientSecret,
    CredentialConfig,
    ManagedIdentity,
    WorkloadIdentity,
)
from connector.http import transport
from connector.http.deadline import current

AUTHORITY = {  # graph.md §6.5
    "global": "login.microsoftonline.com",
    "usgov": "login.microsoftonline.us",
    "dod": "login.microsoftonline.us",
}
PATIENCE: dict[str, Any] = {  # what was refused for a moment is tried again, what hangs is not
    "connection_timeout": 5,
    "read_timeout": 30,
    "retry_total": 2,
    "retry_connect": 0,
    "retry_read": 0,
}


class Token(Protocol):
    """May have `expires_on`, in epoch seconds."""

    @property
    def token(self) -> str: ...


class Credential(Protocol):
    """The part of azure-identity's credentials that is used. It caches, and refreshes early."""

    def get_token(self, *scopes: str) -> Token: ...


def credential(config: CredentialConfig, cloud: str) -> Credential:
    """The class that the configuration names. Raises Unresolved, and whatever azure-identity raises."""
    from azure import identity  # imports in 0.4 s

    for library in ("azure", "msal"):
        logging.getLogger(library).setLevel(
            logging.CRITICAL
        )  # what they would print is said by Down, in our form
    authority = AUTHORITY[cloud]
    how = PATIENCE | {"transport": _wire(config, authority)}
    match config:
        case ManagedIdentity(client_id=client):
            # Its endpoint is the machine's own: never through a proxy (graph.md §6.2).
            return identity.ManagedIdentityCredential(
                client_id=client.resolve() if client else None, use_env_settings=False, **how
            )
        case WorkloadIdentity():
            return identity.WorkloadIdentityCredential(authority=authority, **how)
        case Certificate(tenant_id=tenant, client_id=client, path=path):
            return identity.CertificateCredential(
                tenant.resolve(), client.resolve(), str(path), authority=authority, **how
            )
        case ClientSecret(tenant_id=tenant, client_id=client, secret=secret):
            known = secret.resolve().reveal()
            return identity.ClientSecretCredential(
                tenant.resolve(), client.resolve(), known, authority=authority, **how
            )


def _wire(config: CredentialConfig, authority: str) -> Any:
    """Connections that tell the sign-in's call what it waits on, and pauses that end with it."""
    from azure.core.pipeline.transport import RequestsTransport

    if isinstance(config, ManagedIdentity):
        session = transport.Session(1)
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, transport.Watched())
    else:
        session = transport.session(f"https://{authority}", 1)
    wire: Any = RequestsTransport(session=session, session_owner=False)
    wire.sleep = lambda seconds: current().pause(seconds)  # a Retry-After may say an hour
    return wire
