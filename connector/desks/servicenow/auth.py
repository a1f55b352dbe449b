"""Signing in to ServiceNow. servicenow.md §8.1 to §8.3

OAuth answers almost every failure with the same 401, and accounts are locked after a few wrong passwords: so
a refusal is taken for a mistake of configuration, said once, and not tried again by every worker for a while.
"""

from __future__ import annotations

from base64 import b64encode
from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock, local
from typing import Any

from connector.desks.servicenow.config import ApiKey, Basic, ClientCredentials, PasswordGrant, ServiceNowAuth
from connector.desks.servicenow.sign_in_failures import not_let_in, token_refused, word_of
from connector.domain.errors import Down, SignInRefused
from connector.domain.steady import steady
from connector.forms.references import NameReference, SecretReference, Unresolved
from connector.http.cooldown import Cooldown
from connector.http.service import Answer, Auth, NoAnswer, NotSent, Service

COOLDOWN = 60.0  # s that refused credentials are not tried again
SHORT_COOLDOWN = 2.0  # s after a failure that says nothing about them
EARLY = 60.0  # s before its end that a token is renewed
OFTEN = 3  # refusals within COOLDOWN that are no accident
_REFUSED = frozenset(range(400, 500)) - {408, 429}  # of the token endpoint: a person must mend it


def servicenow_auth(
    desk: str, url: str, config: ServiceNowAuth, *, monotonic: Callable[[], float] = steady
) -> Auth:
    """The sign-in of the desk of that name, for all its mappings. A reference that leads nowhere is Down when
    it is used.
    """
    if isinstance(config, Basic | ApiKey):
        return Keyed(config, desk, monotonic)
    return OAuth(config, Service(desk, url, workers=1), monotonic)


class Keyed:
    """A password or key in each request; nothing can be renewed. Safe to share between threads."""

    def __init__(self, config: Basic | ApiKey, desk: str, monotonic: Callable[[], float] = steady) -> None:
        self._config, self._desk, self._monotonic = config, desk, monotonic
        self._lock, self._refusals = Lock(), deque[float](maxlen=OFTEN)
        self._cooldown, self._why = Cooldown(monotonic), not_let_in(config, Answer(401))

    def headers(self) -> Mapping[str, str]:
        if self._cooldown.active():
            cause, cure = self._why
            said = f"it refused to sign passdesk in {OFTEN} times: {cause}"
            raise SignInRefused(self._desk, said, cure, COOLDOWN, wait=COOLDOWN)
        if isinstance(self._config, ApiKey):
            return {"x-sn-apikey": _told(self._config.key, self._desk)}
        pair = f"{_told(self._config.username, self._desk)}:{_told(self._config.password, self._desk)}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    def refused(self) -> bool:
        """Pause while the last few refusals lie within one COOLDOWN."""
        with self._lock:
            now = self._monotonic()
            self._refusals.append(now)
            left = self._refusals[0] + COOLDOWN - now
            if len(self._refusals) == OFTEN and left > 0:
                self._cooldown.begin(left)
        return False

    def explain(self, reply: Answer | NoAnswer) -> SignInRefused:
        self._why = cause, cure = not_let_in(self._config, reply)
        return SignInRefused(self._desk, f"it doesn't sign passdesk in (401): {cause}", cure)


class OAuth:
    """A bearer token, renewed a minute early and once after a 401. Safe to share between threads."""

    def __init__(
        self,
        config: ClientCredentials | PasswordGrant,
        plain: Service,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        self._config, self._plain, self._monotonic = config, plain, monotonic
        self._lock, self._mine = Lock(), local()
        self._token, self._until, self._ends = "", 0.0, 0.0
        self._cooldown, self._failure = Cooldown(monotonic), Down(plain.name, "")

    def headers(self) -> Mapping[str, str]:
        with self._lock:
            if not self._token or self._monotonic() >= self._until:
                self._renew_where_needed()
            self._mine.token = self._token
        return {"Authorization": f"Bearer {self._mine.token}"}

    def refused(self) -> bool:
        """Only the first of several threads that were refused with one token gets a new one; the others use
        that.
        """
        with self._lock:
            if self._token == getattr(self._mine, "token", ""):
                self._token = ""
                self._renew()
        return True

    def explain(self, reply: Answer | NoAnswer) -> SignInRefused:
        pause, failure = self._cooldown.active(), self._failure
        if pause and isinstance(failure, SignInRefused):  # no new token was to be had
            return _refused_again(failure, pause.seconds)
        cause, cure = not_let_in(self._config, reply)
        return SignInRefused(self._plain.name, f"it doesn't sign passdesk in (401): {cause}", cure)

    def _renew_where_needed(self) -> None:
        """A token is renewed early: until its end it serves where there is no other."""
        try:
            self._renew()
        except Down:
            if not self._token or self._monotonic() >= self._ends:
                raise

    def _renew(self) -> None:
        if pause := self._cooldown.active():
            raise _again(self._failure, pause.seconds)
        reply = self._plain.write("POST", "/oauth_token.do", form=self._form())
        if isinstance(reply, NotSent):
            self._failure = Down(self._plain.name, reply.why, reply.retry_after)
            self._cooldown.begin(SHORT_COOLDOWN)  # who waited meanwhile doesn't wait as long again
            raise self._failure
        body = reply.json if isinstance(reply, Answer) and reply.status == 200 else None
        token, seconds = _token(body)
        if not token:
            self._failure = self._no_token(reply)
            self._cooldown.begin(self._failure.retry_after or SHORT_COOLDOWN)
            raise self._failure
        self._token, self._ends = token, self._monotonic() + seconds
        self._until = self._ends - min(EARLY, seconds / 2)

    def _no_token(self, reply: Answer | NoAnswer) -> Down:
        desk, why = self._plain.name, f"it gives passdesk no token ({reply.status or 'no answer'}"
        if reply.status in _REFUSED:
            word = word_of(reply.json if isinstance(reply, Answer) else None)
            cause, cure = token_refused(self._config, word)
            return SignInRefused(desk, f"{why}{word and ' '}{word}): {cause}", cure, COOLDOWN, wait=COOLDOWN)
        if reply.status is not None and reply.status < 300:  # a page, say that of an instance that sleeps
            return Down(desk, f"{why}, without a token in it); see that the instance is awake", COOLDOWN)
        return Down(desk, f"{why})", SHORT_COOLDOWN)

    def _form(self) -> dict[str, str]:
        """In the body: in the address it would be logged, and many instances refuse it there."""
        config, desk = self._config, self._plain.name
        form = {
            "grant_type": "client_credentials",
            "client_id": _told(config.client_id, desk),
            "client_secret": _told(config.client_secret, desk),
        }
        if isinstance(config, PasswordGrant):
            user = {"username": _told(config.username, desk), "password": _told(config.password, desk)}
            form |= {"grant_type": "password", **user}
        return form


def _token(body: Any) -> tuple[str, float]:
    """The token and its lifetime in seconds: 1800 where the answer doesn't say (§8.1). "" where there is
    none.
    """
    token = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        return "", 0.0
    try:
        return token, float(body.get("expires_in", 1800))
    except (TypeError, ValueError):
        return token, 1800.0


def _again(failure: Down, seconds: float) -> Down:
    """The failure that a pause is for; an exception that was raised would carry the frames of that time."""
    if isinstance(failure, SignInRefused):
        return _refused_again(failure, seconds)
    return Down(failure.service, failure.sentence, seconds)


def _refused_again(failure: SignInRefused, seconds: float) -> SignInRefused:
    return SignInRefused(failure.service, failure.cause, failure.cure, seconds, wait=failure.wait)


def _told(reference: NameReference | SecretReference, desk: str) -> str:
    """Resolve a reference for an outgoing request. Raises SignInRefused."""
    try:
        if isinstance(reference, NameReference):
            return reference.resolve()
        return reference.resolve().reveal()
    except Unresolved as unresolved:
        sentence = str(unresolved)
    raise SignInRefused(desk, sentence)
