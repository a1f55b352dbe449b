"""Each way of signing in, against the simulated instance over real HTTP. servicenow.md §8"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from connector.desks.servicenow.auth import servicenow_auth
from connector.desks.servicenow.config import ApiKey, Basic, ClientCredentials, PasswordGrant, ServiceNowAuth
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.domain.errors import Down, SignInRefused
from connector.forms.references import NameReference, SecretReference
from connector.http.service import Service
from connector.lifecycle.roles import TicketWrite
from connector.simulators import Served, ServiceNow
from connector.simulators.servicenow import Accounts, Traps
from tests.desks.conftest import MAPPING
from tests.desks.receipts import ALL_SET


def secret(name: str) -> SecretReference:
    return SecretReference("env", name)


def basic(of: Accounts) -> Basic:
    return Basic(username=NameReference("text", of.user), password=secret("PASSWORD"))


def api_key(of: Accounts) -> ApiKey:
    return ApiKey(key=secret("API_KEY"))


def client_credentials(of: Accounts) -> ClientCredentials:
    return ClientCredentials(
        client_id=NameReference("text", of.client_id), client_secret=secret("CLIENT_SECRET")
    )


def password_grant(of: Accounts) -> PasswordGrant:
    user, client = NameReference("text", of.user), NameReference("text", of.client_id)
    return PasswordGrant(
        client_id=client, client_secret=secret("CLIENT_SECRET"), username=user, password=secret("PASSWORD")
    )


Way = Callable[[Accounts], ServiceNowAuth]
WAYS: tuple[Way, ...] = (basic, api_key, client_credentials, password_grant)


class Clock:
    now = 1_750_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def served(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    instance = ServiceNow(clock=clock)
    known = instance.accounts
    for name, value in {
        "PASSWORD": known.password,
        "API_KEY": known.api_key,
        "CLIENT_SECRET": known.client_secret,
    }.items():
        monkeypatch.setenv(name, value)
    with Served(instance) as made:
        yield made


def desk(served: Served, way: Way, clock: Clock) -> ServiceNowDesk:
    instance: ServiceNow = served.app  # type: ignore[assignment]
    auth = servicenow_auth("contoso", served.url, way(instance.accounts), monotonic=clock)
    return ServiceNowDesk(
        Service("contoso", served.url, auth, sleep=lambda seconds: None), MAPPING, served.url
    )


def shop(served: Served) -> ServiceNow:
    instance: ServiceNow = served.app  # type: ignore[assignment]
    return instance


def tokens(served: Served) -> int:
    return served.tally.calls().get(("POST", "/oauth_token.do"), 0)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_signing_in_reads_and_writes(served: Served, clock: Clock, way: Way) -> None:
    ticket = shop(served).add_incident(category="identity")
    made = desk(served, way, clock)
    assert [each.id for each in made.poll()] == [ticket]
    assert made.write(ticket, TicketWrite("A word.", {"state": "2"})) == ALL_SET
    assert shop(served).notes(ticket) == ["A word."]
    assert tokens(served) == (1 if way in (client_credentials, password_grant) else 0)


@pytest.mark.parametrize("way", [client_credentials, password_grant])
def test_a_token_is_got_anew_before_it_ends_and_when_the_instance_ends_it(
    served: Served, clock: Clock, way: Way
) -> None:
    """By the secret again: client credentials have no refresh token, and the secret is at hand in both cases
    (§8.1).
    """
    ticket = shop(served).add_incident(category="identity")
    made = desk(served, way, clock)
    made.read(ticket)
    clock.now += 1799
    assert made.read(ticket)
    assert tokens(served) == 2
    shop(served).accounts.tokens.clear()
    assert made.write(ticket, TicketWrite("A word.")) == ALL_SET
    assert tokens(served) == 3
    assert shop(served).notes(ticket) == ["A word."]


@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_secret_is_down_in_words_and_not_tried_until_the_account_is_locked(
    served: Served, clock: Clock, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PASSWORD", "API_KEY", "CLIENT_SECRET"):
        monkeypatch.setenv(name, "another")
    made = desk(served, way, clock)
    for _ in range(10):
        with pytest.raises(SignInRefused, match=r"is wrong.*; (check the|compare both with)"):
            made.read("a" * 32)
    assert served.tally.total() <= 3


@pytest.mark.parametrize(
    ("way", "traps"),
    [(basic, Traps(basic_auth=False)), (client_credentials, Traps(client_credentials=False))],
)
def test_a_way_that_the_instance_does_not_allow_looks_like_a_wrong_secret(
    served: Served, clock: Clock, way: Way, traps: Traps
) -> None:
    shop(served).traps = traps
    with pytest.raises(Down, match="roles"):
        desk(served, way, clock).read("a" * 32)
