"""Causes and cures of the ways in which ServiceNow refuses a sign-in. servicenow.md §8.1 to §8.3, §13

It hardly says why: OAuth answers nearly everything with the same 401, so a sentence names what it may be.
What it does say is one of a few words, and only these are repeated: a body may quote what was sent.
"""

from __future__ import annotations

from typing import Any

from connector.desks.servicenow.config import ApiKey, Basic, ClientCredentials, PasswordGrant, ServiceNowAuth
from connector.http.service import Answer, NoAnswer

_CLIENT = "the client id or client secret is wrong, or the OAuth application is inactive"
_APPLICATION = (
    "compare both with the application registry in ServiceNow (System OAuth), and give it an active user as "
    "OAuth application user"
)
_USER = "the user or password is wrong, or the account is locked out, inactive or must set a new password"
_ACCOUNT = "check the account in ServiceNow, its password and its roles; its system log says which"
_GRANT = {
    ClientCredentials: (
        "the client credentials grant isn't allowed",
        "set glide.oauth.inbound.client.credential.grant_type.enabled to true, and give the OAuth "
        "application a user",
    ),
    PasswordGrant: (
        "the password grant isn't allowed",
        "choose client_credentials; an instance can switch the password grant off "
        "(glide.oauth.inbound.ropc.grant_type.disabled)",
    ),
}
_WORDS = frozenset(
    {
        "access_denied",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "server_error",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)


def word_of(body: Any) -> str:
    """The error of a token endpoint, where it is one that is known; else ""."""
    word = body.get("error") if isinstance(body, dict) else None
    return word if isinstance(word, str) and word in _WORDS else ""


def token_refused(config: ClientCredentials | PasswordGrant, word: str) -> tuple[str, str]:
    """Cause and cure where no token is given."""
    grant, allow = _GRANT[type(config)]
    user = isinstance(config, PasswordGrant)
    if word == "invalid_client":
        return _CLIENT, _APPLICATION
    if word == "invalid_grant":
        return (_USER, _ACCOUNT) if user else (grant, allow)
    if word in ("unauthorized_client", "unsupported_grant_type"):
        return grant, allow
    causes = [_CLIENT, *([_USER] if user else ["it has no user"]), grant]
    return ", or ".join(causes), (
        "check the user or client id, the secret, and the account's roles; then " + allow
    )


def not_let_in(config: ServiceNowAuth, reply: Answer | NoAnswer) -> tuple[str, str]:
    """Cause and cure of a 401 to a signed request."""
    if any(name.lower() == "x-mfa_token" for name in reply.headers):
        return (
            "it asks for a second factor",
            "let the account sign in without one: mark it web service access only, or use OAuth",
        )
    match config:
        case Basic():
            return (
                f"{_USER}, or the instance takes no password from it (basic authentication is restricted)",
                _ACCOUNT,
            )
        case ApiKey():
            return (
                "the key is wrong, inactive or expired, or no REST API access policy takes it for the Table "
                "API",
                "check the key and its user in ServiceNow (REST API key), and the account's roles",
            )
        case _:
            return (
                "it gives a token and then rejects it: the user behind it is inactive, or the token may not "
                "use the Table API",
                "check the OAuth application's user, its scopes, and the account's roles",
            )
