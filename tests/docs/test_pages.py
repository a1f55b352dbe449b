"""What the pages show is what the code says."""

from __future__ import annotations

from pathlib import Path

from connector.cli.words import alerts_page, events_page, readme, reasons_page
from connector.domain.outcome import State
from connector.domain.reasons import MEANINGS, Reason
from connector.web.metrics import metrics_page
from tests.docs.sentences.collect import is_for_people, sentences
from tests.docs.sentences.page import page as sentences_page

ROOT = Path(__file__).parents[2]


def test_every_reason_has_its_meaning_and_cure() -> None:
    assert set(MEANINGS) == set(Reason)
    assert all(each.sentence.endswith(".") and each.cure.endswith(".") for each in MEANINGS.values())
    assert {each.outcome for each in MEANINGS.values()} == {"refused", "deferred", "stuck"}


def test_the_page_of_reasons_is_the_codes() -> None:
    assert (ROOT / "docs" / "reasons.md").read_text("utf-8") == reasons_page()


def test_the_page_of_alerts_is_the_conditions() -> None:
    assert (ROOT / "docs" / "alerts.md").read_text("utf-8") == alerts_page()


def test_the_page_of_events_is_the_codes() -> None:
    assert (ROOT / "docs" / "events.md").read_text("utf-8") == events_page()


def test_the_page_of_metrics_is_the_codes() -> None:
    assert (ROOT / "docs" / "metrics.md").read_text("utf-8") == metrics_page()


def test_the_page_of_sentences_is_the_codes() -> None:
    assert (ROOT / "docs" / "sentences.md").read_text("utf-8") == sentences_page(), "run make docs"


def test_a_new_sentence_is_found_wherever_it_stands_in_a_module(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        '''"""Not a docstring."""
CURE = "write it again"
def fail(name, why, many):
    """Nor this one."""
    {"a key of a table": "a value in it"}
    raise Down(f"{name.upn} can't be read{f': it says {why}' if why else ''}; " f"{CURE}")
    return "no file here" if many else "one file here" + f" and {len(many)} there"
'''
    )
    assert sentences(module) == [
        "write it again",
        "a value in it",
        "‹upn› can't be read‹: it says ‹why›|›; write it again",
        ": it says ‹why›",
        "no file here",
        "one file here and ‹many› there",
    ]


def test_patterns_queries_and_words_are_no_sentences() -> None:
    assert is_for_people("the desk is down")
    for text in ("state in (1, 2)", "[trim, lower]", "BEGIN", "nested too deep"):
        assert not is_for_people(text), text


def test_the_readme_shows_the_real_help() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    assert "Turns service-desk tickets" in page
    assert readme(page) == page


def test_every_state_is_explained() -> None:
    page = (ROOT / "docs" / "proof.md").read_text("utf-8")
    assert {state for state in State if state.name in page} == {*State}
