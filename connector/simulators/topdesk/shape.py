"""The incident as it is shown, and the fields that it has (topdesk.md §3.1, §3.2)."""

from typing import Any

from connector.simulators.topdesk.matching import Kind
from connector.simulators.topdesk.records import Entry, Incident, Records, Row, brief, name_of
from connector.simulators.topdesk.texts import header, plain
from connector.simulators.topdesk.traps import Traps

REFERENCES = {  # key: the look-up that it refers to
    "category": "categories", "subcategory": "subcategories", "callType": "call_types",
    "entryType": "entry_types",
    "impact": "impacts", "urgency": "urgencies", "priority": "priorities", "duration": "durations",
    "closureCode": "closure_codes", "processingStatus": "statuses", "supplier": "suppliers",
}  # fmt: skip
OPTIONAL = ("optionalFields1", "optionalFields2")
OPTIONAL_KINDS: dict[str, tuple[Kind, Any]] = {
    "boolean": ("flag", False),
    "number": ("number", 0.0),
    "date": ("date", None),
    "text": ("text", ""),
    "memo": ("memo", None),
    "searchlist": ("id", None),
}
CALLER_TEXTS = ("dynamicName", "email", "mobileNumber", "phoneNumber")
_NOTHING = (
    "callerLocation",
    "branchExtraFieldA",
    "branchExtraFieldB",
    "object",
    "asset",
    "branch",
    "location",
    "sla",
)
_NOTHING_ELSE = ("escalationStatus", "escalationReason", "escalationOperator", "majorCallObject")
_DATES = ("targetDate", "onHoldDate", "responseDate", "completedDate", "closedDate")
_FLAGS = ("onHold", "responded", "completed", "closed", "majorCall", "publishToSsd", "monitored")
_COUNTS = (
    "actualDuration", "onHoldDuration", "timeSpent", "timeSpentFirstLine", "timeSpentSecondLine",
    "timeSpentPartial",
    "timeSpentLinkedPartials", "timeSpentSecondLineAndPartials", "expectedTimeSpent",
)  # fmt: skip


def blank() -> Row:
    """Every stored field of a call that nobody has filled in."""
    return {
        "status": "firstLine",
        "caller": blank_caller(),
        "callerBranch": None,
        **dict.fromkeys((*_NOTHING, *_NOTHING_ELSE, *_DATES, *REFERENCES, "operator", "operatorGroup")),
        **dict.fromkeys(_FLAGS, False),
        **dict.fromkeys(_COUNTS, 0),
        **dict.fromkeys(("itemCosts", "objectCosts", "costs"), 0.0),
        **dict.fromkeys(("briefDescription", "externalNumber"), ""),
        **dict.fromkeys(("feedbackMessage", "feedbackRating", "archivingReason", "mainIncident")),
        **{
            tab: {f"{kind}{n}": empty for kind, (_, empty) in OPTIONAL_KINDS.items() for n in range(1, 6)}
            for tab in OPTIONAL
        },
        "partialIncidents": [],
        "externalLinks": [],
    }


def blank_caller() -> Row:
    return {
        "id": None,
        **dict.fromkeys(CALLER_TEXTS, ""),
        "branch": None,
        "department": None,
        "budgetHolder": None,
    }


def record(records: Records, traps: Traps, incident: Incident) -> Row:
    """The whole record; moments are still datetimes."""
    row, path = incident.row, f"/tas/api/incidents/id/{incident.id}"
    shown: Row = {"id": incident.id, "status": row["status"], "number": incident.number}
    shown["request"] = _requests(records, incident)
    shown |= {
        "requests": f"{path}/requests",
        "action": f"{path}/actions",
        "attachments": f"{path}/attachments",
    }
    shown |= {key: value for key, value in row.items() if key not in shown}
    shown |= {
        key: brief(row[key])
        for key in (*REFERENCES, "operatorGroup", "creator", "modifier", "archivingReason")
    }
    shown["operator"] = _operator(row, traps)
    for tab in OPTIONAL:
        shown[tab] = {
            key: _searchlist(value, traps) if isinstance(value, dict) else value
            for key, value in row[tab].items()
        }
    return shown


def _operator(row: Row, traps: Traps) -> Row | None:
    operator, group = row["operator"], row["operatorGroup"]
    if operator:
        return {"id": operator["id"], "status": operator["status"], "name": name_of(operator)}
    if group and traps.group_as_operator:
        return {"id": group["id"], "status": "operatorGroup", "name": name_of(group)}
    return None


def _searchlist(value: Row, traps: Traps) -> Row:
    return {"id": value["id"], "name": value["name"]} if traps.searchlist_names else {"id": value["id"]}


def _requests(records: Records, incident: Incident) -> str:
    """Every request as plain text, newest first."""
    requests = [entry for entry in reversed(incident.entries) if entry.kind == "request"]

    def shown(entry: Entry) -> str:
        who = name_of(entry.operator or entry.person or {})
        return f"{header(entry.at.astimezone(records.zone), who)}{plain(entry.text)}\n\n"

    return "".join(map(shown, requests))


QUERYABLE: dict[str, Kind] = {  # §2.3: what working code and examples query
    **dict.fromkeys(("number", "briefDescription", "caller.email", "caller.name"), "text"),
    **dict.fromkeys((f"{key}.name" for key in (*REFERENCES, "operator", "operatorGroup")), "text"),
    **dict.fromkeys((f"{key}.id" for key in (*REFERENCES, "operator", "operatorGroup", "caller")), "id"),
    **dict.fromkeys(("closed", "completed"), "flag"),
    **dict.fromkeys(("creationDate", "modificationDate", "targetDate", "closedDate", "callDate"), "date"),
    "id": "id",
    "status": "status",
}


def queryable(traps: Traps) -> dict[str, Kind]:
    if not traps.optional_fields:
        return QUERYABLE
    more: dict[str, Kind] = {"externalNumber": "text"}
    for tab in OPTIONAL:
        for kind, (means, _) in OPTIONAL_KINDS.items():
            leaf = {"searchlist": (".id", ".name")}.get(kind, ("",))
            for n in range(1, 6):
                more |= {f"{tab}.{kind}{n}{end}": "text" if end == ".name" else means for end in leaf}
    return QUERYABLE | more


def stored(incident: Incident, traps: Traps, path: str) -> Any:
    """The value behind a dotted path; None where anything on the way is empty."""
    head, *rest = {"caller.name": "caller.dynamicName"}.get(path, path).split(".")
    value: Any = {"id": incident.id, "number": incident.number}.get(head) or incident.row.get(head)
    if head == "operator":
        value = _operator(incident.row, traps)
    for name in rest:
        if not isinstance(value, dict):
            return None
        value = name_of(value) if name == "name" else value.get(name)
    return value
