"""What the pages show is what the code says."""

from __future__ import annotations

from pathlib import Path

from connector.cli.words import events_page, readme, reasons_page
from connector.domain.outcome import State
from connector.domain.reasons import MEANINGS, Reason

ROOT = Path(__file__).parents[2]


def test_every_reason_has_its_meaning_and_cure() -> None:
    assert set(MEANINGS) == set(Reason)
    assert all(each.sentence.endswith(".") and each.cure.endswith(".") for each in MEANINGS.values())
    assert {each.outcome for each in MEANINGS.values()} == {"refused", "deferred", "stuck"}


def test_the_page_of_reasons_is_the_codes() -> None:
    assert (ROOT / "docs" / "reasons.md").read_text("utf-8") == reasons_page()


def test_the_page_of_events_is_the_codes() -> None:
    assert (ROOT / "docs" / "events.md").read_text("utf-8") == events_page()


def test_the_readme_shows_the_real_help() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    assert "Turns service-desk tickets" in page
    assert readme(page) == page


def test_every_state_is_explained() -> None:
    page = (ROOT / "docs" / "proof.md").read_text("utf-8")
    assert not [state for state in State if state.name not in page]
