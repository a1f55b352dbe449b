"""Bugs about names that are asked for ahead of their tickets' turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from connector.entra import directory
from connector.entra.directory import EntraDirectory
from connector.entra.hints import Hints
from connector.entra.lookups import Found, Lookups
from connector.mapping import Key
from tests.simulation.draw import AHEAD
from tests.simulation.mutants import Put, mutant


def _taken(put: Put) -> dict[Key, str]:
    """The hints that were used last."""
    right, used = Hints.take, dict[Key, str]()

    def take(self: Hints, keys: Any) -> Mapping[Key, str]:
        found = right(self, keys)
        used.clear()
        used.update(found)
        return found

    put(Hints, "take", take)
    return used


@mutant("a hint is believed though the name means somebody else in its turn", AHEAD)
def hint_believed(put: Put) -> None:
    right, used = Lookups.found, _taken(put)

    def found(self: Lookups, replies: Any) -> Any:
        who = right(self, replies)
        hint = used.get(self.facts.subject)
        if not isinstance(who, Found) or hint is None:
            return who
        return replace(who, subject=replace(who.subject, id=hint))

    put(Lookups, "found", found)


@mutant("what was answered about the hinted person is kept after another was found", AHEAD)
def replies_kept(put: Put) -> None:
    put(directory, "kept", lambda replies, hinted, wanted: ({**replies}, [] if hinted else [*wanted]))


@mutant("evidence that was read when names were asked for ahead is used in the turn", AHEAD)
def evidence_of_ahead(put: Put) -> None:
    right, old = EntraDirectory.prove, WeakKeyDictionary[EntraDirectory, dict[Any, Any]]()

    def ahead(self: EntraDirectory, asked: Any) -> None:
        read = old.setdefault(self, {})
        read.update((facts.digest, right(self, facts, wanted)) for facts, wanted in asked)

    def prove(self: EntraDirectory, facts: Any, *more: Any) -> Any:
        return old.get(self, {}).pop(facts.digest, None) or right(self, facts, *more)

    put(EntraDirectory, "ahead", ahead)
    put(EntraDirectory, "prove", prove)
