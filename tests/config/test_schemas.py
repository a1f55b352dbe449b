"""The schema files for editors say what the models say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest

from connector.config import schema

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["config", "mapping"])
def test_the_schema_file_is_what_the_models_give(name: Literal["config", "mapping"]) -> None:
    written = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert written == schema(name), f"write it anew: passdesk schema {name} > schemas/{name}.schema.json"


@pytest.mark.parametrize("name", ["config", "mapping"])
def test_every_key_at_the_top_is_described(name: Literal["config", "mapping"]) -> None:
    whole = schema(name)
    keys: dict[str, dict[str, Any]] = whole["properties"]
    behind = {key: whole["$defs"].get(each.get("$ref", "").rpartition("/")[2], each) for key, each in keys.items()}
    assert [key for key, each in behind.items() if not each.get("description")] == []


def test_the_shipped_files_name_their_schemas() -> None:
    for file in [ROOT / "config.example.yaml", *sorted((ROOT / "mappings").glob("*.yaml"))]:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert (file.parent / first.removeprefix("# yaml-language-server: $schema=")).is_file()
