"""Deliberate bugs in the second reads of paths to privilege.

They show only where one read tells less than the truth, which a table of tests tries read by read.
"""

from __future__ import annotations

from connector.entra import applications, units
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
