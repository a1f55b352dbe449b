"""Signing in to ServiceNow. servicenow.md §8.1 to §8.3

OAuth answers almost every failure with the same 401, and accounts are locked after a few wrong passwords: so
a refusal is taken for a mistake of configuration, said once, and not tried again by every worker for a while.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock, local
from typing import Any

from connector.desks.servicenow.config import ApiKey, Basic, ClientCredentials, PasswordGrant, ServiceNowAuth
from connector.domain.errors import Down
from connector.forms.references import NameReference, SecretReference, Unresolved
from connector.http.cooldown import Cooldown
from connector.http.service import Answer, Auth, NotSent, Service

COOLDOWN = 60.0  # s that refused credentials are not tried again
SHORT_COOLDOWN = 2.0  # s after a failure that says nothing about them
EARLY = 60.0  # s before its end that a token is renewed
OFTEN = 3  # refusals within COOLDOWN that are no accident
_CURE = "check the user or client id, the secret, and the account's roles"


def servicenow_auth(
    desk: str, url: str, config: ServiceNowAuth, *, monotonic: Callable[[], float] = time.monotonic
) -> Auth:
    """The sign-in of the desk of that name, for all its mappings. A reference that leads nowhere is Down when
    it is used.
    """
    if isinstance(config, Basic | ApiKey):
        return Keyed(config, desk, monotonic)
    return OAuth(config, Service(desk, url, workers=1), monotonic)


class Keyed:
    """A password or key in each request; nothing can be renewed. Safe to share between threads."""

    def __init__(
        self, config: Basic | ApiKey, desk: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._config, self._desk, self._monotonic = config, desk, monotonic
        self._lock, self._refusals = Lock(), deque[float](maxlen=OFTEN)
        self._cooldown = Cooldown(monotonic)

    def headers(self) -> Mapping[str, str]:
        if pause := self._cooldown.active():
            raise Down(self._desk, pause.why, COOLDOWN)
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
                self._cooldown.begin(left, f"it refused to sign passdesk in {OFTEN} times; {_CURE}")
        return False


class OAuth:
    """A bearer token, renewed a minute early and once after a 401. Safe to share between threads."""

    def __init__(
        self,
        config: ClientCredentials | PasswordGrant,
        plain: Service,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config, self._plain, self._monotonic = config, plain, monotonic
        self._lock, self._mine = Lock(), local()
        self._token, self._until, self._ends = "", 0.0, 0.0
        self._cooldown = Cooldown(monotonic)

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

    def _renew_where_needed(self) -> None:
        """A token is renewed early: until its end it serves where there is no other."""
        try:
            self._renew()
        except Down:
            if not self._token or self._monotonic() >= self._ends:
                raise

    def _renew(self) -> None:
        if pause := self._cooldown.active():
            raise Down(self._plain.name, pause.why, pause.seconds)
        reply = self._plain.write("POST", "/oauth_token.do", form=self._form())
        if isinstance(reply, NotSent):
            self._cooldown.begin(SHORT_COOLDOWN, reply.why)  # who waited meanwhile doesn't wait as long again
            raise Down(self._plain.name, reply.why, reply.retry_after)
        body = reply.json if isinstance(reply, Answer) and reply.status == 200 else None
        token, seconds = _token(body)
        if not token:
            trouble = reply.status is None or reply.status == 429 or reply.status >= 500
            wait = SHORT_COOLDOWN if trouble else COOLDOWN
            why = f"it gives passdesk no token ({reply.status or 'no answer'})"
            why += "" if trouble else f"; {_CURE}"
            self._cooldown.begin(wait, why)
            raise Down(self._plain.name, why, wait)
        self._token, self._ends = token, self._monotonic() + seconds
        self._until = self._ends - min(EARLY, seconds / 2)

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


def _told(reference: NameReference | SecretReference, desk: str) -> str:
    """Resolve a reference for an outgoing request. Raises Down."""
    try:
        if isinstance(reference, NameReference):
            return reference.resolve()
        return reference.resolve().reveal()
    except Unresolved as unresolved:
        sentence = str(unresolved)
    raise Down(desk, sentence)
