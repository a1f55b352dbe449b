"""Bugs about replicas that poll the same desks, and share what the polls show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.domain.ticket import Ticket
from connector.ledger import leases, polling
from connector.ledger.polling import PollTurn
from connector.worker.handful import Handfuls
from connector.worker.line import Waiting
from connector.worker.report import Report
from tests.simulation.mutants import Put, mutant
from tests.simulation.unseen import unseen

POLLS = "tests/ledger/test_promises_of_polls.py"


@mutant("several replicas poll a desk at a time")
def all_poll(put: Put) -> None:
    def taken(turn: PollTurn, owner: str, now: float, lease: float, every: float | None) -> PollTurn:
        return replace(turn, owner=owner, token=turn.token + 1, lease_until=now + lease)

    put(polling, "taken", taken)


@unseen(
    "who was overtaken while it polled tells who left the queue",
    f"{POLLS}::test_what_an_overtaken_poll_misses_does_not_count[memory-a refusal]",
)
def old_polls_count(put: Put) -> None:
    put(leases, "is_last", lambda db, desk, token, *, shared: True)


@mutant("the turn to poll stays with a replica that died")
def turns_never_end(put: Put) -> None:
    right = polling.taken

    def taken(turn: PollTurn, owner: str, *known: Any) -> PollTurn | None:
        return None if turn.owner not in {None, owner} else right(turn, owner, *known)

    put(polling, "taken", taken)


@mutant("a noted ticket is worked on what the poll's note says, and not read")
def notes_are_enough(put: Put) -> None:
    def pick(self: Handfuls, report: Report, size: int) -> bool:
        noted = self.ledger.pick(self.ways.keys(), size)
        for each in noted:
            blank = Ticket(each.desk, each.ticket, each.ticket, {}, open=True, mailed=False, links="")
            self.begin_some(report, [Waiting((each.mapping,), blank, each.at)])
        return bool(noted)

    put(Handfuls, "pick", pick)
