"""The examples of a mapping file say name by name what came out otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

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


WATCHING = """\
mapping: incidents
desk: snow
table: incident
watch: {category: identity, state: [1, 2]}
values: {subject: {from: who}}
examples:
  - {ticket: {category: identity, state: 1}, watched: true}
  - {ticket: {category: identity, state: 7, who: ann}, watched: false, subject: ann}
  - {ticket: {category: identity, state: 1, who: ""}, watched: true, refused: subject_missing}
  - {ticket: {category: identity, state: 7}, watched: true}
  - {ticket: {category: identity, state: 2, who: ann}, watched: false, subject: bob}
"""


def test_an_example_tells_whether_its_ticket_is_watched(tmp_path: Path) -> None:
    (mapping,) = load(lay(tmp_path, CONFIG, incidents=WATCHING)).mappings
    found = {result.number: result.differences for result in examples.run(mapping)}
    assert (found[1], found[2], found[3]) == ((), (), ())
    assert found[4] == (Difference("watched", "true", "false", "watch doesn't match state"),)
    assert found[5] == (
        Difference("watched", "false", "true", "all conditions of watch match"),
        Difference("subject", "bob", "ann"),
    )


@pytest.mark.parametrize("sent", ["2026-03-02T07:00:00.000+0000", "2026-03-02T08:00:00+01:00"])
def test_an_example_is_read_as_the_desk_s_own_ticket_is(sent: str, tmp_path: Path) -> None:
    text = f"""\
mapping: calls
desk: top
table: incidents
watch: {{optionalFields1.date1: {{empty: false}}}}
values:
  subject: {{from: caller.email}}
  starts_at: {{from: optionalFields1.date1}}
  day: {{from: optionalFields1.date1}}
examples:
  - ticket: {{caller.email: ann@contoso.com, optionalFields1.date1: {sent!r}}}
    starts_at: "2026-03-02T07:00:00Z"
    day: "2026-03-02T07:00:00Z"
    watched: true
"""
    (mapping,) = load(lay(tmp_path, CONFIG, calls=text)).mappings
    assert [result.differences for result in examples.run(mapping)] == [()]


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
