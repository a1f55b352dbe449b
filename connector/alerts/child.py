"""One message to one address, in a process of its own: `python -m connector.alerts.child`.

It reads a JSON object on standard input (`address`, `title`, `body`; without a body the address is only
looked at), and answers with one on standard output: `known`, `arrived`, and `why` not, in our words. apprise
is loaded here alone: its messages, which may quote an address, go nowhere, and a call that hangs ends with
the process.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from typing import Any, Final

CALL: Final = (5.0, 10.0)  # s to connect, and between two pieces of an answer
LONGEST: Final = 60  # s that it lives at most
UNKNOWN: Final = "this is no address that apprise knows"


def main() -> None:
    if hasattr(signal, "alarm"):
        signal.alarm(LONGEST)  # also where whoever began it is gone
    asked: dict[str, str] = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    logging.disable()
    try:
        answer = tell(asked)
    except Exception as error:  # noqa: BLE001  # its words may quote the address
        answer = {"known": True, "arrived": False, "why": f"it failed ({type(error).__name__})"}
    json.dump(answer, out)
    out.flush()


def tell(asked: dict[str, str]) -> dict[str, object]:
    """Look at the address, and send the message if there is one."""
    import apprise

    met = Met()
    asset = apprise.AppriseAsset(
        app_id="passdesk", app_desc="passdesk", async_mode=False, http_redirects=False
    )
    place = apprise.Apprise.instantiate(asked["address"], asset=asset, suppress_exceptions=True)
    if not isinstance(place, apprise.NotifyBase):
        return {"known": False, "arrived": False, "why": UNKNOWN}
    if "body" not in asked:
        return {"known": True, "arrived": False, "why": ""}
    met.listen()
    many = apprise.Apprise(asset=asset)
    many.add(place)
    told = many.notify(body=asked["body"], title=asked["title"], body_format=apprise.NotifyFormat.TEXT)
    arrived = bool(told) and not met.redirected
    return {"known": True, "arrived": arrived, "why": "" if arrived else met.why}


class Met:
    """Results of calls: their statuses, or why there was no answer. None follows a redirect, which would take
    the secret in the address elsewhere, and none waits for ever.
    """

    def __init__(self) -> None:
        self.status: int | None = None
        self.redirected = False
        self.lost = ""

    def listen(self) -> None:
        """Be told of all that `requests` does from now on."""
        import requests

        real = requests.Session.request

        def request(session: requests.Session, method: str, url: str, **how: Any) -> requests.Response:
            try:
                reply = real(session, method, url, **{**how, "allow_redirects": False, "timeout": CALL})
            except requests.Timeout:
                self.lost = f"it doesn't answer within {CALL[1]:.0f} s"
                raise
            except requests.exceptions.ProxyError:
                self.lost = "the proxy refuses or can't be reached"
                raise
            except requests.exceptions.SSLError:
                self.lost = "its certificate isn't trusted"
                raise
            except requests.RequestException:
                self.lost = "it can't be reached"
                raise
            self.status, self.lost = reply.status_code, ""
            self.redirected = self.redirected or reply.is_redirect
            return reply

        requests.Session.request = request  # type: ignore[method-assign, assignment]

    @property
    def why(self) -> str:
        if self.redirected:
            return f"it redirects ({self.status}), which isn't followed; write the address that it points to"
        if self.lost or self.status is None:
            return self.lost or "it didn't take the message"
        return f"it answered {self.status}"


if __name__ == "__main__":
    main()
