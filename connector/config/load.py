"""config.yaml and every mapping file, read at once: all of it is right, or all that is wrong is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from connector.config.mapping_set import MappingSet, Source
from connector.config.sections import Settings
from connector.deliveries.template_files import Templates
from connector.deliveries.template_files import load as templates_of
from connector.desks.kinds import KINDS
from connector.forms import marked_yaml
from connector.forms.form import Context, fill
from connector.forms.marked_yaml import Span
from connector.forms.mistakes import Mistake, Mistakes, nearby
from connector.forms.schema import schema_of
from connector.mapping.keys.checks import MappingContext
from connector.mapping.keys.dialect import Dialect
from connector.mapping.keys.floor import Floor
from connector.mapping.keys.forms import MappingForm
from connector.mapping.model import Mapping


@dataclass(frozen=True)
class Config:
    """Everything that a run needs to know."""

    settings: Settings
    mappings: tuple[Mapping, ...]
    path: Path
    source: Source = field(repr=False, compare=False)  # of the mappings, to read them again
    read: MappingSet = field(repr=False, compare=False)  # at the start
    templates: Templates = field(repr=False, compare=False)

    def place(self, *key: str) -> str:
        """The line and column of a key of config.yaml, and its name."""
        span = self.source.config.values.get(key, Span(1, 1, 1))
        return f"{nearby(self.path)}:{span.line}:{span.column} {'.'.join(key)}"

    def mistake(self, sentence: str, *key: str) -> Mistakes:
        """What is wrong with a key of config.yaml, found only as it is put to use."""
        span = self.source.config.values.get(key, Span(1, 1, 1))
        return Mistakes([Mistake(self.path, span.line, span.column, ".".join(key), sentence)])


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
    context = Context(folder=path.parent, secrets=secrets)
    settings = fill(Settings, document, context)
    if document.data is None:
        raise Mistakes(document.mistakes)
    templates, wrong = _templates(settings)
    urls = {name: desk.url for name, desk in settings.desks.items()} if settings else {}
    source = Source(document, _mapping_context(document.data, context, settings, templates), urls)
    found = source.read() if mappings else MappingSet((), document.mistakes, frozenset())
    if found.mistakes or wrong or settings is None or templates is None:
        raise Mistakes([*found.mistakes, *wrong])
    return Config(settings, found.mappings, path, source, found, templates)


def _templates(settings: Settings | None) -> tuple[Templates | None, tuple[Mistake, ...]]:
    """Load the templates; None if config.yaml or a template is wrong."""
    try:
        return (templates_of(settings.templates) if settings else None), ()
    except Mistakes as found:
        return None, found.mistakes


def schema(of: Literal["config", "mapping"]) -> dict[str, Any]:
    """The JSON Schema of a file, for editors."""
    return schema_of(Settings if of == "config" else MappingForm)


def _mapping_context(
    data: dict[str, Any], context: Context, settings: Settings | None, templates: Templates | None
) -> MappingContext:
    """Surroundings of the mappings, as far as a config.yaml with mistakes of its own shows them."""
    slip = "floor" not in data and get_close_matches(
        "floor", data, n=1
    )  # said there, and not once more by each mapping
    return MappingContext(
        context.folder,
        context.secrets,
        _dialects(data.get("desks")),
        floor=settings.floor if settings else None if slip else _floor(data, context),
        mails="mail" in data,
        templates=templates,
    )


def _dialects(desks: object) -> dict[str, Dialect | None] | None:
    """By name of the desk; None where its kind is not known."""
    if not isinstance(desks, dict):
        return None
    kinds = {name: desk.get("kind") for name, desk in desks.items() if isinstance(desk, dict)}
    known = {
        name: KINDS[kind].dialect if isinstance(kind, str) and kind in KINDS else None
        for name, kind in kinds.items()
    }
    return known or None


def _floor(data: dict[str, Any], context: Context) -> Floor | None:
    try:
        return Floor.model_validate(data.get("floor", {}), context=context)
    except ValidationError:
        return None
