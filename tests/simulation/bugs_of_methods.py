"""Deliberate bugs in whether passes helped, which no world shows: it is asked behind after-care, of people
whose tickets have ended, and changes nothing about a pass.
"""

from __future__ import annotations

from typing import Any

from connector.deliveries.ticket_update import NoteUpdater
from connector.domain.methods import new_since
from connector.entra.holders import EntraHolders
from connector.ledger import helped as ledger
from connector.worker import helped
from tests.simulation.mutants import Put
from tests.simulation.unseen import unseen

WIRE = "tests/endtoend/test_did_it_help.py"
KEPT = "tests/ledger/test_promises_of_methods.py"


@unseen(
    "a method that was registered before the pass counts",
    f"{WIRE}::test_what_was_there_before_the_pass_and_what_does_not_last_is_no_success",
)
def older_counts(put: Put) -> None:
    put(helped, "new_since", lambda methods, start, before: new_since(methods, 0, before))


@unseen(
    "a method without a date counts as new where nobody looked before the start",
    f"{WIRE}::test_without_a_look_before_the_start_a_method_without_a_date_proves_nothing",
)
def unsure_counts(put: Put) -> None:
    put(helped, "new_since", lambda methods, start, before: new_since(methods, start, before or ()))


@unseen(
    "what a look shows after the start of a pass counts as having been there before",
    f"{WIRE}::test_without_a_look_before_the_start_a_method_without_a_date_proves_nothing",
)
def late_look_counts(put: Put) -> None:
    def none_known(methods: Any, start: int, before: Any) -> Any:
        return new_since(methods, start, {each.id for each in methods} if before is None else before)

    put(helped, "new_since", none_known)


@unseen(
    "methods are asked for without the permission",
    f"{WIRE}::test_without_the_permission_nobody_asks",
)
def asked_without(put: Put) -> None:
    put(EntraHolders, "sees_methods", lambda self: True)


@unseen(
    "a person is asked about in each round",
    f"{KEPT}::test_a_person_is_asked_about_every_ten_minutes_at_most_by_all_replicas[sqlite]",
)
def asked_each_round(put: Put) -> None:
    put(ledger, "AGAIN", 0.0)


@unseen(
    "what is set for a registered method is set on a ticket that somebody changed since",
    f"{WIRE}::test_a_ticket_that_somebody_changed_since_is_left_alone",
)
def changed_is_overwritten(put: Put) -> None:
    put(NoteUpdater, "_as_settled", lambda self, claim, ticket: True)


@unseen(
    "a word on the ticket whose reply was lost is not tried again",
    f"{KEPT}::test_the_word_on_the_ticket_is_tried_until_it_is_there_and_not_before_the_end[sqlite-lost]",
)
def lost_word_counts(put: Put) -> None:
    put(helped, "Happened", object)
