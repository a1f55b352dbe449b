"""The order in which the tickets of a desk are worked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from connector.domain.ticket import MappedTicket
from connector.worker import turns
from connector.worker.line import Handful, Line, Waiting
from tests.ledger.desk import seen
from tests.worker.test_line import HERE, served


def asked(who: str, *opened: int, mapping: str = "incidents") -> list[Waiting]:
    tickets = [
        replace(seen("0"), id=f"{who}{minute}", opened=f"{minute:03}", number=f"{minute:03}")
        for minute in opened
    ]
    return [Waiting((mapping,), each, 0, mapped=MappedTicket(each, "d", asker=who)) for each in tickets]


def ids(waiting: Iterable[Waiting]) -> list[str]:
    return [each.ticket.id for each in waiting]


def test_of_one_who_asks_the_oldest_comes_first() -> None:
    assert ids(turns.in_turn(asked("hr", 3, 1, 2))) == ["hr1", "hr2", "hr3"]


def test_who_asks_for_one_does_not_wait_for_all_of_who_asks_for_many() -> None:
    found = turns.in_turn([*asked("hr", *range(300)), *asked("ann", 301), *asked("bob", 302, 303)])
    assert ids(found)[:6] == ["hr0", "ann301", "bob302", "hr1", "bob303", "hr2"]


def test_a_mapping_does_not_wait_for_all_of_another() -> None:
    found = turns.in_turn([*asked("", *range(50)), *asked("", 90, 91, mapping="requests")])
    assert ids(found)[:5] == ["0", "90", "1", "91", "2"]


def test_a_ticket_that_no_mapping_can_read_has_its_turn() -> None:
    broken = Waiting(("incidents",), replace(seen("0"), id="x", opened="999"), 0)
    assert ids(turns.in_turn([*asked("hr", 1, 2), broken])) == ["hr1", "x", "hr2"]


def test_each_ticket_is_there_once() -> None:
    every = [*asked("hr", *range(20)), *asked("ann", *range(5, 9)), *asked("ann", 3, mapping="requests")]
    assert sorted(ids(turns.in_turn(every))) == sorted(ids(every))


def test_what_a_later_poll_shows_does_not_wait_behind_what_one_person_asked_for() -> None:
    line = Line([HERE], 1, 0, order=turns.in_turn)
    line.polled(HERE, asked("hr", *range(100)))
    first = next(iter(served(line)))
    line.polled(HERE, asked("ann", 500))
    assert isinstance(first, Handful)
    left = [each for some in served(line) for each in ids(some.tickets)]
    assert len(left) == 101 - len(first.tickets)
    assert left.index("ann500") <= 21  # behind those alone whose names were asked for by then
