"""The words of the page behind the link in a notice, in three languages: templates/not_me.LANGUAGE.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml

LANGUAGES: Final = ("en", "nl", "de")
TEMPLATES: Final = Path(__file__).parent / "templates"


@cache
def words(language: str) -> Mapping[str, str]:
    """The texts of one language, by name: a page's title, and its text, a line a paragraph."""
    text = (TEMPLATES / f"not_me.{language}.yaml").read_text("utf-8")
    return {str(name): str(each) for name, each in yaml.safe_load(text).items()}
