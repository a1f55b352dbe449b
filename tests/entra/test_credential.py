"""Signing in to Graph."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import azure.identity
import pytest

from connector.domain.errors import Down, SignInRefused
from connector.entra.config import (
    GRAPH,
    Certificate,
    ClientSecret,
    CredentialConfig,
    ManagedIdentity,
    WorkloadIdentity,
)
from connector.entra.credential import AUTHORITY, GraphAuth
from connector.forms.references import NameReference, SecretReference
from tests.entra.tenant import Time
from tests.http.loopback import Loopback, Says, everything_in, in_turn, serving

TENANT, CLIENT = NameReference("text", "contoso.onmicrosoft.com"), NameReference("text", "client-1")
SECRET = ClientSecret(tenant_id=TENANT, client_id=CLIENT, secret=SecretReference("env", "ENTRA_SECRET"))
GRANTED = {"access_token": "t0k3n", "expires_on": "4102444800", "resource": "x", "token_type": "Bearer"}


class Token:
    token = "t0k3n"


class Fake:
    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.scopes = error, list[str]()

    def get_token(self, *scopes: str) -> Token:
        self.scopes += scopes
        if self.error:
            raise self.error
        return Token()


def auth(*credentials: Fake, config: CredentialConfig = SECRET, **more: Any) -> GraphAuth:
    left = list(credentials)
    return GraphAuth(config, "global", make=lambda: left.pop(0), **more)


def endpoint(there: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{there.url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "h3ad3r")


def test_a_managed_identity_signs_in_once_and_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(in_turn(Says(200, GRANTED))) as there:
        endpoint(there, monkeypatch)
        known = GraphAuth(ManagedIdentity(client_id=CLIENT), "global")
        first, second = known.headers(), known.headers()
    assert first["Authorization"] == second["Authorization"] == "Bearer t0k3n"
    assert [each.query["resource"] for each in there.asked] == ["https://graph.microsoft.com"]
    assert there.asked[0].query["client_id"] == "client-1"


def test_each_request_has_an_id_of_its_own() -> None:
    known = auth(Fake())
    assert known.headers()["client-request-id"] != known.headers()["client-request-id"]


def test_a_managed_identity_that_is_refused_is_down_without_a_library_in_sight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(in_turn(Says(400, {"error": "invalid_scope", "error_description": "s3cr3t"}))) as there:
        endpoint(there, monkeypatch)
        with pytest.raises(SignInRefused, match="the managed identity endpoint gives no token") as failure:
            GraphAuth(ManagedIdentity(), "global").headers()
    assert failure.value.__context__ is None
    assert failure.value.__cause__ is None
    for hidden in ("s3cr3t", "h3ad3r"):
        assert hidden not in everything_in(failure.value)


def test_a_failed_sign_in_names_entras_code_and_nothing_more() -> None:
    known = auth(Fake(ValueError("AADSTS7000215: Invalid client secret s3cr3t provided")))
    with pytest.raises(Down) as failure:
        known.headers()
    assert failure.value.sentence.startswith("the client secret is wrong (AADSTS7000215); store the secret's")
    assert failure.value.__context__ is None
    assert "s3cr3t" not in everything_in(failure.value)


def test_a_secret_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENTRA_SECRET", raising=False)
    with pytest.raises(Down, match="the environment variable ENTRA_SECRET is not set") as failure:
        GraphAuth(SECRET, "global").headers()
    assert failure.value.__context__ is None


def test_a_certificate_that_is_not_there_is_down(tmp_path: Path) -> None:
    config = Certificate(tenant_id=TENANT, client_id=CLIENT, path=tmp_path / "none.pem")
    with pytest.raises(Down, match=r"none.pem can't be read \(No such file or directory\)"):
        GraphAuth(config, "global").headers()


def test_after_a_failure_the_others_do_not_queue_for_the_same_and_then_it_is_tried_anew() -> None:
    time, broken = Time(), Fake(ValueError("no"))
    known = auth(broken, Fake(), monotonic=time)
    for _ in range(3):
        with pytest.raises(Down):
            known.headers()
    assert len(broken.scopes) == 1
    time.now += 5
    assert known.headers()["Authorization"] == "Bearer t0k3n"


def test_one_credential_serves_all_workers() -> None:
    fake, got = Fake(), list[str]()
    known = auth(fake)
    workers = [Thread(target=lambda: got.append(known.headers()["Authorization"])) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert got == ["Bearer t0k3n"] * 8


def test_a_refused_token_is_renewed_by_a_new_credential_but_not_again_and_again() -> None:
    time, first, second = Time(), Fake(), Fake()
    known = auth(first, second, monotonic=time)
    known.headers()
    time.now += 3600
    assert known.refused()
    known.headers()
    assert known.refused()
    known.headers()
    assert (len(first.scopes), len(second.scopes)) == (1, 2)


@pytest.mark.parametrize(("config", "renews"), [(SECRET, True), (ManagedIdentity(), False)])
def test_a_managed_identitys_token_cannot_be_renewed(config: CredentialConfig, renews: bool) -> None:
    time = Time()
    known = auth(Fake(), Fake(), config=config, monotonic=time)
    known.headers()
    time.now += 3600
    assert known.refused() is renews


@pytest.mark.parametrize(
    ("cloud", "graph_url", "scope"),
    [
        ("global", None, "https://graph.microsoft.com/.default"),
        ("global", "http://127.0.0.1:8080", "https://graph.microsoft.com/.default"),
        ("usgov", "https://graph.microsoft.us", "https://graph.microsoft.us/.default"),
        ("usgov", "https://dod-graph.microsoft.us", "https://dod-graph.microsoft.us/.default"),
        ("dod", None, "https://dod-graph.microsoft.us/.default"),
    ],
)
def test_the_token_is_for_the_clouds_graph(cloud: str, graph_url: str | None, scope: str) -> None:
    fake = Fake()
    GraphAuth(SECRET, cloud, graph_url, make=lambda: fake).headers()
    assert fake.scopes == [scope]


@pytest.mark.parametrize("cloud", GRAPH)
def test_each_kind_is_one_class_with_the_clouds_authority(
    cloud: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[tuple[str, tuple[Any, ...], Any]]()

    def stand_in(name: str) -> Any:
        def make(*given: Any, **more: Any) -> Fake:
            made.append((name, given, more.get("authority")))
            return Fake()

        return make

    for name in ("WorkloadIdentityCredential", "CertificateCredential", "ClientSecretCredential"):
        monkeypatch.setattr(azure.identity, name, stand_in(name))
    monkeypatch.setenv("ENTRA_SECRET", "s3cr3t")
    certificate = Certificate(tenant_id=TENANT, client_id=CLIENT, path=Path("entra.pem"))
    for config in (WorkloadIdentity(), certificate, SECRET):
        GraphAuth(config, cloud).headers()
    who = ("contoso.onmicrosoft.com", "client-1")
    assert made == [
        ("WorkloadIdentityCredential", (), AUTHORITY[cloud]),
        ("CertificateCredential", (*who, "entra.pem"), AUTHORITY[cloud]),
        ("ClientSecretCredential", (*who, "s3cr3t"), AUTHORITY[cloud]),
    ]


def test_a_stray_secret_in_the_environment_does_not_win(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_ID", "AZURE_TENANT_ID"):
        monkeypatch.setenv(name, "stray")
    with serving(in_turn(Says(200, GRANTED))) as there:
        endpoint(there, monkeypatch)
        GraphAuth(ManagedIdentity(), "global").headers()
    assert len(there.asked) == 1 and there.asked[0].query["resource"]
    assert "client_id" not in there.asked[0].query
