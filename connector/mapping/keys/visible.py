"""Columns that people outside the service desk read or are mailed under these names at some desk.

No floor may call one of them restricted, and editors warn of them. Each kind of desk has its own rule in its
dialect.
"""

from __future__ import annotations

import re

# servicenow.md §4.1, §4.2 and §6: the customer-visible journal and its mirrors, what the caller's form and
# mails show,
# and the lists of people who are mailed.
CALLER_VISIBLE = frozenset(
    {
        "additional_comments",
        "approval_history",
        "close_code",
        "close_notes",
        "comments",
        "comments_and_work_notes",
        "description",
        "number",
        "resolution_notes",
        "short_description",
        "u_comments",
        "user_input",
        "watch_list",
        "work_notes_list",
    }
)


def is_caller_visible(field: str) -> bool:
    """Tell whether callers see a field, whatever its case, and with the label's spaces for the column's
    underscores.
    """
    return re.sub(r"[\s-]+", "_", field.strip().lower()) in CALLER_VISIBLE
