"""Mapping files that change while `run` is working: the whole set is taken up between two sweeps, or
refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from connector import log
from connector.config.load import Config
from connector.config.mapping_set import MappingSet, Source
from connector.config.unbuilt import idle
from connector.domain.events import Event
from connector.domain.steady import steady
from connector.mapping.model import Mapping as MappingFile
from connector.worker.sweep import Sweep

# seconds: editors write in two steps, and the first half of a file may look like a whole one, with fewer
# rules
AT_REST = 1.0
Prints = Mapping[Path, str]


def prints(files: Iterable[Path]) -> Prints:
    """Each file's version, as `Document.version` is; "" where there is none to read."""
    return {file: _print(file) for file in files}


def _print(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""
    except (OSError, ValueError):
        return ""


@dataclass
class Watched:
    """Tells each change once: that the files are others than those of the last change, and have been at rest
    since.
    """

    known: Prints | None = None  # None: nobody looked yet, which is a change
    moving: tuple[Prints, float] | None = None

    def changed(self, seen: Prints, now: float) -> bool:
        """`now`: seconds of a steady clock."""
        if seen == self.known:
            self.moving = None
            return False
        if self.moving is None or self.moving[0] != seen:
            self.moving = (seen, now)
        if now - self.moving[1] < AT_REST:
            return False
        self.known, self.moving = seen, None
        return True


@dataclass
class Reload:
    """The mapping files of a running configuration, their folder's listing, and the files that they name."""

    source: Source
    named: frozenset[Path] = frozenset()
    watched: Watched = field(default_factory=Watched)

    def look(self, now: float) -> MappingSet | None:
        """The set as it is written now, once after each change and once at first; None: nothing new, or not
        at rest.
        """
        seen = self._prints()
        if not self.watched.changed(seen, now):
            return None
        found = self.source.read()
        if found.named == self.named and self._prints() == seen:
            return found
        self.named, self.watched = found.named, Watched()  # what it names is watched before it is taken
        return None

    def _prints(self) -> Prints:
        return prints((*self.source.files(), *self.named))


class House(Protocol):
    """The application as `wire` builds it."""

    @property
    def config(self) -> Config: ...

    @property
    def sweep(self) -> Sweep: ...

    def refreshed(self, mappings: tuple[MappingFile, ...]) -> House: ...


@dataclass
class Reloading:
    """The house as the files say. What is wrong is said once, until they change again, and once more when it
    is mended.
    """

    house: House
    clock: Callable[[], float] = steady
    refused: bool = False

    def __post_init__(self) -> None:
        config = self.house.config
        start = config.read
        known = {**prints(start.named), **start.files}  # the start's own reading is the first look
        self.reload = Reload(config.source, start.named, Watched(known))
        self.config = Watched({config.path: config.source.config.version})

    def between(self) -> Sweep:
        """Asked between two sweeps: the one to go on with."""
        now = self.clock()
        if self.config.changed(prints([self.house.config.path]), now):
            log.event(
                Event.CONFIG_CHANGED,
                detail=f"{self.house.config.path.name} was changed; restart passdesk to use it.",
            )
        if found := self.reload.look(now):
            self.take(found)
        return self.house.sweep

    def take(self, found: MappingSet) -> None:
        before = self.house.config.mappings
        if found.mistakes:
            detail = (
                "No mapping was reloaded; the old ones stay in force. Correct the files: they are read "
                "again when they change."
            )
            log.event(Event.MAPPINGS_REFUSED, mistakes=[str(each) for each in found.mistakes], detail=detail)
        else:
            self.house = self.house.refreshed(found.mappings)
            if self.refused or versions(before) != versions(found.mappings):
                log.event(Event.MAPPINGS_RELOADED, mappings=differences(before, found.mappings))
            known = versions(before)
            for key, says in idle(each for each in found.mappings if known.get(each.name) != each.version):
                log.event(Event.NOT_BUILT, key=key, detail=says)
        self.refused = bool(found.mistakes)


def versions(mappings: Iterable[MappingFile]) -> dict[str, str]:
    return {mapping.name: mapping.version for mapping in mappings}


def differences(before: Iterable[MappingFile], after: Iterable[MappingFile]) -> dict[str, str]:
    """Each mapping's version, and which it was."""
    old, new = versions(before), versions(after)
    return {
        name: new[name]
        if old.get(name) == new.get(name)
        else f"{old.get(name, 'new')} → {new.get(name, 'gone')}"
        for name in sorted(old | new)
    }
