"""docs/adding-a-desk.md: its walk is made in a copy of the repository, and the suite of promises runs over
what it makes.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from difflib import ndiff
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-desk.md").read_text("utf-8")
MADE = {"__pycache__", ".hypothesis"}  # by running
COPIED = ("connector", "mappings", "schemas", "tests", "config.example.yaml", "pyproject.toml")
FOLDER = sorted(path.name for path in (ROOT / "tests/docs/thirddesk/helpdeskx").glob("*.py"))
PLACES = {
    **{f"helpdeskx/{name}": f"connector/desks/helpdeskx/{name}" for name in FOLDER},
    "simulator.py": "connector/simulators/helpdeskx.py",
    "helpdeskx-tickets.yaml": "mappings/helpdeskx-tickets.yaml",
    "at_helpdeskx.py": "tests/desks/at_helpdeskx.py",
}
MOVED = {
    "tests.docs.thirddesk.simulator": "connector.simulators.helpdeskx",
    "tests.docs.thirddesk.helpdeskx": "connector.desks.helpdeskx",
}
NARROW = ("-k", "shipped or few_and_known or written")


class Block(NamedTuple):
    kind: str
    path: str
    text: str


BLOCKS = [Block(*found) for found in re.findall(r"^```(\w+) ?(.*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)]


def ignored(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__"]


def run(root: Path, *args: str) -> str:
    """A command in the copy; what it printed."""
    known = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "HELPDESKX_PASSWORD": "x"}
    known["PYTHONPATH"] = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    ran = subprocess.run(
        [sys.executable, *args], cwd=root, env=known, capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]
    return ran.stdout


def lay(root: Path) -> None:
    """The new files, each in its place; with the move, their own names change."""
    (root / "connector" / "desks" / "helpdeskx").mkdir()
    for name, place in PLACES.items():
        text = (ROOT / "tests" / "docs" / "thirddesk" / name).read_text("utf-8")
        for module, moved in MOVED.items():
            text = text.replace(module, moved)
        (root / place).write_text(text, "utf-8")
    run(
        root,
        "-m",
        "ruff",
        "check",
        "--no-cache",
        "--select",
        "I",
        "--fix",
        *(each for each in PLACES.values() if each[-3:] == ".py"),
    )


def edit(root: Path, block: Block) -> None:
    """A block of a diff: the lines without a + must stand in the file, once."""
    lines = [(line[:1], line[1:]) for line in block.text.splitlines()]
    before = "".join(f"{text}\n" for sign, text in lines if sign != "+")
    after = "".join(f"{text}\n" for sign, text in lines if sign != "-")
    path = root / block.path
    whole = path.read_text("utf-8")
    assert whole.count(before) == 1, f"{block.path} has changed: write this anew in the page\n{before}"
    path.write_text(whole.replace(before, after), "utf-8")


def passdesk(root: Path, *args: str) -> str:
    return run(root, "-c", "from connector.cli.main import main; main()", *args)


def typed(root: Path, line: str) -> str:
    """A command as the page shows it; what it printed."""
    command, _, into = line.removeprefix("$ ").partition(" > ")
    program, *args = shlex.split(command)
    said = (
        run(root, "-m", "pytest", "-p", "no:cacheprovider", *args)
        if program == "pytest"
        else passdesk(root, *args)
    )
    if into:
        (root / into).write_text(said, "utf-8")
    return said


def texts(root: Path) -> dict[str, list[str]]:
    """The lines of every file."""
    files = [each for each in root.rglob("*") if each.is_file() and not MADE & {*each.parts}]
    return {str(each.relative_to(root)): each.read_text("utf-8", "replace").splitlines() for each in files}


class Walked(NamedTuple):
    root: Path
    before: dict[str, list[str]]  # the files as they were copied: the tree may change meanwhile
    said: str  # by the commands

    def changed(self) -> dict[str, tuple[str, int]]:
        """Every file that differs: what became of it, and how many lines are new in it."""
        found = {}
        for name, after in sorted(texts(self.root).items()):
            before = self.before.get(name)
            if after != before:
                how = (
                    "new" if before is None else "by a command" if name.startswith("schemas/") else "changed"
                )
                found[name] = (how, sum(line.startswith("+ ") for line in ndiff(before or [], after)))
        return found


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """The copy, once the whole walk was made in it."""
    root = tmp_path_factory.mktemp("walk")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, root / name)
    before, said = texts(root), list[str]()
    lay(root)
    for block in BLOCKS:
        if block.kind == "diff":
            edit(root, block)
        elif block.kind == "console":
            said += [typed(root, line) for line in block.text.splitlines()]
    yield Walked(root, before, "".join(said))
    shutil.rmtree(root)


def test_the_walk_leads_to_a_desk_that_keeps_every_promise(walked: Walked) -> None:
    (passed,) = re.findall(r"^(\d+) passed, \d+ deselected in", walked.said, re.MULTILINE)
    assert int(passed) > 50


def test_a_sweep_over_it_delivers_once_and_the_doctor_is_content(walked: Walked, tmp_path: Path) -> None:
    first, again, *findings = run(
        walked.root, "-m", "tests.docs.thirddesk.delivery", str(tmp_path)
    ).splitlines()
    assert '"delivered": 1, "refused": 1, "deferred": 0, "stuck": 0' in first
    assert '"delivered": 0, "refused": 0, "deferred": 0, "stuck": 0' in again
    assert "✓ contoso-helpdeskx    every field that helpdeskx-tickets names can be read" in findings


def test_the_schemas_the_shipped_examples_the_count_of_secrets_and_the_style_agree_with_it(
    walked: Walked,
) -> None:
    run(
        walked.root,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "tests/config/test_schemas.py",
        "tests/mapping/test_examples.py",
        "tests/endtoend/test_secrets.py",
        *NARROW,
    )
    files = [name for name in walked.changed() if name.endswith(".py")]
    run(walked.root, "-m", "ruff", "check", "--no-cache", *files)
    run(walked.root, "-m", "ruff", "format", "--no-cache", "--check", *files)


def test_in_the_connector_itself_it_is_one_folder_and_one_line(walked: Walked) -> None:
    proper = {
        name: each
        for name, each in walked.changed().items()
        if name.startswith("connector/") and not name.startswith("connector/simulators/")
    }
    new = {str(Path(name).parent) for name, (how, _) in proper.items() if how == "new"}
    assert new == {"connector/desks/helpdeskx"}
    changed = {name: each for name, each in proper.items() if each[0] != "new"}
    assert changed == {"connector/desks/kinds.py": ("changed", 1)}


def test_the_page_counts_the_files_as_they_are(walked: Walked) -> None:
    found = walked.changed()
    rows = [
        f"| `{name}` | {how} | {lines} |\n"
        for name, (how, lines) in sorted(found.items(), key=lambda each: each[1][0] != "new")
    ]
    table = "| file | | lines |\n|---|---|---|\n" + "".join(rows)
    (shown,) = re.findall(r"<!-- files -->\n(.*?)<!-- /files -->", PAGE, re.DOTALL)
    assert shown == table
    new, by_hand = ([lines for how, lines in found.values() if how == which] for which in ("new", "changed"))
    assert f"{len(new)} new files, and {sum(by_hand)} lines in {len(by_hand)} others" in PAGE


@pytest.mark.parametrize(
    "block", [each for each in BLOCKS if each.kind == "python"], ids=lambda each: each.text.split()[0]
)
def test_what_the_page_shows_of_a_file_stands_there(block: Block) -> None:
    (name,) = [name for name, place in PLACES.items() if place == block.path]
    assert block.text in (ROOT / "tests" / "docs" / "thirddesk" / name).read_text("utf-8")
