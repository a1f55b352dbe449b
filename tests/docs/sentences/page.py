"""The page itself."""

from __future__ import annotations

from collections.abc import Iterable

from connector.domain.reasons import MEANINGS
from tests.docs.sentences import rendered
from tests.docs.sentences.places import ADMINS, AGENTS, OPERATORS, collected

_INTRO = """\
# Sentences

Every sentence that people read, next to each other, so that they can be reviewed as a whole. Made from the
code by `make docs`. ‹name› stands for a value, ‹one|other› for one of two texts, ‹…› for a list or a number.
A part of a sentence stands beside the sentence that it belongs to.
"""


def page() -> str:
    found = collected()
    return "\n".join(
        [
            _INTRO,
            "## What agents read on the ticket\n",
            *_blocks("The note with the pass", rendered.notes()),
            *_blocks("The note after a mail", rendered.mailed()),
            *_blocks("The notes without a pass", rendered.notices()),
            *_reasons(),
            *_lists(found, AGENTS),
            "## What managers read\n",
            *_blocks("The mail with the pass", rendered.mails()),
            "## What ITSM admins read\n",
            *_blocks("Mistakes as they are shown", [("A mapping file", rendered.mistakes())]),
            *_lists(found, ADMINS),
            "## What operators read\n",
            *_blocks("`passdesk explain`", rendered.explained()),
            *_lists(found, OPERATORS),
        ]
    )


def _blocks(title: str, texts: Iterable[tuple[str, str]]) -> list[str]:
    return [f"### {title}\n", *(f"{name}:\n\n```text\n{text}\n```\n" for name, text in texts)]


def _reasons() -> list[str]:
    rows = [f"| `{code}` | {each.sentence} | {each.cure} |" for code, each in MEANINGS.items()]
    return [
        "### Reasons, each with the next step\n",
        "| reason | sentence | next |\n|---|---|---|",
        *rows,
        "",
    ]


def _lists(found: dict[str, dict[str, list[str]]], places: Iterable[str]) -> list[str]:
    lines = []
    for title in places:
        lines.append(f"### {title}\n")
        for module, texts in found[title].items():
            lines += [f"`{module}`\n", *(f"- {_shown(text)}" for text in texts), ""]
    return lines


def _shown(text: str) -> str:
    """Keep Markdown from reading a sentence as anything but text."""
    return f"`` {text} ``" if any(sign in text for sign in "`*_<[|\\") else text
