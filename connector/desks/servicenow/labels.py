"""Words that people see in ServiceNow in place of columns and values, as it is shipped. servicenow.md §3

A shop may have renamed them: whoever shows one shows the column or the value beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LABELS: Final[Mapping[str, str]] = {
    "approval": "Approval",
    "assigned_to": "Assigned to",
    "assignment_group": "Assignment group",
    "caller_id": "Caller",
    "category": "Category",
    "close_code": "Resolution code",
    "close_notes": "Resolution notes",
    "contact_type": "Channel",
    "description": "Description",
    "email": "Email",
    "employee_number": "Employee number",
    "manager": "Manager",
    "opened_by": "Opened by",
    "requested_for": "Requested for",
    "short_description": "Short description",
    "state": "State",
    "subcategory": "Subcategory",
    "user_name": "User ID",
    "work_notes_list": "Work notes list",
}
_OF_REQUESTS: Final = {
    "-5": "Pending",
    "1": "Open",
    "2": "Work in Progress",
    "3": "Closed Complete",
    "4": "Closed Incomplete",
    "7": "Closed Skipped",
}
CHOICES: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    ("incident", "state"): {
        "1": "New",
        "2": "In Progress",
        "3": "On Hold",
        "6": "Resolved",
        "7": "Closed",
        "8": "Canceled",
    },
    ("sc_req_item", "state"): _OF_REQUESTS,
    ("sc_task", "state"): _OF_REQUESTS,
}
