"""Messages on their way: a child process each (child.py), with a deadline; addresses never leave its pipe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Final

from connector.forms.references import SecretReference, Unresolved

DEADLINE: Final = 20.0  # s for one message, whatever its address does
# What the child may know of our surroundings: where Python and certificates lie, and proxies. No secrets.
_PASSED_ON: Final = frozenset(
    {
        "PATH",
        "PYTHONPATH",
        "PYTHONHOME",
        "VIRTUAL_ENV",
        "LANG",
        "LC_ALL",
        "TZ",
        "TMPDIR",
        "TEMP",
        "SYSTEMROOT",
    }
    | {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"}
    | {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
    | {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
)


@dataclass(frozen=True)
class Message:
    """A text that people read."""

    title: str
    body: str


@dataclass(frozen=True)
class Receipt:
    """The fate of a message. `known`: apprise knows such addresses. `why` it didn't arrive, without the
    address.
    """

    arrived: bool
    why: str = ""
    known: bool = True


UNSENT: Final = Receipt(False, "it couldn't be sent")
Send = Callable[[SecretReference, Message | None], Receipt]


def name_of(reference: SecretReference) -> str:
    """The name of an address: where it is kept, such as env:TEAMS_URL."""
    return f"{reference.scheme}:{reference.target}"[-300:]


def send(reference: SecretReference, message: Message | None) -> Receipt:
    """Send a message to an address; None: only look whether apprise knows it. It takes `DEADLINE` at most."""
    try:
        asked = {"address": reference.resolve().reveal()}
    except Unresolved as error:
        return Receipt(False, str(error))
    if message:
        asked |= {"title": message.title, "body": message.body}
    return _answer(json.dumps(asked))


def send_all(
    messages: Mapping[SecretReference, Message | None], one: Send = send
) -> Mapping[SecretReference, Receipt]:
    """The same to several at once: none waits for another. A process that ends doesn't wait for them."""
    receipts = dict.fromkeys(messages, UNSENT)

    def work(reference: SecretReference, message: Message | None) -> None:
        with suppress(Exception):  # its words, or its traceback, may quote the address
            receipts[reference] = one(reference, message)

    threads = [Thread(target=work, args=each, name="alert", daemon=True) for each in messages.items()]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return receipts


def unknown(addresses: Sequence[SecretReference], one: Send = send) -> list[int]:
    """The places of those that are there, and that apprise doesn't know."""
    receipts = send_all(dict.fromkeys(addresses), one)
    return [place for place, each in enumerate(addresses) if not receipts[each].known]


def _answer(asked: str) -> Receipt:
    kept = {name: value for name, value in os.environ.items() if name in _PASSED_ON}
    child = [sys.executable, "-P", "-m", "connector.alerts.child"]
    try:
        ran = subprocess.run(  # noqa: S603
            child,
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=DEADLINE,
            env=kept,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Receipt(False, f"it took longer than {DEADLINE:.0f} s")
    except OSError as error:
        return Receipt(False, f"no process could be begun for it ({error.strerror})")
    with suppress(ValueError, TypeError, KeyError):
        found = json.loads(ran.stdout)
        return Receipt(bool(found["arrived"]), str(found["why"]), bool(found["known"]))
    return Receipt(False, "its process ended without an answer")
