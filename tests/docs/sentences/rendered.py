"""Texts as people get them: made by the product from the sample, with the pass masked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from html import unescape
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from connector.cli.explain import told
from connector.cli.explain_lines import show
from connector.config.load import load
from connector.deliveries.notices import Notices
from connector.deliveries.render import Renderer
from connector.deliveries.template_files import load as templates
from connector.domain.ticket import Claim
from connector.forms.mistakes import Mistakes
from connector.guards.evidence import Evidence, Wanted
from connector.guards.judge import MappingJudge
from connector.lifecycle.roles import OnFound, nothing
from connector.mapping import Facts
from tests.docs.sentences import sample

Case = TypeVar("Case")

LANGUAGES = {"en": "English", "nl": "Dutch", "de": "German"}
_MAILED = replace(sample.ATTEMPT, recipient=sample.MAILED_TO)
_ONCE = replace(sample.CLAIM, attempt=replace(sample.ATTEMPT, one_time=False))


def notes() -> Iterator[tuple[str, str]]:
    """Yield each language's note with the pass, and below it what differs in other cases."""
    for language, name in LANGUAGES.items():
        voice = _voice(language)

        def note(claim: Claim, voice: Renderer = voice) -> str:
            text = voice.note(claim, sample.FRESH)
            return text.reveal() if text else ""

        others = {"the second pass of a ticket": sample.SECOND, "works several times": _ONCE}
        yield name, _with_differences(note, sample.CLAIM, others)


def mails() -> Iterator[tuple[str, str]]:
    """Yield each language's mail, as text, and below it what differs in other cases."""
    for language, name in LANGUAGES.items():

        def mail(case: tuple[Claim, str, str], language: str = language) -> str:
            claim, asker, whose = case
            letter = replace(_voice(language), manager_of=whose).email(claim, sample.FRESH, asker)
            return f"Subject: {letter.subject}\n{_as_text(letter.body.reveal())}" if letter else ""

        def asked(requester: str | None, asker: str = "", **more: object) -> tuple[Claim, str, str]:
            attempt = replace(_MAILED, requester=requester, **more)  # type: ignore[arg-type]
            return replace(sample.CLAIM, attempt=attempt), asker, "subject"

        others = {
            "the manager asked": asked(sample.BOSS),
            "somebody else asked": asked("r1", "Omar Diaz"),
            "it is not known who asked": asked(None),
            "the second pass of a ticket": asked(sample.SUBJECT.id, number=2),
            "works several times": asked(sample.SUBJECT.id, one_time=False),
            "the requester's manager is mailed": (*asked("r1", "Omar Diaz")[:2], "requester"),
        }
        yield name, _with_differences(mail, asked(sample.SUBJECT.id), others)


def mailed() -> Iterator[tuple[str, str]]:
    """Yield each language's note after a mail, and below it what differs in other cases."""
    for language, name in LANGUAGES.items():

        def word(case: tuple[Claim, str], language: str = language) -> str:
            return replace(_voice(language), manager_of=case[1]).mailed(case[0])

        claim = replace(sample.CLAIM, attempt=_MAILED)
        second = replace(claim, attempt=replace(_MAILED, number=2))
        others = {
            "the second pass of a ticket": (second, "subject"),
            "the requester's manager is mailed": (claim, "requester"),
        }
        yield name, _with_differences(word, (claim, "subject"), others)


def notices(case: str) -> Iterator[tuple[str, str]]:
    """Yield each language's note about one of the sample's cases."""
    for language, name in LANGUAGES.items():
        yield name, _notices(language).notice(sample.NOTICES[case]) or ""


def for_callers() -> Iterator[tuple[str, str]]:
    """Yield each language's sentence for callers."""
    for language, name in LANGUAGES.items():
        yield name, _notices(language).for_caller()


def _notices(language: str) -> Notices:
    mapping = replace(sample.TOLD, note=replace(sample.TOLD.note, language=language))
    return Notices(templates(), mapping)


def mistakes() -> str:
    """Return what a broken mapping file is told."""
    example = Path(__file__).parents[3] / "config.example.yaml"
    with TemporaryDirectory() as folder:
        config, mapping = Path(folder) / "config.yaml", Path(folder) / "mappings" / "incidents.yaml"
        mapping.parent.mkdir()
        mapping.write_text(sample.MISTAKEN, "utf-8")
        config.write_text(example.read_text("utf-8"), "utf-8")
        try:
            load(config)
        except Mistakes as found:
            return re.sub(r"^\S*?(mappings/)", r"\1", found.render(show_lines=True), flags=re.MULTILINE)
    raise AssertionError("the sample has no mistake")


def explained() -> Iterator[tuple[str, str]]:
    """Yield what `passdesk explain` says of a ticket that gets a pass, and of one that doesn't."""
    for case, evidence in {"A pass": sample.GOOD, "None": sample.ADMIN}.items():
        judge = MappingJudge(sample.MAPPING, _Directory(evidence), now=lambda: sample.START)
        claim = replace(sample.CLAIM, attempt=None)
        seen = {"mapping": "incidents", "version": sample.MAPPING.version, "watched": True, "state": None}
        with redirect_stdout(StringIO()) as out:
            evaluation = judge.evaluate(claim, judge.mapped(sample.TICKET))
            view = seen | told(evaluation, sample.TICKET, sample.MAPPING)
            show({
                "desk": sample.DESK, "ticket": claim.number, "mappings": [view], "would": view["would"],
            })  # fmt: skip
        yield case, out.getvalue().rstrip()


@dataclass(frozen=True)
class _Directory:
    evidence: Evidence

    def ahead(self, asked: Sequence[tuple[Facts, Wanted]]) -> None:
        raise NotImplementedError

    def prove(self, facts: Facts, wanted: Wanted, on_found: OnFound = nothing) -> Evidence:
        return self.evidence


def _voice(language: str) -> Renderer:
    return Renderer(
        templates(), language=language, zone="Europe/Amsterdam", phone="+31 20 555 0100",
        clock=lambda: float(sample.START - 75),
    )  # fmt: skip


def _with_differences(text: Callable[[Case], str], case: Case, others: dict[str, Case]) -> str:
    """Return the text of one case, and the lines that are others in other cases."""
    usual = text(case)
    known = set(usual.splitlines())
    parts = [usual]
    for name, other in others.items():
        lines = [line for line in text(other).splitlines() if line not in known and "Reference" not in line]
        parts.append("\n".join([f"… {name}:", *(f"    {line}" for line in lines)]))
    return "\n".join(parts)


def _as_text(html: str) -> str:
    """Return a mail without its tags, one paragraph below the other."""
    lines = unescape(re.sub(r"<[^>]*>", "", html)).splitlines()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()
