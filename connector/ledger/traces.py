"""Traces: unsalted digests beside names. None of them names anybody, but whoever knows what was said can
confirm it by them. So an erasure takes them away, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from connector.domain.pins import name_of, read, written
from connector.ledger.observing import Observation, Seen, digest
from connector.ledger.pausing import HOUR
from connector.ledger.rows import ERASED, Row

if TYPE_CHECKING:
    from connector.ledger.transaction import Transaction

CALLED: Final = ("upn", "mail")  # kinds of a pin's name by which an address is looked up


def pin_names(names: Collection[str]) -> frozenset[str]:
    """The names that pins have of somebody whose sign-in names and addresses these are."""
    return frozenset(name_of(kind, name) for kind in CALLED for name in names if "@" in name)


def is_for(row: Row, ids: Collection[str]) -> bool:
    """Tell whether a ticket is, or was, for one of these people."""
    tried = row.attempt is not None and row.attempt.attempt.subject.id in ids
    return tried or any(pin.id in ids for pin in read(row.pins))


def traceless(row: Row, ids: Collection[str], pinned: Collection[str]) -> Row:
    """The row without digests of what its ticket said. `pinned`: names of pins that go, beside those of the
    people by their `ids`. Marks and object ids stay.

    What was seen of an approval can't be compared any more: the same approval counts no more.
    """
    pins = [each.nameless if each.id in ids or each.name in pinned else each for each in read(row.pins)]
    return replace(
        row,
        digest=row.digest and ERASED,
        said=_without_digest(row.said),
        seen_unapproved=None,
        seen_approved=_without_digest(row.seen_approved),
        pins=written(pins),
    )


def pruned(row: Row) -> Row:
    """The row of a ticket that has ended, whose names are no longer kept, without such digests. Another pass
    on it needs none of them: it takes a person, or another answer in the mapping's `again` field. A refused
    ticket keeps its own, since it is judged again when its facts change.
    """
    return traceless(row, {pin.id for pin in read(row.pins)}, ())


def _without_digest(text: str | None) -> str | None:
    return text and f"{text.partition(' ')[0]} {ERASED}"


def observed_of(db: Transaction, ids: Collection[str], now: float) -> Iterator[Observation]:
    """Observations of these people. Whom privileges were seen of within the hour stays under watch."""
    people = {digest(each) for each in ids}
    for each in db.observations(Seen.REQUESTER):
        if each.value in ids:
            yield each
    for each in db.observations(Seen.REACHED):
        if each.key.rpartition(" ")[2] in people:
            yield each
    for kind in (Seen.PRIVILEGED, Seen.FLIP):
        for each in db.observations(kind):
            if each.key in people and each.at + HOUR <= now:
                yield each
