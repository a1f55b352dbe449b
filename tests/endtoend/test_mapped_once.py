"""How often the mapping runs: once for each different ticket that the desk showed."""

from __future__ import annotations

from collections.abc import Mapping as Fields
from pathlib import Path

import pytest

from connector.mapping import Facts, Mapping, MappingNo
from tests.endtoend.kinds import KINDS, housed


@pytest.mark.parametrize("kind", KINDS)
def test_a_delivered_ticket_that_nobody_changes_is_mapped_once(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[Fields[str, str]] = []
    right = Mapping.facts

    def facts(self: Mapping, fields: Fields[str, str]) -> Facts | MappingNo:
        runs.append(fields)
        return right(self, fields)

    with housed(kind, tmp_path) as house:
        monkeypatch.setattr(Mapping, "facts", facts)  # a file's examples have run by now
        house.ticket("ann.lee")
        house.once()
        assert house.graph.passes.made == 1
        assert len(runs) == 1
