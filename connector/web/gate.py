"""Which calls of a desk are believed: signed under its secret and fresh, or with its token over TLS.

Only the id is used of what a call says. A call that isn't believed costs a comparison, and is forgotten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Final, Protocol

from connector.config.web import SHORTEST
from connector.domain.secret import Secret
from connector.domain.steady import steady
from connector.forms.references import SecretReference, Unresolved

LONGEST: Final = 1024  # bytes of a body that are read
FRESH: Final = 300  # s that a timestamp may be off, either way
RATE, BURST = 10.0, 200.0  # hints a second that are acted on, and at once after a rest
REMEMBERED: Final = 10_000  # signatures: more than RATE and BURST let in while they are fresh
TIMESTAMP, SIGNATURE, TOKEN = "X-Passdesk-Timestamp", "X-Passdesk-Signature", "X-Passdesk-Token"
_SECONDS = re.compile(r"[0-9]{1,12}")
_SIGNED = re.compile(r"sha256=([0-9a-fA-F]{64})")


class Heard(StrEnum):
    """What became of a call. The meaning is a sentence for the log."""

    meaning: str

    def __new__(cls, name: str, meaning: str) -> Heard:
        found = str.__new__(cls, name)
        found._value_, found.meaning = name, meaning
        return found

    TAKEN = "taken", "The ticket is looked at."
    UNKNOWN = "unknown", "No hook of the configuration has the name that was called."
    NO_SECRET = "no_secret", "The hook's secret is gone, or too short: mend what `secret` names."
    FORGED = "forged", "Neither a signature nor a token of the hook's secret: compare both ends' secrets."
    STALE = "stale", "The timestamp is no number, or more than 5 minutes off: compare both ends' clocks."
    IN_CLEAR = "in_clear", "A token came without TLS: call https, and have the proxy say X-Forwarded-Proto."
    UNREADABLE = "unreadable", 'The body is longer than 1 KiB, or isn\'t {"id": "an id of the desk\'s"}.'
    REPEATED = "repeated", "The same signature came before."
    LIMITED = "limited", "Too many calls at once: the next poll shows these tickets."


class Box(Protocol):
    """A mailbox for ids."""

    def put(self, ticket: str) -> bool: ...


@dataclass(frozen=True)
class Call:
    """A call, as it came. `body`: None: it is too long. `guarded`: nobody reads it on its way. `signature`,
    `timestamp`, `token`: its headers; a signature of None: there is none.
    """

    body: bytes | None
    guarded: bool
    signature: str | None = None
    timestamp: str = ""
    token: str = field(default="", repr=False)


@dataclass
class Gate:
    """One desk's. `ticket_id`: the id in a text, or None. For threads."""

    secret: SecretReference
    ticket_id: Callable[[str], str | None]
    box: Box
    wall: Callable[[], float]
    clock: Callable[[], float] = steady
    left: float = BURST  # of what may be acted on now
    at: float = float("-inf")  # when that was counted
    seen: dict[bytes, float] = field(default_factory=dict)  # signatures, with when they are stale
    lock: Lock = field(default_factory=Lock)

    def hear(self, call: Call) -> Heard:
        """Put the ticket of a believed call into the mailbox, and say what became of the call."""
        try:
            secret = self.secret.resolve()
        except Unresolved:
            return Heard.NO_SECRET
        if not secret.at_least(SHORTEST):  # it was changed since the start
            return Heard.NO_SECRET
        if call.body is None:
            return Heard.UNREADABLE
        signature, stale = b"", 0.0
        if call.signature is not None:
            at, found = call.timestamp, _SIGNED.fullmatch(call.signature)
            signature = bytes.fromhex(found[1]) if found else b""
            if not secret.signs(at.encode("latin-1", "replace") + b"." + call.body, signature):
                return Heard.FORGED
            if not _SECONDS.fullmatch(at) or abs(self.wall() - int(at)) > FRESH:
                return Heard.STALE
            stale = float(at) + FRESH
        elif Secret(call.token) != secret:
            return Heard.FORGED
        elif not call.guarded:
            return Heard.IN_CLEAR
        ticket = self.ticket_id(named(call.body))
        return Heard.UNREADABLE if ticket is None else self.let_in(ticket, signature, stale)

    def let_in(self, ticket: str, signature: bytes, stale: float) -> Heard:
        """Put a ticket into the mailbox, as often as the rate allows, and once for a signature."""
        with self.lock:
            if signature and signature in self.seen:
                return Heard.REPEATED
            now = self.clock()
            self.left = min(BURST, self.left + RATE * max(0.0, now - self.at))
            self.at = now
            if self.left < 1 or (signature and not self._has_room()) or not self.box.put(ticket):
                return Heard.LIMITED
            self.left -= 1
            if signature:
                self.seen[signature] = stale
        return Heard.TAKEN

    def _has_room(self) -> bool:
        """Forget stale signatures where too many are kept: a fresh one is never forgotten."""
        if len(self.seen) >= REMEMBERED:
            now = self.wall()
            self.seen = {each: stale for each, stale in self.seen.items() if stale >= now}
        return len(self.seen) < REMEMBERED


def named(body: bytes) -> str:
    """The id that a body names; "" where it names none."""
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return ""
    ticket = found.get("id") if isinstance(found, dict) else None
    return ticket if isinstance(ticket, str) else ""
