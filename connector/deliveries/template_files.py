"""The texts of notes and mails: those that come with passdesk, and an admin's folder over them. All are
checked at start-up; ours only if they aren't what `make docs` checked before, by their digest.

    note.en.txt      what an agent reads: carries the pass
    mail.en.html     what a manager is mailed: carries the pass
    subject.en.txt   that mail's subject line: says nothing of whom it is about
    mailed.en.txt    the note on the ticket that says to whom the mail went
    refused.en.txt   and stuck, waiting, used, expired, cancelled, revoked: notes without a pass
    notice.en.html   what the person is mailed for whom a pass was made: never the pass
    noticesubject.en.txt   that mail's subject line
    caller.en.txt    the one sentence for callers, the same for every no

A file of the same name in the admin's folder goes before ours; a folder in it is a set of its own, by which
`mail.template` calls it, and need hold only what differs. A language of its own needs the first four; what it
lacks of the others is said in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from connector.deliveries.dates import locale_of
from connector.deliveries.template_kinds import KINDS, NOTICES
from connector.forms.mistakes import Mistake, Mistakes, choice, no_such, quote

if TYPE_CHECKING:
    from jinja2 import Template

OURS = Path(__file__).parent / "templates"
CHECKED = "checked.sha256"  # beside ours: their digest when all of them were checked
DEFAULT = "default"
_FILE = re.compile(r"([a-z]+)\.([a-z]{2,3})\.(txt|html)", re.ASCII)
_Key = tuple[str, str, str]  # set, kind, language


class Compiled(Mapping[_Key, "Template"]):
    """Templates, of which those that were checked before are compiled when they are first used."""

    def __init__(self, sources: Mapping[_Key, str]) -> None:
        self._sources, self._made = sources, dict[_Key, "Template"]()

    def add(self, key: _Key, made: Template) -> None:
        self._made[key] = made

    def __getitem__(self, key: _Key) -> Template:
        if key not in self._made:
            source = self._sources[key]
            from connector.deliveries.template_check import made

            self._made[key] = made(source, key[1])
        return self._made[key]

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._sources.keys() | self._made.keys())

    def __len__(self) -> int:
        return len(self._sources.keys() | self._made.keys())


@dataclass(frozen=True)
class Templates:
    """Every one of them is whole: it was rendered with all that may be asked of it."""

    found: Mapping[_Key, Template]

    def get(self, template: str, kind: str, language: str) -> Template:
        """The set's own, or the default. Raises KeyError where `wrong` has something to say."""
        own = self.found.get((template, kind, language))
        return own or self.found[DEFAULT, kind, language]

    def notice(self, template: str, kind: str, language: str) -> Template:
        """A note without a pass; in English where the language has none."""
        places = ((template, language), (DEFAULT, language), (template, "en"), (DEFAULT, "en"))
        return next(self.found[each, kind, said] for each, said in places if (each, kind, said) in self.found)

    def spoken(self, template: str, kind: str, *languages: str) -> str:
        """The first of these languages that a template is there in, such as nl or nl-NL; else English."""
        for each in languages:
            said = each.partition("-")[0].lower()
            if (template, kind, said) in self.found or (DEFAULT, kind, said) in self.found:
                return said
        return "en"

    def wrong(self, template: str, language: str) -> tuple[str, str] | None:
        """Name the missing part, "template" or "language", with the sentence for the admin."""
        sets = sorted({DEFAULT, *(key[0] for key in self.found)})
        if template not in sets:
            return "template", no_such("template", template, sets)
        languages = sorted({key[2] for key in self.found if key[0] in (DEFAULT, template)})
        if self.lacking(template, language):
            return "language", no_such(
                "language", language, [each for each in languages if not self.lacking(template, each)]
            )
        return None

    def lacking(self, template: str, language: str) -> list[str]:
        """File names that a language lacks."""
        has = {key[1] for key in self.found if key[0] in (DEFAULT, template) and key[2] == language}
        return [
            f"{kind}.{language}.{suffix}" for kind, suffix in KINDS.items() if kind not in has.union(NOTICES)
        ]


def load(folder: Path | None = None) -> Templates:
    """Ours, and what `folder` holds over them. Raises Mistakes: all of them at once, each with its place."""
    known = known_texts()
    found = Compiled(known or {})
    mistakes: list[Mistake] = []
    if folder and not folder.is_dir():
        raise Mistakes(
            [Mistake(folder, 1, 1, "", "there is no such folder; name the one with your templates")]
        )
    ours = [] if known else _files(DEFAULT, OURS)
    for template, path in [*ours, *(_all(folder) if folder else ())]:
        named = _named(path)
        if isinstance(named, str):
            mistakes.append(Mistake(path, 1, 1, "", named))
            continue
        made = compiled(path, named[0])
        if isinstance(made, list):
            mistakes += made
        else:
            found.add((template, *named), made)
    templates = Templates(found)
    if not mistakes and folder:
        mistakes += _unfinished(templates, folder)
    if mistakes:
        raise Mistakes(mistakes)
    return templates


def compiled(path: Path, kind: str) -> Template | list[Mistake]:
    """The template of a file, or what is wrong with it."""
    from connector.deliveries.template_check import compiled as checked

    return checked(path, kind)


def known_texts() -> dict[_Key, str] | None:
    """Our texts, if they are those that were checked before; None: they aren't."""
    texts = {path: path.read_bytes() for _, path in _files(DEFAULT, OURS)}
    kept = OURS / CHECKED
    if not kept.is_file() or kept.read_text("ascii").strip() != digest(texts):
        return None
    named = {(DEFAULT, *path.name.split(".")[:2]): text for path, text in texts.items()}
    return {
        (template, kind, said): text.decode("utf-8-sig") for (template, kind, said), text in named.items()
    }


def digest(texts: Mapping[Path, bytes]) -> str:
    """One for all of our texts and their names."""
    named = sorted((path.name, text) for path, text in texts.items())
    lines = (f"{name} {sha256(text).hexdigest()}\n" for name, text in named)
    return sha256("".join(lines).encode()).hexdigest()


def mark_checked() -> None:
    """Check our texts, and keep their digest. Raises Mistakes."""
    wrong = [
        mistake
        for _, path in _files(DEFAULT, OURS)
        if isinstance(found := compiled(path, path.name.partition(".")[0]), list)
        for mistake in found
    ]
    if wrong:
        raise Mistakes(wrong)
    texts = {path: path.read_bytes() for _, path in _files(DEFAULT, OURS)}
    (OURS / CHECKED).write_text(digest(texts) + "\n", "ascii")


def _all(folder: Path) -> list[tuple[str, Path]]:
    below = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    return [*_files(DEFAULT, folder), *(found for each in below for found in _files(each.name, each))]


def _files(template: str, folder: Path) -> list[tuple[str, Path]]:
    names = sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))
    return [(template, folder / name) for name in names if name.endswith((".txt", ".html"))]


def _named(path: Path) -> tuple[str, str] | str:
    """Kind and language that a file's name says, or what is wrong with it."""
    found = _FILE.fullmatch(path.name)
    if not found or KINDS.get(found[1]) != found[3]:
        names = choice([f"{kind}.en.{suffix}" for kind, suffix in KINDS.items()])
        return (
            f"there is no template called {quote(path.name)}; name it {names}, with its language in the "
            "middle"
        )
    if locale_of(found[2]) is None:
        return f"there is no language {quote(found[2])}; write one such as en, nl or de"
    return found[1], found[2]


def _unfinished(templates: Templates, folder: Path) -> list[Mistake]:
    """A language that only some templates are there in."""
    found: list[Mistake] = []
    for template, language in sorted({(key[0], key[2]) for key in templates.found}):
        if lacks := templates.lacking(template, language):
            place = folder if template == DEFAULT else folder / template
            found.append(Mistake(place, 1, 1, "", f"{quote(language)} lacks {choice(lacks, 'and')}; add it"))
    return found
