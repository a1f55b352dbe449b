"""A configuration or mapping with a mistake: every verb that needs it says so, ends with 2, and starts
nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.cli.main import outcome
from tests.config.files import CONFIG, MAPPING, lay

VERBS = {
    "run": ["run"],
    "once": ["once", "--json"],
    "check": ["check"],
    "test": ["mappings", "test"],
    "explain": ["explain", "snow", "INC0010001"],
}
BROKEN = {
    "config.yaml": (
        f"{CONFIG}worker: 8\n",
        MAPPING,
        'config.yaml:5:1: there is no key "worker"; write workers',
    ),
    "a mapping": (
        CONFIG,
        f"{MAPPING}pass: [\n",
        "incidents.yaml:6:7: a bracket is opened here and not closed; close it",
    ),
    "both": (
        f"{CONFIG}lease: 5\n",
        f"{MAPPING}note: {{field: comments}}\n",
        "2 mistakes. Nothing was started.",
    ),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("broken", BROKEN)
def test_nothing_is_started(
    verb: str,
    broken: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SNOW_PASSWORD", "x")
    monkeypatch.setenv("TOP", "x")
    config, mapping, sentence = BROKEN[broken]
    path = lay(tmp_path, config, incidents=mapping)
    assert outcome([*VERBS[verb], "--config", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["config.yaml", "mappings"]
