"""Signing in to TOPdesk: login name and application password over Basic. topdesk.md §8

The password expires on a date, and nobody knows after how many wrong ones an account is locked: so one
refusal is taken for a mistake of configuration, and nothing is tried again for a while.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping

from connector.desks.topdesk.config import ApplicationPassword
from connector.desks.topdesk.sign_in_failures import not_let_in
from connector.domain.errors import SignInRefused
from connector.domain.steady import steady
from connector.forms.references import Unresolved
from connector.http.cooldown import Cooldown
from connector.http.service import Answer, NoAnswer

COOLDOWN = 300.0  # s that refused credentials are not tried again


class Keyed:
    """Nothing can be renewed; what the references lead to is read at each request. Safe to share between
    threads.
    """

    def __init__(
        self, config: ApplicationPassword, desk: str, *, monotonic: Callable[[], float] = steady
    ) -> None:
        self._config, self._desk, self._cooldown = config, desk, Cooldown(monotonic)
        self._why = not_let_in(Answer(401))

    def headers(self) -> Mapping[str, str]:
        if pause := self._cooldown.active():
            cause, cure = self._why
            said = f"it refused to sign passdesk in: {cause}"
            raise SignInRefused(self._desk, said, cure, pause.seconds, wait=COOLDOWN)
        try:
            pair = f"{self._config.login.resolve()}:{self._config.password.resolve().reveal()}"
        except Unresolved as unresolved:
            sentence = str(unresolved)
        else:
            return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        raise SignInRefused(self._desk, sentence)

    def refused(self) -> bool:
        self._cooldown.begin(COOLDOWN)
        return False

    def explain(self, reply: Answer | NoAnswer) -> SignInRefused:
        self._why = cause, cure = not_let_in(reply)
        said = f"it doesn't sign passdesk in (401): {cause}"
        return SignInRefused(self._desk, said, cure, COOLDOWN, wait=COOLDOWN)


def topdesk_auth(desk: str, config: ApplicationPassword, *, monotonic: Callable[[], float] = steady) -> Keyed:
    """The sign-in of the desk of that name, for all its mappings. A reference that leads nowhere is Down when
    it is used.
    """
    return Keyed(config, desk, monotonic=monotonic)
