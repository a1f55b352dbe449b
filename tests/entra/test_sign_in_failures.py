"""Each known failure of each kind of credential has a sentence and a cure; azure-identity itself fails here.
graph.md §13
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from connector.domain.errors import Down, SignInRefused
from connector.entra.config import Certificate, ClientSecret, ManagedIdentity, WorkloadIdentity
from connector.entra.credential import GraphAuth
from connector.entra.sign_in_error import failure_of, token_rejected
from connector.entra.sign_in_failures import CODES
from connector.forms.references import NameReference, SecretReference
from connector.http.service import Answer, NoAnswer
from tests.http.loopback import Loopback, Says, everything_in, serving

TENANT, CLIENT = NameReference("text", "contoso.onmicrosoft.com"), NameReference("text", "client-1")
SECRET = ClientSecret(tenant_id=TENANT, client_id=CLIENT, secret=SecretReference("env", "ENTRA_SECRET"))
SYSTEM, ASSIGNED = ManagedIdentity(), ManagedIdentity(client_id=CLIENT)
PLACES = ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST")
WORKLOAD = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE")
SEVERAL = (
    "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in "
    "the token request"
)
NONE = "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."


@pytest.fixture(autouse=True)
def _nothing_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PLACES, *WORKLOAD):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Loopback, list[Says]]]:
    says = [Says(500)]
    with serving(lambda asked: says[0]) as there:
        yield there, says


def app_service(there: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{there.url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "h3ad3r")


def machine(there: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", there.url)


@pytest.mark.parametrize(
    ("config", "body", "says"),
    [
        (SYSTEM, {"error": "invalid_request", "error_description": SEVERAL}, "write client_id beside kind"),
        (
            SYSTEM,
            {"error": "invalid_request", "error_description": "Identity not found"},
            "no system-assigned identity; turn it on",
        ),
        (
            ASSIGNED,
            {"error": "invalid_request", "error_description": "Identity not found"},
            "isn't assigned to this machine or service; assign it there, or correct client_id",
        ),
        (SYSTEM, {"error": "access_denied", "error_description": "no"}, r"refuses this process \(access_"),
        (SYSTEM, {"error": "invalid_resource", "error_description": "no"}, "endpoint gives no token"),
    ],
)
def test_a_machines_identity_that_is_refused(
    endpoint: tuple[Loopback, list[Says]],
    monkeypatch: pytest.MonkeyPatch,
    config: ManagedIdentity,
    body: dict[str, str],
    says: str,
) -> None:
    there, answers = endpoint
    machine(there, monkeypatch)
    answers[0] = Says(400, body)
    with pytest.raises(SignInRefused, match=says):
        GraphAuth(config, "global").headers()


@pytest.mark.parametrize(
    ("config", "status", "message", "says"),
    [
        (ASSIGNED, 400, NONE, "the identity with this client id isn't assigned"),
        (SYSTEM, 400, NONE, "no system-assigned identity"),
        (ASSIGNED, 400, "No MSI found for specified ClientId/ResourceId.", "isn't assigned"),
        (SYSTEM, 401, "wrong header", r"refuses this process \(401\); restart passdesk"),
        (SYSTEM, 403, "no", r"refuses this process \(403\)"),
    ],
)
def test_a_services_identity_that_is_refused(
    endpoint: tuple[Loopback, list[Says]],
    monkeypatch: pytest.MonkeyPatch,
    config: ManagedIdentity,
    status: int,
    message: str,
    says: str,
) -> None:
    there, answers = endpoint
    app_service(there, monkeypatch)
    answers[0] = Says(status, {"statusCode": status, "message": message})
    with pytest.raises(SignInRefused, match=says):
        GraphAuth(config, "global").headers()


def test_a_token_file_or_variable_of_a_workload_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(
        SignInRefused, match=", ".join(WORKLOAD[:2]) + f" and {WORKLOAD[2]} in the environment"
    ):
        GraphAuth(WorkloadIdentity(), "global").headers()
    for name in WORKLOAD[:2]:
        monkeypatch.setenv(name, "contoso.onmicrosoft.com")
    with pytest.raises(SignInRefused, match=f"needs {WORKLOAD[2]} in the environment; label the pod"):
        GraphAuth(WorkloadIdentity(), "global").headers()
    monkeypatch.setenv(WORKLOAD[2], str(tmp_path / "none"))
    with pytest.raises(SignInRefused, match="the token file that AZURE_FEDERATED_TOKEN_FILE names"):
        GraphAuth(WorkloadIdentity(), "global").headers()


RSA, CURVE = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, parts: str, password: bytes = b"") -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "passdesk")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1)
    made = made.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2027, 1, 1, tzinfo=UTC)
    )
    how = BestAvailableEncryption(password) if password else NoEncryption()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how) if "key" in parts else b""
    public = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM) if "certificate" in parts else b""
    return private + public


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (pem(RSA, "certificate"), "no private key that can be read; put the private key into the same file"),
        (pem(RSA, "key"), "a private key and no certificate"),
        (pem(RSA, "key and certificate", b"s3cr3t"), "is encrypted, and passdesk has no password"),
        (pem(CURVE, "key and certificate"), "no RSA key"),
        (b"\x30\x82garbage", "neither PEM nor PKCS 12"),
        (b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", "neither PEM nor PKCS 12"),
    ],
    ids=["no key", "no certificate", "encrypted", "curve", "garbage", "half a key"],
)
def test_a_certificate_file_that_can_not_be_used(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "entra.pem"
    path.write_bytes(content)
    with pytest.raises(SignInRefused, match=says) as refused:
        GraphAuth(Certificate(tenant_id=TENANT, client_id=CLIENT, path=path), "global").headers()
    assert "MIIB" not in everything_in(refused.value)


@pytest.mark.parametrize("code", CODES)
def test_each_known_code_of_entra_has_a_cause_and_a_cure(code: str) -> None:
    found = failure_of(ValueError(f"Authentication failed: AADSTS{code}: s3cr3t. Trace ID: x"), SECRET)
    assert found.cure and not found.outage
    assert f"(AADSTS{code})" in found.cause
    assert "s3cr3t" not in found.cause + found.cure


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("7000222", "the client secret has expired"),
        ("7000215", "the client secret is wrong"),
        ("700016", "no application with this client id"),
        ("90002", "no tenant of this name"),
        ("700024", "clock"),
        ("700213", "no federated credential"),
    ],
)
def test_the_codes_that_everybody_meets(code: str, says: str) -> None:
    assert says in failure_of(ValueError(f"AADSTS{code}: x"), SECRET).cause


def test_a_code_that_nobody_knows_leads_to_entras_own_page() -> None:
    found = failure_of(ValueError("AADSTS123456: x"), SECRET)
    assert "https://login.microsoftonline.com/error?code=123456" in found.cure


@pytest.mark.parametrize(
    "text",
    [
        "AADSTS90033: A transient error has occurred.",
        "HTTP Error: 503",
        "HTTP Error: 429",
        "Unable to complete OIDC Discovery: 502, <html>",
    ],
)
def test_trouble_of_entras_own_is_an_outage(text: str) -> None:
    assert failure_of(ValueError(text), SECRET).outage


@pytest.mark.parametrize(("status", "outage"), [(503, True), (429, True), (400, False)])
def test_the_status_of_azure_cores_errors_counts(status: int, outage: bool) -> None:
    class HttpResponseError(Exception):
        status_code = status

    assert (
        failure_of(HttpResponseError("Unexpected response from Microsoft Entra ID"), SECRET).outage is outage
    )


def test_an_endpoint_in_trouble_or_gone_is_an_outage(
    endpoint: tuple[Loopback, list[Says]], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ValueError(
        "configuration not found. Token request error: (invalid_scope) 500, An unexpected error"
    )
    assert failure_of(error, SYSTEM).outage
    assert failure_of(ValueError("no response from the IMDS endpoint."), SYSTEM).outage
    assert failure_of(TimeoutError("s3cr3t"), SECRET).outage
    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:9/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "x")
    with pytest.raises(Down) as down:
        GraphAuth(SYSTEM, "global").headers()
    assert not isinstance(down.value, SignInRefused)
    assert "no managed identity endpoint answers here" in str(down.value)


@pytest.mark.parametrize("name", ["", "con toso", "https://contoso.com"])
def test_a_tenant_that_can_be_none_is_named_before_anybody_is_asked(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("ENTRA_SECRET", "x")
    config = SECRET.model_copy(update={"tenant_id": NameReference("text", name)})
    with pytest.raises(SignInRefused, match="no tenant of this name"):
        GraphAuth(config, "global").headers()


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Answer(401, {"error": {"message": "Lifetime validation failed, the token is expired."}}), "clock"),
        (Answer(401, {"error": {"message": "Access token validation failure. Invalid audience."}}), "cloud"),
        (Answer(401, {"error": {"message": "Access token validation failure."}}), "rejects the token"),
        (NoAnswer("it answers 401, but not with JSON", 401), "rejects the token"),
    ],
)
def test_a_token_that_graph_rejects(reply: Answer | NoAnswer, says: str) -> None:
    found = token_rejected(reply)
    assert says in f"{found.cause}; {found.cure}"
    assert not found.outage


@pytest.mark.parametrize("config", [SECRET, WorkloadIdentity()])
def test_a_sign_in_that_nobody_answers_is_an_outage_for_every_kind_of_credential(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, config: ClientSecret | WorkloadIdentity
) -> None:
    token = tmp_path / "token"
    token.write_text("a.b.c", "utf-8")
    for name, value in zip(WORKLOAD, ("contoso.onmicrosoft.com", "client-1", str(token)), strict=True):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ENTRA_SECRET", "s3cret")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nobody listens there
    with pytest.raises(Down, match="Entra's sign-in doesn't answer") as failure:
        GraphAuth(config, "global").headers()
    assert not isinstance(failure.value, SignInRefused)
