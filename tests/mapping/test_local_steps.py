"""The steps `date` and `ascii`: local forms of dates, and letters with accents as login names have them."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.config.load import load
from connector.mapping import Facts
from connector.mapping.steps.ascii_letters import TABLES, Ascii
from connector.mapping.steps.catalogue import read_step
from connector.mapping.steps.transforms import StepRefused
from tests.config.files import lay
from tests.mapping.broken import said_once, then


def date(given: object, text: str) -> str:
    return read_step({"date": given}, None).apply(text)


def refusal(step: object, text: str) -> str:
    with pytest.raises(StepRefused) as raised:
        read_step(step, None).apply(text)
    return raised.value.sentence


@pytest.mark.parametrize(
    ("form", "text", "result"),
    [
        ("D.M.YYYY", "2.3.2026", "2026-03-02"),
        ("D.M.YYYY", " 02.03.2026 ", "2026-03-02"),
        ("DD-MM-YYYY", "02-03-2026", "2026-03-02"),
        ("M/D/YYYY", "3/2/2026", "2026-03-02"),
        ("DDMMYYYY", "02032026", "2026-03-02"),
        ("YYYY/MM/DD HH:mm:ss", "2026/03/02 09:30:15", "2026-03-02 09:30:15"),
        ("D.M.YYYY H:mm", "2.3.2026 9:30", "2026-03-02 09:30"),
        ("D.M.YYYY, H.mm [Uhr]", "2.3.2026, 9.30 Uhr", "2026-03-02 09:30"),
        ("D. MMMM YYYY", "2. März 2026", "2026-03-02"),
        ("D. MMMM YYYY", normalize("NFD", "2. märz 2026"), "2026-03-02"),
        ("D MMM YYYY", "2 mrt. 2026", "2026-03-02"),
        ("D MMMM YYYY", "2   maart 2026", "2026-03-02"),
        ("MMMM D, YYYY", "March 2, 2026", "2026-03-02"),
        ("D-MMM-YYYY", "02-Okt-2026", "2026-10-02"),
        ("dddd D MMMM YYYY", "maandag 2 maart 2026", "2026-03-02"),
        ("ddd, D. MMMM YYYY", "Mo., 2. März 2026", "2026-03-02"),
        ("YYYY-MM-DD[T]HH:mm:ssZ", "2026-03-02T09:30:00Z", "2026-03-02 09:30:00Z"),
        ("M/D/YYYY h:mm A", "3/2/2026 12:05 AM", "2026-03-02 00:05"),
        ("M/D/YYYY h:mm A", "3/2/2026 12:05 p.m.", "2026-03-02 12:05"),
        ("D.M.YYYY H:mm Z", "2.3.2026 9:30 +01:00", "2026-03-02 09:30+01:00"),
        (["D.M.YYYY", "YYYY-MM-DD"], "2026-03-02", "2026-03-02"),
        (["D/M/YYYY", "M/D/YYYY"], "13/2/2026", "2026-02-13"),
        (["D/M/YYYY", "M/D/YYYY"], "2/2/2026", "2026-02-02"),
        ({"form": "D.M.YYYY H:mm", "zone": "Europe/Amsterdam"}, "2.7.2026 9:30", "2026-07-02T07:30:00Z"),
    ],
)
def test_a_local_date_becomes_the_one_form_that_a_start_is_read_in(
    form: object, text: str, result: str
) -> None:
    assert date(form, normalize("NFC", text)) == result


@pytest.mark.parametrize(
    ("form", "text", "why"),
    [
        ("D.M.YYYY", "2.3.26", "its year must have four digits"),
        ("D.M.YYYY", "31.2.2026", "it is no date in the form"),
        ("D.M.YYYY", "2/3/2026", "it is no date in the form"),
        ("D.M.YYYY", "2.3.2026 9:30", "it is no date in the form"),
        ("D.M.YYYY", "2.3.2026\n", ""),
        ("D.M.YYYY", "٢.٣.٢٠٢٦", "it is no date in the form"),
        ("D.M.YYYY", "", "it is no date in the form"),
        ("DD.MM.YYYY", "2.3.2026", "it is no date in the form"),
        ("D MMM YYYY", "2 mars 2026", "it is no date in the form"),
        ("dddd D MMMM YYYY", "dinsdag 2 maart 2026", "it is no date in the form"),
        ("D MMM YYYY", "2 3 2026", "it is no date in the form"),
        ("M/D/YYYY h:mm A", "3/2/2026 13:05 PM", "it is no date in the form"),
        ("D.M.YYYY H:mm", "2.3.2026 24:00", "it is no date in the form"),
        (["D/M/YYYY", "M/D/YYYY"], "2/3/2026", "it can be read as 2026-02-03 and as 2026-03-02"),
        (
            {"form": "D.M.YYYY H:mm", "zone": "Europe/Amsterdam"},
            "29.3.2026 2:30",
            "the clocks in Europe/Amsterdam are put forward then",
        ),
    ],
)
def test_what_could_be_another_day_is_refused_and_not_guessed(form: object, text: str, why: str) -> None:
    if why:
        assert why in refusal({"date": form}, text)
    else:
        assert date(form, text) == "2026-03-02"


MISTAKES = {
    "two digits for a year": (
        then("[{date: ¶D.M.YY}]"),
        "since two digits don't tell the century",
    ),
    "a form in another language": (then("[{date: ¶TT.MM.JJJJ}]"), '"TT" means nothing in a form; write DD'),
    "small letters": (then("[{date: ¶dd-mm-yyyy}]"), '"dd" means nothing in a form; write DD'),
    "a month that is a minute": (then("[{date: ¶DD-mm-YYYY}]"), "a form has one month"),
    "no year": (then("[{date: ¶D.M}]"), "a form has one year; write YYYY once"),
    "a minute alone": (
        then("[{date: '¶D.M.YYYY mm'}]").replace("'¶", "¶'"),
        "its minute go together",
    ),
    "a morning without a half": (
        then("[{date: ¶'D.M.YYYY h:mm'}]"),
        "h is the hour up to 12",
    ),
    "a word": (then("[{date: ¶'D.M.YYYY om H:mm'}]"), "put other words in [ ], such as [at]"),
    "figures side by side": (then("[{date: ¶DMYYYY}]"), "nothing stands between D and M"),
    "nothing": (then("[{date: ¶''}]"), "the text after date is empty"),
    "a zone for a day": (
        then("[{date: ¶{form: D.M.YYYY, zone: Europe/Amsterdam}}]"),
        "a zone goes with a form that has an hour and no Z",
    ),
    "a zone with a slip": (
        then("[{date: ¶{form: 'D.M.YYYY H:mm', zone: Europe/Amsterdm}}]"),
        "write Europe/Amsterdam",
    ),
    "a key with a slip": (then("[{date: ¶{from: D.M.YYYY}}]"), 'there is no key "from"; write form'),
    "a table for a country": (then("[{ascii: ¶at}]"), 'there is no table "at"; write'),
    "no table": (then("[¶ascii]"), "ascii needs a value; write it with a colon, such as {ascii: de}"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_form_or_table_with_a_slip_is_said_once_with_its_cure(case: str, tmp_path: Path) -> None:
    said_once(tmp_path, *MISTAKES[case])


@pytest.mark.parametrize(
    ("table", "text", "result"),
    [
        ("de", "jürgen.weiß", "juergen.weiss"),
        ("de", "Übel ÜBEL Ä", "Uebel UEBEL Ae"),
        ("de", "zoë", "zoe"),
        ("nl", "zoë.müller", "zoe.muller"),
        ("nl", "IJssel Ĳssel", "IJssel IJssel"),
        ("fr", "François Lœuf", "Francois Loeuf"),
        ("da", "søren ærø å", "soeren aeroe aa"),
        ("no", "bjørn ÅSE", "bjoern AASE"),
        ("nb", "bjørn", "bjoern"),
        ("sv", "åsa öberg", "asa oberg"),
        ("is", "þórður", "thordur"),
        ("pl", "Łukasiewicz", "Lukasiewicz"),
        ("es", "muñoz", "munoz"),
        ("en", "O’Brien–Smith", "O'Brien-Smith"),
        ("de", "plain text 1!", "plain text 1!"),
    ],
)
def test_letters_are_written_as_the_language_s_login_names_are(
    table: str, text: str, result: str, tmp_path: Path
) -> None:
    assert Ascii(table).apply(text) == result
    (mapping,) = load(lay(tmp_path, incidents=then(f'[{{ascii: "{table}"}}]'))).mappings
    facts = mapping.facts({"caller_id.user_name": normalize("NFD", text)})
    assert isinstance(facts, Facts)
    assert facts.subject.value == result


@pytest.mark.parametrize("sign", ["Анна", "\u0430", "\u212a", "\uff21", "李", "😀", "α", "\u200b", "٣", "½"])
def test_a_letter_of_another_script_refuses_the_ticket(sign: str) -> None:
    for table in TABLES:
        assert "has no place in the table" in refusal({"ascii": table}, f"ann{sign}")


@given(st.text(max_size=20), st.sampled_from(sorted(TABLES)))
def test_what_comes_out_is_ascii_or_the_ticket_is_refused(text: str, table: str) -> None:
    try:
        assert Ascii(table).apply(text).isascii()
    except StepRefused as refused:
        assert refused.sentence
