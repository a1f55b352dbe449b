"""`passdesk schema --write DIR`: after the README's steps, an editor finds the schema of every file."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from connector.cli.main import outcome
from connector.config.load import schema

ROOT = Path(__file__).parents[2]
FIRST_LINE = "# yaml-language-server: $schema="


def readme_command() -> list[str]:
    (found,) = re.findall(r"`passdesk (schema --write [^`]+)`", (ROOT / "README.md").read_text("utf-8"))
    return str(found).split()


def test_after_the_steps_of_the_readme_each_file_finds_its_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "config.example.yaml", tmp_path / "config.yaml")
    shutil.copytree(ROOT / "mappings", tmp_path / "mappings")
    monkeypatch.chdir(tmp_path)
    assert outcome(readme_command()) == 0
    assert "schemas/mapping.schema.json" in capsys.readouterr().out
    files = [tmp_path / "config.yaml", *sorted((tmp_path / "mappings").glob("*.yaml"))]
    assert len(files) > 3
    for file in files:
        text = file.read_text("utf-8")
        line = text.splitlines()[0]
        assert line.startswith(FIRST_LINE)
        found = file.parent / line.removeprefix(FIRST_LINE)
        Draft202012Validator(json.loads(found.read_text("utf-8"))).validate(yaml.safe_load(text))


def test_schemas_of_an_earlier_version_are_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "schemas"
    folder.mkdir(parents=True)
    (folder / "mapping.schema.json").write_text("old", "utf-8")
    assert outcome(["schema", "--write", str(folder)]) == 0
    assert json.loads((folder / "mapping.schema.json").read_text("utf-8")) == schema("mapping")
    assert json.loads((folder / "config.schema.json").read_text("utf-8")) == schema("config")


@pytest.mark.parametrize("args", [[], ["mapping", "--write", "x"], ["--json", "--write", "x"]])
def test_what_is_to_be_shown_or_written_must_be_said(
    args: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert outcome(["schema", *args]) == 2
    assert "--write" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert outcome(["schema", "--write", str(tmp_path / "file" / "schemas")]) == 2
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert said.out == ""
