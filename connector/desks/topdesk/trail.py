"""The progress trail of a call: what operators wrote on it, and who sees that. topdesk.md §5

What an action may hold besides a few tags is not documented (§4), so a note is sent escaped, with a <br> for
each line end, and counts as shown only where all of its lines are read back as they were sent.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connector.desks.topdesk.fields import id_of, when
from connector.desks.topdesk.pages import OLD, ListRefused, PagingIgnored, rows
from connector.domain.errors import Down
from connector.domain.reference import find_all
from connector.domain.secret import Secret
from connector.http.service import Service

_BREAK = re.compile(
    r"(?i)<\s*+(?:/\s*+)?(br|p|div|h5|h6|li)\b[^<>]*+>"
)  # possessive: callers write these texts, too
_TAG = re.compile(r"<[^<>]*+>")
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Action:
    """A text that an operator wrote. `invisible`: it is known that the caller doesn't see it."""

    id: str
    operator: str | None
    invisible: bool
    texts: tuple[str, ...] = field(
        repr=False
    )  # as people see it, and as TOPdesk tells it; they may hold a pass

    @property
    def references(self) -> tuple[str, ...]:
        return tuple(find_all(self.texts[0]))


class Trail:
    """The trails of one desk. What they say is looked at and let go."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def actions(self, path: str) -> list[Action] | None:
        """Oldest first. None: the account may not read the trail, or it is gone. Raises Down."""
        try:
            entries = rows(self._service, f"{path}/progresstrail", "the progress trail", {}, OLD)
        except ListRefused as refused:
            status = refused.answer.status
        except PagingIgnored:
            status = 0
        else:
            return [found for each in _in_order(entries) if (found := _action(each))]
        if status:
            return None
        raise Down(self._service.name, "the progress trail shows its first page again and again")

    def remove(self, path: str, actions: Iterable[Action]) -> bool:
        """Remove actions, and tell whether all of them are gone: the account may lack the permission, and
        then they stay.
        """
        replies = [self._service.write("DELETE", f"{path}/actions/{each.id}") for each in actions]
        return all(getattr(reply, "status", None) in (200, 204, 404) for reply in replies)


def whole(note: Secret, action: Action) -> bool:
    """Tell whether an action shows the note line by line. The text is looked at in passing and not kept."""
    return note.shown_in(action.texts)


def _action(entry: dict[str, Any]) -> Action | None:
    """Make an action of an entry; None for an attachment, a mail, or a caller's text."""
    key, memo, told, author = (
        id_of(entry),
        entry.get("memoText"),
        entry.get("plainText"),
        entry.get("operator"),
    )
    if key is None or not isinstance(author, dict):
        return None
    seen = html.unescape(_TAG.sub("", _BREAK.sub("\n", memo))) if isinstance(memo, str) else None
    texts = tuple(each for each in (seen, told) if isinstance(each, str))
    return Action(key, id_of(author), entry.get("invisibleForCaller") is True, texts) if texts else None


def _in_order(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """By their dates; of the same instant, the later ones are taken to come first, as lists of trails mostly
    do (§5).
    """
    dated = [(when(str(entry.get("entryDate"))) or _EPOCH, entry) for entry in entries]
    ascending = bool(dated) and dated[0][0] < dated[-1][0]
    return [entry for _, entry in sorted(dated if ascending else dated[::-1], key=lambda each: each[0])]
