"""The lane of alerts: a thread of its own, beside the work, which waits for nothing that happens here.

What an address is to be told stands in the ledger until it took it, so that it survives a restart. Only a
ledger that can't be used is told from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event as StopEvent
from threading import Thread
from typing import Final

from connector.alerts.board import Board
from connector.alerts.message import message
from connector.alerts.offline import Offline
from connector.alerts.sending import Message, Receipt, Send, name_of, send, send_all
from connector.domain import logger as log
from connector.domain.errors import PassdeskError, Unwritten
from connector.domain.events import Event
from connector.forms.references import SecretReference
from connector.ledger.alert_facts import Asking
from connector.ledger.alert_verbs import Alerting
from connector.ledger.alerting import Address

EVERY: Final = 5.0  # s between two looks
SETTLE: Final = 10.0  # s without more, before what broke is told: a storm is one message
LINGER: Final = 1.0  # s that a look under way is given at the end


@dataclass
class Lane:
    """Looks what broke and healed, and tells the addresses. `names`: whether tickets and people are named."""

    ledger: Alerting
    asking: Callable[[], Asking]
    board: Board
    addresses: tuple[SecretReference, ...]
    names: bool = False
    settle: float = SETTLE
    send: Send = send
    installation: str = ""
    offline: Offline = field(default_factory=Offline)
    woken: StopEvent = field(default_factory=StopEvent)

    def round(self) -> None:
        """One look, and what is due is told."""
        try:
            self.look()
        except Unwritten:
            self.offline.broke()
        else:
            self.offline.works(broken=self.board.ledger_broken)
        found = self.offline.due(self.asking().after, self.addresses, self.installation)
        for reference, receipt in send_all(found, self.send).items():
            self.said(name_of(reference), receipt)
            self.offline.took(reference, receipt.arrived)

    def look(self) -> None:
        """Raises Unwritten."""
        self.installation = self.installation or self.ledger.ledger.installation
        named = {name_of(each): each for each in self.addresses}
        own = self.board.own()
        self.ledger.look(self.asking(), own, named.keys(), self.settle)
        self.board.kept(own)
        due = [taken for name in self.ledger.due(named.keys()) if (taken := self.ledger.take(name))]
        texts = {named[each.address]: self.text(each) for each in due}
        receipts = send_all(texts, self.send) if texts else {}
        for each in due:
            self.keep(each, receipts[named[each.address]])

    def text(self, taken: Address) -> Message:
        tickets = self.ledger.tickets(taken.pending) if self.names else None
        return message(self.installation, taken.pending, tickets)

    def keep(self, taken: Address, receipt: Receipt) -> None:
        """Write down what became of a message."""
        self.said(taken.address, receipt)
        if receipt.arrived:
            self.ledger.told(taken)
        elif lost := self.ledger.failed(taken, receipt.why):
            log.event(Event.ALERT_GIVEN_UP, address=taken.address, conditions=lost)

    def said(self, address: str, receipt: Receipt) -> None:
        """Say it in the log: a failure once, until the address takes something again."""
        if receipt.arrived:
            log.news.over_of(Event.ALERT_UNDELIVERED, address)
            log.event(Event.ALERT_SENT, address=address)
        else:
            log.news.event(Event.ALERT_UNDELIVERED, key=address, address=address, detail=receipt.why)

    def keep_on(self, stop: StopEvent, trouble: Callable[[Exception], None]) -> None:
        """Until `stop` is set."""
        while not stop.is_set():
            self.woken.clear()
            try:
                self.round()
            except PassdeskError:
                pass  # what the ledger lacks is said elsewhere
            except Exception as error:  # noqa: BLE001  # an alert is no reason to stop
                trouble(error)
            self.woken.wait(EVERY)

    @contextmanager
    def beside(self, trouble: Callable[[Exception], None]) -> Iterator[None]:
        """Look and tell in a thread of its own, until the block ends. What isn't told then, the next start
        tells.
        """
        stop = StopEvent()
        thread = Thread(target=self.keep_on, args=(stop, trouble), name="alerts", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            self.woken.set()
            thread.join(LINGER)


@contextmanager
def hearing(board: Board) -> Iterator[None]:
    """Let a board hear the events of the log until the block ends."""
    log.hearers.append(board.heard)
    try:
        yield
    finally:
        log.hearers.remove(board.heard)
