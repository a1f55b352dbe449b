"""Accounts and sign-ins: Basic, OAuth, API key, and the session cookie that must not be shared."""

import base64
import binascii
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl

from connector.simulators.messages import Request, Response
from connector.simulators.servicenow.traps import Traps


def _made_up() -> str:
    return secrets.token_urlsafe(18)


@dataclass
class Accounts:
    """One service account with all its ways in. Its secrets are made up anew each time."""

    user: str = "svc.passdesk"
    password: str = field(default_factory=_made_up, repr=False)
    client_id: str = field(default_factory=lambda: secrets.token_hex(16))
    client_secret: str = field(default_factory=_made_up, repr=False)
    api_key: str = field(default_factory=_made_up, repr=False)
    tokens: dict[str, float] = field(
        default_factory=dict, repr=False
    )  # access token: end, seconds since the epoch
    refresh_tokens: set[str] = field(default_factory=set, repr=False)

    def signed_in(self, request: Request, traps: Traps, now: float) -> bool:
        """Tell whether the request carries a credential that counts."""
        if secrets.compare_digest(request.headers.get("x-sn-apikey", "").encode(), self.api_key.encode()):
            return True
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.tokens.get(credential, 0.0) > now
        if scheme.lower() == "basic" and traps.basic_auth:
            return _decoded(credential) == f"{self.user}:{self.password}"
        return False

    def token(self, request: Request, traps: Traps, now: float) -> Response:
        """`POST /oauth_token.do`. Whatever is wrong, the answer is the same 401 (servicenow.md §8.1)."""
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))  # never from the URL
        client = (form.get("client_id"), form.get("client_secret")) == (self.client_id, self.client_secret)
        granted = {
            "client_credentials": traps.client_credentials,
            "password": (form.get("username"), form.get("password")) == (self.user, self.password),
            "refresh_token": form.get("refresh_token") in self.refresh_tokens,
        }
        grant = form.get("grant_type", "")
        if request.method != "POST" or not client or not granted.get(grant):
            return Response.json(401, {"error_description": "access_denied", "error": "server_error"})
        access = secrets.token_urlsafe(64)
        self.tokens[access] = now + traps.token_lifetime_s
        answer: dict[str, object] = {"access_token": access, "scope": "useraccount", "token_type": "Bearer"}
        answer["expires_in"] = traps.token_lifetime_s
        if grant != "client_credentials":
            answer["refresh_token"] = refresh = secrets.token_urlsafe(64)
            self.refresh_tokens.add(refresh)
        return Response.json(200, answer)


class HourlyRule:
    """The rate-limit rule that a customer may have made: so many calls an hour (§8.5)."""

    def __init__(self) -> None:
        self._hour = 0
        self._calls = 0

    def count(self, now: float) -> tuple[int, int]:
        """Count a call. Returns the calls of this hour, and its end in seconds since the epoch."""
        hour = int(now) // 3600
        self._calls = self._calls + 1 if hour == self._hour else 1
        self._hour = hour
        return self._calls, (hour + 1) * 3600


class Sessions:
    """One transaction per session at a time: a cookie that is sent back in parallel is turned away (§8.5)."""

    COOKIE = "glide_session_store"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy: set[str] = set()

    @contextmanager
    def turn(self, session: str) -> Iterator[bool]:
        """True for the one whose turn it is. Without a cookie, it is always one's turn."""
        with self._lock:
            mine = not session or session not in self._busy
            if mine and session:
                self._busy.add(session)
        try:
            yield mine
        finally:
            if mine:
                with self._lock:
                    self._busy.discard(session)

    def of(self, request: Request) -> str:
        morsel = SimpleCookie(request.headers.get("cookie", "")).get(self.COOKIE)
        return morsel.value if morsel else ""


def _decoded(credential: str) -> str:
    try:
        return base64.b64decode(credential, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
