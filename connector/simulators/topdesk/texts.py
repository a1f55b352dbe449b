"""Texts that are sent as an action or a request, and what becomes of them; how moments are written
(topdesk.md §0.8, §4, §5).
"""

import html
import re
from datetime import datetime
from typing import Any, Literal

from connector.simulators.topdesk.traps import Traps

ALLOWED = frozenset({"i", "em", "b", "strong", "u", "br", "h5", "h6", "img"})
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)\b[^<>]*>")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Dates = Literal["offset", "z", "z_millis"]


def memo(text: str, traps: Traps) -> str:
    """The text as it is kept: HTML with the few tags that are allowed."""
    text = text.replace("\r\n", "\n")
    if traps.newlines != "kept":
        text = text.replace("\n", " " if traps.newlines == "lost" else "<br/>")
    if traps.entities == "literal":
        text = text.replace("&", "&amp;")
    kept, at = [], 0
    for tag in _TAG.finditer(text):
        kept += [_bare(text[at : tag.start()]), _tag(tag, traps)]
        at = tag.end()
    return "".join([*kept, _bare(text[at:])])


def _bare(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _tag(tag: re.Match[str], traps: Traps) -> str:
    if tag[1].lower() in ALLOWED or traps.unknown_tags == "keep":
        return "<br/>" if tag[1].lower() == "br" else tag[0]
    return _bare(tag[0]) if traps.unknown_tags == "escape" else ""


def plain(memo: str) -> str:
    """`plainText`: line breaks for `<br>`, no tags, entities as what they stand for."""
    return html.unescape(re.sub(r"<[^<>]*>", "", re.sub(r"<br[^<>]*>", "\n", memo)))


def moment(at: datetime, form: Dates) -> str:
    """UTC: `….303+0000` by default, `…Z` without milliseconds for `dateFormat=iso8601`, `….303Z` in the
    trail.
    """
    milliseconds = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}"
    return {
        "z": f"{at:%Y-%m-%dT%H:%M:%S}Z",
        "z_millis": f"{milliseconds}Z",
        "offset": f"{milliseconds}+0000",
    }[form]


def header(at: datetime, name: str) -> str:
    """The line above a text in `request` and in memo fields, in the zone of `at`: `25-01-2023 11:14 [GMT
    +1:00] Name: `.
    """
    offset = at.utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    sign = "-" if minutes < 0 else "+"
    return f"{at:%d-%m-%Y %H:%M} [GMT {sign}{abs(minutes) // 60}:{abs(minutes) % 60:02}] {name}: \n"


def dressed(tree: Any, form: Dates, *, uppercase_ids: bool = False) -> Any:
    """The tree with its moments written out, fit for JSON."""
    if isinstance(tree, dict):
        return {key: dressed(value, form, uppercase_ids=uppercase_ids) for key, value in tree.items()}
    if isinstance(tree, list):
        return [dressed(value, form, uppercase_ids=uppercase_ids) for value in tree]
    if isinstance(tree, datetime):
        return moment(tree, form)
    if uppercase_ids and isinstance(tree, str) and _UUID.fullmatch(tree):
        return tree.upper()
    return tree
