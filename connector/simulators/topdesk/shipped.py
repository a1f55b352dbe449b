"""The look-ups that an environment is delivered with."""

from __future__ import annotations

from connector.simulators.topdesk.records import Records, Row

_NAMES = {
    "call_types": ("Failure", "Request for information", "Request for change"),
    "entry_types": ("Telephone", "E-mail", "Portal", "Manual"),
    "impacts": ("Person", "Department", "Organization"),
    "urgencies": ("Able to work", "Partly able to work", "Unable to work"),
    "closure_codes": ("Solved", "Withdrawn", "Duplicate"),
    "escalation-reasons": ("Specialist needed",),
    "deescalation-reasons": ("Solved in first line",),
    "archiving-reasons": ("No longer relevant",),
    "suppliers": ("Fabrikam",),
    "durations": ("1 hour", "1 day"),
    "priorities": ("P1", "P2", "P3"),
}
_CATEGORIES = {
    "Identity": ("Temporary Access Pass", "Password", "Sign-in"),
    "Hardware": ("Laptop", "Telephone"),
    "Software": ("Account", "Installation"),
    "New employee": ("First day",),
}
_STATUSES: dict[str, Row] = {  # name: what it sets, too
    "Registered": {},
    "In progress": {},
    "Waiting for caller": {"onHold": True},
    "Completed": {"completed": True},
    "Closed": {"completed": True, "closed": True},
}


def shipped(records: Records) -> None:
    """The look-ups of a fresh environment. A processing status has consequences by the tenant's settings."""

    def add(kind: str, name: str, **fields: object) -> Row:
        row: Row = {"id": records.new_id(), "name": name, **fields}
        records.lookups[kind][row["id"]] = row
        return row

    for kind, names in _NAMES.items():
        for name in names:
            add(kind, name)
    for category, subcategories in _CATEGORIES.items():
        parent = add("categories", category)
        for name in subcategories:
            add("subcategories", name, category=parent)
    for name, sets in _STATUSES.items():
        on_hold = bool(sets.get("onHold"))
        row = add(
            "statuses", name, onHold=on_hold, processingState=name, response="", default=name == "Registered"
        )
        records.consequences[row["id"]] = sets
