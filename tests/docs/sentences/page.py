"""The page itself."""

from __future__ import annotations

from collections.abc import Iterable

from connector.deliveries.wording import LANGUAGES, NAME, ReasonWords, Wording, table, wording
from connector.domain.reasons import MEANINGS, Reason
from tests.docs.sentences import rendered, sample
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
            "### The notes without a pass\n",
            "A refused ticket leaves this queue, and asks for another pass by a field of its own.\n",
            *(line for case in sample.NOTICES for line in _blocks(case, rendered.notices(case), "####")),
            *_blocks("The sentence for callers, with `note.caller`", rendered.for_callers()),
            *_reasons(),
            *_details(),
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


def _blocks(title: str, texts: Iterable[tuple[str, str]], level: str = "###") -> list[str]:
    return [f"{level} {title}\n", *(f"{name}:\n\n```text\n{text}\n```\n" for name, text in texts)]


def _reasons() -> list[str]:
    """Each reason in three languages, side by side; and what an operator or an admin does."""
    every = [wording(language) for language in LANGUAGES]
    rows = [
        f"| `{code}` | {' | '.join(f'{told.sentence} **→** {told.step}' for told in _told(every, code))} |"
        for code in MEANINGS
    ]
    others = [f"| `{code}` | {each.cure} |" for code, each in MEANINGS.items() if each.cure != each.on_ticket]
    return [
        "### Reasons, each with the agent's next step\n",
        "| reason | English | Dutch | German |\n|---|---|---|---|",
        *rows,
        "",
        "Where the next step is an operator's or an admin's, `schema reasons` says:\n",
        "| reason | next |\n|---|---|",
        *others,
        "",
    ]


def _told(every: Iterable[Wording], code: Reason) -> list[ReasonWords]:
    return [each.reasons[code] for each in every]


def _details() -> list[str]:
    """What rules find, in three languages, side by side."""
    dutch, german = table("details", "nl"), table("details", "de")
    return [
        "### What rules find\n",
        "The ledger, the log and `history` keep the English sentence.\n",
        "| English | Dutch | German |\n|---|---|---|",
        *(f"| {' | '.join(_placed(each) for each in (said, dutch[said], german[said]))} |" for said in dutch),
        "",
    ]


def _placed(text: str) -> str:
    return NAME.sub(r"‹\1›", text)


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
