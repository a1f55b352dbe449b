"""The demo is the real connector: what it shows is what happened, and it shows no pass."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from rich.console import Console

from connector.demo.cast import SERVICENOW, TOPDESK, Part
from connector.demo.show import perform
from connector.demo.stage import FastClock, Stage, plain, stage

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
CHECKED = {"mapped ✓", "proved ✓", "allowed ✓", "issued ✓"}


class Jumping(FastClock):
    """Nobody waits: to sleep moves the time."""

    def sleep(self, seconds: float) -> None:
        self.moved += seconds


@dataclass(frozen=True)
class Shown:
    scene: Stage
    text: str

    def line(self, name: str, desk: str, nth: int = 0) -> str:
        """What was said about a person's ticket, on one line."""
        number = next(
            key for key, part in self.scene.company.parts.items() if (part.name, part.desk) == (name, desk)
        )
        said = self.text.partition("What became of each")[0]
        return [
            " ".join(found.split())
            for found in re.findall(rf"^{number}  .*\n(?: {{20,}}.*\n)*", said, re.MULTILINE)
        ][nth]

    def part(self, name: str, desk: str) -> Part:
        return next(
            part for part in self.scene.company.parts.values() if (part.name, part.desk) == (name, desk)
        )


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    out = StringIO()
    with patch.dict(os.environ), stage(Jumping(speed=1)) as scene:
        perform(Console(file=out, width=100, highlight=False), scene)
        yield Shown(scene, out.getvalue())


def test_every_ticket_has_its_line_and_its_place_in_the_table(shown: Shown) -> None:
    lines, _, table = shown.text.partition("What became of each")
    assert len(shown.scene.company.parts) == 21
    for number, part in shown.scene.company.parts.items():
        assert f"{number}  {part.name}" in lines
        assert len(re.findall(rf"{number} ", table.partition("Calls:")[0])) == 1


def test_both_desks_and_both_deliveries_are_seen(shown: Shown) -> None:
    for name, desk, how in (
        ("Zoë Łukasiewicz", SERVICENOW, "delivered"),
        ("Noor de Vries", TOPDESK, "delivered"),
        ("Iris Blom", TOPDESK, "mailed"),
        ("Freya Lund", TOPDESK, "noted instead"),
    ):
        assert f"issued ✓ {how} ✓ settled ✓" in shown.line(name, desk)
    for calls in ("ServiceNow", "TOPdesk", "Graph", "sign-in"):
        assert re.search(rf"\b[1-9]\d* to {calls}", shown.text)


def test_the_mail_went_to_the_manager_and_begins_with_the_first_day(shown: Shown) -> None:
    (mail,) = shown.scene.graph.mail.sent
    assert mail.to == ("hugo.head@contoso.com",) and not mail.saved
    assert re.search(r"Works once, from .* 08:00:0\d to 16:00 \(Amsterdam;", plain(mail.body))
    text = plain(mail.body)
    for each in shown.scene.graph.passes.issued:
        text = text.replace(each.text, "•••••••")
    assert "\n  ".join(["", mail.subject, *text.splitlines(), ""]).rstrip() in shown.text


def test_a_typed_in_address_is_nobodys(shown: Shown) -> None:
    assert shown.line("Eve (typed in)", TOPDESK).endswith("refused: The field caller.email is empty.")
    vera = shown.scene.graph.tenant.user("vera.lindqvist@contoso.com")
    assert vera and shown.scene.graph.passes.standing(vera) is None


def test_no_pass_is_shown_lost_or_seen_by_a_caller(shown: Shown) -> None:
    assert [each.text for each in shown.scene.graph.passes.issued if each.text in shown.text] == []
    assert "left unknown: 0, seen by callers: 0." in shown.text
    assert shown.text.count("•••••••") == 2


def test_what_was_used_is_gone_from_its_topdesk_call(shown: Shown) -> None:
    notes = shown.scene.notes(shown.part("Siobhán Byrne", TOPDESK))
    assert "used, being deleted … deleted ✓" in shown.line("Siobhán Byrne", TOPDESK, 1)
    assert "was used and has been deleted" in notes[-1]
    assert not [each for each in shown.scene.graph.passes.issued if each.text in "\n".join(notes)]


def test_a_lost_reply_is_told_and_mended(shown: Shown) -> None:
    line = shown.line("Pat O'Brien", SERVICENOW)
    assert "issued ? reply lost … recovering … issued ✓ delivered ✓ settled ✓" in line


def test_it_fits_a_terminal(shown: Shown) -> None:
    lines = shown.text.splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) <= 85
    assert [line for line in lines if line != line.rstrip()] == []


def test_the_readme_shows_lines_as_they_are_printed(shown: Shown) -> None:
    def alike(text: str) -> str:
        return re.sub(r"\s+", " ", re.sub(r"\bI \d{4} ", "I ", re.sub(r"\d+\.\d s", "0.1 s", text)))

    lines = re.findall(r"^    ((?:INC|I )\d.*(?:\n {20,}.*)*)", README, re.MULTILINE)
    assert len(lines) >= 5
    assert [line for line in lines if alike(line) not in alike(shown.text)] == []
