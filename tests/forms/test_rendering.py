"""How mistakes look to a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.forms.mistakes import Mistake, Mistakes, choice, no_such, quote

LINE = "  subject: {from: caller_id.user_name, then: [trimm, lower]}"


def test_a_terminal_shows_the_line_and_marks_the_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mappings" / "incidents.yaml"
    mistakes = Mistakes(
        [
            Mistake(path, 12, 9, "note.field", 'callers can read "comments"; write work_notes'),
            Mistake(
                path,
                8,
                LINE.index("trimm") + 1,
                "values.subject.then",
                'there is no transform "trimm"; write trim',
                LINE,
                5,
            ),
        ]
    )
    assert mistakes.render(show_lines=True) == (
        'mappings/incidents.yaml:8:47: values.subject.then: there is no transform "trimm"; write trim\n'
        "        8 |   subject: {from: caller_id.user_name, then: [trimm, lower]}\n"
        "          |                                               ^^^^^\n"
        'mappings/incidents.yaml:12:9: note.field: callers can read "comments"; write work_notes\n'
        "2 mistakes. Nothing was started."
    )


def test_elsewhere_a_mistake_is_one_line(tmp_path: Path) -> None:
    text = Mistakes(
        [Mistake(tmp_path / "c.yaml", 1, 1, "", "there is no configuration here", "x: y")]
    ).render(show_lines=False)
    assert text == f"{tmp_path}/c.yaml:1:1: there is no configuration here\n1 mistake. Nothing was started."


def test_the_closing_can_be_another() -> None:
    assert (
        Mistakes([Mistake(Path("a"), 1, 1, "", "x")])
        .render(False, "The old mapping stays.")
        .endswith("1 mistake. The old mapping stays.")
    )


def test_the_mark_stands_below_its_place_in_a_long_line_and_behind_wide_letters() -> None:
    long = "k: [" + ", ".join(f"value{number}" for number in range(100)) + "]"
    at = long.index("value77") + 1
    shown = Mistake(Path("a"), 1, at, "", "x", long, 7).shown().splitlines()
    assert shown[1][shown[2].index("^") :].startswith("value77")
    assert max(len(line) for line in shown) < 130
    wide = Mistake(Path("a"), 1, 7, "", "x", "a: 山田 b", 1).shown().splitlines()
    assert wide[2].index("^") == wide[1].index("b") + 2


def test_what_a_file_holds_cannot_steer_a_terminal() -> None:
    shown = Mistake(
        Path("a"), 1, 1, "", f"no {quote(chr(27) + '[2J' + chr(0x202E))}", "a\x1b[2J\u202e", 1
    ).shown()
    assert "[2J" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_the_nearest_word_is_named_or_all_of_them() -> None:
    assert no_such("key", "Mappngs", ["mapping", "mappings"]) == 'there is no key "Mappngs"; write mappings'
    assert no_such("key", "zzz", ["one", "two", "three"]) == 'there is no key "zzz"; write one, two or three'
    assert (
        no_such("time zone", "zzz", ["Europe/Paris"], "Europe/Paris")
        == 'there is no time zone "zzz"; write one such as Europe/Paris'
    )
    assert (choice(["one"]), choice(["one", "two"], "and")) == ("one", "one and two")
