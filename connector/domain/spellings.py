"""Other spellings of a ticket's number or id, as people type and paste them."""

from __future__ import annotations

import re

MOST = 120  # characters: nothing that is longer names a ticket
_DATED = re.compile(r"#?([^\W\d_]{1,3})[\s._-]*(\d{4})[\s._-]*(\d{3,6})")  # TOPdesk's own form: I 2401 001
_MASKS = ("{0} {1} {2}", "{0}{1} {2}", "{0} {1}-{2}", "{0}-{1}-{2}", "{0}{1}-{2}", "{0}{1}{2}")


def spellings(text: str) -> tuple[str, ...]:
    """The text itself first; then without blanks around it, in capitals (numbers) and small letters (ids),
    without what stands between its parts, and as desks write numbers. None of one without a letter or digit.
    """
    plain = " ".join(text.split())
    if not plain.isprintable() or not any(each.isalnum() for each in plain) or len(plain) > MOST:
        return ()
    found = [text, plain, plain.upper(), plain.lower(), joined(plain)]
    if dated := _DATED.fullmatch(plain):
        found += [mask.format(dated[1].upper(), dated[2], dated[3]) for mask in _MASKS]
    return tuple(dict.fromkeys(found))


def joined(text: str) -> str:
    """Its letters and digits, in capitals: two spellings of one number are the same in this."""
    return "".join(each for each in text if each.isalnum()).upper()
