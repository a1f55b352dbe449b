"""Files for tests: a ¶ stands right before the place where a mistake must be reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.load import load
from connector.forms.mistakes import Mistake, Mistakes

SNOW_AUTH = "{kind: basic, username: svc, password: env:SNOW_PASSWORD}"
TOP_AUTH = "{kind: application_password, login: passdesk, password: env:TOP}"
CONFIG = f"""\
entra: {{credential: {{kind: managed_identity}}}}
desks:
  snow: {{kind: servicenow, url: https://contoso.service-now.com, auth: {SNOW_AUTH}}}
  top: {{kind: topdesk, url: https://contoso.topdesk.net, auth: {TOP_AUTH}}}
"""
MAPPING = """\
mapping: incidents
desk: snow
table: incident
watch: {category: identity}
values: {subject: {from: caller_id.user_name}}
"""


def unmarked(text: str) -> tuple[str, int, int]:
    """The text without its ¶, and the line and column where it stood; 0, 0 where there is none."""
    before, mark, after = text.partition("¶")
    return (
        (before + after, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        if mark
        else (text, 0, 0)
    )


def lay(folder: Path, config: str = CONFIG, **mappings: str) -> Path:
    """config.yaml and mapping files in a folder; the path of the first."""
    (folder / "mappings").mkdir(exist_ok=True)
    for name, text in (mappings or {"incidents": MAPPING}).items():
        (folder / "mappings" / f"{name}.yaml").write_text(text, encoding="utf-8", newline="")
    path = folder / "config.yaml"
    path.write_text(config, encoding="utf-8", newline="")
    return path


def mistakes_of(path: Path, *, secrets: bool = False) -> tuple[Mistake, ...]:
    with pytest.raises(Mistakes) as raised:
        load(path, secrets=secrets)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None  # a validation error would hold what was typed, secrets too
    return raised.value.mistakes


def replaced(base: str, **keys: str) -> str:
    """The base without the top keys that are given, and these behind it."""
    kept = [line for line in base.splitlines(keepends=True) if line.partition(":")[0] not in keys]
    return "".join(kept) + "".join(text if text.endswith("\n") else f"{text}\n" for text in keys.values())
