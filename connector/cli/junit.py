"""The examples of mapping files as JUnit XML, which CI systems show: a test suite a file, a test case an
example.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from connector.forms.mistakes import Mistake, nearby, printable
from connector.mapping import Example, Mapping
from connector.mapping.examples import ExampleResult


def write(path: Path, suites: Sequence[Element]) -> None:
    """Raises OSError."""
    root = Element("testsuites", {"name": "passdesk mappings", **counted(suites)})
    root.extend(suites)
    indent(root)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def of_examples(mapping: Mapping, results: Sequence[ExampleResult]) -> Element:
    """One mapping file: what came out otherwise is a failure."""
    suite = suite_of(mapping.path, mapping.name)
    for example, result in zip(mapping.examples, results, strict=True):
        case = case_of(suite, title(result.number, example), result.line)
        if not result.fine:
            said = f"not as expected: {', '.join(each.name for each in result.differences)}"
            SubElement(case, "failure", type="difference", message=said).text = "\n".join(differences(result))
    return counted_in(suite)


def of_mistakes(mistakes: Iterable[Mistake]) -> list[Element]:
    """Files that can't be run: an error each."""
    by_file: dict[Path, list[Mistake]] = {}
    for mistake in mistakes:
        by_file.setdefault(mistake.path, []).append(mistake)
    suites = []
    for path, found in by_file.items():
        suite = suite_of(path, path.name)
        case = case_of(suite, "the file is right", found[0].line)
        SubElement(case, "error", type="mistake", message=clean(str(found[0]))).text = clean(
            "\n".join(map(str, found))
        )
        suites.append(counted_in(suite))
    return suites


def suite_of(path: Path, name: str) -> Element:
    return Element("testsuite", name=name, file=clean(str(nearby(path))))


def case_of(suite: Element, name: str, line: int) -> Element:
    return SubElement(
        suite,
        "testcase",
        classname=suite.attrib["name"],
        name=name,
        file=suite.attrib["file"],
        line=str(line),
    )


def title(number: int, example: Example) -> str:
    """`3: subject ann.lee@contoso.com`: the number in the file, and what is expected first."""
    watched = {"watched": str(example.watched).lower()} if example.watched is not None else {}
    refused = {"refused": example.refused} if example.refused else {}
    name, text = next(iter({**refused, **example.expects, **watched}.items()))
    return clean(f"{number}: {name} {text or 'none'}")


def differences(result: ExampleResult) -> list[str]:
    """List the fields that differ, each with the expected and the actual value, one below the other."""
    lines = []
    for each in result.differences:
        why = f" ({each.why})" if each.why else ""
        lines += [each.name, f"  expected  {shown(each.expected)}", f"  got       {shown(each.got)}{why}"]
    return [printable(line) for line in lines]


def shown(text: str | None) -> str:
    """In quotes, so that a space at its end is seen."""
    return "nothing" if text is None else f'"{text}"'


def counted_in(suite: Element) -> Element:
    """With how many cases it has, as JUnit wants it."""
    wrong = {"failures": suite.findall("*/failure"), "errors": suite.findall("*/error")}
    suite.attrib |= {"tests": str(len(suite)), **{name: str(len(found)) for name, found in wrong.items()}}
    return suite


def counted(suites: Sequence[Element]) -> dict[str, str]:
    return {
        name: str(sum(int(suite.attrib[name]) for suite in suites))
        for name in ("tests", "failures", "errors")
    }


def clean(text: str) -> str:
    """XML has no place for control characters."""
    return "\n".join(printable(line) for line in text.split("\n"))
