"""Behaviour of Graph that the documentation leaves open, and its surprises."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Switches:
    """§ stands for a section of graph.md."""

    page_size: int = 100  # rows a page, at most
    empty_page: bool = False  # the first page is empty, and has a next link
    limited_information: bool = False  # §2.1: memberships show only id and type; all else is null
    id_in: Literal["answered", "refused", "ignored"] = "answered"  # §4.1: people by `id in (…)`
    pim_licensed: bool = True  # §4.2; False: 400 AadPremiumLicenseRequired
    assignable_filter_is_advanced: bool = False  # §11: default query or 400, not known
    principal_expands: Literal["filled", "absent", "refused"] = "filled"  # §10: to applications
    hides_service_principals: bool = False  # §11: of a group's members and owners, as v1.0 is said to do
    owned: Literal["answered", "forbidden", "unsupported"] = "answered"  # §11: to applications; 403 or 400
    expands_group: bool = True  # §10: rows of PIM for Groups hold the group that $expand asks for
    refuses_group: bool = False  # §10: that $expand is answered with 400
    nested_eligibility: bool = False  # §10: a filter by the person shows their groups' rows, too
    out_of_scope: Literal["accepted", "refused"] = "accepted"  # §1.4: 201 with DisabledByPolicy, or 400
    refuses_past_start: bool = True  # §1.4, reported but not documented
    start_clock_ahead_s: float = 0.0  # the clock that judges a start is ahead of the one behind `Date`
    misreads_offset: bool = False  # §1.4: the offset of a start is ignored
    start_rounding: Literal["none", "second", "minute"] = "second"  # of the start in the answer, downwards
    stale_s: float = 0.0  # §5: reads show a user's pass as it was so many seconds ago
    used_share: float = 0.0  # §5: of the application's limit; said from 0.8 on
    shuffled: bool = True  # §5: the order of a batch's replies is not that of its requests
    permissions: bool = True  # §2.1: what the token's roles don't allow is 403
