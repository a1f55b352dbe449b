"""The boundary around each ticket: whatever one of them meets, the others go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Event as StopEvent

from connector.domain import logger as log
from connector.domain.errors import Down, Lost, PassdeskError, Unwritten
from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.reasons import Reason, waiting_for
from connector.domain.ticket import Claim, Ticket
from connector.lifecycle.events import Listener, TicketEvent, announce, nobody, waits_as_before
from connector.lifecycle.giving_up import MOST_SURPRISES, UNEXPECTED, give_up, wait_after
from connector.lifecycle.ledger_roles import Ledger, Requeue
from connector.lifecycle.roles import Roles
from connector.worker.report import Report

Step = Callable[[Claim, Roles], State]


@dataclass(frozen=True)
class Way:
    """One mapping, ready to be worked."""

    mapping: str
    desk: str  # its name in the configuration
    url: str
    table: str
    roles: Roles
    wants: Callable[[Ticket], bool]
    version: str = ""


@dataclass(frozen=True)
class Boundary:
    """`orphans` gives roles for a row whose mapping is gone from the configuration: its pass is still looked
    after.
    """

    ways: Mapping[str, Way]
    ledger: Ledger
    workers: int
    orphans: Callable[[Claim], Roles]
    failed: Callable[[str, Exception], None]
    stop: StopEvent
    clock: Callable[[], float] = time.time
    listener: Listener = nobody

    def work(self, report: Report, step: Step, claim: Claim) -> None:
        """Take one claim as far as it goes, behind its own boundary."""
        report.took(claim)
        way = self.ways.get(claim.mapping)
        claim = replace(claim, version=way.version) if way else claim
        try:
            if self.stop.is_set():
                self.hand_back(claim, Requeue(Reason.RECOVERING, "passdesk is stopping."))
            else:
                step(claim, self.roles_of(claim))
        except Down as down:
            report.down(down)
            self.hand_back(claim, Requeue(waiting_for(down), down.sentence, wait=down.retry_after or 5))
        except Lost:
            pass  # another worker, or a person, has it
        except Unwritten as error:
            report.not_kept(error)
            self.hand_back(claim, Requeue(Reason.RECOVERING, "The ledger couldn't be written.", wait=30))
        except Exception as error:  # noqa: BLE001  # a poisoned ticket never stops the others
            report.broke()
            self.tell(claim.number, error, way)
            self.surprised(claim, self.roles_of(claim))
        finally:
            self.ledger.let_go(claim)

    def roles_of(self, claim: Claim) -> Roles:
        way = self.ways.get(claim.mapping)
        return way.roles if way else self.orphans(claim)

    def broke(self, report: Report, claim: Claim, error: Exception, roles: Roles) -> None:
        """A claim met something unexpected before it was begun."""
        report.took(claim)
        report.broke()
        self.tell(claim.number, error, self.ways.get(claim.mapping))
        self.surprised(claim, roles)
        self.ledger.let_go(claim)

    def surprised(self, claim: Claim, roles: Roles) -> None:
        """Hand back what met something unexpected, to be tried a few times; then it is given up."""
        if claim.surprises + 1 < MOST_SURPRISES:
            wait = wait_after(claim.surprises)
            self.hand_back(claim, Requeue(Reason.RECOVERING, UNEXPECTED, wait=wait, unexpected=True))
            return
        with suppress(PassdeskError):  # it is another's by now, or its lease runs out
            now = self.ledger.find(claim.desk, claim.ticket)
            if now and (now.owner, now.token) == (claim.owner, claim.token):
                give_up(replace(now, version=claim.version), roles, self.ledger)

    def hand_back(self, claim: Claim, rest: Requeue) -> None:
        with suppress(PassdeskError):  # it is another's by now, or its lease runs out
            if (after := self.ledger.hand_back(claim, rest)) is State.WAITING:
                news = not waits_as_before(claim, after, rest.reason)
                event = TicketEvent(Event.DEFERRED, claim, rest.reason, rest.detail, news=news)
                announce(self.listener, event)
        self.ledger.let_go(claim)

    def tell(self, what: str, error: Exception, way: Way | None) -> None:
        known = {"desk": way.desk, "mapping": way.mapping, "version": way.version} if way else {}
        with suppress(Exception), log.about(**known):  # whoever listens must not stop the others
            self.failed(what, error)
