"""Text from outside, made harmless for a journal.

A journal is plain text: ServiceNow escapes HTML in it, and shows as HTML what stands between [code] and
[/code] (servicenow.md §4.1). So brackets become round ones, and characters that nobody sees or that
break the line go. A pass is never changed: characters that are mistaken for each other are not spelled
either, since the agent copies the line.
"""

from __future__ import annotations

from unicodedata import category

from connector.domain.reference import disarmed

_INSTEAD = str.maketrans({"[": "(", "]": ")", "<": None, ">": None})


def sanitize(text: str, most: int = 120) -> str:
    """One line of at most `most` characters."""
    line = disarmed(" ".join(_seen(text).translate(_INSTEAD).split()))
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _seen(text: str) -> str:
    """The text without what nobody sees, and with a space for each kind of space."""
    if text.isascii() and text.isprintable():
        return text
    spaced = (" " if category(each) in {"Cc", "Zl", "Zp", "Zs"} else each for each in text)
    return "".join(each for each in spaced if not category(each).startswith("C"))
