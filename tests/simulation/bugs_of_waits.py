"""Bugs about tickets that wait, and are judged before they are claimed."""

from __future__ import annotations

from dataclasses import replace

from connector.domain.outcome import State
from connector.ledger import admission as rules
from connector.ledger import late, store
from connector.ledger.late import Late
from connector.ledger.rehearsal_transaction import Kept
from connector.ledger.rows import Row
from tests.simulation.draw import APPROVALS
from tests.simulation.mutants import Put, mutant
from tests.simulation.unseen import unseen

WAITS = "tests/ledger/test_promises_of_waits.py"


@mutant("of a ticket that waits nothing is written, whatever it was judged to be")
def waits_are_never_written(put: Put) -> None:
    put(store, "says_the_same", lambda before, kept, now: True)


@mutant("another reason for which a ticket waits isn't written")
def reasons_are_not_compared(put: Put) -> None:
    right = late.says_the_same

    def says_the_same(before: Row, kept: Kept, now: float) -> bool:
        after = kept.rows.get(before.key)
        if after and after.state is State.WAITING:
            same = replace(after, reason=before.reason, detail=before.detail)
            kept = Kept(rows={before.key: same}, seen=kept.seen)
        return right(before, kept, now)

    put(store, "says_the_same", says_the_same)


@unseen(
    "a ticket that another worker judged meanwhile is written all the same",
    f"{WAITS}::test_one_that_another_worker_judged_meanwhile_is_lost_though_it_waits_again[memory]",
)
def late_claims_win(put: Put) -> None:
    def claimed(self: Late, row: Row, owner: str, now: float, lease: float) -> Row | None:
        if row.state is not State.WAITING:
            return None
        after = rules.retaken(row, self.polled, owner, now, lease).row
        return replace(after, fence=self.token)

    put(Late, "claimed", claimed)


@unseen(
    "the time of a ticket that waits stands still for good once a poll didn't show it",
    f"{WAITS}::test_its_time_runs_on_without_a_write_and_stands_still_while_no_poll_shows_it[memory]",
)
def time_stands_still(put: Put) -> None:
    right = late.says_the_same

    def says_the_same(before: Row, kept: Kept, now: float) -> bool:
        after = kept.rows.get(before.key)
        if after and after.state is State.WAITING:
            kept = Kept(rows={before.key: replace(after, own_since=before.own_since)}, seen=kept.seen)
        return right(before, kept, now)

    put(store, "says_the_same", says_the_same)


@mutant("what a poll shows of a ticket that waits is forgotten where its reason is the same", APPROVALS)
def looks_are_forgotten(put: Put) -> None:
    right = late.says_the_same

    def says_the_same(before: Row, kept: Kept, now: float) -> bool:
        after = kept.rows.get(before.key)
        if after and (after.state, after.reason, after.detail) == (
            State.WAITING,
            before.reason,
            before.detail,
        ):
            return True
        return right(before, kept, now)

    put(store, "says_the_same", says_the_same)
