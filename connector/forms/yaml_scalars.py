"""Texts without quotes in YAML, and those that not everybody reads as the same."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml

from connector.forms.mistakes import quote

CURLY = "“”„‟‘’‚‛«»´′″＂＇"
_SEVERAL = re.compile(r"-?[0-9]+([ \t]*[,;|][ \t]*-?[0-9]+)+")
_SPACED = re.compile(r"-?[0-9]+([ \t]+-?[0-9]+)+")
_ODD_NUMBER = re.compile(
    r"[-+]?0[0-9_]+|0o[0-7]+|[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+"
)  # the last two in YAML 1.2 only
_KINDS = {"null", "bool", "int", "float", "timestamp"}


class Scalar(NamedTuple):
    """`sentence`: what is wrong with how it is written, `offset` characters behind its start; "" where
    nothing is.

    `hopeless`: whatever else is wrong with the value comes from that.
    """

    value: str | int | bool | None
    sentence: str = ""
    offset: int = 0
    hopeless: bool = False


def scalar(node: yaml.ScalarNode) -> Scalar:
    """Texts in quotes are texts; plain ones mean what they look like."""
    text: str = node.value
    kind = node.tag.rpartition(":")[2]
    if node.style:
        return Scalar(text)
    if kind not in _KINDS and not _ODD_NUMBER.fullmatch(text):
        return _word(text)
    if kind == "null":
        return Scalar(None)
    if kind == "bool":
        return _truth(text)
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", text):
        return Scalar(int(text))
    noun = "date" if kind == "timestamp" else "number"
    return Scalar(
        text,
        (
            f'YAML reads {text} without quotes as a {noun}, and not everywhere as the same; write "{text}" '
            "in quotes"
        ),
    )


def _word(text: str) -> Scalar:
    if sentence := no_quote(text):
        return Scalar(text, sentence, hopeless=True)
    if _SEVERAL.fullmatch(text):
        cure = f"[{', '.join(re.findall('-?[0-9]+', text))}]"
        return Scalar(text, f'several numbers are one text here; write {cure}, or "{text}" in quotes')
    hidden = next((at for at, char in enumerate(text) if not char.isprintable()), None)
    if hidden is not None:
        sentence = (
            "there is an invisible character here; delete it, or put the text in quotes if it belongs there"
        )
        return Scalar(text, sentence, hidden, hopeless=True)
    return Scalar(text)


def no_quote(text: str) -> str:
    """The sentence for a text in quotes that YAML has no ear for; "" for another."""
    if not text or text[0] not in CURLY:
        return ""
    if len(text) == 1:
        return f'{text} alone must be in straight quotes; write "{text}"'
    return f"{text[0]} is no quote to YAML; write straight ones, \" or '"


def in_a_list(node: yaml.ScalarNode, *, flow: bool) -> str:
    """The sentence for an entry of a list, without quotes, that is more than one; "" for another."""
    text: str = node.value
    if node.style:
        return ""
    if flow and ";" in text:
        return "a ; separates nothing; write a comma, or put the text in quotes"
    if _SPACED.fullmatch(text):
        return f'a comma is missing here; write {", ".join(text.split())}, or "{text}" in quotes'
    return ""


def _truth(text: str) -> Scalar:
    if text.lower() in {"true", "false"}:
        return Scalar(text.lower() == "true")
    truth = "true" if text.lower() in {"yes", "on"} else "false"
    return Scalar(
        text,
        f'YAML reads {text} without quotes as {truth}; write {truth}, or "{text}" in quotes for the word',
    )


def key(node: Any) -> tuple[str | None, str]:
    """The text of a key, or what is wrong with it."""
    if not isinstance(node, yaml.ScalarNode):
        return None, "a key must be a text; put a list or {…} after a key, not in place of one"
    if node.value == "<<" and not node.style:
        return None, "merge keys (<<) are not allowed here; write the keys out"
    if not node.style and (sentence := no_quote(node.value)):
        return None, sentence
    found = scalar(node)
    if found.sentence or not isinstance(found.value, str):
        return None, found.sentence or f"a key must be a text; write {quote(node.value)} in quotes"
    return found.value, ""
