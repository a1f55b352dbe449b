"""Deliberate bugs in the wall around those who may have no pass, which no world shows.

Second reads show only where one read tells less than the truth, which a table of tests tries read by read.
"""

from __future__ import annotations

from typing import Any

from connector.entra import applications, map_replies, units
from connector.entra.graph import Graph
from connector.entra.privilege_map import TenantMap
from connector.ledger import book
from connector.ledger.memory_store import MemoryStore
from connector.ledger.pausing import paused_by
from tests.simulation.mutants import Put
from tests.simulation.unseen import unseen

TABLE = "tests/entra/test_truth_table.py"
LESS = f"{TABLE}::test_one_read_may_show_less_beside_any_one_that_fails"


@unseen(
    "the person's own flag alone tells whether a restricted management unit protects them",
    f"{LESS}[restricted]",
)
def units_unread(put: Put) -> None:
    put(units, "restricted", lambda person, replies, scoped_to: person.restricted)


@unseen(
    "roles of an owned application that show in no membership are left to the map",
    f"{LESS}[owns_an_application_with_a_custom_role]",
)
def scoped_roles_unread(put: Put) -> None:
    put(applications, "_has_roles", lambda reply, id_: False)


@unseen(
    "PIM's schedules of groups are not read beside their instances",
    f"{LESS}[in_a_group_that_pim_lets_join]",
)
def schedules_unread(put: Put) -> None:
    right = map_replies.eligible_of_group
    seen: list[Any] = []

    def first_alone(reply: Any, group: str, *more: Any) -> Any:
        seen.append(group)
        return right(reply, group, *more) if seen.count(group) % 2 else ()

    put(map_replies, "eligible_of_group", first_alone)


@unseen(
    "the map decides alone what people own, though its second reads failed or differ",
    f"{LESS}[owns_a_granted_application]",
)
def doubts_unheard(put: Put) -> None:
    put(TenantMap, "alone", TenantMap.lacks)


@unseen(
    "a cut answer is taken as whole",
    "tests/entra/test_graph.py::test_a_page_that_fails_leaves_no_half_of_a_collection",
)
def cut_is_whole(put: Put) -> None:
    put(Graph, "_all_pages", lambda self, first: first)


@unseen(
    "the booking doesn't look whether the hours are over",
    "tests/ledger/test_promises.py::test_nothing_is_booked_once_the_hours_are_over[memory]",
)
def late_booking(put: Put) -> None:
    put(book, "closed", lambda plan, start, waited: None)


@unseen(
    "the booking doesn't look whether its own evidence made passdesk pause",
    "tests/ledger/test_pausing.py::test_a_booking_whose_own_evidence_pauses_it_books_nothing[memory]",
)
def own_booking_unpaused(put: Put) -> None:
    right = MemoryStore.switch

    def switch(self: MemoryStore, name: str, *, hold: bool = False) -> str | None:
        own = name == "paused" and not hold and paused_by(self).get("cause")
        return None if own else right(self, name, hold=hold)

    put(MemoryStore, "switch", switch)
