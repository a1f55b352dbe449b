"""The place where a pass went, in words."""

from __future__ import annotations

from connector.domain.recipients import NoteDestination, destinations


def places(recipient: str) -> str:
    """`the note in work_notes`, `mail to boss@contoso.com`, or both while it isn't decided yet."""
    found = [
        f"the note in {each.field}" if isinstance(each, NoteDestination) else f"mail to {each.address}"
        for each in destinations(recipient)
    ]
    return ", else ".join(found) or recipient
