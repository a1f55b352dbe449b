"""YAML's surprises are mistakes, and every place is right."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.forms import marked_yaml
from connector.forms.marked_yaml import Document, Span
from tests.config.files import unmarked


def read(text: str | bytes, folder: Path) -> Document:
    path = folder / "a.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return marked_yaml.read(path)


CASES = {
    "a tab": ("a:\n¶\tb: 1\n", "there is a tab here; use spaces"),
    "a tab behind a colon": ("a:¶\t1\n", "there is a tab here; use spaces"),
    "a key twice": ("a: 1\n¶a: 2\n", 'the key "a" is here twice, first on line 1; keep one'),
    "a key twice deep down": ("a: {b: 1, ¶b: 2}\n", 'a: the key "b" is here twice'),
    "an anchor": ("a: ¶&x 1\n", "an & starts an anchor here, which isn't allowed; delete it"),
    "an alias": ("a: ¶*x\n", "a * starts an alias here, which isn't allowed; write the value out"),
    "a merge key": ("a: {b: 1, ¶<<: {c: 2}}\n", "merge keys (<<) are not allowed here; write the keys out"),
    "a tag": ("a: ¶!!python/object:os.system x\n", "a ! starts a tag here, which isn't allowed; delete it"),
    "an octal number": (
        "a: ¶022\n",
        'a: YAML reads 022 without quotes as a number, and not everywhere as the same; write "022" in quotes',
    ),
    "a number with zeros in front": ("a: ¶007\n", 'write "007" in quotes'),
    "a number that is octal to some": ("a: ¶089\n", 'write "089" in quotes'),
    "a number in hex": ("a: ¶0x1F\n", 'write "0x1F" in quotes'),
    "a number with underscores": ("a: ¶1_000\n", 'write "1_000" in quotes'),
    "a time": ("a: ¶12:30\n", 'write "12:30" in quotes'),
    "a date": ("a: ¶2026-03-01\n", 'as a date, and not everywhere as the same; write "2026-03-01" in quotes'),
    "a fraction": ("a: ¶1.50\n", 'write "1.50" in quotes'),
    "a number that is too long to be one": ("a: ¶12345678901234567890\n", "in quotes"),
    "yes": (
        "a: ¶yes\n",
        'YAML reads yes without quotes as true; write true, or "yes" in quotes for the word',
    ),
    "Off": ("a: ¶Off\n", 'YAML reads Off without quotes as false; write false, or "Off" in quotes'),
    "a key that is on": ("¶on: 1\n", 'write true, or "on" in quotes'),
    "a key that is a number": ("¶1: 1\n", 'a key must be a text; write "1" in quotes'),
    "a key that is a list": ("¶[a]: 1\n", "a key must be a text"),
    "a bracket left open": ("a: ¶[1, 2\nb: 3\n", "a bracket is opened here and not closed"),
    "a quote left open": ('a: ¶"x\nb: 3\n', "a quote is opened here and not closed; close it"),
    "a colon in a text": (
        "a: one¶: two\n",
        "a colon with a space starts a new key; leave the space out, put the text in quotes",
    ),
    "a backslash in quotes": ('a: "C:¶\\data"\n', "put the text in single quotes"),
    "an at sign in front": (
        "a: ¶@contoso.com\n",
        "a text can't start with this character; put the text in quotes",
    ),
    "a word without a colon": ("a: 1\n¶b\n", "a colon is missing here"),
    "a second document": ("a: 1\n¶---\nb: 2\n", "a second document starts here; keep one a file"),
    "bad indentation": ("a:\n  b: 1\n ¶c: 2\n", "this line starts in the wrong column; start it in column 3"),
    "a list": ("¶- a\n", "the file must hold keys with values"),
    "a word": ("¶hello\n", "the file must hold keys with values"),
    "an invisible character": (
        "a: x¶\x07\n",
        "there is a character here that no text editor shows; delete it",
    ),
    "brackets without end": ("a: " + "[" * 19 + "¶" + "[" * 3000, "nested too deep"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_surprise_is_said_with_its_place_and_cure(case: str, tmp_path: Path) -> None:
    text, line, column = unmarked(CASES[case][0])
    found = read(text, tmp_path).mistakes
    assert [(each.line, each.column) for each in found] == [(line, column)], [str(each) for each in found]
    assert CASES[case][1] in str(found[0])


@pytest.mark.parametrize(
    ("raw", "place", "sentence"),
    [
        (b"", (1, 1), "the file is empty"),
        (b"# nothing\n", (1, 1), "the file is empty"),
        (b"a: 1\nb: \xe4\n", (2, 4), "the file is not UTF-8; save it as UTF-8"),
        ("a: 1\n".encode("utf-16"), (1, 1), "the file is not UTF-8; save it as UTF-8"),
        ("a: 1\n".encode("utf-16-le"), (1, 1), "the file is UTF-16; save it as UTF-8"),
        ("a: 1\n".encode("utf-16-be"), (1, 1), "the file is UTF-16; save it as UTF-8"),
        (
            b"#" * 10_000_000,
            (1, 1),
            "larger than 256 KB; name the right one, or put its large tables into CSV files",
        ),
    ],
)
def test_a_file_that_is_none_is_said(
    raw: bytes, place: tuple[int, int], sentence: str, tmp_path: Path
) -> None:
    (found,) = read(raw, tmp_path).mistakes
    assert ((found.line, found.column), sentence in found.sentence) == (place, True)


def test_a_folder_or_a_missing_file_is_said(tmp_path: Path) -> None:
    assert "this is a folder" in marked_yaml.read(tmp_path).mistakes[0].sentence
    assert "there is no such file" in marked_yaml.read(tmp_path / "x.yaml").mistakes[0].sentence


def test_plain_words_mean_what_they_look_like(tmp_path: Path) -> None:
    document = read("a: 22\nb: '022'\nc: true\nd:\ne: [x, -1, 'yes']\nf: {g: ~}\nh: 127.0.0.1:80\n", tmp_path)
    assert not document.mistakes
    assert document.data == {
        "a": 22,
        "b": "022",
        "c": True,
        "d": None,
        "e": ["x", -1, "yes"],
        "f": {"g": None},
        "h": "127.0.0.1:80",
    }


def test_places_count_characters_and_crlf_as_one(tmp_path: Path) -> None:
    document = read(b"\xef\xbb\xbfa: x\r\n" + "ü: {b: [ß, tre]}\r\n".encode(), tmp_path)
    assert document.values["a",] == Span(1, 4, 1)
    assert document.values["ü", "b", 1] == Span(2, 12, 3)
    assert document.keys["ü", "b"] == Span(2, 5, 1)


@given(text=st.text(max_size=200))
def test_no_text_makes_it_raise(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    document = marked_yaml.read(path)
    assert isinstance(document.data, dict) or document.mistakes


@given(text=st.text("ab: \n-[]{}\"'#&*!|>%@`,?0x~\t", max_size=80))
def test_no_broken_yaml_makes_it_raise(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "broken.yaml"
    path.write_bytes(text.encode())
    document = marked_yaml.read(path)
    assert isinstance(document.data, dict) or document.mistakes
    for each in document.mistakes:
        assert each.shown() != ""


def test_a_bomb_of_aliases_is_only_a_file_with_many_mistakes(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{each}: &b{each} [{', '.join(['*a'] * 9)}]\n" for each in range(200))
    found = read(bomb, tmp_path).mistakes
    assert len(found) == 101
    assert found[-1].sentence == "this file has more than 100 mistakes; see that it is the right one"
