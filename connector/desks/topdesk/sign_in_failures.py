"""Causes and cures of a 401 of TOPdesk, whose text is one of a few. topdesk.md §8, §13"""

from __future__ import annotations

import re

from connector.http.service import Answer, NoAnswer

_PERSON = re.compile(r"(?i)not allowed for this log ?in")
_NOTHING_SENT = re.compile(r"(?i)no authentication token provided")


def not_let_in(reply: Answer | NoAnswer) -> tuple[str, str]:
    """Cause and cure. What TOPdesk says is looked at, and not repeated: nobody documents what it quotes."""
    said = str(reply.json) if isinstance(reply, Answer) else reply.text
    if _PERSON.search(said):
        return (
            "the login is a person's, who may not do this",
            "sign in as an operator or an API account, with an application password of its own",
        )
    if _NOTHING_SENT.search(said):
        return (
            "the login name or the application password didn't arrive",
            "see whether a proxy takes the header Authorization away",
        )
    return (
        "the login name is wrong, its application password is wrong or expired, the account is archived, or "
        "it may not use application passwords or the REST API",
        "check the login, whether its application password has expired, and that its permission group has "
        "REST API and Use application passwords (TOPdesk: API access)",
    )
