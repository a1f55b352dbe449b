"""Mails with passes: what passdesk sent, what arrived, and what it was told."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connector.http.service import Answer, NotSent, Reply

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.truth import Made

SENDER = "passdesk@contoso.com"


@dataclass(frozen=True)
class Letter:
    """A mail as it is sent."""

    replica: Replica
    to: tuple[str, ...]
    text: str
    passes: tuple[Made, ...]
    saved: bool  # a copy stays in the mailbox


@dataclass
class Handing:
    """One try to hand a pass over, by mail or in a note."""

    way: str  # mail, note
    made: Made
    taken: bool | None = None  # what passdesk was told; None: nothing that says so

    @property
    def refused(self) -> bool:
        return self.taken is False


def letter_of(replica: Replica, json: Mapping[str, Any], made: Mapping[str, Made]) -> Letter:
    message = json["message"]
    to = tuple(each["emailAddress"]["address"] for each in message["toRecipients"])
    text = f"{message['subject']}\n{html.unescape(message['body']['content'])}"
    held = tuple(each for each in made.values() if each.born.text in text)
    return Letter(replica, to, text, held, json.get("saveToSentItems") is not False)


def taken(reply: Reply) -> bool | None:
    """What a reply to a write says: it was done, it was not, or neither."""
    if isinstance(reply, NotSent):
        return False
    if not isinstance(reply, Answer) or reply.status == 408 or reply.status >= 500:
        return None
    return reply.status < 400
