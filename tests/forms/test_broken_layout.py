"""What goes wrong while typing: a mapping as people write it, one slip in it, and the place where it must be
shown.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.load import load
from connector.forms.mistakes import Mistakes
from tests.config.files import lay, mistakes_of, unmarked

BLOCK = """\
mapping: incidents
desk: snow
table: incident
watch:
  category: identity
  subcategory: temporary_access_pass
  state: [1, 2]
values:
  subject:
    from: caller_id.user_name
    then:
      - trim
      - lower
      - append: "@contoso.com"
      - require: upn
  requester:
    from: opened_by.email
    then: [trim, lower]
    find_by: mail
confirm:
  employeeId: {from: caller_id.employee_number}
pass:
  lifetime: 60m
  one_time: true
timezone: Europe/Amsterdam
settle:
  used:
    state: 6
    close_notes: "Used ({reference})"
examples:
  - ticket:
      caller_id.user_name: " Ann.Lee "
      opened_by.email: ann.lee@contoso.com
    subject: ann.lee@contoso.com
  - ticket:
      caller_id.user_name: ""
    refused: subject_missing
"""
COLUMN = "this line starts in the wrong column; start it in column"
QUOTED = "put the text in quotes"
NO_START = f"a text can't start with this character; {QUOTED}"
OPEN_QUOTE = "a quote is opened here and not closed; close it"
OPEN_BRACKET = "a bracket is opened here and not closed; close it"
COLON = "a colon is missing here; write key: value"
SPACE = "a space is missing after the colon; write key: value"
DASH = "a dash is missing here; write - text"
DASHED = "a space is missing after the dash; write - text"
COMMA = "a comma is missing before this; put one between any two"
CASES = {
    "one space too few": ("  subcategory: temp", " ¶subcategory: temp", f"{COLUMN} 3"),
    "one space too many": ("  subcategory: temp", "   ¶subcategory: temp", f"{COLUMN} 3"),
    "one space too few in the first of several": (
        "  category: identity",
        " ¶category: identity",
        f"{COLUMN} 3",
    ),
    "one space too many in the first of several": (
        "  category: identity",
        "   ¶category: identity",
        f"{COLUMN} 3",
    ),
    "no space at all in between": ("  subcategory: temp", "¶subcategory: temp", f"{COLUMN} 3"),
    "one space in front of a section": ("timezone: E", " ¶timezone: E", COLUMN),
    "one space in front of the file": ("mapping: incidents", " ¶mapping: incidents", f"{COLUMN} 1"),
    "a value beside its key": (
        "    from: caller_id.user_name",
        "  ¶from: caller_id.user_name",
        f"{COLUMN} 5",
    ),
    "a section's name too far in": ("  subject:\n", "   ¶subject:\n", f"{COLUMN} 3"),
    "a key with lines below it too far out": ("    then:\n", "¶then:\n", f"{COLUMN} 5"),
    "an entry too far out": ("      - lower\n", "    ¶- lower\n", f"{COLUMN} 7"),
    "an entry too far in": ("      - lower\n", "        ¶- lower\n", f"{COLUMN} 7"),
    "an example too far out": (
        '  - ticket:\n      caller_id.user_name: ""',
        ' ¶- ticket:\n      caller_id.user_name: ""',
        COLUMN,
    ),
    "a tab": ("  category: identity", "¶\tcategory: identity", "there is a tab here; use spaces"),
    "a tab behind a value": ("table: incident", "table: incident¶\t", "there is a tab here; use spaces"),
    "no colon": ("table: incident", "¶table incident", COLON),
    "no colon further in": ("  category: identity", "  ¶category identity", COLON),
    "no colon behind a section": ("values:\n", "¶values\n", COLON),
    "no colon in front of a list": ("    then:\n", "    ¶then\n", COLON),
    "no colon in an entry": (
        '  - ticket:\n      caller_id.user_name: ""',
        '  - ¶ticket\n      caller_id.user_name: ""',
        COLON,
    ),
    "no space behind a colon": ("table: incident", "¶table:incident", SPACE),
    "no space behind a colon further in": ("  lifetime: 60m", "  ¶lifetime:60m", SPACE),
    "no space behind a colon in braces": (
        "{from: caller_id.employee",
        "{¶from:caller_id.employee",
        SPACE,
    ),
    "no dash": ("      - lower\n", "      ¶lower\n", DASH),
    "no first dash": ("      - trim\n", "      ¶trim\n", DASH),
    "no dash before a key": ("      - append: ", "        ¶append: ", DASH),
    "no dash before an example": (
        '  - ticket:\n      caller_id.user_name: " ',
        '    ¶ticket:\n      caller_id.user_name: " ',
        DASH,
    ),
    "no space behind a dash": (
        "      - lower\n",
        "      ¶-lower\n",
        "a space is missing after the dash; write - text",
    ),
    "an open double quote": (
        'append: "@contoso.com"',
        'append: ¶"@contoso.com',
        OPEN_QUOTE,
    ),
    "an open double quote in front of empty ones": (
        '" Ann.Lee "',
        '¶" Ann.Lee',
        OPEN_QUOTE,
    ),
    "an open single quote": (
        'append: "@contoso.com"',
        "append: ¶'@contoso.com",
        OPEN_QUOTE,
    ),
    "quotes that end too early": (
        '"@contoso.com"',
        '"@contoso"¶.com',
        "the quotes end before the text does; put all of it in quotes",
    ),
    "an apostrophe in single quotes": ('"Used ({reference})"', "'It'¶s used'", "(' in it is written twice)"),
    "curly quotes": ('"@contoso.com"', "¶“@contoso.com”", "“ is no quote to YAML; write straight ones"),
    "an open bracket": ("[trim, lower]", "¶[trim, lower", OPEN_BRACKET),
    "an open brace": (
        "{from: caller_id.employee_number}",
        "¶{from: caller_id.employee_number",
        OPEN_BRACKET,
    ),
    "a bracket closed by a brace": (
        "[trim, lower]",
        "[trim, lower¶}",
        "the bracket [ is still open here, and } doesn't close it; write ]",
    ),
    "a bracket too many": (
        "[trim, lower]",
        "[trim, lower]¶]",
        f"this bracket closes nothing; delete it, or {QUOTED}",
    ),
    "a bracket that only closes": (
        "state: [1, 2]",
        "state: ¶]",
        f"this bracket closes nothing; delete it, or {QUOTED}",
    ),
    "no comma between words": (
        "[trim, lower]",
        "[¶trim lower]",
        'a comma is missing in "trim lower"; write [trim, lower], or each on a line of its own',
    ),
    "a semicolon before a brace": (
        "[trim, lower]",
        "[trim¶; {append: a}]",
        "a ; separates nothing; write a comma",
    ),
    "a semicolon before a key": (
        "{from: caller_id.employee_number}",
        "{from: caller_id.employee_number¶; then: [trim]}",
        "a ; separates nothing; write a comma",
    ),
    "no comma before a key": (
        "{from: caller_id.employee_number}",
        "{from: caller_id.employee_number ¶then: [trim]}",
        COMMA,
    ),
    "a semicolon between numbers": (
        "state: [1, 2]",
        "state: [¶1; 2]",
        "a ; separates nothing; write a comma",
    ),
    "no comma between numbers": ("state: [1, 2]", "state: [¶1 2]", "a comma is missing here; write 1, 2"),
    "numbers without brackets": (
        "state: [1, 2]",
        "state: ¶1, 2",
        'several numbers are one text here; write [1, 2], or "1, 2" in quotes',
    ),
    "no space behind a dash before a key": (
        '  - ticket:\n      caller_id.user_name: ""',
        '  ¶-ticket:\n      caller_id.user_name: ""',
        DASHED,
    ),
    "no space behind the first dash": (
        '  - ticket:\n      caller_id.user_name: " ',
        '  ¶-ticket:\n      caller_id.user_name: " ',
        DASHED,
    ),
    "no space behind a dash before braces": (
        '  - ticket:\n      caller_id.user_name: ""\n    refused',
        '  ¶-{ticket: {caller_id.user_name: ""}, refused: subject_missing}\n  - ticket: {}\n    refused',
        DASHED,
    ),
    "no space behind any dash": (
        '      - trim\n      - lower\n      - append: "@contoso.com"\n      - require: upn\n',
        "      ¶-trim\n      -lower\n",
        DASHED,
    ),
    "no space behind the only dash": (
        '      - trim\n      - lower\n      - append: "@contoso.com"\n      - require: upn\n',
        "      ¶-trim\n",
        DASHED,
    ),
    "no space behind the only dash before a key": (
        '      - trim\n      - lower\n      - append: "@contoso.com"\n      - require: upn\n',
        "      ¶-append: x\n",
        DASHED,
    ),
    "dashes of a text processor": (
        '      - trim\n      - lower\n      - append: "@contoso.com"\n      - require: upn\n',
        "      ¶– trim\n      – lower\n",
        "– starts no entry; type a hyphen and a space",
    ),
    "stars in front of a list": (
        '      - trim\n      - lower\n      - append: "@contoso.com"\n      - require: upn\n',
        "      ¶* trim\n      * lower\n",
        "* starts no entry; type a hyphen and a space",
    ),
    "a fence around": (
        "mapping: incidents",
        "¶```yaml\nmapping: incidents",
        "``` is of the page that this was",
    ),
    "a fence at the end": (
        "    refused: subject_missing\n",
        "    refused: subject_missing\n¶```\n",
        "copied from, and no YAML; delete the lines with it",
    ),
    "a fence of tildes": ("mapping: incidents", "¶~~~\nmapping: incidents", "~~~ is of the page"),
    "single curly quotes around braces": (
        "from: opened_by.email",
        "template: ¶‘{first}.{last}@contoso.com’",
        "‘ is no quote to YAML; write straight ones",
    ),
    "single curly quotes in braces": (
        "{from: caller_id.employee_number}",
        "{from: ¶‘caller_id.employee_number’}",
        "‘ is no quote to YAML; write straight ones",
    ),
    "single curly quotes around a space": (
        "- lower\n",
        "- replace: {¶‘ ’: ‘’}\n",
        "‘ is no quote to YAML; write straight ones",
    ),
    "single curly quotes around braces in braces": (
        "{from: caller_id.employee_number}",
        "{template: ¶‘{first}’}",
        "‘ is no quote to YAML; write straight ones",
    ),
    "single curly quotes around a colon": (
        "{from: caller_id.employee_number}",
        "{template: ¶‘a: b’}",
        "‘ is no quote to YAML; write straight ones",
    ),
    "a fence in a quoted mail": (
        "mapping: incidents",
        "> ¶```yaml\nmapping: incidents",
        "``` is of the page",
    ),
    "an accent for a quote": ('"@contoso.com"', "¶´@contoso.com´", "´ is no quote to YAML"),
    "a curly apostrophe alone": ("- lower\n", '- replace: {¶’: ""}\n', "’ alone must be in straight quotes"),
    "a watched field in curly quotes": (
        "  category: identity\n  subcategory: temporary_access_pass\n  state: [1, 2]\n",
        "  ¶“category”: identity\n",
        "“ is no quote to YAML",
    ),
    "no comma behind a brace": (
        "[trim, lower]",
        "[trim, {append: a} ¶lower]",
        COMMA,
    ),
    "two commas": ("[trim, lower]", "[trim,¶, lower]", "there is a comma too many here; delete it"),
    "an at sign": ('"@contoso.com"', "¶@contoso.com", NO_START),
    "a backtick": ("table: incident", "table: ¶`incident`", NO_START),
    "a percent sign": ("table: incident", "table: ¶%incident", NO_START),
    "a star": ("category: identity", "category: ¶*", NO_START),
    "stars around": ("category: identity", "category: ¶*identity*", NO_START),
    "an ampersand alone": ("category: identity", "category: ¶& identity", NO_START),
    "an exclamation mark": (
        "category: identity",
        "category: ¶!identity",
        "a ! starts a tag here, which isn't allowed",
    ),
    "a question mark": ("category: identity", "category: ¶? identity", NO_START),
    "a larger-than": ("category: identity", "category: ¶> identity", NO_START),
    "a dash in a value": (
        "category: identity",
        "category: ¶- identity",
        "a list starts on a line of its own",
    ),
    "a template without quotes": (
        "from: opened_by.email",
        "template: ¶{first}.{last}@contoso.com",
        "a text that starts with { must be in quotes",
    ),
    "a pattern without quotes": (
        "- lower\n",
        "- extract: ¶[0-9]+\n",
        "a text that starts with [ must be in quotes",
    ),
    "a pattern that is a list": (
        "- lower\n",
        "- extract: ¶[a-z]\n",
        "this must be one text; write it without [ ] or { }, or put it in quotes",
    ),
    "a text in braces": (
        '"Used ({reference})"',
        "¶{reference} was used",
        "a text that starts with { must be in quotes",
    ),
    "braces of a template engine": (
        "from: opened_by.email",
        "template: ¶{{ opened_by.user_name }}@contoso.com",
        "a text that starts with { must be in quotes",
    ),
    "a conflict that git left": (
        "table: incident\n",
        "¶<<<<<<< HEAD\ntable: incident\n=======\ntable: sc_task\n>>>>>>> ours\n",
        "git left a conflict here; keep one side of it",
    ),
    "two braces": (
        "from: opened_by.email",
        "from: ¶{{ opened_by.email }}",
        "two braces mean nothing here; write the name alone",
    ),
    "a colon in a text": (
        '"Used ({reference})"',
        "Pass¶: used",
        "leave the space out, put the text in quotes",
    ),
    "a backslash": (
        '"@contoso.com"',
        '"¶\\contoso"',
        "in double quotes a backslash starts a code; put the text in single quotes",
    ),
    "an anchor": (
        "from: opened_by.email",
        "from: ¶&who opened_by.email",
        "an & starts an anchor here, which isn't allowed",
    ),
    "an alias": (
        "from: opened_by.email",
        "from: ¶*who",
        "a * starts an alias here, which isn't allowed; write the value out",
    ),
    "a merge key": (
        "  lifetime: 60m",
        "  ¶<<: {fence: 1m}\n  lifetime: 60m",
        "merge keys (<<) are not allowed here; write the keys out",
    ),
    "a key twice": (
        "table: incident\n",
        "table: incident\n¶table: sc_task\n",
        'the key "table" is here twice, first on line 3; keep one',
    ),
    "a section twice": (
        "timezone: E",
        "¶watch:\n  a: b\ntimezone: E",
        'the key "watch" is here twice, first on line 4',
    ),
    "a second document": ("values:\n", "¶---\nvalues:\n", "a second document starts here; keep one a file"),
    "an octal number": ("[1, 2]", "[¶01, 2]", 'write "01" in quotes'),
    "an octal number of YAML 1.2": (
        "[1, 2]",
        "[¶0o17, 2]",
        "YAML reads 0o17 without quotes as a number, and not everywhere as the same",
    ),
    "a number with an exponent": ("[1, 2]", "[¶1e3, 2]", 'write "1e3" in quotes'),
    "a date": (
        "category: identity",
        "category: ¶2026-03-01",
        'as a date, and not everywhere as the same; write "2026-03-01" in quotes',
    ),
    "a word for a truth": (
        "category: identity",
        "category: ¶on",
        'write true, or "on" in quotes for the word',
    ),
    "spaces that can't be told from others": (
        "  category: identity",
        "¶\u00a0\u00a0category: identity",
        "there is an unusual space here",
    ),
    "such a space behind a colon": (
        "  category: identity",
        "  category:¶\u00a0identity",
        "delete it and type a space",
    ),
    "an invisible character": (
        "table: incident",
        "table: inc¶\u200bident",
        "there is an invisible character here; delete it",
    ),
    "a control character": (
        "table: incident",
        "table: inc¶\x07ident",
        "there is a character here that no text editor shows; delete it",
    ),
    "an open bracket at the end": (
        "    refused: subject_missing\n",
        "    refused: ¶[subject_missing\n",
        OPEN_BRACKET,
    ),
    "a text over two lines": (
        "category: identity",
        "category: identity\n    ¶and more",
        "so belongs to its text; start it in column 3, or put",
    ),
    "JSON without a comma": (BLOCK, '{"mapping": "a",\n "desk": "snow"\n ¶"table": "b"}\n', COMMA),
    "another kind of file": (
        BLOCK,
        "¶<mapping>incidents</mapping>\n",
        "the file must hold keys with values, such as key: value",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_slip_is_said_once_where_it_was_made_and_with_its_cure(case: str, tmp_path: Path) -> None:
    old, new, sentence = CASES[case]
    assert BLOCK.count(old) == 1
    text, line, column = unmarked(BLOCK.replace(old, new))
    found = mistakes_of(lay(tmp_path, incidents=text))
    assert [(each.line, each.column) for each in found] == [(line, column)], [str(each) for each in found]
    assert sentence in found[0].sentence
    assert "^" in found[0].shown().splitlines()[-1]


@pytest.mark.parametrize(
    "text",
    [
        BLOCK,
        BLOCK.replace("\n", "\r\n"),
        "\ufeff" + BLOCK,
        f"---\n{BLOCK}...\n",
        BLOCK.replace("[trim, lower]", "[trim, lower,]"),
        BLOCK.replace("timezone: Europe/Amsterdam", "timezone: Europe/Amsterdam   # ours: 'it' [is] {so}"),
    ],
    ids=[
        "as it is",
        "line ends of Windows",
        "a byte-order mark",
        "marks of a document",
        "a comma at the end",
        "a comment",
    ],
)
def test_what_is_no_mistake_is_none(text: str, tmp_path: Path) -> None:
    assert load(lay(tmp_path, incidents=text)).mappings[0].table == "incident"


def slips(text: str) -> list[tuple[int, str]]:
    """A character taken out, or a space put in front, of many lines: the line, and what it becomes."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        found += [(number, line[:at] + line[at + 1 :]) for at, char in enumerate(line) if char in ':{}[]",']
        found += [(number, f" {line}"), (number, line[1:])] if line.startswith(" ") else []
    return found


def test_a_slip_anywhere_is_shown_on_its_line_or_is_none(tmp_path: Path) -> None:
    lines = BLOCK.splitlines()
    for number, changed in slips(BLOCK)[::3]:
        path = lay(tmp_path, incidents="\n".join([*lines[: number - 1], changed, *lines[number:]]) + "\n")
        try:
            load(path)
        except Mistakes as mistakes:
            assert number in {each.line for each in mistakes.mistakes}, f"{number}: {changed}: {mistakes}"
