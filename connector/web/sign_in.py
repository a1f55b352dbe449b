"""Sign-in: a token a person, compared in constant time; sessions in memory; guesses are throttled."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Final

from connector.domain.secret import Secret
from connector.domain.steady import steady
from connector.forms.references import SecretReference, Unresolved

LASTS: Final = 8 * 3600.0  # s from signing in
IDLE: Final = 3600.0  # s without a request
MOST_SESSIONS: Final = 100
GUESSES: Final = 5  # wrong tokens a minute from one address
MINUTE: Final = 60.0
MOST_ADDRESSES: Final = 5_000


@dataclass
class Session:
    """Somebody who signed in. `csrf`: what each of their forms carries. `told`: a sentence for the next
    page, and whether it is a good one.
    """

    name: str
    token: Secret = field(repr=False)  # as it was: another one ends the session
    began: float
    seen: float
    csrf: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(32))
    told: tuple[str, bool] | None = None

    def over(self, now: float) -> bool:
        return now - self.began > LASTS or now - self.seen > IDLE


@dataclass
class Guesses:
    """Wrong tokens by where they came from."""

    clock: Callable[[], float] = steady
    wrong: OrderedDict[str, list[float]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def too_many(self, address: str) -> bool:
        with self.lock:
            recent = [at for at in self.wrong.get(address, ()) if self.clock() - at < MINUTE]
            return len(recent) >= GUESSES

    def note(self, address: str) -> None:
        with self.lock:
            recent = [at for at in self.wrong.pop(address, ()) if self.clock() - at < MINUTE]
            self.wrong[address] = [*recent[-GUESSES:], self.clock()]
            while len(self.wrong) > MOST_ADDRESSES:
                self.wrong.popitem(last=False)


@dataclass
class SignIn:
    """Who may act, and who has signed in. Sessions end with the process."""

    operators: Mapping[str, SecretReference]
    clock: Callable[[], float] = steady
    guesses: Guesses = field(default_factory=Guesses)
    sessions: OrderedDict[str, Session] = field(default_factory=OrderedDict)  # by the cookie's digest
    lock: Lock = field(default_factory=Lock)

    def whose(self, token: str) -> str | None:
        """The person whose token this is. Every token is compared, whichever fits."""
        found = None
        offered = Secret(token)
        for name in self.operators:
            known = self.token_of(name)
            if known is not None and known == offered:
                found = name
        return found

    def token_of(self, name: str) -> Secret | None:
        """A person's token as it is now; None: it isn't there any more."""
        reference = self.operators.get(name)
        try:
            return reference.resolve() if reference else None
        except Unresolved:
            return None

    def begin(self, name: str) -> str:
        """Sign somebody in; the cookie, which is kept as a digest alone."""
        cookie, token, now = secrets.token_urlsafe(32), self.token_of(name), self.clock()
        assert token is not None
        with self.lock:
            self.sessions[_digest(cookie)] = Session(name, token, now, now)
            while len(self.sessions) > MOST_SESSIONS:
                self.sessions.popitem(last=False)
        return cookie

    def session(self, cookie: str) -> Session | None:
        """The session of a cookie, while it lasts and its person's token is the same."""
        key, now = _digest(cookie), self.clock()
        with self.lock:
            found = self.sessions.get(key)
            if found is None:
                return None
            token = self.token_of(found.name)
            if found.over(now) or token is None or token != found.token:
                del self.sessions[key]
                return None
            found.seen = now
            return found

    def end(self, cookie: str) -> None:
        with self.lock:
            self.sessions.pop(_digest(cookie), None)


def _digest(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()
