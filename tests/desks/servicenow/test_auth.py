"""Signing in, and what happens when it is refused."""

from __future__ import annotations

import base64
import threading
from traceback import TracebackException

import pytest

from connector.desks.servicenow.auth import COOLDOWN, servicenow_auth
from connector.desks.servicenow.config import ApiKey, Basic, ClientCredentials, PasswordGrant, ServiceNowAuth
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.domain.errors import Down, SignInRefused
from connector.domain.outcome import DidNot, Retry
from connector.forms.references import NameReference, SecretReference
from connector.http.service import Auth, Service
from connector.lifecycle.roles import TicketWrite
from tests.desks.conftest import MAPPING
from tests.desks.receipts import ALL_SET
from tests.desks.servicenow.instance import Instance, Says, Seen, error

SECRET = "s3cret/ä+&"
ID, USER = NameReference("text", "client-1"), NameReference("text", "svc.passdesk")
HIDDEN = SecretReference("env", "MADE_UP_SECRET")
CREDENTIALS = ClientCredentials(client_id=ID, client_secret=HIDDEN)
PASSWORDS = PasswordGrant(client_id=ID, client_secret=HIDDEN, username=USER, password=HIDDEN)
DENIED = Says(401, {"error": "server_error", "error_description": "access_denied"})


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADE_UP_SECRET", SECRET)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Tokens:
    """Answers /oauth_token.do with token-1, token-2, …; only the last one is let in."""

    def __init__(self, instance: Instance, **said: object) -> None:
        self.asked: list[Seen] = []
        self.said = {"expires_in": 1799, "token_type": "Bearer", **said}
        self.denied: Says | None = None
        self.revoked: set[str] = set()
        instance.answer = self

    def __call__(self, seen: Seen) -> Says | None:
        if seen.path == "/oauth_token.do":
            self.asked.append(seen)
            return self.denied or Says(200, {"access_token": f"token-{len(self.asked)}", **self.said})
        token = seen.headers.get("authorization", "").removeprefix("Bearer ")
        return error(401, "User Not Authenticated") if token in {*self.revoked, ""} else None


def desk_of(instance: Instance, config: ServiceNowAuth, clock: Clock | None = None) -> ServiceNowDesk:
    auth: Auth = servicenow_auth("desk", instance.url, config, monotonic=clock or Clock())
    return ServiceNowDesk(
        Service("desk", instance.url, auth, sleep=lambda seconds: None), MAPPING, instance.url
    )


def test_basic_sends_user_and_password(instance: Instance) -> None:
    list(desk_of(instance, Basic(username=USER, password=HIDDEN)).poll())
    sent = instance.seen[0].headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == f"svc.passdesk:{SECRET}"


def test_an_api_key_goes_in_its_header_and_not_in_the_address(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MADE_UP_SECRET", "key-1")
    list(desk_of(instance, ApiKey(key=HIDDEN)).poll())
    assert instance.seen[0].headers["x-sn-apikey"] == "key-1"
    assert "key-1" not in str(instance.seen[0].query)


def test_client_credentials_go_in_the_body_and_one_token_serves_many_calls(instance: Instance) -> None:
    tokens, sys_id = Tokens(instance), instance.add(1)
    desk = desk_of(instance, CREDENTIALS)
    desk.read(sys_id)
    desk.read(sys_id)
    (asked,) = tokens.asked
    assert (asked.method, asked.query) == ("POST", {})
    assert asked.form == {
        "grant_type": "client_credentials",
        "client_id": "client-1",
        "client_secret": SECRET,
    }
    assert instance.seen[-1].headers["authorization"] == "Bearer token-1"


def test_a_password_grant_sends_the_user_too(instance: Instance) -> None:
    tokens, sys_id = Tokens(instance), instance.add(1)
    desk_of(instance, PasswordGrant(client_id=ID, client_secret=HIDDEN, username=USER, password=HIDDEN)).read(
        sys_id
    )
    form = tokens.asked[0].form
    assert (form["grant_type"], form["username"], form["password"]) == ("password", "svc.passdesk", SECRET)


def test_a_token_is_renewed_a_minute_early(instance: Instance) -> None:
    tokens, sys_id, clock = Tokens(instance), instance.add(1), Clock()
    desk = desk_of(instance, CREDENTIALS, clock)
    desk.read(sys_id)
    clock.now += 1799 - 61
    desk.read(sys_id)
    assert len(tokens.asked) == 1
    clock.now += 1
    desk.read(sys_id)
    assert len(tokens.asked) == 2


@pytest.mark.parametrize("said", ["1799", None, "soon"])
def test_a_lifetime_in_any_form_is_understood(instance: Instance, said: object) -> None:
    tokens, sys_id, clock = Tokens(instance, expires_in=said), instance.add(1), Clock()
    desk = desk_of(instance, CREDENTIALS, clock)
    desk.read(sys_id)
    clock.now += 1000
    desk.read(sys_id)
    assert len(tokens.asked) == 1


def test_a_401_is_cured_once_by_a_new_token_also_for_a_write(instance: Instance) -> None:
    tokens, sys_id = Tokens(instance), instance.add(1)
    desk = desk_of(instance, CREDENTIALS)
    desk.read(sys_id)
    tokens.revoked = {"token-1"}
    assert desk.write(sys_id, TicketWrite("A word.", {"state": "2"})) == ALL_SET
    assert len(tokens.asked) == 2
    assert len(instance.notes) == 1


def test_a_second_401_is_the_answer(instance: Instance) -> None:
    tokens, sys_id = Tokens(instance), instance.add(1)
    tokens.revoked = {"token-1", "token-2"}
    desk = desk_of(instance, CREDENTIALS)
    with pytest.raises(Down, match="doesn't sign passdesk in"):
        desk.read(sys_id)
    assert len(tokens.asked) == 2


def test_threads_that_are_refused_with_one_token_renew_it_once(instance: Instance) -> None:
    tokens = Tokens(instance)
    auth = servicenow_auth("desk", instance.url, CREDENTIALS, monotonic=Clock())
    all_signed = threading.Barrier(5)

    def work() -> None:
        auth.headers()
        all_signed.wait(10)
        auth.refused()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert len(tokens.asked) == 2
    assert auth.headers() == {"Authorization": "Bearer token-2"}


def test_a_token_that_lives_shorter_than_a_minute_is_used_too(instance: Instance) -> None:
    tokens, sys_id = Tokens(instance, expires_in=30), instance.add(1)
    desk = desk_of(instance, CREDENTIALS)
    desk.read(sys_id)
    desk.read(sys_id)
    assert len(tokens.asked) == 1


@pytest.mark.parametrize(
    "denied",
    [
        DENIED,
        Says(400, {"error": "invalid_client"}),
        Says(401, {"error": "invalid_grant"}),
        Says(403, {"error": "unauthorized_client"}),
        Says(401, "<html>", {"Content-Type": "text/html"}),
    ],
)
def test_a_refused_secret_is_said_once_and_not_tried_by_every_worker(
    instance: Instance, denied: Says
) -> None:
    tokens, sys_id, clock = Tokens(instance), instance.add(1), Clock()
    tokens.denied = denied
    desk = desk_of(instance, CREDENTIALS, clock)
    for _ in range(3):
        with pytest.raises(SignInRefused, match=rf"no token \({denied.status}.* tries again after 60s"):
            desk.read(sys_id)
    done = desk.write(sys_id, TicketWrite("A word."))
    assert isinstance(done, DidNot) and done.retry is Retry.UNCOUNTED
    assert len(tokens.asked) == 1
    tokens.denied = None
    clock.now += COOLDOWN + 1
    assert desk.read(sys_id)


@pytest.mark.parametrize(
    "page", [Says(200, {"token": "x"}), Says(200, "<html>", {"Content-Type": "text/html"})]
)
def test_an_instance_that_sleeps_refuses_nobody(instance: Instance, page: Says) -> None:
    tokens, sys_id = Tokens(instance), instance.add(1)
    tokens.denied = page
    with pytest.raises(Down, match="see that the instance is awake") as down:
        desk_of(instance, CREDENTIALS).read(sys_id)
    assert not isinstance(down.value, SignInRefused)


@pytest.mark.parametrize(
    ("config", "word", "says"),
    [
        (CREDENTIALS, "invalid_client", "the client id or client secret is wrong"),
        (CREDENTIALS, "unauthorized_client", "client.credential.grant_type.enabled to true"),
        (CREDENTIALS, "invalid_grant", "the client credentials grant isn't allowed"),
        (CREDENTIALS, "server_error", "inactive, or it has no user, or the client credentials grant isn't"),
        (PASSWORDS, "invalid_grant", "the user or password is wrong, or the account is locked out"),
        (PASSWORDS, "unsupported_grant_type", "the password grant isn't allowed; choose client_credentials"),
        (PASSWORDS, "invalid_client", "compare both with the application registry"),
        (PASSWORDS, "s3cret-of-theirs", "the client id or client secret is wrong, .* the user or password"),
    ],
)
def test_each_word_of_the_token_endpoint_has_its_cause_and_cure(
    instance: Instance, config: ServiceNowAuth, word: str, says: str
) -> None:
    tokens, sys_id = Tokens(instance), instance.add(1)
    tokens.denied = Says(401, {"error": word, "error_description": "s3cret"})
    with pytest.raises(SignInRefused, match=says) as refused:
        desk_of(instance, config).read(sys_id)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("config", "headers", "says"),
    [
        (Basic(username=USER, password=HIDDEN), {}, "the user or password is wrong"),
        (Basic(username=USER, password=HIDDEN), {"X-MFA_TOKEN": "invalid"}, "it asks for a second factor"),
        (ApiKey(key=HIDDEN), {}, "the key is wrong, inactive or expired"),
        (CREDENTIALS, {}, "it gives a token and then rejects it: the user behind it is inactive"),
    ],
)
@pytest.mark.parametrize("body", [error(401, "User Not Authenticated").body, "<html>"])
def test_a_401_has_a_cause_and_a_cure_whatever_its_body_is(
    instance: Instance, config: ServiceNowAuth, headers: dict[str, str], says: str, body: object
) -> None:
    tokens, sys_id = Tokens(instance), instance.add(1)
    tokens.revoked = {"token-1", "token-2"}
    if config is not CREDENTIALS:
        kind = {"Content-Type": "text/html"} if body == "<html>" else {}
        instance.answer = lambda seen: Says(401, body, {**headers, **kind})
    with pytest.raises(SignInRefused, match=says):
        desk_of(instance, config).read(sys_id)


def test_a_desk_in_trouble_is_asked_for_a_token_again_soon(instance: Instance) -> None:
    tokens, sys_id, clock = Tokens(instance), instance.add(1), Clock()
    tokens.denied = Says(503, "<html>", {"Content-Type": "text/html"})
    desk = desk_of(instance, CREDENTIALS, clock)
    with pytest.raises(Down, match=r"no token \(503\)$"):
        desk.read(sys_id)
    tokens.denied = None
    clock.now += 3
    assert desk.read(sys_id)


def test_a_password_that_is_refused_again_and_again_is_not_tried_until_the_account_is_locked(
    instance: Instance,
) -> None:
    sys_id, clock = instance.add(1), Clock()
    instance.answer = lambda seen: error(401, "User Not Authenticated")
    desk = desk_of(instance, Basic(username=USER, password=HIDDEN), clock)
    for _ in range(10):
        with pytest.raises(Down):
            desk.read(sys_id)
    assert len(instance.seen) == 3
    clock.now += COOLDOWN + 1
    instance.answer = lambda seen: None
    assert desk.read(sys_id)


def test_passwords_are_tried_again_when_the_third_last_refusal_lies_a_minute_back(instance: Instance) -> None:
    clock = Clock()
    auth = servicenow_auth("desk", instance.url, Basic(username=USER, password=HIDDEN), monotonic=clock)
    for after in (0, 40, 30, 10):  # of these, never three within a minute but the last three
        clock.now += after
        assert auth.headers()
        assert not auth.refused()
    with pytest.raises(Down, match="it refused to sign passdesk in 3 times") as held:
        auth.headers()
    assert held.value.retry_after == COOLDOWN
    clock.now += 19
    with pytest.raises(Down):
        auth.headers()
    clock.now += 1
    assert auth.headers()


def test_a_secret_that_is_not_there_is_down_with_its_place(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MADE_UP_SECRET")
    with pytest.raises(Down, match="MADE_UP_SECRET"):
        desk_of(instance, CREDENTIALS).read("a" * 32)
    assert instance.seen == []


@pytest.mark.parametrize("config", [CREDENTIALS, Basic(username=USER, password=HIDDEN)])
def test_no_secret_is_in_an_exception_its_context_or_its_frames(
    instance: Instance, config: ServiceNowAuth
) -> None:
    instance.answer = lambda seen: DENIED
    with pytest.raises(Down) as down:
        desk_of(instance, config).read("a" * 32)
    shown = "".join(TracebackException.from_exception(down.value, capture_locals=True).format())
    assert SECRET not in shown
    assert base64.b64encode(f"svc.passdesk:{SECRET}".encode()).decode() not in shown
