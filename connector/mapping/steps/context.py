"""The surroundings of a step: the folder of its mapping file, and the tables that lie there."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from connector.mapping.steps.csv_file import CsvFile


class StepContext(Protocol):
    """A part of the mapping file's context (keys/checks.py)."""

    @property
    def folder(self) -> Path: ...

    @property
    def tables(self) -> dict[Path, CsvFile]:
        """Tables that were read along the way, each once."""
