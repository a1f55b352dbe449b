"""A sign-in ends at its deadline, says what hangs, and holds nobody up who has a token."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from connector.domain.errors import Down
from connector.entra.config import (
    Certificate,
    ClientSecret,
    CredentialConfig,
    ManagedIdentity,
    WorkloadIdentity,
)
from connector.entra.credential import GraphAuth
from connector.forms.references import NameReference, SecretReference
from tests.certificates import self_signed
from tests.entra.tenant import Time
from tests.http.loopback import Says, in_turn, serving
from tests.http.stalling import BODY, HEAD, HEADERS, PATIENT, Stalling, nameless, silent, stalling
from tests.searching import SEARCH

TENANT, CLIENT = NameReference("text", "contoso.onmicrosoft.com"), NameReference("text", "client-1")
KINDS = ("client_secret", "certificate", "workload_identity")


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def configs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, CredentialConfig]:
    """One of each kind that signs in at the authority."""
    monkeypatch.setenv("ENTRA_SECRET", "s3cr3t")
    (tmp_path / "token").write_text("t0k3n")
    for name, value in {
        "AZURE_TENANT_ID": "contoso.onmicrosoft.com",
        "AZURE_CLIENT_ID": "client-1",
        "AZURE_FEDERATED_TOKEN_FILE": str(tmp_path / "token"),
    }.items():
        monkeypatch.setenv(name, value)
    secret = SecretReference("env", "ENTRA_SECRET")
    path = certificate(tmp_path / "entra.pem")
    return {
        "client_secret": ClientSecret(tenant_id=TENANT, client_id=CLIENT, secret=secret),
        "certificate": Certificate(tenant_id=TENANT, client_id=CLIENT, path=path),
        "workload_identity": WorkloadIdentity(),
    }


def certificate(path: Path) -> Path:
    path.write_bytes(self_signed(rsa.generate_private_key(65537, 2048), "passdesk"))
    return path


class Token:
    token = "t0k3n"

    def __init__(self, lasts: float) -> None:
        self.expires_on = int(time.time() + lasts)


class Fake:
    """Gives tokens; from the `hangs`-th on it waits until `healed`."""

    def __init__(self, hangs: int, lasts: float = 3600) -> None:
        self.hangs, self.lasts, self.asked, self.healed = hangs, lasts, 0, Event()

    def get_token(self, *scopes: str) -> Token:
        self.asked += 1
        if self.asked >= self.hangs:
            self.healed.wait(PATIENT)
        return Token(self.lasts)

    def reached(self, count: int) -> bool:
        """Wait until it was asked so often."""
        return eventually(lambda: self.asked == count)


def eventually(holds: Callable[[], bool]) -> bool:
    for _ in range(PATIENT * 100):
        if holds():
            return True
        time.sleep(0.01)
    return False


def auth(fake: Fake, clock: Callable[[], float]) -> GraphAuth:
    config = ClientSecret(tenant_id=TENANT, client_id=CLIENT, secret=SecretReference("env", "ENTRA_SECRET"))
    return GraphAuth(config, "global", make=lambda: fake, monotonic=clock, deadline=0.2)


def sentence(known: GraphAuth) -> str:
    with pytest.raises(Down) as failure:
        known.headers()
    return failure.value.sentence


def ended_calls() -> bool:
    """Whether no call of this process goes on."""
    return eventually(lambda: not any(thread.name == "call" for thread in threading.enumerate()))


@SEARCH
@pytest.mark.parametrize("how", [silent, HEAD, HEADERS, BODY])
def test_an_identity_endpoint_that_hangs_is_named_and_its_connection_shut(
    how: Stalling, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stalling(how) as there:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{there.url}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "h3ad3r")
        known = GraphAuth(ManagedIdentity(), "global", deadline=0.3)
        assert sentence(known) == (
            "signing in as managed_identity hangs: no answer from 127.0.0.1 within 0.3 s; "
            "see entra.credential"
        )
        assert there.left.wait(PATIENT)
        assert ended_calls()


def test_an_endpoint_that_asks_to_come_back_in_an_hour_holds_nobody_for_an_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(in_turn(Says(429, {}, {"Retry-After": "3600"}))) as there:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{there.url}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "h3ad3r")
        assert "hangs" in sentence(GraphAuth(ManagedIdentity(), "global", deadline=0.3))
        assert ended_calls()


@SEARCH
@pytest.mark.parametrize("kind", KINDS)
def test_a_proxy_that_never_lets_the_sign_in_through_is_named(
    kind: str, configs: dict[str, CredentialConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    with stalling(HEADERS) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        known = GraphAuth(configs[kind], "global", deadline=1.0)
        assert f"signing in as {kind} hangs: no answer from login.microsoftonline.com" in sentence(known)
        assert ended_calls()


@SEARCH
@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_is_never_found_ends_the_sign_in(kind: str, configs: dict[str, CredentialConfig]) -> None:
    with nameless():
        known = GraphAuth(configs[kind], "global", deadline=1.0)
        assert f"signing in as {kind} hangs" in sentence(known)


def test_a_token_that_is_good_serves_while_another_one_hangs() -> None:
    clock, fake = Time(), Fake(hangs=2)
    known = auth(fake, clock)
    known.headers()
    clock.now += 600
    assert [known.headers()["Authorization"] for _ in range(3)] == ["Bearer t0k3n"] * 3
    assert fake.reached(2)
    fake.healed.set()


def test_a_token_that_is_over_serves_no_more() -> None:
    clock, fake = Time(), Fake(hangs=2)
    known = auth(fake, clock)
    known.headers()
    clock.now += 3600
    assert "hangs" in sentence(known)
    fake.healed.set()


def test_however_many_ask_one_sign_in_hangs_and_all_are_told() -> None:
    clock, fake = Time(), Fake(hangs=1)
    known, told = auth(fake, clock), list[str]()

    def ask() -> None:
        try:
            known.headers()
        except Down as down:
            told.append(down.sentence)

    workers = [Thread(target=ask) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for _ in range(3):
        clock.now += 600
        ask()
    assert fake.asked == 1
    assert len(told) == 11
    assert set(told) == {"signing in as client_secret hangs: no answer within 0.2 s; see entra.credential"}
    fake.healed.set()


def test_what_answers_after_all_is_taken() -> None:
    clock, fake = Time(), Fake(hangs=1)
    known = auth(fake, clock)
    assert "hangs" in sentence(known)
    fake.healed.set()
    assert ended_calls()
    assert known.headers()["Authorization"] == "Bearer t0k3n"
    assert fake.asked == 1


def test_a_token_that_was_refused_is_not_taken_from_a_sign_in_that_was_under_way() -> None:
    clock, fake = Time(), Fake(hangs=2)
    known = auth(fake, clock)
    known.headers()
    clock.now += 600
    known.headers()
    assert fake.reached(2)
    assert known.refused()
    fake.healed.set()
    assert ended_calls()
    known.headers()
    assert fake.asked == 3
