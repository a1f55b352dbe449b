"""Comparison of two names: capitals don't count, and no sign is taken for another that looks like it."""

from __future__ import annotations

from unicodedata import normalize


def same_text(one: str, other: str) -> bool:
    """Equal but for capitals. Which signs Entra takes for one another beyond that is unknown, so none are."""
    return folded(one) == folded(other)


def folded(text: str) -> str:
    """Each letter small where its capital leads back to it: not ß, a long s, a dotted or dotless i, a
    ligature.

    A text with a sign that stands for another one, such as the Kelvin sign, is left as it is and equals only
    itself: composing accents would make a K of it.
    """
    if text.isascii():
        return text.lower()
    if any(normalize("NFC", sign) != sign for sign in text):
        return text
    return "".join(
        small if (small := sign.lower()).upper() == sign else sign for sign in normalize("NFC", text)
    )
