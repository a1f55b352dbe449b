"""Templates: in three languages, checked before anybody is written to, and never near the pass."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from connector.deliveries import template_files
from connector.deliveries.dates import moments
from connector.deliveries.notices import Notices
from connector.deliveries.template_check import NAMES
from connector.deliveries.template_files import CHECKED, DEFAULT, OURS, Templates, compiled, digest, load
from connector.deliveries.template_kinds import KINDS, NOTICES, PLACE
from connector.domain.outcome import Ending, State
from connector.domain.secret import MASK, Secret
from connector.domain.ticket import Claim, Pass
from connector.forms.mistakes import Mistakes
from tests.deliveries.conftest import MAPPING, PASS, START, attempt
from tests.deliveries.mailing import RECIPIENT, as_text, voice

NOTE = "For {{ name }}\n\n{{ pass }}\n\nReference {{ reference }}\n"
LANGUAGES = ("en", "nl", "de")


def mistakes(folder: Path, **files: str) -> list[str]:
    """What is said about files (`note_en_txt` is note.en.txt): line, column, sentence."""
    write(folder, **files)
    with pytest.raises(Mistakes) as caught:
        load(folder)
    return [f"{each.path.name}:{each.line}:{each.column}: {each.sentence}" for each in caught.value.mistakes]


def write(folder: Path, **files: str) -> Templates | None:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return None


def test_ours_are_there_in_three_languages() -> None:
    assert {each.name for each in OURS.iterdir()} == {
        f"{kind}.{language}.{suffix}" for kind, suffix in KINDS.items() for language in LANGUAGES
    } | {f"{kind}.{language}.yaml" for kind in ("reasons", "details") for language in LANGUAGES[1:]} | {
        CHECKED
    }
    assert [load().wrong("default", each) for each in LANGUAGES] == [None] * 3


def test_ours_are_what_was_checked_and_nothing_is_wrong_with_them() -> None:
    ours = [each for each in OURS.iterdir() if each.suffix in {".txt", ".html"}]
    assert len(ours) == len(KINDS) * len(LANGUAGES)
    found = {each: compiled(each, each.name.partition(".")[0]) for each in ours}
    assert [each for each, made in found.items() if isinstance(made, list)] == []
    assert (OURS / CHECKED).read_text().strip() == digest({each: each.read_bytes() for each in ours})


def test_one_of_ours_that_is_not_what_was_checked_is_checked_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = Path(copytree(OURS, tmp_path / "ours"))
    monkeypatch.setattr(template_files, "OURS", copied)
    assert load().get(DEFAULT, "note", "en")
    (copied / "note.en.txt").write_text("For {{ nobody }}\n\n{{ pass }}\n\nReference {{ reference }}\n")
    with pytest.raises(Mistakes, match="nobody"):
        load()


@pytest.mark.parametrize(
    ("language", "works"),
    [
        (
            "en",
            "Works once, from 2 Mar 2026 09:41:15 to 10:41 (Amsterdam; 2 Mar 2026 08:41:15 to 09:41 UTC).",
        ),
        (
            "nl",
            (
                "Werkt één keer, van 2 mrt 2026 09:41:15 tot 10:41 (Amsterdam; 2 mrt 2026 08:41:15 tot 09:41 "
                "UTC)."
            ),
        ),
        (
            "de",
            (
                "Gilt einmal, von 2. März 2026 09:41:15 bis 10:41 (Amsterdam; 2. März 2026 08:41:15 bis "
                "09:41 "
                "UTC)."
            ),
        ),
    ],
)
def test_a_mail_says_its_dates_in_its_language(claim: Claim, fresh: Pass, language: str, works: str) -> None:
    letter = voice(language=language).email(
        replace(claim, attempt=replace(attempt(), recipient=RECIPIENT)), fresh
    )
    assert letter is not None
    assert as_text(letter.body.reveal())[2] == works


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_pass_reference_and_both_attempts(
    claim: Claim, fresh: Pass, language: str
) -> None:
    mailing = replace(claim, attempt=replace(attempt(2), recipient=RECIPIENT))
    speaking = voice(language=language)
    note, letter = speaking.note(mailing, fresh), speaking.email(mailing, fresh)
    first = speaking.note(claim, fresh)
    assert note and letter and first
    assert PASS in note.reveal().splitlines() and PASS in as_text(letter.body.reveal())
    assert all(
        "TAP-7QK3F9C2-2" in each for each in (note.reveal(), letter.body.reveal(), speaking.mailed(mailing))
    )
    assert len(note.reveal().splitlines()) == len(first.reveal().splitlines()) + 1
    assert "g•••@contoso.com" in speaking.mailed(mailing)
    assert PASS not in speaking.mailed(mailing) + letter.subject


def test_with_utc_there_is_one_pair_of_times(claim: Claim, fresh: Pass) -> None:
    note = voice(zone="UTC").note(claim, fresh)
    assert note is not None
    assert "from 08:41:15 to 09:41 (UTC)." in note.reveal()


@pytest.mark.parametrize(
    ("zone", "language", "start", "expected"),
    [
        ("Asia/Kolkata", "en", START, ("14:11:15", "15:11", "Kolkata")),
        ("America/New_York", "en", START + 86400, ("3 Mar 2026 03:41:15", "04:41", "New York")),
        ("Pacific/Auckland", "de", START + 2 * 3600, ("23:41:15", "3. März 2026 00:41", "Auckland")),
        ("Europe/Vienna", "de", START, ("09:41:15", "10:41", "Wien")),
        ("Europe/Brussels", "nl", START, ("09:41:15", "10:41", "Brussel")),
    ],
)
def test_a_date_stands_where_it_is_not_today(
    zone: str, language: str, start: int, expected: tuple[str, str, str]
) -> None:
    told = moments(start, start + 3600, zone, language, START - 75)
    assert (told["begins"], told["ends"], told["zone"]) == expected


def test_the_rendered_text_is_a_secret(claim: Claim, fresh: Pass) -> None:
    letter = voice().email(replace(claim, attempt=replace(attempt(), recipient=RECIPIENT)), fresh)
    assert PASS not in f"{letter!r} {letter} {voice().note(claim, fresh)!r}"
    assert MASK in repr(letter)


def test_no_template_ever_sees_the_pass(claim: Claim, fresh: Pass) -> None:
    """What is rendered holds a place for it."""
    seen: list[dict[str, Any]] = []

    class Spy:
        def get(self, *_: str) -> Spy:
            return self

        def render(self, values: dict[str, Any]) -> str:
            seen.append(values)
            return f"x {values['pass']} y"

    note = voice(templates=Spy()).note(claim, fresh)
    assert note is not None
    assert note.reveal() == f"x {PASS} y"
    assert PASS not in repr(seen)


@pytest.mark.parametrize("rendered", ["nothing", f"{PLACE} {PLACE}"])
def test_a_text_that_does_not_show_the_pass_once_is_none(claim: Claim, fresh: Pass, rendered: str) -> None:
    @dataclass
    class Fixed:
        text: str

        def get(self, *_: str) -> Fixed:
            return self

        def render(self, values: dict[str, Any]) -> str:
            return self.text

    odd, once = voice(templates=Fixed(rendered)), voice(templates=Fixed(f"It is {PLACE}."))
    assert once.note(claim, fresh) and once.email(claim, fresh)
    assert odd.note(claim, fresh) is None
    assert odd.email(claim, fresh) is None


def test_an_admins_file_goes_before_ours(tmp_path: Path, claim: Claim, fresh: Pass) -> None:
    write(tmp_path, note_en_txt=NOTE)
    note = voice(templates=load(tmp_path)).note(claim, fresh)
    assert note == Secret(f"For Ann Lee\n\n{PASS}\n\nReference TAP-7QK3F9C2-1")


def test_a_folder_is_a_set_of_its_own_over_the_others(tmp_path: Path, claim: Claim, fresh: Pass) -> None:
    write(tmp_path / "newcomers", note_en_txt=NOTE.replace("For", "Welcome"))
    templates = load(tmp_path)
    own, other = (
        voice(templates=templates, template=each).note(claim, fresh) for each in ("newcomers", "default")
    )
    assert own and other
    assert own.reveal().startswith("Welcome Ann Lee")
    assert other.reveal().startswith("Temporary Access Pass")
    assert voice(templates=templates, template="newcomers").email(replace(claim, attempt=attempt()), fresh)
    assert templates.wrong("newcomers", "de") is None


def test_a_language_of_an_admins_own_needs_all_four(tmp_path: Path) -> None:
    assert mistakes(tmp_path / "a", note_fr_txt=NOTE) == [
        'a:1:1: "fr" lacks mail.fr.html, subject.fr.txt and mailed.fr.txt; add it'
    ]
    french = {
        f"{kind}_fr_{suffix}": (OURS / f"{kind}.en.{suffix}").read_text() for kind, suffix in KINDS.items()
    }
    write(tmp_path / "b", **french)
    assert load(tmp_path / "b").wrong("default", "fr") is None


def test_a_language_of_an_admins_own_may_leave_notes_without_a_pass_to_english(
    tmp_path: Path, claim: Claim
) -> None:
    four = {f"{kind}_fr_{KINDS[kind]}": f"{kind}.en.{KINDS[kind]}" for kind in KINDS if kind not in NOTICES}
    own = {name: (OURS / file).read_text() for name, file in four.items()}
    write(tmp_path, **own, used_fr_txt="{{ reference }} a servi.")
    french = replace(MAPPING, note=replace(MAPPING.note, language="fr"))
    notices = Notices(load(tmp_path), french)
    used, expired = (
        notices.notice(replace(claim, next_state=State.ENDED, reason=each))
        for each in (Ending.USED, Ending.EXPIRED)
    )
    assert used == "TAP-7QK3F9C2 a servi."
    assert expired and expired.startswith("The Temporary Access Pass TAP-7QK3F9C2 has expired.")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("refused_en_txt", "No pass: {{ why }}", "refused.en.txt:1:1: it doesn't mention the reference"),
        ("waiting_en_txt", "{{ reference }} {{ name }}", "waiting.en.txt:1:20: there is no name"),
        ("caller_en_txt", "No: {{ reason }}", "caller.en.txt:1:8: there is no name"),
        ("caller_en_txt", " ", "caller.en.txt:1:2: callers would read nothing"),
    ],
)
def test_a_note_without_a_pass_is_checked_like_one_with_a_pass(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    assert mistakes(tmp_path, **{name: text})[0].startswith(said)


def test_a_mapping_that_names_what_is_not_there_is_told(tmp_path: Path) -> None:
    assert load().wrong("newcomer", "en") == ("template", 'there is no template "newcomer"; write default')
    key, sentence = load().wrong("default", "fr") or ("", "")
    assert key == "language" and sentence.startswith('there is no language "fr"')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ reference }}\n{{ nme }}\n{{ pass }}", '2:4: there is no name "nme"; write name'),
        (
            "{{ reference }}\nthe pass is\n",
            "1:1: it doesn't mention the pass; write {{ pass }}",
        ),
        (
            "{{ reference }}\n{% if once %}\n{{ pass }}\n{% endif %}",
            "1:1: it doesn't mention the pass; write {{ pass }} also where once is False",
        ),
        ("{{ reference }}\n{{ pass }}\n\n{{ pass }}", "2:4: it mentions the pass 2 times"),
        ("{{ reference }}\n{{ pass|upper }}", "2:4: a filter would change the pass; write {{ pass }}"),
        ("{{ reference }}\nthe pass: {{ pass }}", "2:14: the pass needs a line of its own"),
        ("{{ pass }}", "1:1: it doesn't mention the reference"),
        (
            "{{ reference }}\n  {% if once %}\n{{ pass }}",
            "3:1: this can't be understood: Unexpected end of template",
        ),
        ("{{ reference }}\n\n{{ pass }", "3:1: this can't be understood: "),
        (
            "{{ reference }}\n{{ pass }}\n{{ name|nope }}",
            "3:1: this can't be understood: No filter named 'nope'",
        ),
        ("{{ reference }}\n{{ pass }}\n{{ name > 3 }}", "3:1: this can't be rendered: '>' not supported"),
        ("{{ reference }}\n{{ pass }}\n {% include 'x' %}", "3:2: include can't be used here"),
        ("{{ reference }}\n{{ pass }}\n{{ name.upper() }}", "3:1: call can't be used here"),
        ("{{ reference }}\n{{ pass }}\n{{ name.__class__ }}", "3:1: getattr can't be used here"),
        ("{{ reference }}\n{{ pass }}\n{{ name['x'] }}", "3:1: getitem can't be used here"),
        ("{{ reference }}\n{{ pass }}\n{{ 'a' * 999999999 }}", "3:1: mul can't be used here"),
        ("{{ reference }}\n{{ pass }}\n{% for a in name %}{% endfor %}", "3:1: for can't be used here"),
        ("{{ reference }}\n{{ pass }}\n{% set pass = 1 %}", "3:8: pass is passdesk's"),
        ("{{ reference }}\n{{ pass }}\n" + "x" * 20_000, "1:1: a template has at most"),
        (f"{{{{ reference }}}}\n{{{{ pass }}}}\n{PLACE}", "1:1: a template has at most"),
    ],
)
def test_a_template_that_cannot_do_its_work_is_a_mistake_with_its_place(
    tmp_path: Path, text: str, said: str
) -> None:
    found = mistakes(tmp_path, note_en_txt=text)
    assert found[0].startswith(f"note.en.txt:{said}"), found


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ('<img src="https://example.org/x.png">', 'mails hold no "img"'),
        ("<style>p {}</style>", 'mails hold no "style"'),
        ('<p style="background: URL(https://example.org)">x</p>', 'take "style" out'),
        ('<table background="x"></table>', 'take "background" out'),
        ('<p onclick="x()">x</p>', 'take "onclick" out'),
        ('<a href="http://example.org">x</a>', 'take "href" out'),
        ('<a href="javascript:x">x</a>', 'take "href" out'),
        ('<p style="display:none">x</p>', 'take "style" out'),
        ('<!--[if mso]><v:fill src="http://example.org/x"/><![endif]-->', "no conditional comments"),
    ],
)
def test_a_mail_that_would_fetch_or_run_something_is_a_mistake(
    tmp_path: Path, inside: str, said: str
) -> None:
    found = mistakes(tmp_path, mail_en_html=f"<p>{{{{ reference }}}}</p>\n<p>{{{{ pass }}}}</p>\n{inside}")
    assert found[0].startswith("mail.en.html:3:") and said in found[0], found


@pytest.mark.parametrize(
    "place",
    ['<a href="https://example.org/{{ pass }}">x</a>', "<!-- {{ pass }} -->", "<title>{{ pass }}</title>"],
)
def test_a_pass_in_a_tag_or_a_comment_is_a_mistake(tmp_path: Path, place: str) -> None:
    (found,) = mistakes(tmp_path, mail_en_html=f"{{{{ reference }}}}\n{place}")
    assert "the pass must be in the text" in found or 'mails hold no "title"' in found


def test_links_that_an_admin_needs_are_fine(tmp_path: Path) -> None:
    links = '<a href="https://intranet.contoso.com/help">help</a> <a href="tel:+31205550100">call</a>'
    write(tmp_path, mail_en_html=f"<p>{{{{ reference }}}}</p><p>{{{{ pass }}}}</p>{links}")
    assert load(tmp_path)


@pytest.mark.parametrize("kind", ["subject", "mailed"])
def test_the_pass_belongs_into_no_subject_and_no_word_on_the_ticket(tmp_path: Path, kind: str) -> None:
    (found,) = mistakes(tmp_path, **{f"{kind}_en_txt": "{{ reference }} {{ pass }}"})
    assert found == f"{kind}.en.txt:1:20: the pass doesn't belong in {kind}; take it out"


def test_a_subject_names_nobody_and_is_one_line(tmp_path: Path) -> None:
    assert not NAMES["subject"] & {"name", "upn", "pass", "asker", "address"}
    assert "there is no name" in mistakes(tmp_path / "a", subject_en_txt="For {{ name }}")[0]
    assert mistakes(tmp_path / "b", subject_en_txt="{{ ticket }}\nx") == [
        "subject.en.txt:1:1: a subject is one line; write it so"
    ]
    assert mistakes(tmp_path / "c", subject_en_txt=" ") == [
        "subject.en.txt:1:2: a subject is one line; write it so"
    ]


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        note_en_txt="{{ a }} {{ b }}",
        subject_de_txt="{{ c",
        notes_en_txt="",
        mail_xx_html="",
        mailed_nl_txt="x",
    )
    assert [each.split(":")[0] for each in found] == [
        "mail.xx.html", "mailed.nl.txt", "note.en.txt", "note.en.txt", "notes.en.txt", "subject.de.txt",
    ]  # fmt: skip


def test_a_file_that_is_no_text_and_a_folder_that_is_not_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "note.en.txt").write_bytes(b"\xff\xfe{{ pass }}")
    assert mistakes(tmp_path) == ["note.en.txt:1:1: this file can't be read as text; save it as UTF-8"]
    with pytest.raises(Mistakes, match="there is no such folder"):
        load(tmp_path / "nowhere")


def test_other_files_beside_them_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("ours")
    (tmp_path / ".note.en.txt").write_text("{{ broken")
    assert load(tmp_path)
