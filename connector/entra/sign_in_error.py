"""Judge why a sign-in to Entra failed.

A failure of azure-identity comes as an exception whose text holds what the service said, beside requests with
secrets. So its text is only searched, and what a person reads is ours. graph.md §6.4, §13
"""

from __future__ import annotations

import os
import re

from connector.entra.config import Certificate, CredentialConfig, ManagedIdentity, WorkloadIdentity
from connector.entra.sign_in_failures import CERTIFICATES, CLOCK, CODES, PASSING, TENANT, SignInFailure
from connector.forms.mistakes import choice
from connector.http.service import Answer, NoAnswer

_NOT_ASSIGNED = re.compile(
    r"(?i)identity not found|no (user assigned|managed|msi|delegated).{0,60} found|not been assigned|"
    r"unable to load the proper managed identity"
)
_ENVIRONMENT = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE")


def failure_of(error: BaseException, config: CredentialConfig) -> SignInFailure:
    """Judge what azure-identity raised when it was asked for a token."""
    text = str(error)
    if code := re.search(r"AADSTS(\d{4,9})", text):
        return _coded(code[1])
    if _no_connection(error, text):
        return _unanswered(config)
    if re.search(r"(?i)not within its valid time range", text):
        return CLOCK
    if re.search(
        r"(?i)unable to get authority configuration|invalid_tenant|invalid tenant id|tenant_id should be",
        text,
    ):
        return TENANT
    match config:
        case ManagedIdentity():
            return _managed(text, config) or _unknown(error, config)
        case WorkloadIdentity():
            return _workload(error, text) or _unknown(error, config)
        case Certificate():
            return _certificate(error, text, config) or _unknown(error, config)
        case _:
            return _unknown(error, config)


def token_rejected(reply: Answer | NoAnswer) -> SignInFailure:
    """Judge a 401 of Graph itself: it got a token, and doesn't take it."""
    said = str(reply.json) if isinstance(reply, Answer) else reply.text
    if re.search(r"(?i)lifetime validation failed|token is expired|not yet valid", said):
        return SignInFailure(
            "Graph takes the token for expired, or not yet valid (401)",
            "set this machine's clock from a time server (NTP)",
        )
    if re.search(r"(?i)audience", said):
        return SignInFailure(
            "the token is for another service or cloud (401)", "correct entra.cloud and entra.graph_url"
        )
    return SignInFailure(
        "Graph doesn't sign passdesk in: it rejects the token (401)",
        "see that entra.cloud and entra.graph_url are the tenant's, that the clock is right, and that the "
        "identity isn't disabled",
    )


def _coded(code: str) -> SignInFailure:
    if code in PASSING:
        return SignInFailure(f"Entra has trouble of its own (AADSTS{code})", outage=True)
    known = CODES.get(code)
    if known:
        return SignInFailure(f"{known.cause} (AADSTS{code})", known.cure)
    where = f"see https://login.microsoftonline.com/error?code={code}"
    return SignInFailure(f"Entra refuses the sign-in (AADSTS{code})", where)


def _no_connection(error: BaseException, text: str) -> bool:
    """Tell whether nobody answered, or somebody whom time will mend. azure-identity wraps a lost connection
    in its error for a refused sign-in, and keeps what happened as the cause.
    """
    names = {kind.__name__ for each in (error, error.__cause__) for kind in type(each).__mro__}
    unsent = names & {"ServiceRequestError", "ServiceResponseError", "TimeoutError", "ConnectionError"}
    trouble = re.search(
        r"(?i)(HTTP Error:|\(invalid_scope\)|OIDC Discovery:) (429|5\d\d)\b|error: \(unknown\)", text
    )
    status = getattr(error, "status_code", None)  # of azure-core's errors
    busy = isinstance(status, int) and (status == 429 or status >= 500)
    silent = "no response from the IMDS endpoint" in text and "Token request error" not in text
    return bool(unsent or trouble or silent or busy)


def _unanswered(config: CredentialConfig) -> SignInFailure:
    if isinstance(config, ManagedIdentity):
        return SignInFailure(
            "no managed identity endpoint answers here",
            "where this is no Azure machine or service with an identity, choose another kind of credential",
            outage=True,
        )
    return SignInFailure(
        "Entra's sign-in doesn't answer",
        "see that this machine reaches login.microsoftonline.com, through its proxy if it has one",
        outage=True,
    )


def _managed(text: str, config: ManagedIdentity) -> SignInFailure | None:
    if re.search(r"(?i)multiple user.assigned identities", text):
        return SignInFailure(
            "this machine has several user-assigned identities",
            "say which one: write client_id beside kind, with the client id of the identity",
        )
    if _NOT_ASSIGNED.search(text):
        if config.client_id:
            return SignInFailure(
                "the identity with this client id isn't assigned to this machine or service",
                "assign it there, or correct client_id (it is not the object id)",
            )
        return SignInFailure(
            "this machine or service has no system-assigned identity",
            "turn it on in Azure, or write client_id of a user-assigned one",
        )
    if re.search(r"(?i)clientid|client_id", text) and config.client_id:
        return SignInFailure("the endpoint doesn't take this client id", "correct client_id")
    if found := re.search(
        r"(?:\(invalid_scope\) |HTTP Error: )(40[13])|\((unauthorized_client|access_denied)\)", text
    ):
        return SignInFailure(
            f"the managed identity endpoint refuses this process ({found[1] or found[2]})",
            "restart passdesk: its header may be of before; then see that the identity is there and enabled",
        )
    if "Token request error" in text:
        return SignInFailure(
            "the managed identity endpoint gives no token",
            "see that the machine or service has an identity; where it has several, write client_id",
        )
    return None


def _workload(error: BaseException, text: str) -> SignInFailure | None:
    missing = [name for name in _ENVIRONMENT if not os.environ.get(name)]
    if missing and ("Missing required arguments" in text or isinstance(error, KeyError)):
        return SignInFailure(
            f"workload identity needs {choice(missing, 'and')} in the environment",
            'label the pod azure.workload.identity/use: "true", give its service account the annotation '
            "azure.workload.identity/client-id, and restart it",
        )
    if isinstance(error, OSError):
        return SignInFailure(
            "the token file that AZURE_FEDERATED_TOKEN_FILE names can't be read",
            "see that the pod has it, and that passdesk may read it",
        )
    return None


def _certificate(error: BaseException, text: str, config: Certificate) -> SignInFailure | None:
    if isinstance(error, OSError):
        return SignInFailure(
            f"the certificate file {config.path} can't be read ({error.strerror or type(error).__name__})",
            "see that it is there and that passdesk may read it",
        )
    return next((found for said, found in CERTIFICATES if re.search(said, text, re.IGNORECASE)), None)


def _unknown(error: BaseException, config: CredentialConfig) -> SignInFailure:
    return SignInFailure(
        f"signing in as {config.kind} failed in a way that passdesk doesn't know ({type(error).__name__})",
        "check each key of the section, and report it",
    )
