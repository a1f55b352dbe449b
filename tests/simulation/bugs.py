"""The deliberate bugs. Each is planted by putting something else in the place of one function, rule or
number.
"""

# ruff: noqa: F401  # importing them fills MUTANTS
from __future__ import annotations

from tests.simulation import (
    bugs_of_accounts,
    bugs_of_aftercare,
    bugs_of_ahead,
    bugs_of_approvals,
    bugs_of_asking,
    bugs_of_events,
    bugs_of_floor,
    bugs_of_guards,
    bugs_of_identity,
    bugs_of_ledger,
    bugs_of_links,
    bugs_of_mail,
    bugs_of_maps,
    bugs_of_names,
    bugs_of_notices,
    bugs_of_paths,
    bugs_of_people,
    bugs_of_polls,
    bugs_of_rests,
    bugs_of_topdesk,
    bugs_of_waits,
    bugs_of_way,
    bugs_of_words,
)
