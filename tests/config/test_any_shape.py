"""Whatever shape a file has, the answer is a model or mistakes with sentences, never a crash."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from connector.config.sections import Settings
from connector.desks.kinds import KINDS
from connector.forms.form import Form, fill
from connector.forms.marked_yaml import Document
from connector.mapping.keys.checks import MappingContext
from connector.mapping.keys.floor import Floor
from connector.mapping.keys.forms import MappingForm
from tests.searching import SEARCH

ROOT = Path(__file__).parents[2]
CONTEXT = MappingContext(
    ROOT,
    desks={"contoso-servicenow": KINDS["servicenow"].dialect},
    floor=Floor(),
    value_names=frozenset({"subject", "requester"}),
)
FILES: list[tuple[type[Form], Any]] = [
    (Settings, yaml.safe_load((ROOT / "config.example.yaml").read_text(encoding="utf-8"))),
    (
        MappingForm,
        yaml.safe_load((ROOT / "mappings" / "servicenow-incidents.yaml").read_text(encoding="utf-8")),
    ),
]
FULL = """\
mapping: full
desk: contoso-servicenow
table: sc_req_item
watch: {cat_item: pass, state: {not_in: [3]}}
values:
  subject: {template: "{first}.{last}@{where}",
    then: [lower, {replace: {" ": "", "'": ""}}, {require: upn}], find_by: upn}
  first: {from: variables.first, then: [trim, {extract: "^[a-z]+"}]}
  last: {first_of: [variables.last, u_last], then: [trim]}
  where: {from: company, then: [{lookup: {NL: contoso.nl, BE: contoso.be}}]}
  requester: {from: opened_by.email, find_by: mail}
  starts_at: {from: u_start@display}
confirm: {employeeId: {from: u_number}, displayName: {template: "{first} {last}"}}
again: {field: u_again, in: [once more]}
examples:
  - ticket: {variables.first: ann, variables.last: lee, company: NL}
    subject: ann.lee@contoso.nl
    starts_at: null
    confirm: {employeeId: ""}
"""
FILES.append((MappingForm, yaml.safe_load(FULL)))
words = st.sampled_from(
    [
        "",
        "x",
        "a^b",
        "note",
        "kind",
        "from",
        "group:",
        "env:",
        "{reason}",
        "60m",
        "https://[",
        "\u202e",
        "sqlite:///",
        "{first}",
        "{{",
        "a.csv",
        "(?=x)",
    ]
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-1, 99), words, st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=6,
)


def paths(data: Any, so_far: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path for key, child in children for path in [(*so_far, key), *paths(child, (*so_far, key))]]


@SEARCH
@given(draw=st.data(), which=st.integers(0, 2), changed=values)
def test_a_file_with_anything_anywhere_is_a_model_or_mistakes(
    draw: st.DataObject, which: int, changed: Any
) -> None:
    form, data = FILES[which][0], copy.deepcopy(FILES[which][1])
    *above, last = draw.draw(st.sampled_from(paths(data)))
    place = data
    for step in above:
        place = place[step]
    place[last] = changed
    document = Document(Path("a.yaml"), data=data)
    assert (fill(form, document, CONTEXT) is None) == bool(document.mistakes)
    for mistake in document.mistakes:
        assert mistake.sentence.isprintable()
        assert "this is not what belongs here" not in mistake.sentence
