"""What a reply of TOPdesk means: for a read, its rows or Down; for a write, whether it happened.

Errors come as a list, an object, an object with `errors`, plain text or a page, and no body of the Incident
API's is documented. facts/topdesk.md 4
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any
from unicodedata import category

from connector.desks.topdesk.fields import id_of, shown
from connector.domain.errors import Down
from connector.domain.outcome import Again, DidNot, Effect, Happened, Unknown
from connector.domain.reasons import Reason
from connector.http.service import Answer, NoAnswer, NotSent, Reply

BARE = frozenset({204, 400, 401, 403, 404, 405, 406})  # answers, whatever their body is
MISSING = frozenset({400, 403, 404})  # of one record: no id, no permission, not there
MOST = 200  # characters of what a desk says
_NOTHING_DONE = frozenset({400, 403, 404, 405, 406, 413, 414, 415})  # refused before anything was executed
_NOT_NOW = frozenset({401, 429})
_UNSEEN = re.compile(r"(?is)<(head|script|style)\b.*?</\1\s*>|<[^<>]*>")


def listed(answer: Answer, desk: str, what: str) -> list[Any]:
    """The rows of a list; 204 where there are none (0.1). Raises Down with a sentence that names what was
    asked for.
    """
    if answer.status == 204:
        return []
    if answer.status in (200, 206) and isinstance(answer.json, list):
        return answer.json
    raise unreadable(answer, desk, what)


def unreadable(answer: Answer, desk: str, what: str) -> Down:
    said = words(answer.json)
    if answer.status == 401:
        return Down(
            desk, f"it doesn't sign passdesk in ({said or 401}); check the login and its application password"
        )
    if answer.status in (200, 206):
        return Down(desk, f"{what} can't be read: it answers {answer.status}, but with something else")
    return Down(desk, f"{what} can't be read: it answers {answer.status}{said and f', {said}'}")


def written(reply: Reply, ticket: str, fields: Mapping[str, str], hide: bool = False) -> Effect[bool]:
    """What became of a PATCH; Happened(whether `fields` were read back as set). `hide`: it carried a
    secret.
    """
    match reply:
        case NotSent(why):
            return DidNot(Reason.DESK_UNREACHABLE, Again.LATER, why)
        case Answer(status=status) | NoAnswer(status=status) if status in _NOT_NOW:
            return DidNot(Reason.DESK_UNREACHABLE, Again.LATER, f"it answers {status}")
        case Answer(status, body) | NoAnswer(_, status, _, body) if status in _NOTHING_DONE:
            said = (
                "" if hide else words(body)
            )  # an error may quote what was sent, in a form that no mask knows
            return DidNot(Reason.DESK_REFUSED, Again.COUNTED, said or f"it answers {status}")
        case Answer(200, row):
            if id_of(row) != ticket:
                return Unknown("it answers 200, but not with the ticket")
            return Happened(all(shown(row, name) == text for name, text in fields.items()))
        case Answer(status):
            return Unknown(f"it answers {status}")
        case NoAnswer(why):
            return Unknown(why)


def words(body: Any) -> str:
    """What an error says, on one line; "" where it says nothing."""
    if isinstance(body, str):
        body = html.unescape(_UNSEEN.sub(" ", body[: 20 * MOST])) if re.search(r"<\w", body) else body
    parts = [body] if isinstance(body, str) else [_message(each) for each in _errors(body)]
    text = "; ".join(part for part in parts if part.strip())
    clean = "".join(" " if category(each)[0] in "CZ" else each for each in text)
    return " ".join(clean.split())[:MOST]


def _errors(body: Any) -> list[Any]:
    if isinstance(body, list):
        return body
    inner = body.get("errors") if isinstance(body, dict) else None
    return inner if isinstance(inner, list) else [body]


def _message(error: Any) -> str:
    known = (
        [error.get(key) for key in ("message", "errorMessage", "error")]
        if isinstance(error, dict)
        else [error]
    )
    return next((each for each in known if isinstance(each, str) and each.strip()), "")
