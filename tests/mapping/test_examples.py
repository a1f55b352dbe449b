"""The examples of a mapping file say name by name what came out otherwise."""

from __future__ import annotations

from pathlib import Path

from connector.config.load import load
from connector.mapping import Mapping, examples
from connector.mapping.examples import Difference
from tests.config.files import CONFIG, lay

TEXT = """\
mapping: incidents
desk: snow
table: incident
watch: {category: identity}
values:
  subject: {from: who, then: [trim, {append: "@contoso.com"}, {require: upn}]}
  requester: {from: by}
  city: {from: city, then: [{default: none}]}
examples:
  - ticket: {who: ann, by: kim}
    subject: ann@contoso.com
    requester: kim
    city: none
  - ticket: {who: ann}
    subject: bob@contoso.com
    requester: kim
    city: none
  - ticket: {who: ann}
    requester: null
  - ticket: {who: "a b"}
    subject: ann@contoso.com
  - {ticket: {who: ann}, refused: subject_missing}
  - {ticket: {who: ""}, refused: subject_missing}
  - {ticket: {who: "a b"}, refused: subject_missing}
"""


def read(tmp_path: Path) -> Mapping:
    (mapping,) = load(lay(tmp_path, CONFIG, incidents=TEXT)).mappings
    return mapping


def test_examples_that_come_out_as_said_are_fine(tmp_path: Path) -> None:
    assert [result.number for result in examples.run(read(tmp_path)) if result.fine] == [1, 3, 6]


def test_differences_are_named_with_what_was_expected_and_what_came(tmp_path: Path) -> None:
    found = {result.number: result.differences for result in examples.run(read(tmp_path))}
    assert found[2] == (
        Difference("subject", "bob@contoso.com", "ann@contoso.com"),
        Difference("requester", "kim", None),
    )
    assert found[4][0].got == "subject_malformed"
    assert "has no spaces" in found[4][0].why
    assert found[5] == (Difference("refused", "subject_missing", None, "the subject is ann@contoso.com"),)
    assert (found[7][0].expected, found[7][0].got) == ("subject_missing", "subject_malformed")


def test_each_result_says_where_its_example_stands(tmp_path: Path) -> None:
    lines = TEXT.splitlines()
    for result in examples.run(read(tmp_path)):
        assert "ticket:" in lines[result.line - 1]


def test_the_examples_of_every_shipped_mapping_come_out_as_said() -> None:
    config = load(Path(__file__).parents[2] / "config.example.yaml")
    for mapping in config.mappings:
        results = examples.run(mapping)
        assert len(results) >= 12
        assert [result for result in results if not result.fine] == []
