"""config.yaml and every mapping file, read at once: all of it is right, or all that is wrong is said."""

from __future__ import annotations

from collections.abc import Mapping as Names
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from connector import marked_yaml
from connector.durations import Limit
from connector.mapping.forms import MappingForm
from connector.mapping.model import Mapping
from connector.mapping.read import read as read_mapping
from connector.marked_yaml import Document, Loc, Span
from connector.mistakes import Mistakes, quote
from connector.settings.desks import DeskConfig, ServiceNow, Topdesk
from connector.settings.entra import Entra
from connector.settings.form import Around, fill
from connector.settings.schema import schema_of
from connector.settings.sections import Floor, Log, Mail, Poll, Settings, Web

__all__ = [
    "Config",
    "DeskConfig",
    "Entra",
    "Floor",
    "Limit",
    "Log",
    "Mail",
    "Mistakes",
    "Poll",
    "ServiceNow",
    "Topdesk",
    "Web",
    "load",
    "schema",
]


@dataclass(frozen=True)
class Config:
    """Everything that a run needs to know. Spans of time are seconds; `ledger` is an SQLAlchemy URL with an absolute path."""

    entra: Entra
    desks: Names[str, DeskConfig]
    mappings: tuple[Mapping, ...]
    poll: Poll
    workers: int
    lease: float
    stop_within: float
    floor: Floor
    mail: Mail | None
    ledger: str
    web: Web | None
    log: Log
    path: Path


def load(path: Path, *, secrets: bool = False) -> Config:
    """The configuration with its mappings. With `secrets`, what references name must be there now.

    Raises Mistakes: all of config.yaml and of every mapping file at once.
    """
    path = path.absolute()
    document = marked_yaml.read(path)
    if not path.exists():
        sentence = (
            "there is no configuration here; copy config.example.yaml to this place and change it, or name one with --config"
        )
        document.wrong_at(Span(1, 1, 1), sentence)
    around = Around(folder=path.parent, secrets=secrets)
    settings = fill(Settings, document, around)
    if document.data is None:
        raise Mistakes(document.mistakes)
    mappings, found = _mappings(document, _seen(document.data, around, settings))
    mistakes = [*document.mistakes, *(mistake for each in found for mistake in each.mistakes)]
    if mistakes or settings is None:
        raise Mistakes(mistakes)
    return Config(
        entra=settings.entra,
        desks=settings.desks,
        mappings=mappings,
        poll=settings.poll,
        workers=settings.workers,
        lease=settings.lease,
        stop_within=settings.stop_within,
        floor=settings.floor,
        mail=settings.mail,
        ledger=settings.ledger,
        web=settings.web,
        log=settings.log,
        path=path,
    )


def schema(of: Literal["config", "mapping"]) -> dict[str, Any]:
    """The JSON Schema of a file, for editors."""
    return schema_of(Settings if of == "config" else MappingForm)


def _seen(data: dict[str, Any], around: Around, settings: Settings | None) -> Around:
    """What mappings are checked against, as far as it can be told from a config.yaml that has mistakes of its own."""
    desks = data.get("desks")
    kinds = (
        {name: desk.get("kind") for name, desk in desks.items() if isinstance(desk, dict)} if isinstance(desks, dict) else None
    )
    return Around(around.folder, around.secrets, kinds or None, settings.floor if settings else _floor(data, around))


def _floor(data: dict[str, Any], around: Around) -> Floor | None:
    try:
        return Floor.model_validate(data.get("floor", {}), context=around)
    except ValidationError:
        return None


def _mappings(config: Document, around: Around) -> tuple[tuple[Mapping, ...], list[Document]]:
    mappings: list[Mapping] = []
    documents: list[Document] = []
    names: dict[str, Path] = {}
    for path in _files(config, around.folder):
        mapping, document = read_mapping(path, around)
        name = document.data.get("mapping") if document.data else None
        if isinstance(name, str) and name in names:
            document.wrong(
                ("mapping",), f"{quote(name)} is the name of {names[name].name}, too; give each mapping a name of its own"
            )
        elif isinstance(name, str):
            names[name] = path
        documents.append(document)
        mappings += [mapping] if mapping else []
    return tuple(mappings), documents


def _files(config: Document, folder: Path) -> list[Path]:
    """The mapping files, in order. What is wrong with the folder is a mistake of config.yaml."""
    named = config.data.get("mappings", "mappings")
    if isinstance(named, list):
        return _each(config, [(("mappings", index), folder / name) for index, name in enumerate(named) if isinstance(name, str)])
    if not isinstance(named, str):
        return []
    place = folder / named
    if place.is_file():
        return [place]
    try:
        found = sorted(path for path in place.iterdir() if path.suffix == ".yaml" and not path.name.startswith("."))
    except OSError as error:
        why = "isn't there" if isinstance(error, FileNotFoundError) else f"can't be read ({error.strerror})"
        config.wrong(("mappings",), f"the folder {quote(named)} {why}; make it and put a mapping file into it, or name another")
        return []
    if not found:
        config.wrong(
            ("mappings",),
            f"no file in {quote(named)} ends with .yaml; put a mapping file there, such as servicenow-incidents.yaml",
        )
    return found


def _each(config: Document, listed: list[tuple[Loc, Path]]) -> list[Path]:
    files: list[Path] = []
    for loc, path in listed:
        if not path.is_file():
            config.wrong(loc, "there is no such file; write one, or take it out of the list")
        elif path in files:
            config.wrong(loc, "this file stands in the list twice; keep one")
        else:
            files.append(path)
    return files
