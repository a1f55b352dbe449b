"""The line in which workers serve themselves."""

from __future__ import annotations

from connector.domain.ticket import Ticket
from connector.worker.line import HANDFUL, RECOVERY, Line
from tests.ledger.desk import seen


def waiting(count: int) -> list[tuple[str, Ticket]]:
    return [("incidents", seen(str(number))) for number in range(count)]


def test_each_ticket_is_handed_out_once_in_its_order() -> None:
    line, found = Line(waiting(50), 4, 0), list[tuple[str, Ticket]]()
    while some := line.handful():
        found += some
    assert found == waiting(50)


def test_a_worker_takes_some_while_many_wait_and_one_at_the_end() -> None:
    line = Line(waiting(100), 4, 0)
    sizes = [len(some) for some in iter(line.handful, [])]
    assert sizes[0] == HANDFUL and sizes[-1] == 1
    assert sizes == sorted(sizes, reverse=True)


def test_of_few_tickets_each_worker_gets_one() -> None:
    line = Line(waiting(4), 4, 0)
    assert [len(line.handful()) for _ in range(5)] == [1, 1, 1, 1, 0]


def test_recovery_is_looked_after_now_and_then_by_one_worker() -> None:
    line = Line(waiting(1), 4, 100)
    assert not line.recovery_is_due(100 + RECOVERY - 0.1)
    assert line.recovery_is_due(100 + RECOVERY) and not line.recovery_is_due(100 + RECOVERY)
    assert line.recovery_is_due(50), "a clock that was set back"
