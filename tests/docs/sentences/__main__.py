"""Write docs/sentences.md."""

from __future__ import annotations

from pathlib import Path

from tests.docs.sentences.page import page

(Path(__file__).parents[3] / "docs" / "sentences.md").write_text(page(), "utf-8")
