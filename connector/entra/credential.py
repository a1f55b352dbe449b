"""Signing in to Graph: one explicit azure-identity class for the life of the process, never a chain that
guesses.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol
from uuid import uuid4

from connector.domain.errors import Down, SignInRefused
from connector.entra.config import (
    GRAPH,
    Certificate,
    ClientSecret,
    CredentialConfig,
    ManagedIdentity,
    WorkloadIdentity,
)
from connector.entra.sign_in_error import failure_of, token_rejected
from connector.entra.sign_in_failures import SignInFailure
from connector.forms.references import Unresolved
from connector.http.cooldown import Cooldown
from connector.http.service import Answer, NoAnswer

AUTHORITY = {  # graph.md §6.5
    "global": "login.microsoftonline.com",
    "usgov": "login.microsoftonline.us",
    "dod": "login.microsoftonline.us",
}
COOLDOWN = 5.0  # s in which the next workers are told of the same failure: a try takes azure-identity as long
YOUNG = 60.0  # s in which a refused credential is not made anew again


class Token(Protocol):
    @property
    def token(self) -> str: ...


class Credential(Protocol):
    """The part of azure-identity's credentials that is used. It caches, and refreshes early."""

    def get_token(self, *scopes: str) -> Token: ...


class GraphAuth:
    """Signs requests to Graph, each with a fresh client-request-id. Safe to share between threads."""

    def __init__(
        self,
        config: CredentialConfig,
        cloud: str,
        graph_url: str | None = None,
        *,
        make: Callable[[], Credential] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """The token is for the Graph of `graph_url` where that is one of Microsoft's, else (a simulator) for
        the cloud's.
        """
        self._config, self._make, self._monotonic = (
            config,
            make or (lambda: credential(config, cloud)),
            monotonic,
        )
        self._scope = f"{graph_url if graph_url in GRAPH.values() else GRAPH[cloud]}/.default"
        self._lock = threading.Lock()
        self._credential: Credential | None = None
        self._made = float("-inf")
        self._cooldown, self._failure = Cooldown(monotonic), SignInFailure("")

    def headers(self) -> Mapping[str, str]:
        """One worker at a time asks for a token. Raises Down, with no word of a secret."""
        with self._lock:
            token = self._failure if self._cooldown.active() else self._token()
            if isinstance(token, SignInFailure):
                self._failure = token
                self._cooldown.begin(COOLDOWN, extend=False)
        if isinstance(token, SignInFailure):
            raise _refused(token)
        return {"Authorization": f"Bearer {token}", "client-request-id": str(uuid4())}

    def refused(self) -> bool:
        """Each credential object has its own cache, so a new one asks anew; a managed identity's cache is the
        host's.
        """
        if isinstance(self._config, ManagedIdentity):
            return False
        with self._lock:
            if self._monotonic() - self._made > YOUNG:
                self._credential = None
        return True

    def explain(self, reply: Answer | NoAnswer) -> SignInRefused:
        failure = token_rejected(reply)
        return SignInRefused("entra", failure.cause, failure.cure)

    def _token(self) -> str | SignInFailure:
        """A token, or why there is none. Exceptions of azure-identity carry requests with secrets: they end
        here.
        """
        try:
            if self._credential is None:
                self._credential, self._made = self._make(), self._monotonic()
            return self._credential.get_token(self._scope).token
        except Unresolved as unresolved:
            return SignInFailure(str(unresolved))
        except Exception as error:  # noqa: BLE001  # ValueError, OSError, msal's own: there is no token
            self._credential = None  # made anew next time: a renewed secret or certificate is taken up
            return failure_of(error, self._config)


def _refused(failure: SignInFailure) -> Down:
    """What nobody can mend here, such as a service that doesn't answer, is an outage."""
    if failure.outage:
        return Down("entra", "; ".join(filter(None, (failure.cause, failure.cure))))
    return SignInRefused("entra", failure.cause, failure.cure)


def credential(config: CredentialConfig, cloud: str) -> Credential:
    """The class that the configuration names. Raises Unresolved, and whatever azure-identity raises."""
    from azure import identity  # imports in 0.4 s

    for library in ("azure", "msal"):
        logging.getLogger(library).setLevel(
            logging.CRITICAL
        )  # what they would print is said by Down, in our form
    authority = AUTHORITY[cloud]
    match config:
        case ManagedIdentity(client_id=client):
            # Its endpoint is the machine's own: never through a proxy (graph.md §6.2).
            return identity.ManagedIdentityCredential(
                client_id=client.resolve() if client else None, use_env_settings=False
            )
        case WorkloadIdentity():
            return identity.WorkloadIdentityCredential(authority=authority)
        case Certificate(tenant_id=tenant, client_id=client, path=path):
            return identity.CertificateCredential(
                tenant.resolve(), client.resolve(), str(path), authority=authority
            )
        case ClientSecret(tenant_id=tenant, client_id=client, secret=secret):
            known = secret.resolve().reveal()
            return identity.ClientSecretCredential(
                tenant.resolve(), client.resolve(), known, authority=authority
            )
