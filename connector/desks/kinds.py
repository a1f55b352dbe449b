"""Registry of the kinds of desks, by their names in config.yaml. A new kind is a folder and a line here."""

from __future__ import annotations

from importlib import import_module

from connector.desks.kind import Kind

FOLDERS = (
    "servicenow",
    "topdesk",
)


def _kind(folder: str) -> Kind:
    kind: Kind = import_module(f"connector.desks.{folder}.kind").KIND
    return kind


KINDS = {folder: _kind(folder) for folder in FOLDERS}
