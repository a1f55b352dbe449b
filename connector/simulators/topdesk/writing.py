"""Updates: who may, what changes with them, and what is left of an action (topdesk.md §0.9 to §0.11,
§4).
"""

from collections.abc import Mapping
from typing import Any

from connector.simulators.messages import Request, Response
from connector.simulators.topdesk import answers, texts
from connector.simulators.topdesk.answers import Refusal
from connector.simulators.topdesk.changes import Update, caller_of, understood
from connector.simulators.topdesk.paging import Call
from connector.simulators.topdesk.reading import one
from connector.simulators.topdesk.records import Incident, Mail, Records, Row, name_of
from connector.simulators.topdesk.shape import blank, blank_caller
from connector.simulators.topdesk.traps import Traps

_FOR_PERSONS = {"action", "closed", "feedbackMessage", "feedbackRating"}
_ABOVE = ("mainIncident", "majorCallObject")
_STAMPS = {
    "completed": "completedDate",
    "closed": "closedDate",
    "responded": "responseDate",
    "onHold": "onHoldDate",
}
_MOVES = {  # verb: the statuses that it leads between, and the permission that it needs
    "escalate": ({"firstLine": "secondLine"}, "escalate"),
    "deescalate": ({"secondLine": "firstLine"}, "escalate"),
    "archive": ({line: f"{line}Archived" for line in ("firstLine", "secondLine", "partial")}, "archive"),
    "unarchive": ({f"{line}Archived": line for line in ("firstLine", "secondLine", "partial")}, "archive"),
}


def update(call: Call, incident: Incident) -> Response:
    """`PATCH`, and `PUT` alike: only what is sent changes; the whole call comes back."""
    body = body_of(call.request)
    if call.account.kind == "person" and set(body) - _FOR_PERSONS:
        raise Refusal(403, f"No permission to change the field '{min(set(body) - _FOR_PERSONS)}'")
    _may_write(call, incident)
    if incident.archived:
        raise Refusal(403, "The incident is archived")
    read = understood(call.records, call.traps, incident, body)
    if (
        not apply(call.records, call.traps, incident, read, author(call))
        and call.traps.unchanged == "refused"
    ):
        raise Refusal(400, "No fields changed")
    return one(call, incident)


def create(call: Call) -> Response:
    """`POST /incidents`: needs a caller, looked up or typed."""
    body = body_of(call.request)
    if not call.account.may("create"):
        raise Refusal(403, answers.NO_ACCESS)
    if not body.keys() & {"caller", "callerLookup"}:
        raise Refusal(400, "The field 'callerLookup' is mandatory.")
    status = body.pop("status", "firstLine")
    if status not in ("firstLine", "secondLine"):
        raise Refusal(400, "The value for the field 'status' cannot be parsed.")
    read = understood(call.records, call.traps, Incident("", "", blank() | {"status": status}), body)
    incident = call.records.insert(blank() | {"status": status}, author(call))
    apply(call.records, call.traps, incident, read, author(call))
    return one(call, incident, 201)


def move(call: Call, incident: Incident, verb: str) -> Response:
    """`PUT …/archive` and its like."""
    ways, permission = _MOVES[verb]
    _may_write(call, incident)
    if not call.account.may(permission):
        raise Refusal(403, answers.NO_ACCESS)
    status = incident.row["status"]
    if status not in ways:
        raise Refusal(400, f"An incident with status {status} can't be moved: {verb}")
    incident.row["status"] = ways[status]
    call.records.touch(incident, author(call))
    return one(call, incident)


def author(call: Call) -> Row:
    """The card of the account that is signed in."""
    account, records = call.account, call.records
    return records.operators[account.card] if account.kind == "operator" else records.persons[account.card]


def apply(records: Records, traps: Traps, incident: Incident, update: Update, by: Row) -> bool:
    """Carry out an update that was understood. Returns whether anything changed. Raises Refusal for a
    mandatory field.
    """
    row = {**_consequences(records, update), **update.row}
    if incident.line == "second_line" and str(incident.row["status"]).startswith("partial"):
        row.pop("closed", None)  # of a partial it is ignored
    for name, stamp in _STAMPS.items():
        if name in row and row[name] != incident.row[name]:
            row.setdefault(stamp, records.now() if row[name] else None)
    row = {name: value for name, value in row.items() if incident.row[name] != value}
    _mandatory(traps, incident.row | row)
    before = _optional_and_caller(incident)
    for tab, values in update.optional.items():
        incident.row[tab] = incident.row[tab] | _headed(records, values, by)
    incident.row["caller"] = incident.row["caller"] | update.caller
    if update.caller.get("branch"):
        incident.row["callerBranch"] = update.caller["branch"]
    if update.link:
        incident.row["externalLinks"] = [*incident.row["externalLinks"], update.link]
    incident.row |= row
    changed = bool(row) or before != _optional_and_caller(incident)
    if update.request:
        records.append(incident, "request", texts.memo(update.request, traps), by, invisible=False)
    if update.action:
        act(records, traps, incident, update.action, by, invisible=update.invisible)
    if changed or update.request or (update.action and traps.action_modifies):
        records.touch(incident, by)
    return changed or bool(update.request or update.action)


def act(records: Records, traps: Traps, incident: Incident, text: str, by: Row, *, invisible: bool) -> str:
    """One more action; its id. What the environment mails about it leaves at once."""
    invisible = invisible and traps.invisible == "honoured"
    entry = records.append(incident, "action", texts.memo(text, traps), by, invisible=invisible)
    for linked in _linked(records, incident) if traps.copies_actions else ():
        records.append(linked, "action", texts.memo(text, traps), by, invisible=invisible)
    to = incident.row["caller"]["email"]
    if to and (traps.mails == "all" or (traps.mails == "visible" and not invisible)):
        records.mailed.append(Mail(to, entry.text))
    return entry.id


def _linked(records: Records, incident: Incident) -> list[Incident]:
    """A partial call's main one, a main one's partial ones; a major call and those that belong to it."""
    above = {each["id"] for name in _ABOVE if (each := incident.row[name])}
    return [
        each
        for each in records.incidents.values()
        if each.id in above or any((main := each.row[name]) and main["id"] == incident.id for name in _ABOVE)
    ]


def opened(records: Records, row: Row, caller: Row, by: Row) -> Incident:
    """A new call as a person at the desk opens it: `caller` is a person's card, or what was typed."""
    known = caller_of(caller) if "id" in caller else blank_caller() | caller
    return records.insert(blank() | {"caller": known, "callerBranch": known["branch"]} | row, by)


def body_of(request: Request) -> dict[str, Any]:
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "The request body cannot be parsed.")
    return body


def _may_write(call: Call, incident: Incident) -> None:
    if call.account.kind == "operator" and not call.account.may(f"{incident.line}_write"):
        raise Refusal(403, answers.NO_ACCESS)


def _consequences(records: Records, update: Update) -> Row:
    """Apply the changes that a processing status brings by the tenant's settings."""
    status = update.row.get("processingStatus")
    return records.consequences.get(status["id"], {}) if status else {}


def _mandatory(traps: Traps, row: Mapping[str, Any]) -> None:
    missing = [name for name in traps.mandatory_to_complete if row[name] in (None, "")]
    if missing and (row["completed"] or row["closed"]):
        raise Refusal(400, f"The field '{missing[0]}' is mandatory.")


def _headed(records: Records, values: Row, by: Row) -> Row:
    """Memo fields get a line on top that says when, and who."""
    head = texts.header(records.now().astimezone(records.zone), name_of(by))
    return {
        key: f"{head}{value}" if key.startswith("memo") and value else value for key, value in values.items()
    }


def _optional_and_caller(incident: Incident) -> list[object]:
    return [incident.row[name] for name in ("optionalFields1", "optionalFields2", "caller", "externalLinks")]
