"""Signing in to TOPdesk: login name and application password over Basic. topdesk.md §8

The password expires on a date, and nobody knows after how many wrong ones an account is locked: so one
refusal is taken for a mistake of configuration, and nothing is tried again for a while.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Mapping

from connector.desks.topdesk.config import ApplicationPassword
from connector.domain.errors import Down
from connector.forms.references import Unresolved
from connector.http.cooldown import Cooldown

COOLDOWN = 300.0  # s that refused credentials are not tried again
_CURE = "check the login, whether its application password has expired, and that it may use one"


class Keyed:
    """Nothing can be renewed; what the references lead to is read at each request. Safe to share between
    threads.
    """

    def __init__(
        self, config: ApplicationPassword, desk: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._config, self._desk, self._cooldown = config, desk, Cooldown(monotonic)

    def headers(self) -> Mapping[str, str]:
        if pause := self._cooldown.active():
            raise Down(self._desk, pause.why, pause.seconds)
        try:
            pair = f"{self._config.login.resolve()}:{self._config.password.resolve().reveal()}"
        except Unresolved as unresolved:
            sentence = str(unresolved)
        else:
            return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        raise Down(self._desk, sentence)

    def refused(self) -> bool:
        self._cooldown.begin(COOLDOWN, f"it refused to sign passdesk in; {_CURE}")
        return False


def topdesk_auth(
    desk: str, config: ApplicationPassword, *, monotonic: Callable[[], float] = time.monotonic
) -> Keyed:
    """The sign-in of the desk of that name, for all its mappings. A reference that leads nowhere is Down when
    it is used.
    """
    return Keyed(config, desk, monotonic=monotonic)
