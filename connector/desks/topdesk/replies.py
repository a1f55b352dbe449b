"""Replies of TOPdesk: a read gives its rows or Down, a write tells whether it happened.

Errors come as a list, an object, an object with `errors`, plain text or a page, and no body of the Incident
API's is documented. topdesk.md §4
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any
from unicodedata import category

from connector.desks.failed_write import failed_write
from connector.desks.topdesk.fields import id_of, shown
from connector.domain.errors import Down
from connector.domain.outcome import Effect, Happened, Unknown
from connector.domain.receipts import WriteReceipt
from connector.http.effects import AT_THE_DOOR, Outcome, Row, effect_of
from connector.http.service import Answer, NoAnswer, Reply

BARE = frozenset({204, 400, 401, 403, 404, 405, 406})  # answers, whatever their body is
MISSING = frozenset({400, 403, 404})  # of one record: no id, no permission, not there
MOST = 200  # characters of what a desk says
PATCHES = (
    Row({200}, Outcome.DONE, "The incident follows: what was set is read from it.", "topdesk.md §4"),
    Row(
        {401, 429},
        Outcome.UNCOUNTED,
        "Not signed in, or over a limit that nobody published; a 401 may be a page of the front end.",
        "topdesk.md §4, §8, §9",
        any_body=True,
    ),
    Row(
        AT_THE_DOOR,
        Outcome.COUNTED,
        "Refused as a whole. No shape of an error is documented: a list, an object, a text or a page.",
        "topdesk.md §4",
        any_body=True,
    ),
)  # 409 is known to one client and documented nowhere (topdesk.md §4)
_UNSEEN = re.compile(r"(?is)<(head|script|style)\b.*?</\1\s*>|<[^<>]*>")


def listed(answer: Answer, desk: str, what: str) -> list[Any]:
    """The rows of a list; 204 where there are none (§0.1). Raises Down with a sentence that names what was
    asked for.
    """
    if answer.status == 204:
        return []
    if answer.status in (200, 206) and isinstance(answer.json, list):
        return answer.json
    raise unreadable(answer, desk, what)


def unreadable(answer: Answer, desk: str, what: str) -> Down:
    said = words(answer.json)
    if answer.status in (200, 206):
        return Down(desk, f"{what} can't be read: it answers {answer.status}, but with something else")
    return Down(desk, f"{what} can't be read: it answers {answer.status}{said and f', {said}'}")


def written(reply: Reply, ticket: str, fields: Mapping[str, str], hide: bool = False) -> Effect[WriteReceipt]:
    """Judge the reply to a PATCH; Happened(whether `fields` were read back as set). `hide`: it carried a
    secret.
    """
    outcome = effect_of(reply, PATCHES).outcome
    body = reply.json if isinstance(reply, Answer) else reply.text if isinstance(reply, NoAnswer) else ""
    if outcome is not Outcome.DONE:
        said = "" if hide else words(body)  # an error may quote what was sent, in a form that no mask knows
        return failed_write(reply, outcome, said)
    if id_of(body) != ticket:
        return Unknown("it answers 200, but not with the ticket")
    return Happened(WriteReceipt(all(shown(body, name) == text for name, text in fields.items())))


def words(body: Any) -> str:
    """The text of an error, on one line; "" if there is none."""
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
