"""Whatever people may copy as their mapping takes no request that came in by mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MAILS = {"email", "E-mail", "Email"}


def whole() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each whole mapping of the repository, by where it stands."""
    for path in sorted([*ROOT.glob("mappings/*.yaml"), *ROOT.glob("connector/demo/*.yaml")]):
        yield path.name, yaml.safe_load(path.read_text("utf-8"))
    for page in sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")]):
        for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)):
            known = yaml.safe_load(block)
            if isinstance(known, dict) and {"mapping", "values"} <= known.keys():
                yield f"{page.name} {number}", known


@pytest.mark.parametrize(
    ("where", "mapping"), [*whole()], ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_mapping_that_people_copy_refuses_mail(where: str, mapping: dict[str, Any]) -> None:
    rule = mapping.get("allow", {}).get("channel", {})
    assert rule.get("field"), where
    assert ("in" in rule and not MAILS & set(rule["in"])) or MAILS & set(rule.get("not_in", ())), where


def test_there_are_such_mappings() -> None:
    assert {"servicenow-incidents.yaml", "topdesk-new-employees.yaml", "newcomers.yaml"} <= dict(
        whole()
    ).keys()
    assert sum("mappings.md" in where for where, _ in whole()) >= 4


def test_no_shipped_mapping_takes_the_requester_from_what_people_write() -> None:
    fields = {
        where: mapping["values"]["requester"]["from"]
        for where, mapping in whole()
        if where.endswith(".yaml") and mapping["desk"] == "contoso-servicenow"
    }
    assert len(fields) == 4
    assert {field.rpartition(".")[2] for field in fields.values()} == {"sys_created_by"}
