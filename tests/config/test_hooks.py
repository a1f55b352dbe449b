"""A hook that could never work, or that somebody could guess, is a mistake at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.load import load
from connector.forms.mistakes import Mistake, Mistakes
from tests.config.files import CONFIG, lay, unmarked

WEB = 'web: {listen: "127.0.0.1:8642"}\n'
GOOD, SHORT = "0123456789-abcdef", "0123456789"
CASES = {
    "hooks without a web server": (
        "¶hooks: {snow: {secret: env:A}}\n",
        'desks call the web server, and there is none; write web: {listen: "127.0.0.1:8642"}, or take hooks',
    ),
    "a hook of a desk that isn't there": (
        f"{WEB}hooks: {{¶snoww: {{secret: env:A}}}}\n",
        'there is no desk "snoww"; write snow',
    ),
    "a secret that can be guessed": (
        f"{WEB}hooks: {{snow: {{secret: ¶env:SHORT}}}}\n",
        "hooks.snow.secret: this secret is shorter than 12 characters; make one with: openssl rand",
    ),
    "one secret for two desks": (
        f"{WEB}hooks: {{snow: {{secret: env:A}}, top: {{secret: ¶env:SAME}}}}\n",
        'hooks.top.secret: this is the secret of "snow", too, whose desk could call for this one; make one',
    ),
    "a secret that opens the page, too": (
        'web: {listen: "127.0.0.1:8642", operators: {lead: env:SAME}}\nhooks: {snow: {secret: ¶env:A}}\n',
        'hooks.snow.secret: this secret is the token of the operator "lead", too; make one',
    ),
    "a secret in the file": (
        f"{WEB}hooks: {{snow: {{secret: ¶0123456789abcdef}}}}\n",
        "a secret doesn't belong in this file",
    ),
    "a secret that isn't there": (f"{WEB}hooks: {{snow: {{secret: ¶env:NOT_THERE}}}}\n", "NOT_THERE"),
    "no secret": (f"{WEB}hooks: {{snow: ¶{{}}}}\n", "secret"),
}


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"A": GOOD, "SAME": GOOD, "B": GOOD[::-1], "SHORT": SHORT}.items():
        monkeypatch.setenv(name, value)
    for name in ("SNOW_PASSWORD", "TOP"):
        monkeypatch.setenv(name, "x")


def mistakes(folder: Path, more: str) -> list[Mistake]:
    try:
        load(lay(folder, f"{CONFIG}{more}"), secrets=True, mappings=False)
    except Mistakes as found:
        return list(found.mistakes)
    return []


@pytest.mark.parametrize("case", CASES)
def test_it_is_said_with_its_place_and_its_cure(case: str, tmp_path: Path) -> None:
    text, says = CASES[case]
    more, line, column = unmarked(f"{CONFIG}{text}")
    (found,) = mistakes(tmp_path, more.removeprefix(CONFIG))
    assert says in str(found) and GOOD not in str(found)
    assert (found.line, found.column) == (line, column)


def test_each_desk_may_have_a_hook_of_its_own(tmp_path: Path) -> None:
    more = f"{WEB}hooks: {{snow: {{secret: env:A}}, top: {{secret: env:B}}}}\n"
    assert mistakes(tmp_path, more) == []
    settings = load(tmp_path / "config.yaml", secrets=True, mappings=False).settings
    assert sorted(settings.hooks) == ["snow", "top"]
