"""What a worker knows of itself, and the alert that no ledger can keep."""

from __future__ import annotations

from types import SimpleNamespace

from connector.alerts.board import Board
from connector.alerts.lane import Lane, hearing
from connector.alerts.offline import Offline
from connector.alerts.sending import Message, Receipt
from connector.domain import logger
from connector.domain.conditions import Condition
from connector.domain.errors import Unwritten
from connector.domain.events import Event
from connector.forms.references import SecretReference
from connector.ledger.alert_facts import Asking
from connector.ledger.alerting import Own

A, B = SecretReference("env", "A"), SecretReference("env", "B")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Broken:
    """A ledger that can't be used while `away`."""

    away = True

    ledger = SimpleNamespace(installation="QKX")

    def look(self, *_: object) -> None:
        if self.away:
            raise Unwritten("the disk is full")

    def due(self, *_: object) -> list[str]:
        return []


class Sent:
    """Messages that would have left. `refuses`: addresses that take none."""

    def __init__(self) -> None:
        self.titles: list[tuple[str, str]] = []
        self.refuses: set[SecretReference] = set()

    def __call__(self, address: SecretReference, message: Message | None) -> Receipt:
        assert message
        if address in self.refuses:
            return Receipt(False, "it answered 503")
        self.titles.append((address.target, message.body.split(":")[0]))
        return Receipt(True)


def broken() -> tuple[Lane, Broken, Sent, Clock]:
    ledger, sent, clock = Broken(), Sent(), Clock()
    board = Board(lambda: 0.0)
    lane = Lane(
        ledger,  # type: ignore[arg-type]
        lambda: Asking(600.0, 60.0, 0.0),
        board,
        (A, B),
        send=sent,
        offline=Offline(clock),
    )
    return lane, ledger, sent, clock


def rounds(lane: Lane, clock: Clock, seconds: int) -> None:
    for _ in range(seconds // 5):
        lane.round()
        clock.now += 5


def test_a_ledger_that_is_away_for_longer_than_alerts_after_is_told_once_and_so_is_its_return() -> None:
    lane, ledger, sent, clock = broken()
    rounds(lane, clock, 600)
    assert sent.titles == []
    rounds(lane, clock, 1200)
    assert sorted(sent.titles) == [("A", "CRITICAL ledger_down"), ("B", "CRITICAL ledger_down")]
    ledger.away = False
    rounds(lane, clock, 600)
    assert sorted(sent.titles[2:]) == [("A", "OVER ledger_down"), ("B", "OVER ledger_down")]


def test_who_was_not_told_that_it_is_away_hears_nothing_of_its_return() -> None:
    lane, ledger, sent, clock = broken()
    sent.refuses.add(B)
    rounds(lane, clock, 1200)
    ledger.away = False
    sent.refuses.clear()
    rounds(lane, clock, 1200)
    assert sent.titles == [("A", "CRITICAL ledger_down"), ("A", "OVER ledger_down")]


def test_a_ledger_that_can_be_read_and_not_written_is_away_too() -> None:
    lane, ledger, sent, clock = broken()
    ledger.away = False
    lane.board.heard(Event.SWEEP_FAILED, {})
    rounds(lane, clock, 1200)
    assert len(sent.titles) == 2
    lane.board.heard(Event.LEDGER_USABLE_AGAIN, {})
    rounds(lane, clock, 60)
    assert len(sent.titles) == 4


def test_a_board_hears_the_log_whatever_its_level_and_only_while_it_listens() -> None:
    woken: list[int] = []
    board = Board(lambda: 0.0, lambda: woken.append(1))
    with hearing(board):
        logger.event(Event.MAPPINGS_REFUSED, mistakes=["of zoë@contoso.com"])
        logger.event(Event.CLOCK_SET, by_s=120)
        logger.event(Event.USED_UNCONFIRMED, ticket="INC1", mapping="incidents", reference="TAP-1-1")
    logger.event(Event.PRIVILEGE_MAP_LOST, service="entra")
    own = board.own()
    assert [each.condition for each in own.facts] == [Condition.MAPPINGS_REFUSED] and len(woken) == 3
    assert [(each.condition, each.label) for each in own.happened] == [
        (Condition.CLOCK_SET, "by 120 s"),
        (Condition.USED_UNCONFIRMED, "incidents"),
    ]
    assert "zoë" not in str(own)


def test_what_happened_is_handed_on_until_it_is_kept_and_then_no_more() -> None:
    board = Board(lambda: 0.0)
    board.heard(Event.CLOCK_SET, {"by_s": 5})
    own = board.own()
    board.heard(Event.CLOCK_SET, {"by_s": 7})
    assert board.own().happened[: len(own.happened)] == own.happened
    board.kept(own)
    assert [each.label for each in board.own().happened] == ["by 7 s"]
    board.kept(board.own())
    assert board.own() == Own()


def test_a_clock_that_differs_from_the_ledgers_is_said_until_it_agrees() -> None:
    ahead = -45.0
    board = Board(lambda: ahead)
    assert [(each.condition, each.label) for each in board.own().facts] == [
        (Condition.CLOCK_DIFFERS, "by -45 s")
    ]
    ahead = 2.0
    assert board.own() == Own()


def test_a_listener_of_the_log_that_fails_costs_no_line() -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("of a listener")

    heard: list[Event] = []
    logger.hearers.append(fails)
    logger.hearers.append(lambda event, _: heard.append(event))
    try:
        logger.event(Event.STOPPED)
    finally:
        del logger.hearers[-2:]
    assert heard == [Event.STOPPED]
