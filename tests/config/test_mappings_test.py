"""`passdesk mappings test`: what people see, and the JUnit XML that a CI system reads."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from connector.cli.main import outcome
from tests.config.files import MAPPING, lay

EXAMPLES = """\
examples:
  - ticket: {caller_id.user_name: ann.lee}
    subject: ann.lee
  - ticket: {caller_id.user_name: "bob.ray "}
    subject: bob.ray
  - ticket: {caller_id.user_name: ""}
    subject: "<&>"
"""


def report(tmp_path: Path, expected: int, **mappings: str) -> ElementTree.Element:
    """The JUnit XML of a run that ends with this exit code."""
    config = lay(tmp_path, **mappings)
    assert (
        outcome(["mappings", "test", "--junit", str(tmp_path / "junit.xml"), "--config", str(config)])
        == expected
    )
    return ElementTree.parse(tmp_path / "junit.xml").getroot()


def test_each_file_is_a_suite_and_each_example_a_case(tmp_path: Path) -> None:
    other = MAPPING.replace("mapping: incidents", "mapping: others")
    root = report(tmp_path, 1, a=MAPPING + EXAMPLES, b=other)
    assert (root.tag, root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == (
        "testsuites",
        "3",
        "2",
        "0",
    )
    suites = root.findall("testsuite")
    assert [(each.attrib["name"], each.attrib["tests"]) for each in suites] == [
        ("incidents", "3"),
        ("others", "0"),
    ]
    names = [each.attrib["name"] for each in suites[0]]
    assert names == ["1: subject ann.lee", "2: subject bob.ray", "3: subject <&>"]
    assert [each.find("failure") is not None for each in suites[0]] == [False, True, True]
    assert [each.attrib["line"] for each in suites[0]] == ["7", "9", "11"]


def test_a_failure_shows_what_was_expected_and_what_came(tmp_path: Path) -> None:
    failures = report(tmp_path, 1, a=MAPPING + EXAMPLES).findall(".//failure")
    assert failures[0].text == 'subject\n  expected  "bob.ray"\n  got       "bob.ray "'
    assert (failures[1].text or "").startswith('refused\n  expected  nothing\n  got       "subject_missing"')


def test_a_file_with_mistakes_is_an_error(tmp_path: Path) -> None:
    root = report(
        tmp_path, 2, a=MAPPING + EXAMPLES, b=MAPPING.replace("incidents", "others") + "nots: {}\nwatc: {}\n"
    )
    (error,) = root.findall(".//error")
    assert root.attrib["errors"] == "1"
    lines = (error.text or "").splitlines()
    assert [line.rpartition("b.yaml:")[2].split(": ")[0] for line in lines] == ["6:1", "7:1"]


def test_a_text_that_xml_has_no_place_for_does_not_break_it(tmp_path: Path) -> None:
    steps = 'then: [{append: "\\u0001\\ud83d\\ufffe"}]'
    text = MAPPING.replace(
        "subject: {from: caller_id.user_name}", f"subject: {{from: caller_id.user_name, {steps}}}"
    )
    assert report(tmp_path, 1, a=text + EXAMPLES.replace("ann.lee", "a\\u0002"))


def test_differences_are_aligned_and_say_where_the_example_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = lay(tmp_path, a=MAPPING + EXAMPLES, b=MAPPING.replace("mapping: incidents", "mapping: others"))
    assert outcome(["mappings", "test", "--config", str(config)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "✗ incidents: 1 of 3 examples"
    assert lines[1].endswith("mappings/a.yaml:9: 2: subject bob.ray")
    assert lines[2:5] == ["      subject", '        expected  "bob.ray"', '        got       "bob.ray "']
    assert lines[-2] == "– others: it has no examples; write some, and this shows that it does what you mean"
    assert lines[-1] == "3 examples: 1 as expected, 2 different"


def test_a_mapping_without_examples_is_no_error(tmp_path: Path) -> None:
    assert report(tmp_path, 0, a=MAPPING).attrib["tests"] == "0"
