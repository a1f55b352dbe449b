"""Signs that make one name look like another's. A name that has any is refused, and never mended: its repair
could be somebody else.

One name is one script (UTS 39, "single script"; Japanese, Korean and Chinese write several). Punctuation and
digits are those of ASCII: every other apostrophe, dot, dash and digit only looks like one of them.
"""

from __future__ import annotations

import re
from unicodedata import normalize

import re2

# Scripts that names are written in today: UAX 31, table 5
_ALONE = (
    "Arabic", "Armenian", "Bengali", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek", "Gujarati",
    "Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao", "Latin", "Malayalam", "Myanmar", "Oriya", "Sinhala",
    "Tamil", "Telugu", "Thaana", "Thai", "Tibetan",
)  # fmt: skip
_TOGETHER = (("Han", "Hiragana", "Katakana"), ("Han", "Hangul"), ("Han", "Bopomofo"))
_JAPANESE_LONG = "\u30fc"  # the sign for a long vowel is of no script of its own
_SCRIPTS = [(each,) for each in _ALONE] + list(_TOGETHER)
_NO_LETTERS = r" -@\[-`{-~"  # of ASCII
_ONE_SCRIPT = re2.compile(
    "|".join(
        rf"[{_NO_LETTERS}\p{{Inherited}}{_JAPANESE_LONG if 'Katakana' in scripts else ''}"
        + "".join(rf"\p{{{each}}}" for each in scripts)
        + "]*"
        for scripts in _SCRIPTS
    )
)
_LETTERS = re2.compile(r"[ -~\p{L}\p{M}]*")
# Default_Ignorable_Code_Point, as far as it counts as a letter or a mark: these are printable, and not seen
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_PADDED = re.compile(r"  |[.@] | [.@]")

INVISIBLE = "a name has no line breaks or invisible characters in it"
STANDS_FOR = "it has a sign that stands for another one, such as a wide letter or a ligature"
NO_LETTER = "it has a sign that is no letter of a name, and may look like a dot, a dash or an apostrophe"
MIXED = "it mixes letters of different scripts, which may look alike"
BLANK = "a name has no spaces beside a dot or an @, and not two in a row"
DOT = "a part of the name is empty, or begins or ends with a dot"


def confusing(text: str) -> str:
    """The reason why a text can't be a person's name in the directory; "" where it can, and for a blank
    text.
    """
    if not text.strip():
        return ""
    if not text.isprintable() or UNSEEN.search(text):
        return INVISIBLE
    if normalize("NFKC", text) != text:
        return STANDS_FOR
    if _PADDED.search(text.strip()):
        return BLANK
    name, at, domain = text.strip().rpartition("@")
    labels = [name if at else domain, *(domain.split(".") if at else ())]
    if any(not each or each.startswith(".") or each.endswith(".") for each in labels if at or each):
        return DOT
    if text.isascii():
        return ""
    if not _LETTERS.fullmatch(text):
        return NO_LETTER
    return "" if all(_ONE_SCRIPT.fullmatch(each) for each in labels) else MIXED
