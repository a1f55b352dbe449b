"""References: what our words on tickets and in the ledger are found by.

TAP-7QK3F9C2      a ticket's code: the first three letters are the installation's, the others drawn
TAP-7QK3F9C2-1    one attempt to give that ticket a pass

They are texts wherever they are kept. Their format is known here only.
"""

from __future__ import annotations

import re
from random import Random

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
PREFIX, OF_INSTALLATION, OF_TICKET = "TAP-", 3, 5
NOBODYS = f"{PREFIX}00000000"  # where no ticket is claimed

_CODE = f"{PREFIX}[{ALPHABET}]{{{OF_INSTALLATION + OF_TICKET}}}"
_FOUND = re.compile(rf"\b{_CODE}(?:-[0-9]+)?\b")
_PARTS = re.compile(rf"({_CODE})(?:-([0-9]+))?")
_MOST_DIGITS = 9  # of an attempt's number


def new_installation(random: Random) -> str:
    return _letters(OF_INSTALLATION, random)


def new_code(installation: str, random: Random) -> str:
    return f"{PREFIX}{installation}{_letters(OF_TICKET, random)}"


def with_attempt(code: str, number: int) -> str:
    return f"{code}-{number}"


def parse(text: str) -> tuple[str, int | None] | None:
    """Split into a ticket's code and the number of the attempt, if it names one. None: it is no reference.

    A number with more digits than any of ours is another one than ours: -1.
    """
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    code, digits = found.groups()
    if digits is None:
        return code, None
    return code, int(digits) if len(digits) <= _MOST_DIGITS else -1


def code_of(reference: str) -> str:
    """The ticket's code. Raises ValueError."""
    found = parse(reference)
    if found is None:
        raise ValueError(f"{reference} is no reference")
    return found[0]


def ticket_code(word: str) -> str | None:
    """The ticket's code of a reference as somebody may type it; None: it is no reference."""
    found = parse(word.strip().upper())
    return found[0] if found else None


def is_attempt_of(reference: str, code: str) -> bool:
    """Tell whether it names an attempt of that ticket, and not the ticket itself."""
    return reference.startswith(f"{code}-")


def find_all(text: str) -> list[str]:
    """References in a text, in their order, as often as they stand there."""
    return _FOUND.findall(text)


def disarmed(text: str) -> str:
    """A text from outside in which nothing looks like a reference of ours."""
    return text.replace(PREFIX, "TAP ")


def _letters(count: int, random: Random) -> str:
    return "".join(random.choice(ALPHABET) for _ in range(count))
