"""Verify the whole trail: every line is there and unchanged, and so is each name beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from connector.domain.events import Event
from connector.domain.progress import Progress
from connector.ledger.audit import START, Sealed, begun, is_rewritten, own_hash, rewritten_by
from connector.ledger.names import NAMES, NameRecord, digests_of
from connector.ledger.rows import Chain
from connector.ledger.transaction import Transaction
from connector.ledger.walk import Lines, LineText, Source, detail_in, pieces

_NAMES_KEY = json.dumps(f'"{NAMES}":')[1:-1]  # as a line's texts have it


@dataclass(frozen=True)
class Trail:
    """The chain as it stands in the ledger, and what is needed to verify it."""

    source: Source
    head: str
    checkpoint: Sealed | None = None  # the last that removed lines
    rewritten: Callable[[], Mapping[int, str]] = dict  # lines that an erasure rewrote, by their mark
    records: Iterable[NameRecord] = ()


def trail_of(db: Transaction) -> Trail:
    """The trail as it is to be verified."""
    return Trail(
        db,
        db.switch("chain") or START,
        None if any(line.seq == 1 for line in db.lines_after(0, 1)) else db.last_of(Event.TRAIL_PRUNED),
        lambda: rewritten_by(db.lines(None, None)),
        db.name_records(),
    )


def verified(lines: Iterable[Sealed], head: str) -> Chain:
    """Verify a trail of which nothing was ever removed."""
    return verify(Trail(Lines(lines), head))


def verify(trail: Trail, progress: Progress | None = None) -> Chain:
    """Verify that every line is there and unchanged, and that each name that is left is the one that its line
    seals. A line cut off at the end is missing from under `head`. `progress` counts the lines.
    """
    removed, previous = at = begun(trail.checkpoint)
    progress = progress or Progress()
    progress.begin("lines verified", max(0, _last_of(trail.head) - removed))
    seq, rewritten, marks, digests = removed, 0, cache(trail.rewritten), dict[str, int]()
    for piece in pieces(trail.source, at):
        for line in piece.lines:
            own = own_hash(previous, line)
            fits = line.hash == own or is_rewritten(line, marks())
            if line.seq != seq + 1 or not fits:
                return Chain(seq - removed, seq + 1, removed, f"{seq}:{previous}")
            rewritten += line.hash != own
            seq, previous = line.seq, line.hash
        seq, _, _, previous = piece.texts[-1]
        progress.add(len(piece.texts))
        for each in piece.texts:
            if _NAMES_KEY in each[2]:  # most lines have none
                digests |= dict.fromkeys(_digests_in(each), each[0])
    broken = None if trail.head == f"{seq} {previous}" else seq + 1
    there, forged = names_in(trail.records, digests)
    chain = Chain(seq - removed, broken, removed, f"{seq}:{previous}")
    return replace(chain, names=there, names_deleted=len(digests) - there, rewritten=rewritten, forged=forged)


def _last_of(head: str) -> int:
    """The number of a head's line; 0 where somebody changed it into something else."""
    number = head.partition(" ")[0]
    return int(number) if number.isdecimal() and len(number) < 19 else 0


def names_in(records: Iterable[NameRecord], digests: Mapping[str, int]) -> tuple[int, int | None]:
    """Count the names that the trail seals and that are there; the line of the first that was forged."""
    forged, kept = None, set[str]()
    for record in records:
        if not record.fits or (record.seq is not None and digests.get(record.digest) != record.seq):
            forged = record.seq or 0 if forged is None else forged
        kept.add(record.digest)
    return len(kept & digests.keys()), forged


def _digests_in(text: LineText) -> Iterable[str]:
    try:
        found = json.loads(detail_in(text))
    except ValueError:
        return ()
    return digests_of(found).values() if isinstance(found, dict) else ()
