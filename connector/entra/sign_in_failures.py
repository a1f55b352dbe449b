"""Table of the known failures of a sign-in to Entra, each with its cause and its cure. graph.md §13"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SignInFailure:
    """`outage`: time may mend it, and nothing that a person configured is wrong."""

    cause: str
    cure: str = ""
    outage: bool = False


_REGISTRATION = "compare client_id and tenant_id with the overview of the app registration"
_FEDERATED = SignInFailure(
    "no federated credential of the identity fits this service account's token",
    "compare issuer, subject (system:serviceaccount:NAMESPACE:NAME, case counts) and audience "
    "(api://AzureADTokenExchange) with the cluster and the pod",
)
CLOCK = SignInFailure(
    "Entra takes what passdesk signed for too old or too new: this machine's clock is wrong, or the token "
    "file is old",
    "set the clock from a time server (NTP)",
)
TENANT = SignInFailure(
    "there is no tenant of this name in this cloud",
    "correct tenant_id (the tenant's id or one of its verified domains), and see that entra.cloud is the "
    "tenant's",
)
_CLOUD = SignInFailure("the tenant is in another cloud", "correct entra.cloud: global, usgov or dod")

CODES: dict[str, SignInFailure] = {  # by the number behind AADSTS. graph.md §13
    "7000215": SignInFailure(
        "the client secret is wrong",
        "store the secret's value, not its id; where it is lost, make a new one in the app registration",
    ),
    "7000222": SignInFailure(
        "the client secret has expired",
        "make a new one in the app registration (Certificates & secrets), and store its value",
    ),
    "7000218": SignInFailure(
        "Entra wants a secret or a certificate, and got none", "see that the secret isn't empty"
    ),
    "700016": SignInFailure("the tenant has no application with this client id", _REGISTRATION),
    "7000229": SignInFailure(
        "the application has no service principal in the tenant",
        "have an administrator of this tenant consent to it, or correct tenant_id",
    ),
    "7000112": SignInFailure("the application is disabled in the tenant", "have it enabled in Entra"),
    "700027": SignInFailure(
        "Entra doesn't know the certificate, or it has expired",
        "upload its public part to the app registration (Certificates & secrets), and compare thumbprints",
    ),
    "700024": CLOCK,
    "90002": TENANT,
    "900023": TENANT,
    "900382": _CLOUD,
    "500011": _CLOUD,
    **dict.fromkeys(("70021", "700211", "700212", "700213", "7002138"), _FEDERATED),
    "53003": SignInFailure(
        "a Conditional Access policy for workload identities blocks the sign-in",
        "have the policy allow passdesk from where it runs",
    ),
}
PASSING = frozenset({"90033", "90024"})  # AADSTS: trouble of Entra's own
_NO_KEY = SignInFailure(
    "the certificate file has no private key that can be read",
    "put the private key into the same file as the certificate (PEM or PKCS 12)",
)
CERTIFICATES = (  # what azure-identity and cryptography say, in order
    (
        r"password was not given|encrypted private key",
        SignInFailure(
            "the private key is encrypted, and passdesk has no password for it",
            "store it without one (openssl pkey), readable by passdesk alone",
        ),
    ),
    (r"no begin/end delimiters for a private key|must include its private key", _NO_KEY),
    (
        r"no begin certificate",
        SignInFailure("the file has a private key and no certificate", "put both into one file"),
    ),
    (
        r"must have an rsa private key",
        SignInFailure("the certificate's key is no RSA key", "make one with an RSA key of 2048 bits or more"),
    ),
    (
        r"deserialize|could not deserialize|malformed|asn\.1",
        SignInFailure(
            "the certificate file is neither PEM nor PKCS 12 without a password",
            "export certificate and private key as one PEM file without a password",
        ),
    ),
)
