"""The mapping files of a configuration as one set, read together: all of it is right, or all that is wrong is
said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Urls
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from connector.forms.marked_yaml import Document, Loc
from connector.forms.mistakes import Mistake, quote
from connector.mapping.keys.checks import MappingContext
from connector.mapping.keys.dialect import unsupported
from connector.mapping.model import Mapping
from connector.mapping.overlap import watched_beside
from connector.mapping.read import read as read_mapping

# Spellings of .yaml that aren't it, with what an editor or a system hangs on behind.
_NEARLY = re.compile(r"\.(?:yml|yaml\.txt|yml\.txt|(?!yaml$)(?i:yaml|yml))$")


@dataclass(frozen=True)
class MappingSet:
    """The mappings, or all that is wrong. `named`: files that mapping files name, such as tables for
    `lookup`, whether they are there or not.
    """

    mappings: tuple[Mapping, ...]
    mistakes: tuple[Mistake, ...]
    named: frozenset[Path]

    @property
    def files(self) -> dict[Path, str]:
        """Every file of the mappings, with its version as it was read."""
        return {path: version for mapping in self.mappings for path, version in mapping.files.items()}


@dataclass(frozen=True)
class Source:
    """The place of the mapping files, and the context that they are checked against: config.yaml as it was
    read.
    """

    config: Document
    context: MappingContext
    urls: Urls[str, str]  # of the desks, by name, as far as they are known

    def files(self) -> list[Path]:
        """The mapping files that are there now, in order."""
        config = self._config()
        return [*_files(config, self.context.folder), *_named_otherwise(config, self.context.folder)]

    def read(self) -> MappingSet:
        """Never raises. What is wrong with the folder is a mistake of config.yaml, beside what else is wrong
        there.
        """
        config = self._config()
        mappings: dict[Path, Mapping] = {}
        documents: dict[Path, Document] = {}
        names: dict[str, Path] = {}
        named: set[Path] = set()
        files = _files(config, self.context.folder)
        for path in files:
            mapping, document = read_mapping(path, self.context)
            _name_of_its_own(document, names)
            if mapping:
                mappings[path] = mapping
                named.update(mapping.files)
            named.update(path.parent / text for text in _texts(document.data) if text.endswith(".csv"))
            documents[path] = document
        for path, mapping in mappings.items():
            for sentence in self._unsupported(mapping, mappings.values()):
                _wrong(documents[path], sentence)
        mistakes = (
            *(each for document in (config, *documents.values()) for each in document.mistakes),
            *(_unread(path) for path in _named_otherwise(config, self.context.folder)),
        )
        return MappingSet(tuple(mappings.values()), mistakes, frozenset(named.difference(files)))

    def _unsupported(self, mapping: Mapping, beside: Iterable[Mapping]) -> Iterator[str]:
        """Sentences behind keys about what the mapping's desk can't do, in a query that reads all that the
        mappings of its table watch.
        """
        dialect = (self.context.desks or {}).get(mapping.desk)
        if dialect:
            also = watched_beside(mapping, beside)
            yield from unsupported(dialect, mapping, self.urls.get(mapping.desk, ""), also)

    def _config(self) -> Document:
        return replace(self.config, found=dict(self.config.found))


def _wrong(document: Document, said: str) -> None:
    key, _, sentence = said.partition(": ")
    document.wrong(_place(document, key), sentence)


def _place(document: Document, key: str) -> Loc:
    """Find a dotted key (a field's own name may have dots), or else the first value that is this text."""
    by_key = (
        loc for loc in document.values if ".".join(part for part in loc if isinstance(part, str)) == key
    )
    by_text = (loc for loc in document.values if _at(document.data, loc) == key)
    return next(by_key, None) or next(by_text, None) or (key.partition(".")[0],)


def _at(data: Any, loc: Loc) -> Any:
    for part in loc:
        data = data[part]
    return data


def _name_of_its_own(document: Document, names: dict[str, Path]) -> None:
    name = document.data.get("mapping") if document.data else None
    if isinstance(name, str) and name in names:
        sentence = (
            f"{quote(name)} is the name of {names[name].name}, too; give each mapping a name of its own"
        )
        document.wrong(("mapping",), sentence)
    elif isinstance(name, str):
        names[name] = document.path


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for each in data.values() if isinstance(data, dict) else data:
            yield from _texts(each)


def _files(config: Document, folder: Path) -> list[Path]:
    """List the mapping files. A fault of the folder is a mistake of config.yaml."""
    loc, named = _named(config)
    if isinstance(named, list):
        return _each(
            config,
            [
                (("mappings", index), folder / name)
                for index, name in enumerate(named)
                if isinstance(name, str)
            ],
        )
    if not isinstance(named, str):
        return []
    place = folder / named
    if place.is_file():
        return [place]
    try:
        found = sorted(
            path for path in place.iterdir() if path.suffix == ".yaml" and not path.name.startswith(".")
        )
    except OSError as error:
        why = "isn't there" if isinstance(error, FileNotFoundError) else f"can't be read ({error.strerror})"
        config.wrong(
            loc,
            f"the folder {quote(named)} {why}; make it and put a mapping file into it, or name another",
        )
        return []
    if not found and not _named_otherwise(config, folder):
        config.wrong(
            loc,
            (
                f"no file in {quote(named)} ends with .yaml; put a mapping file there, such as "
                "access-passes.yaml"
            ),
        )
    return found


def _named(config: Document) -> tuple[Loc, Any]:
    """The folder or the files that config.yaml names, and the key that does."""
    named = (config.data or {}).get("mappings", "mappings")
    if isinstance(named, dict):
        return (("mappings", "folder") if "folder" in named else ("mappings",)), named.get(
            "folder", "mappings"
        )
    return ("mappings",), named


def _named_otherwise(config: Document, folder: Path) -> list[Path]:
    """Files of the folder that somebody may take for mapping files, though their names end otherwise."""
    _, named = _named(config)
    try:
        found = sorted((folder / named).iterdir()) if isinstance(named, str) else []
    except OSError:
        return []
    return [path for path in found if _NEARLY.search(path.name) and not path.name.startswith(".")]


def _unread(path: Path) -> Mistake:
    right = _NEARLY.sub(".yaml", path.name)
    cure = (
        f"keep one of it and {right}"
        if (path.parent / right).exists()
        else f"call it {right}, or take it away"
    )
    return Mistake(path, 1, 1, "", f"this file isn't read, since its name doesn't end with .yaml; {cure}")


def _each(config: Document, listed: list[tuple[Loc, Path]]) -> list[Path]:
    files: list[Path] = []
    for loc, path in listed:
        several = re.findall(r"\.ya?ml\b", str(path))
        if not path.is_file() and len(several) > 1:
            config.wrong(
                loc, "a comma is missing here; put one between two files, or each on a line of its own"
            )
        elif not path.is_file():
            config.wrong(loc, "there is no such file; write one, or take it out of the list")
        elif path in files:
            config.wrong(loc, "this file is in the list twice; keep one")
        else:
            files.append(path)
    return files
