"""Every reference to a fact, a decision or a page leads to something that is in the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FACTS = {path.stem: path for path in (ROOT / "docs" / "facts").glob("[a-z]*.md")}
READ = {".py", ".md", ".yaml", ".toml", ".txt", ".in", ".csv", ".mako", ""}
WHERE = ("connector", "tests", "docs", "bench", "mappings")
SECTION = r"§\d{1,2}(?:\.\d{1,2})?"
CHAIN = rf"{SECTION}(?:(?:,|\s+to|\s+and)\s+{SECTION})*"
NAMED = re.compile(rf"\b({'|'.join(FACTS)})\.md[, ]?\s*(?:#\s+)?({CHAIN})")
PAGE = re.compile(r"(?<![\w@/<{*.-])((?:[\w.-]+/)*[\w-]+\.md)\b")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
DECISION = re.compile(r"\b[Dd]ecisions? (\d{4})\b")
GONE = re.compile(
    r"\bdesign\.md|\bdesign,? (?:section )?\d|\bshared/\w|\bwhy\.md|(?<!docs/)\bfacts/\w+\.md|[(# ]facts \d"
    r"|\(S\d{1,2}\)|\bissue \d+"
)
OUTSIDE = {"docs/facts": re.compile(r"^\|.*$", re.MULTILINE)}  # its tables name other repositories' files


def sections(page: Path) -> set[str]:
    """The numbers of headings, and of rows that begin with a number."""
    found = re.findall(r"^(?:#{2,3} |\| )(\d{1,2}(?:\.\d{1,2})?)(?= )", page.read_text("utf-8"), re.MULTILINE)
    return {f"§{number}" for number in found}


KNOWN = {name: sections(page) for name, page in FACTS.items()}
PAGES = {path.name for path in ROOT.rglob("*.md") if ".venv" not in path.parts}


def files() -> Iterator[Path]:
    """What people read: code, tests, pages, files of the root. Not this file, which names what is wrong."""
    for path in [each for name in WHERE for each in (ROOT / name).rglob("*")] + [*ROOT.iterdir()]:
        if path.is_file() and path.suffix in READ and path.name[0] != "." and path != Path(__file__):
            yield path


def cited(text: str, own: str | None) -> Iterator[tuple[str, str]]:
    """Each section that a text refers to, with the page that it is of; "" where no single page is named."""
    names = {own} if own else {name for name in FACTS if re.search(rf"\b{name}\.md\b", text)}
    (alone,) = names if len(names) == 1 else ("",)
    taken = []
    for found in NAMED.finditer(text):
        taken.append(found.span(2))
        yield from ((found[1], each) for each in re.findall(SECTION, found[2]))
    for found in re.finditer(SECTION, text):
        if not any(begin <= found.start() < end for begin, end in taken):
            yield alone, found[0]


def wrong(text: str, path: str) -> list[str]:
    """The references of a text that lead nowhere."""
    folder, own = path.rpartition("/")[0], Path(path).stem if path.startswith("docs/facts/") else None
    own = own if own in FACTS else None
    prose = OUTSIDE[folder].sub("", text) if folder in OUTSIDE else text
    found = [f"{page or '?'}.md {each}" for page, each in cited(text, own) if each not in KNOWN.get(page, ())]
    found += [each[1] for each in PAGE.finditer(prose) if each[1].rpartition("/")[2] not in PAGES]
    found += [f"decision {each[1]}" for each in DECISION.finditer(text) if not decided(each[1])]
    found += [each[0].strip() for each in GONE.finditer(prose)]
    if path.endswith(".md"):
        found += [each[1] for each in LINK.finditer(text) if not (ROOT / folder / each[1]).exists()]
    return found


def decided(number: str) -> bool:
    return any((ROOT / "docs" / "decisions").glob(f"{number}-*.md"))


def test_every_reference_leads_to_something() -> None:
    found = {str(path.relative_to(ROOT)): path.read_text("utf-8", "replace") for path in files()}
    assert len(found) > 400
    assert not {path: lost for path, text in found.items() if (lost := wrong(text, path))}


def test_the_references_are_seen() -> None:
    code = [path.read_text("utf-8") for path in files() if path.suffix == ".py"]
    seen = [each for text in code for each in cited(text, None)]
    assert len(seen) > 150
    assert {page for page, _ in seen} == set(FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "# graph.md §2.9",
        "# graph.md §2.1, §44",
        "# servicenow.md §0.1\n# and §9.9",
        "# §1.1",
        "# graph.md §1.1, as servicenow.md has it (§0.1)",
        "# facts/graph.md",
        "# facts 1.4",
        "# the design.md of old",
        "# seconds, design 3",
        "# ../shared/vocabulary.md",
        "24 a_promise: two blind looks (S1)",
        "# see issue 2724",
        "# decision 0999",
        "# told in nowhere.md",
    ],
)
def test_a_reference_to_something_that_is_missing_is_found(text: str) -> None:
    assert wrong(text, "connector/some.py")


@pytest.mark.parametrize(
    "text",
    [
        "# graph.md §2.1",
        '"""Writes. topdesk.md §0.9 to §0.11,\n§4, §5\n"""',
        "# servicenow.md §0.1, and again §1.4",
        "# docs/facts/topdesk.md",
        "# §0.13 of topdesk.md",
    ],
)
def test_a_reference_that_leads_somewhere_is_let_through(text: str) -> None:
    assert not wrong(text, "connector/some.py")


def test_a_page_links_only_to_files_that_are_there() -> None:
    assert wrong("[a page](nowhere/else.txt)", "docs/some.md") == ["nowhere/else.txt"]
    assert not wrong("[a page](proof.md#figures)", "docs/some.md")
