"""docs/mappings.md: each of its YAML examples is loaded and its examples are run; what it prints is what is
printed.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from connector.cli.main import outcome
from connector.cli.words import mappings_page
from connector.config.load import load
from connector.forms.mistakes import Mistakes
from connector.mapping import examples
from tests.config.files import lay, replaced

PAGE = (Path(__file__).parents[2] / "docs" / "mappings.md").read_text("utf-8")
CONFIG = """\
entra: {credential: {kind: managed_identity}}
desks:
  contoso-servicenow:
    {kind: servicenow, url: https://contoso.service-now.com,
      auth: {kind: basic, username: svc, password: env:SNOW_PASSWORD}}
  contoso-topdesk:
    {kind: topdesk, url: https://contoso.topdesk.net,
      auth: {kind: application_password, login: svc, password: env:PASSWORD}}
mail: {from: servicedesk@contoso.com}
floor: {note_fields: [work_notes, u_access_pass]}
"""
SKELETON = """\
mapping: guide
desk: contoso-servicenow
table: incident
watch: {category: identity}
values: {subject: {from: caller_id.user_name, then: [trim, lower, {append: "@contoso.com"}]}}
"""


class Block(NamedTuple):
    """A fenced block, the line of the page that it starts in, and the one before it that is not console
    output.
    """

    line: int
    kind: str
    text: str


BLOCKS = [
    Block(PAGE[: found.start()].count("\n") + 1, found[1], found[2])
    for found in re.finditer(r"^```(.*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)
]
YAML = [block for block in BLOCKS if block.kind == "yaml"]
PRINTED = [(above, block) for above, block in pairwise(BLOCKS) if block.kind == "console"]


def laid(folder: Path, text: str) -> Path:
    """A complete file as it is; of a fragment, its keys in place of the skeleton's. With the page's tables
    beside it.
    """
    for table in re.finditer(r"`(\w+\.csv)` holds\n\n```csv\n((?:.*\n)*?)```", PAGE):
        (folder / "mappings").mkdir(exist_ok=True)
        (folder / "mappings" / table[1]).write_text(table[2], "utf-8")
    keys = re.findall(r"^(\w+):", text, re.MULTILINE)
    whole = (
        text if "mapping" in keys else replaced(SKELETON, **dict.fromkeys(keys, "")).strip("\n") + f"\n{text}"
    )
    return lay(folder, CONFIG, incidents=whole)


@pytest.mark.parametrize("block", YAML, ids=lambda block: f"line {block.line}")
def test_each_example_loads_and_what_it_promises_comes_true(block: Block, tmp_path: Path) -> None:
    (mapping,) = load(laid(tmp_path, block.text)).mappings
    shows_a_difference = "disagree" in PAGE.splitlines()[block.line - 2 - 1]
    results = examples.run(mapping)
    assert all(result.fine for result in results) is not shows_a_difference, results


def test_the_page_has_what_it_is_for() -> None:
    assert len(YAML) > 15
    assert sum(block.text.count("ticket:") for block in YAML) > 20
    assert [above.kind for above, _ in PRINTED] == ["yaml", "yaml", "yaml broken"]


@pytest.mark.parametrize(("above", "printed"), PRINTED, ids=lambda block: f"line {block.line}")
def test_what_is_printed_is_shown_as_it_is(
    above: Block,
    printed: Block,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = laid(tmp_path, above.text)
    monkeypatch.chdir(tmp_path)
    if above.kind == "yaml":
        outcome(["mappings", "test", "--config", str(path)])
        shown = capsys.readouterr().out
    else:
        with pytest.raises(Mistakes) as raised:
            load(path)
        shown = raised.value.render(show_lines=True) + "\n"
    assert printed.text == f"$ passdesk mappings test\n{shown}"


def test_the_table_of_steps_is_made_from_the_code() -> None:
    assert "| `lookup` |" in PAGE
    assert mappings_page(PAGE) == PAGE, "write it anew: make docs"


def test_every_key_of_a_mapping_is_explained() -> None:
    from connector.mapping.keys.allow import AllowForm
    from connector.mapping.keys.forms import MappingForm
    from connector.mapping.keys.sections import MailForm, NoteForm, SettleForm

    for form in (MappingForm, AllowForm, MailForm, NoteForm, SettleForm):
        named = [*form.named()]
        assert named and [key for key in named if re.search(rf"\b{key}\b", PAGE)] == named


def test_every_template_of_ours_is_explained() -> None:
    from connector.deliveries.template_kinds import KINDS

    assert {kind for kind, suffix in KINDS.items() if f"| `{kind}.en.{suffix}` |" in PAGE} == set(KINDS)
