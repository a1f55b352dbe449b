"""Replies of one exchange: three values, and the meaning of a raw reply before anybody knows what was
asked.
"""

from __future__ import annotations

import json as codec
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.domain.errors import SignInRefused
from connector.http import transport

AGAIN = frozenset({429, 500, 502, 503, 504})
NO_READ = AGAIN | {202, 204}  # where JSON is expected, nobody did anything
MOST_TEXT = 4000  # bytes of a refusal that is no JSON


@dataclass(frozen=True)
class Answer:
    """The service answered. `json` is None where the body was empty; header names are in lower case."""

    status: int
    json: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class NotSent:
    """Nothing was done: no connection, no TLS, no proxy, or no sign-in (`signed` is False).

    `refused`: the sign-in was refused, which a person must mend. `held`: the service asked to be left alone.
    """

    why: str
    signed: bool = True
    retry_after: float | None = None
    refused: SignInRefused | None = field(default=None, repr=False)
    held: bool = False


@dataclass(frozen=True)
class NoAnswer:
    """It was sent, and no answer that makes sense came back: it may have been done, and may still be."""

    why: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)  # of a refusal (4xx) that is no JSON, its beginning


Reply = Answer | NotSent | NoAnswer


def judge(raw: transport.Raw | transport.Failure) -> Reply:
    """Judge an exchange before anybody knows what was asked."""
    if isinstance(raw, transport.Failure):
        return NoAnswer(raw.why) if raw.sent else NotSent(raw.why)
    if 300 <= raw.status < 400:
        return NoAnswer(f"it answers {raw.status} and points elsewhere", raw.status, raw.headers)
    if not raw.body.strip():
        return Answer(raw.status, None, raw.headers)
    kind = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        text = raw.body[:MOST_TEXT].decode("utf-8", "replace") if 400 <= raw.status < 500 else ""
        return NoAnswer(f"it answers {raw.status}, but not with JSON", raw.status, raw.headers, text)
    try:
        return Answer(raw.status, codec.loads(raw.body), raw.headers)
    except (ValueError, RecursionError):
        return NoAnswer(f"it answers {raw.status}, but its JSON can't be read", raw.status, raw.headers)


def read_of(reply: Reply, bare: Collection[int]) -> Answer | None:
    """The value that a read takes for an answer."""
    match reply:
        case Answer(status, body) if status in bare or (body is not None and status not in NO_READ):
            return reply
        case NoAnswer(_, int(status), headers, text) if status in bare:
            return Answer(status, text or None, headers)
        case _:
            return None


def sentence(reply: Reply) -> str:
    if isinstance(reply, Answer):
        return f"it answers {reply.status}" + ("" if reply.status in AGAIN else ", but says nothing")
    return reply.why
