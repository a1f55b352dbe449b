"""The order in which the tickets of a desk are worked: fair among mappings and among those who ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from connector.worker.line import Waiting


def in_turn(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Sort tickets in rounds: in each round everybody who asks through a mapping has one, their oldest. So
    whoever asks for hundreds keeps nobody waiting who asks for one.

    Who asks is what the ticket says of it; tickets that name nobody are one person's.
    """
    had = Counter[tuple[tuple[str, ...], str]]()
    found: list[tuple[int, Waiting]] = []
    for each in sorted(waiting, key=lambda each: (each.ticket.opened, each.ticket.number)):
        who = (each.mappings, each.mapped.asker if each.mapped else "")
        found.append((had[who], each))
        had[who] += 1
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]
