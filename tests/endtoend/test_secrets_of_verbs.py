"""No pass and no secret in what the verbs of a person print, or leave in the ledger's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endtoend.kinds import KINDS, housed
from tests.endtoend.test_secrets import secrets_of, written_by

VERBS = (
    ("status",), ("status", "--json"), ("live",), ("live", "--json"), ("history",), ("history", "--json"),
    ("audit", "export"), ("check",), ("pause", "--why", "drill"), ("resume",),
    ("revoke", "--all", "--why", "drill", "--yes"),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_verb_prints_a_pass_or_a_secret(tmp_path: Path, kind: str) -> None:
    with housed(kind, tmp_path) as house:
        house.ticket("ann.lee")
        house.once()
        for verb in VERBS:
            house.run(*verb)
        printed = written_by(house)
        known = secrets_of(house)
        assert house.graph.passes.made == 1 and len(known) > 3 and "ann.lee" in printed
        assert [each for each in known if each in printed] == []
