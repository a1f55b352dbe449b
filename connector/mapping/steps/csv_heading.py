"""A heading row in a table, which would be looked up like any other key, and hide what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_SENTENCE = (
    "this looks like a row of headings, and a table has none; delete the line, or move it further down"
)
# As spreadsheets and exports call their columns, in the languages that our texts have.
_WORDS = frozenset(
    [
        "abteilung",
        "account",
        "address",
        "adres",
        "adresse",
        "afdeling",
        "benutzer",
        "benutzername",
        "code",
        "city",
        "department",
        "domain",
        "domäne",
        "domein",
        "e-mail",
        "email",
        "employee",
        "employeeid",
        "from",
        "gebruiker",
        "gebruikersnaam",
        "group",
        "id",
        "key",
        "kürzel",
        "land",
        "location",
        "locatie",
        "login",
        "loginname",
        "lookup",
        "mail",
        "mailadresse",
        "medewerker",
        "medewerkernummer",
        "mitarbeiter",
        "mitarbeiternummer",
        "name",
        "naam",
        "new",
        "nieuw",
        "neu",
        "nr",
        "nummer",
        "number",
        "office",
        "old",
        "ort",
        "oud",
        "alt",
        "personeelsnummer",
        "personalnummer",
        "place",
        "plaats",
        "result",
        "schlüssel",
        "site",
        "sleutel",
        "standort",
        "stadt",
        "suffix",
        "to",
        "upn",
        "user",
        "username",
        "user_name",
        "userid",
        "userprincipalname",
        "value",
        "van",
        "naar",
        "von",
        "nach",
        "waarde",
        "wert",
    ]
)
_SHAPES: tuple[Callable[[str], bool], ...] = (
    lambda cell: "@" in cell,
    lambda cell: bool(re.search(r"[^\s.]\.[^\s.]", cell)),
    lambda cell: bool(re.search(r"[0-9]", cell)),
)


def is_heading(rows: Sequence[Sequence[str]]) -> str:
    """The sentence for a first row that names columns; "" where it may be a key like the others.

    - Both cells are words for columns, and no later row has one of them; or
    - one is such a word, and a column has another shape in all rows below (an @, a dot, a digit); or
    - both columns have.
    """
    first, below = rows[0], [cells for cells in rows[1:] if len(cells) == 2]
    if len(first) != 2 or not below:
        return ""
    named = [_is_word(cell) for cell in first]
    other = [_stands_out(first[column], [cells[column] for cells in below]) for column in (0, 1)]
    if all(named) or (any(named) and any(other)) or (all(other) and len(below) > 1):
        return _SENTENCE
    return ""


def _is_word(cell: str) -> bool:
    words = re.findall(r"[^\W\d_][\w-]*", cell.lower())
    return bool(words) and all(word in _WORDS for word in words[-1:]) and not re.search("[@0-9]", cell)


def _stands_out(cell: str, others: Sequence[str]) -> bool:
    return any(all(map(shape, others)) and not shape(cell) for shape in _SHAPES)
