"""The set-up of one instance, and its misbehaviour."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Traps:
    """The defaults are those of a real instance. § stands for a section of servicenow.md."""

    unknown_field: Literal["dropped", "no_rows"] = (
        "dropped"  # §0.1; no_rows: glide.invalid_query.returns_no_rows
    )
    unreadable_field: Literal["refused", "ignored"] = "refused"  # §0.3, §2.3, in a query
    journal: Literal["readable", "empty", "forbidden"] = "readable"  # §4.1, sys_journal_field
    journal_echo: bool = True  # §4.1; False: a record's display value doesn't tell what its journals hold
    basic_auth: bool = True  # §0.8; False: a plain 401
    client_credentials: bool = True  # §8.1; False: the grant is not enabled
    token_lifetime_s: int = 1799  # §8.1
    session_cookie: bool = True  # §0.7; sent back in parallel, it earns a 202
    hibernating: bool = False  # §0.9
    timed_out: bool = False  # §0.6; lists come damaged, with an error beside the result
    calls_per_hour: int = 0  # §8.5; 0: no rule
    says_remaining: bool = False  # §8.5; of those calls: not documented
    escaped_caret: bool = True  # §2.2; `^^` in a value is one `^`. False: both separate
