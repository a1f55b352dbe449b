"""Bugs about hints, which come beside the sweeps and so into no simulated world."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from connector.worker import hints
from connector.worker.handful import Hands
from connector.worker.hints import Found, Hint, Mailbox
from connector.worker.line import Waiting
from connector.worker.report import Report
from connector.worker.sweep import Sweep
from tests.simulation.mutants import Put
from tests.simulation.unseen import unseen

HINTS = "tests/worker/test_hints.py"


@unseen(
    "a hint makes eligible what no poll would show",
    f"{HINTS}::test_what_is_not_in_the_queue_is_not_claimed_whatever_a_hint_says",
)
def hints_decide(put: Put) -> None:
    right = hints.look_for

    def look_for(sweep: Sweep, report: Report, desk: str, some: Sequence[Hint]) -> Found:
        ways = {name: replace(way, wants=lambda ticket: True) for name, way in sweep.ways.items()}
        return right(replace(sweep, ways=ways), report, desk, some)

    put(hints, "look_for", look_for)


@unseen(
    "a hint and a sweep of one process judge a ticket that waits at the same time",
    f"{HINTS}::test_a_ticket_that_a_sweep_has_in_hand_is_not_taken_by_a_hint_beside_it",
)
def hands_are_free(put: Put) -> None:
    def take(self: Hands, tickets: Sequence[Waiting]) -> list[Waiting]:
        return list(tickets)

    put(Hands, "take", take)


@unseen(
    "a ticket that a hint names and nobody finds is looked for without an end",
    f"{HINTS}::test_what_was_not_found_is_looked_for_again_twice_and_then_forgotten",
)
def hints_never_end(put: Put) -> None:
    def again(self: Mailbox, some: Iterable[Hint]) -> None:
        for each in some:
            self.waiting[each.ticket] = (self.clock() + 1, each)

    put(Mailbox, "again", again)
