"""The kind of a desk decides, by its dialect, what its mappings may say: a third kind by neither of the two
that are shipped.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.desks.kinds import KINDS
from connector.forms.mistakes import Mistake
from connector.mapping.keys.checks import MappingContext
from connector.mapping.keys.dialect import Dialect
from connector.mapping.keys.floor import Floor
from connector.mapping.model import Mapping
from connector.mapping.read import read
from tests.docs.thirddesk.helpdeskx.dialect import HelpdeskXDialect

DESKS: dict[str, Dialect | None] = {
    **{name: kind.dialect for name, kind in KINDS.items()},
    "helpdeskx": HelpdeskXDialect(),
    "unheard": None,
}
TABLES = {"servicenow": "incident", "topdesk": "incidents", "helpdeskx": "tickets"}


def of(folder: Path, desk: str, keys: str) -> tuple[Mapping | None, tuple[Mistake, ...]]:
    path = folder / "mapping.yaml"
    table = TABLES.get(desk, "incident")
    path.write_text(
        f"mapping: a\ndesk: {desk}\ntable: {table}\nvalues: {{subject: {{from: email}}}}\n{keys}", "utf-8"
    )
    mapping, document = read(path, MappingContext(folder, desks=DESKS, floor=Floor()))
    return mapping, document.mistakes


@pytest.mark.parametrize(
    ("keys", "refused"),
    [
        ('watch: {queue: "a^b"}', {"servicenow": "ends a condition in ServiceNow's queries"}),
        ('watch: {queue: "javascript: x"}', {"servicenow": "ServiceNow would run javascript: as a script"}),
        ('watch: {queue: ["a,b", c]}', {"servicenow": "a comma, at which ServiceNow splits lists"}),
        ('watch: {queue: "a|b"}', {"helpdeskx": "a |, at which Helpdesk X splits filters"}),
        ('watch: {queue: [c, "a|b"]}', {"helpdeskx": "a |, at which Helpdesk X splits filters"}),
        ('watch: {queue: a}\nsettle: {used: {state: "a^b"}}', {"servicenow": "holds a ^"}),
        ('watch: {queue: a}\nsettle: {used: {state: "a|b"}}', {"helpdeskx": "holds a |"}),
        ("watch: {variables.a: b}", {"servicenow": "a catalogue variable; write cat_item"}),
        (
            "watch: {queue: a}\nallow: {four_eyes: true, approval: {field: state, in: [approved]}}",
            {"topdesk": "TOPdesk's incidents don't say who", "helpdeskx": "Helpdesk X doesn't say who"},
        ),
        (
            "watch: {queue: a}\nnote: {field: comment}",
            {"servicenow": "is not known to be restricted", "topdesk": "TOPdesk keeps notes as actions"},
        ),
        (
            "watch: {queue: a}\nnote: {marker: reference}",
            {"topdesk": "can't keep a reference"},
        ),
        (
            'watch: {queue: a}\nsettle: {refused: {topic: "{reason}"}}',
            {
                "servicenow": "write it to work_notes",
                "topdesk": "write it to action",
                "helpdeskx": "write it to comment",
            },
        ),
    ],
)
def test_each_kind_of_desk_refuses_what_it_cannot_do_and_nothing_else(
    keys: str, refused: dict[str, str], tmp_path: Path
) -> None:
    for desk in TABLES:
        _, mistakes = of(tmp_path, desk, keys)
        said = [each.sentence for each in mistakes if "requester" not in each.sentence]
        if desk in refused:
            assert len(said) == 1 and refused[desk] in said[0], desk
        else:
            assert said == [], desk


@pytest.mark.parametrize("desk", ["helpdeskx", "topdesk", "unheard"])
def test_nobody_is_told_about_the_queries_of_another_desk(desk: str, tmp_path: Path) -> None:
    keys = (
        'watch: {queue: "a^b", topic: "javascript: x", state: ["a,b"], variables.x: y}\nnote: {marker: t}\n'
    )
    _, mistakes = of(tmp_path, desk, keys)
    _, theirs = of(tmp_path, "servicenow", keys)
    assert len(theirs) > len(mistakes)
    assert not [each for each in mistakes if "ServiceNow" in str(each) or "variable" in str(each)]


def test_notes_go_to_the_place_of_the_desk_where_a_mapping_names_none(tmp_path: Path) -> None:
    places = {}
    for desk in TABLES:
        mapping, _ = of(tmp_path, desk, "watch: {queue: a}\n")
        assert mapping
        places[desk] = (mapping.note.field, mapping.note.plain)
    assert places == {
        "servicenow": ("work_notes", "work_notes"),
        "topdesk": ("action", "action"),
        "helpdeskx": ("comment", "comment"),
    }


@pytest.mark.parametrize("desk", TABLES)
def test_the_habits_of_the_desk_come_with_the_mapping(desk: str, tmp_path: Path) -> None:
    mapping, _ = of(tmp_path, desk, "watch: {queue: a}\n")
    dialect = DESKS[desk]
    assert mapping and dialect and mapping.traits == dialect.traits


def test_a_mapping_for_a_desk_with_a_slip_is_checked_by_the_desk_that_is_meant(tmp_path: Path) -> None:
    _, mistakes = of(tmp_path, "helpdeskxx", 'watch: {queue: "a|b"}')
    assert any("Helpdesk X splits filters" in each.sentence for each in mistakes)
