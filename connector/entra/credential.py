"""Signing in to Graph: one explicit azure-identity class for the life of the process, never a chain that
guesses.

The library may wait for twenty minutes. So it is asked in a call that has a deadline, one at a time; nobody
waits behind a lock, and a token that is still good serves while another is asked for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from connector.domain.errors import Down, SignInRefused
from connector.domain.steady import steady
from connector.entra.config import GRAPH, CredentialConfig, ManagedIdentity
from connector.entra.library import AUTHORITY, Credential, credential
from connector.entra.sign_in_error import failure_of, token_rejected
from connector.entra.sign_in_failures import SignInFailure
from connector.forms.references import Unresolved
from connector.http.cooldown import Cooldown
from connector.http.deadline import Call
from connector.http.service import Answer, NoAnswer

__all__ = ["AUTHORITY", "Credential", "GraphAuth"]

DEADLINE = 30.0  # s that a sign-in may take, all its tries included
COOLDOWN = 5.0  # s in which the next workers are told of the same failure: a try takes azure-identity as long
HANGING_COOLDOWN = 30.0  # s, after one that didn't end
YOUNG = 60.0  # s in which a refused credential is not made anew again
FRESH = 60.0  # s for which a token is used before the library is asked whether it has a newer one
SPARE = 60.0  # s before its end from which a token serves no more
_NO_THREAD = SignInFailure("this machine has no thread left to sign in with", outage=True)


@dataclass(frozen=True)
class _SignIn:
    """The end of one sign-in: a token, or why there is none. `until` is on the steady clock."""

    token: str = field(default="", repr=False)
    until: float = 0.0
    fresh_until: float = 0.0
    failure: SignInFailure | None = None


class GraphAuth:
    """Signs requests to Graph, each with a fresh client-request-id. Safe to share between threads."""

    def __init__(
        self,
        config: CredentialConfig,
        cloud: str,
        graph_url: str | None = None,
        *,
        make: Callable[[], Credential] | None = None,
        monotonic: Callable[[], float] = steady,
        deadline: float | None = None,
    ) -> None:
        """The token is for the Graph of `graph_url` where that is one of Microsoft's, else (a simulator) for
        the cloud's.
        """
        self._config, self._make, self._monotonic, self._deadline = (
            config,
            make or (lambda: credential(config, cloud)),
            monotonic,
            DEADLINE if deadline is None else deadline,
        )
        self._scope = f"{graph_url if graph_url in GRAPH.values() else GRAPH[cloud]}/.default"
        self._lock = threading.Lock()  # never held while anybody is asked
        self._credential: Credential | None = None
        self._made = float("-inf")
        self._cooldown, self._failure = Cooldown(monotonic), SignInFailure("")
        self._held = _SignIn()
        self._call: tuple[Call[_SignIn], float] | None = None  # the one sign-in, and when it must be over

    def headers(self) -> Mapping[str, str]:
        """One sign-in at a time; all who need it wait for it. Raises Down, with no word of a secret."""
        with self._lock:
            answer, call = self._known()
        if call:
            answer = self._awaited(*call)
        if answer.failure:
            raise _refused(answer.failure)
        return {"Authorization": f"Bearer {answer.token}", "client-request-id": str(uuid4())}

    def refused(self) -> bool:
        """Each credential object has its own cache, so a new one asks anew; a managed identity's cache is the
        host's.
        """
        if isinstance(self._config, ManagedIdentity):
            return False
        with self._lock:
            self._held = _SignIn()
            if self._monotonic() - self._made > YOUNG:
                self._credential = None
        return True

    def explain(self, reply: Answer | NoAnswer) -> SignInRefused:
        failure = token_rejected(reply)
        return SignInRefused("entra", failure.cause, failure.cure)

    def _known(self) -> tuple[_SignIn, tuple[Call[_SignIn], float] | None]:
        """The answer that can be given at once, or the sign-in to wait for, begun where there is none."""
        now = self._monotonic()
        good = bool(self._held.token) and now < self._held.until - SPARE
        if good and now < self._held.fresh_until:
            return self._held, None
        pause = self._cooldown.active()
        if not pause and self._call is None:
            self._begin()
        if good:
            return self._held, None
        if pause:
            return _SignIn(failure=self._failure), None
        if self._call and self._call[0].given_up:
            return _SignIn(failure=self._hangs(self._call[0])), None
        return _SignIn(failure=_NO_THREAD), self._call

    def _begin(self) -> None:
        kept, made = self._credential, self._made

        def ask() -> _SignIn:
            credential, since, answer = self._ask(kept, made)
            with self._lock:
                self._call = None
                if answer.failure:
                    self._pause(COOLDOWN, answer.failure, extend=False)
                else:
                    self._cooldown.reset()
                if self._credential is kept:  # else it was refused meanwhile
                    self._credential, self._made = credential, since
                    self._held = self._held if answer.failure else answer
            return answer

        call = Call(ask)
        try:
            call.start()
        except RuntimeError:
            return
        self._call = call, steady() + self._deadline

    def _awaited(self, call: Call[_SignIn], until: float) -> _SignIn:
        answer = call.outcome(until - steady()) or call.give_up()
        if answer:
            return answer
        failure = self._hangs(call)
        with self._lock:
            self._pause(HANGING_COOLDOWN, failure)
        return _SignIn(failure=failure)

    def _pause(self, seconds: float, failure: SignInFailure, *, extend: bool = True) -> None:
        if self._cooldown.begin(seconds, extend=extend):
            self._failure = failure

    def _hangs(self, call: Call[_SignIn]) -> SignInFailure:
        where = f" from {call.host}" if call.host else ""
        return SignInFailure(
            f"signing in as {self._config.kind} hangs: no answer{where} within {self._deadline:g} s",
            "see entra.credential",
            outage=True,
        )

    def _ask(self, known: Credential | None, made: float) -> tuple[Credential | None, float, _SignIn]:
        """The credential, when it was made, and what it answers. Exceptions of azure-identity carry requests
        with secrets: they end here.
        """
        try:
            if known is None:
                known, made = self._make(), self._monotonic()
            token = known.get_token(self._scope)
            until = self._monotonic() + getattr(token, "expires_on", 0) - time.time()
            return known, made, _SignIn(token.token, until, min(self._monotonic() + FRESH, until))
        except Unresolved as unresolved:
            return known, made, _SignIn(failure=SignInFailure(str(unresolved)))
        except Exception as error:  # noqa: BLE001  # ValueError, OSError, msal's own: there is no token
            # No credential: it is made anew next time, so that a renewed secret or certificate is taken up.
            return None, made, _SignIn(failure=failure_of(error, self._config))


def _refused(failure: SignInFailure) -> Down:
    """What nobody can mend here, such as a service that doesn't answer, is an outage."""
    if failure.outage:
        return Down("entra", "; ".join(filter(None, (failure.cause, failure.cure))))
    return SignInRefused("entra", failure.cause, failure.cure)
