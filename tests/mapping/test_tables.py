"""Tables of their own beside a mapping: `lookup: FILE.csv`."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.load import load
from connector.domain.reasons import Reason
from connector.mapping import Facts, Mapping, MappingNo
from tests.config.files import CONFIG, lay, mistakes_of
from tests.mapping.broken import then

TEXT = then("[trim, {lookup: people.csv}]")


def put(folder: Path, raw: bytes, name: str = "people.csv") -> None:
    (folder / "mappings").mkdir(exist_ok=True)
    (folder / "mappings" / name).write_bytes(raw)


def read(folder: Path, raw: bytes, text: str = TEXT) -> Mapping:
    put(folder, raw)
    (mapping,) = load(lay(folder, CONFIG, incidents=text)).mappings
    return mapping


def subject(mapping: Mapping, key: str) -> str | Reason:
    result = mapping.facts({"caller_id.user_name": key})
    return result.subject.value if isinstance(result, Facts) else result.reason


@pytest.mark.parametrize(
    "raw",
    [
        b"E1,ann@contoso.com\nE2,bob@contoso.com\n",
        b"\xef\xbb\xbfE1;ann@contoso.com\r\nE2;bob@contoso.com\r\n",
        b'"E1","ann@contoso.com"\r\n\r\n , \r\nE2 , bob@contoso.com',
        b"E1,ann@contoso.com\rE2,bob@contoso.com",
    ],
)
def test_a_table_as_spreadsheets_save_it_is_read(tmp_path: Path, raw: bytes) -> None:
    mapping = read(tmp_path, raw)
    assert (subject(mapping, "E1"), subject(mapping, " E2 ")) == ("ann@contoso.com", "bob@contoso.com")


def test_a_separator_in_quotes_is_a_character(tmp_path: Path) -> None:
    mapping = read(tmp_path, b'"Lee, Ann","ann@contoso.com"\n"Ray ""Bob"", B",bob@contoso.com\n')
    assert subject(mapping, "Lee, Ann") == "ann@contoso.com"
    assert subject(mapping, 'Ray "Bob", B') == "bob@contoso.com"


def test_a_miss_refuses_the_ticket(tmp_path: Path) -> None:
    mapping = read(tmp_path, b"E1,ann@contoso.com\n")
    assert subject(mapping, "e1") is Reason.SUBJECT_MALFORMED
    result = mapping.facts({"caller_id.user_name": "E9"})
    assert isinstance(result, MappingNo)
    assert result.sentence == 'The field caller_id.user_name holds "E9": it is not in the table.'


def test_keys_that_differ_in_capitals_may_give_the_same(tmp_path: Path) -> None:
    mapping = read(tmp_path, b"E1,ann@contoso.com\ne1,ann@contoso.com\nE2,bob@contoso.com\n")
    assert subject(mapping, "e1") == subject(mapping, "E1") == "ann@contoso.com"


def test_a_table_changes_the_version_and_is_among_the_files(tmp_path: Path) -> None:
    before = read(tmp_path, b"E1,ann@contoso.com\n")
    after = read(tmp_path, b"E1,bob@contoso.com\n")
    assert before.version != after.version
    assert len(after.version) == 12
    assert tuple(after.files) == (
        tmp_path / "mappings" / "incidents.yaml",
        tmp_path / "mappings" / "people.csv",
    )
    assert before.version == read(tmp_path, b"E1,ann@contoso.com\n").version


def test_a_table_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    lookup = "then: [{lookup: people.csv}]"
    text = f"values: {{subject: {{from: a, {lookup}}}, city: {{from: b, {lookup}}}}}\n"
    assert len(read(tmp_path, b"E1,x\nE2,y\n", TEXT.partition("values")[0] + text).files) == 2


MISTAKES = {
    "a key twice": (
        b"E1,a\nE2,b\n\nE1,c\n",
        [(4, 'the key "E1" is here twice, first on line 1; keep one')],
    ),
    "a key twice but for capitals": (
        "Zoë,a\nE2,b\nzoë,c\nzoë,a\n".encode(),
        [
            (3, 'the key "zoë" is here twice but for capitals, first on line 1, and not with the same'),
        ],
    ),
    "three columns": (b"E1,a\nE2,b,c\n", [(2, "this line has 3 columns; a table has two, KEY,VALUE")]),
    "one column": (b"E1\n", [(1, "this line has 1 column; a table has two")]),
    "another separator later": (b"E1;a\nE2,b\n", [(2, "this line has 1 column; a table has two, KEY;VALUE")]),
    "an empty value": (b"E1,a\nE2,\n", [(2, "a key or its value is empty")]),
    "an empty key": (b"E1,a\n,b\n", [(2, "a key or its value is empty")]),
    "nothing": (b"\xef\xbb\xbf\r\n", [(1, "the table is empty")]),
    "an open quote": (b'E1,a\n"E2,b\nE3,c\n', [(2, "a quote is opened or closed in the middle")]),
    "a quote in the middle": (b'E1,a\n"E2"x,b\n', [(2, "a quote is opened or closed in the middle")]),
    "a line break in a text": (
        b'E1,a\n"E2\nx",b\nE3,c,d\n',
        [(2, "a line break or an invisible character"), (4, "3 columns")],
    ),
    "another encoding": (
        "E1,a\nE2,zoë\n".encode("latin-1"),
        [(2, "this is not UTF-8; save the file as CSV UTF-8")],
    ),
    "a novel": (b"E1," + b"x" * 1001, [(1, "longer than 1000 characters")]),
    "several": (b"E1,a\nE1,b\nx\n", [(2, "twice"), (3, "1 column")]),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_what_is_wrong_in_a_table_is_said_with_its_own_file_and_line(case: str, tmp_path: Path) -> None:
    raw, expected = MISTAKES[case]
    put(tmp_path, raw)
    found = mistakes_of(lay(tmp_path, incidents=TEXT))
    assert [(each.path.name, each.line, each.column) for each in found] == [
        ("people.csv", line, 1) for line, _ in expected
    ]
    for mistake, (_, sentence) in zip(found, expected, strict=True):
        assert sentence in mistake.sentence
        assert mistake.sentence.isprintable()


def test_a_wrong_file_says_so_twenty_times_and_no_more(tmp_path: Path) -> None:
    put(tmp_path, b"x\n" * 5000)
    assert len(mistakes_of(lay(tmp_path, incidents=TEXT))) == 20


def test_a_table_that_is_too_large_or_a_folder_is_said_where_it_is_named(tmp_path: Path) -> None:
    put(tmp_path, b"E1,a\n" * 1_000_001)
    (found,) = mistakes_of(lay(tmp_path, incidents=TEXT))
    assert (found.path.name, found.line) == ("incidents.yaml", 5)
    assert "is larger than 5 MB" in found.sentence
    (tmp_path / "mappings" / "folder.csv").mkdir()
    (found,) = mistakes_of(lay(tmp_path, incidents=then("[{lookup: folder.csv}]")))
    assert "can't be read" in found.sentence


def test_a_table_that_gives_everybody_the_same_is_a_mistake(tmp_path: Path) -> None:
    put(tmp_path, b"E1,a@contoso.com\nE2,a@contoso.com\n")
    (found,) = mistakes_of(lay(tmp_path, incidents=TEXT))
    assert "every key gives the same here" in found.sentence
