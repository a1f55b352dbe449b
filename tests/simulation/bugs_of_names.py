"""Bugs in what the trail proves, and in what is removed from the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.guards import evaluation
from connector.ledger import book, memory_names, names, persons, retention, store
from connector.ledger.memory_store import MemoryStore
from tests.simulation.draw import KEPT
from tests.simulation.ledgers import SimMemory
from tests.simulation.mutants import Put, mutant


@mutant("a verdict is missing in the trail", KEPT)
def verdict_missing(put: Put) -> None:
    right = evaluation.verdicts
    put(evaluation, "verdicts", lambda found: right(found)[:-1])


@mutant("a decision's grounds are not written down", KEPT)
def grounds_unwritten(put: Put) -> None:
    right = store.naming

    def naming(step: Any, about: Any) -> Any:
        after = right(step, about)
        if after.entry is None:
            return after
        bare = {name: each for name, each in after.entry.detail.items() if name not in {"guards", "policy"}}
        return after._replace(entry=after.entry._replace(detail=bare))

    put(store, "naming", naming)
    put(book, "naming", naming)


@mutant("sentences stand in the trail itself", KEPT)
def words_in_the_line(put: Put) -> None:
    put(names, "PLAIN", names.PLAIN | {"detail"})


@mutant("every name has the same salt", KEPT)
def salt_reused(put: Put) -> None:
    put(MemoryStore, "salt", lambda self: "0" * 64)


@mutant("lines are removed without a checkpoint", KEPT)
def no_checkpoint(put: Put) -> None:
    put(retention, "note", lambda db, entry, now, row=None: None)


@mutant("a checkpoint has another hash than the last line that was removed", KEPT)
def wrong_checkpoint(put: Put) -> None:
    right = store.note

    def note(db: Any, entry: Any, now: float, row: Any = None) -> None:
        wrong = {name: "0" * 64 if name == "hash" else each for name, each in entry.detail.items()}
        right(db, entry._replace(detail=wrong), now, row)

    put(retention, "note", note)


@mutant("lines of tickets that are under way are removed", KEPT)
def unfinished_lines_go(put: Put) -> None:
    put(retention, "UNFINISHED", frozenset())


@mutant("names of tickets that are under way are deleted", KEPT)
def unfinished_names_go(put: Put) -> None:
    put(memory_names, "UNFINISHED", frozenset())


@mutant("names are never deleted", KEPT)
def names_stay(put: Put) -> None:
    put(SimMemory, "_names", lambda self, now: None)


@mutant("an erasure forgets the attempts of a ticket", KEPT)
def attempts_keep_names(put: Put) -> None:
    put(MemoryStore, "put_names", lambda self, row: None)


@mutant("an erasure forgets the sentences that quote the name", KEPT)
def sentences_stay(put: Put) -> None:
    put(persons.Marks, "named_in", lambda self, record: record.person in self.ids)


@mutant("an erasure leaves the digests of what a ticket said", KEPT)
def digests_stay(put: Put) -> None:
    put(persons.Marks, "traceless", lambda self, row: row)


@mutant("what was under way when somebody was erased keeps the name", KEPT)
def never_later(put: Put) -> None:
    put(retention, "put_later", lambda db, people: None)


@mutant("a name is changed where it is kept, and its digest is not", KEPT)
def name_changed(put: Put) -> None:
    right = MemoryStore.keep_name

    def keep_name(self: Any, record: Any) -> None:
        right(self, replace(record, text=record.text.replace("ann.lee", "eve.mal")))

    put(MemoryStore, "keep_name", keep_name)
