"""config.yaml and every mapping file, read at once: all of it is right, or all that is wrong is said."""

from __future__ import annotations

from collections.abc import Mapping as Names
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from connector.config.desks import DeskConfig, ServiceNow, Topdesk
from connector.config.mapping_set import MappingSet, Source
from connector.config.sections import Floor, Log, Mail, Poll, Settings, Web
from connector.deliveries.template_files import Templates
from connector.deliveries.template_files import load as templates_of
from connector.domain.durations import Limit
from connector.entra.config import Entra
from connector.forms import marked_yaml
from connector.forms.form import Around, fill
from connector.forms.marked_yaml import Span
from connector.forms.mistakes import Mistake, Mistakes
from connector.forms.schema import schema_of
from connector.mapping.keys.forms import MappingForm
from connector.mapping.model import Mapping

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
    """Everything that a run needs to know. Spans of time are seconds; `ledger` is an SQLAlchemy URL with an
    absolute path.
    """

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
    source: Source = field(repr=False, compare=False)  # of the mappings, to read them again
    templates: Templates = field(repr=False, compare=False)


def load(path: Path, *, secrets: bool = False, mappings: bool = True) -> Config:
    """The configuration, with its mappings if asked for. With `secrets`, what references name must be there
    now.

    Raises Mistakes: all of config.yaml and of every mapping file at once.
    """
    path = path.absolute()
    document = marked_yaml.read(path)
    if not path.exists():
        sentence = (
            "there is no configuration here; copy config.example.yaml to this place and change it, or name "
            "one with --config"
        )
        document.wrong_at(Span(1, 1, 1), sentence)
    around = Around(folder=path.parent, secrets=secrets)
    settings = fill(Settings, document, around)
    if document.data is None:
        raise Mistakes(document.mistakes)
    templates, wrong = _templates(settings)
    source = Source(document, _seen(document.data, around, settings, templates))
    found = source.read() if mappings else MappingSet((), document.mistakes, frozenset())
    if found.mistakes or wrong or settings is None or templates is None:
        raise Mistakes([*found.mistakes, *wrong])
    return Config(
        entra=settings.entra,
        desks=settings.desks,
        mappings=found.mappings,
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
        source=source,
        templates=templates,
    )


def _templates(settings: Settings | None) -> tuple[Templates | None, tuple[Mistake, ...]]:
    """None where config.yaml or a template is wrong."""
    try:
        return (templates_of(settings.templates) if settings else None), ()
    except Mistakes as found:
        return None, found.mistakes


def schema(of: Literal["config", "mapping"]) -> dict[str, Any]:
    """The JSON Schema of a file, for editors."""
    return schema_of(Settings if of == "config" else MappingForm)


def _seen(
    data: dict[str, Any], around: Around, settings: Settings | None, templates: Templates | None
) -> Around:
    """What mappings are checked against, as far as it can be told from a config.yaml that has mistakes of its
    own.
    """
    desks = data.get("desks")
    kinds = (
        {name: desk.get("kind") for name, desk in desks.items() if isinstance(desk, dict)}
        if isinstance(desks, dict)
        else None
    )
    slip = "floor" not in data and get_close_matches(
        "floor", data, n=1
    )  # said there, and not once more by each mapping
    floor = settings.floor if settings else None if slip else _floor(data, around)
    return Around(
        around.folder, around.secrets, kinds or None, floor, mails="mail" in data, templates=templates
    )


def _floor(data: dict[str, Any], around: Around) -> Floor | None:
    try:
        return Floor.model_validate(data.get("floor", {}), context=around)
    except ValidationError:
        return None
