"""The body of an update: read whole before anything is changed (topdesk.md §4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.simulators.topdesk import values
from connector.simulators.topdesk.answers import Refusal
from connector.simulators.topdesk.records import Incident, Records, Row
from connector.simulators.topdesk.shape import CALLER_TEXTS, OPTIONAL, OPTIONAL_KINDS, REFERENCES
from connector.simulators.topdesk.traps import Traps

_TEXTS = {"briefDescription": 80, "externalNumber": 60, "feedbackMessage": 100_000}
_FLAGS = ("responded", "completed", "closed", "onHold", "majorCall", "publishToSsd")
_DATES = ("targetDate", "responseDate", "completedDate", "closedDate")
_NUMBERS = ("costs", "feedbackRating")


@dataclass
class Update:
    """The changes of one update, in stored form."""

    row: Row = field(default_factory=dict)
    caller: Row = field(default_factory=dict)
    optional: dict[str, Row] = field(default_factory=dict)
    link: Row | None = None
    action: str = field(default="", repr=False)
    invisible: bool = False
    request: str = field(default="", repr=False)


def understood(records: Records, traps: Traps, incident: Incident, body: Mapping[str, Any]) -> Update:
    """Raises Refusal for an unknown field, a wrong form, a text too long, a reference that leads nowhere."""
    update = Update()
    for name, sent in body.items():
        if name in ("action", "request"):
            setattr(update, name, values.text(name, sent))
        elif name == "actionInvisibleForCaller":
            update.invisible = values.flag(name, sent)
        elif name in _TEXTS:
            update.row[name] = values.text(name, sent, _TEXTS[name])
        elif name in _FLAGS:
            update.row[name] = values.flag(name, sent)
        elif name in _DATES:
            update.row[name] = values.date(name, sent)
        elif name in _NUMBERS:
            update.row[name] = values.number(name, sent)
        elif name in REFERENCES:
            rows = (
                _subcategories(records, traps, body)
                if name == "subcategory"
                else records.lookups[REFERENCES[name]]
            )
            update.row[name] = values.reference(name, sent, rows, traps)
        elif name in ("operator", "operatorGroup"):
            cards = records.operators if name == "operator" else records.groups
            update.row[name] = values.reference(name, sent, cards, traps, by_name=False)
        elif name in OPTIONAL:
            update.optional[name] = _optional(records, traps, name, sent)
        elif name == "callerLookup":
            update.caller = _looked_up(records, traps, sent)
        elif name == "caller":
            update.caller |= _typed(incident, sent)
        elif name == "externalLink":
            update.link = _link(sent)
        else:
            raise Refusal(400, f"The field '{name}' is unknown.")
    _categories(records, incident, update)
    _operators(records, traps, incident, update)
    return update


def _optional(records: Records, traps: Traps, tab: str, sent: object) -> Row:
    if not isinstance(sent, dict):
        raise values.unparsable(tab)
    return {key: _optional_value(records, traps, f"{tab}.{key}", key, value) for key, value in sent.items()}


def _optional_value(records: Records, traps: Traps, name: str, key: str, sent: object) -> object:
    kind = key[:-1]
    if kind not in OPTIONAL_KINDS or key[-1:] not in tuple("12345"):
        raise Refusal(400, f"The field '{name}' is unknown.")
    match kind:
        case "boolean":
            return values.flag(name, sent)
        case "number":
            return values.number(name, sent)
        case "date":
            return values.date(name, sent)
        case "searchlist":
            return values.reference(name, sent, records.lookups.get(name, {}), traps)
    return values.text(name, sent)


def caller_of(person: Row) -> Row:
    """A registered caller: what the card says now is copied into the call."""
    kept = {name: person.get(name) or "" for name in CALLER_TEXTS}
    return {
        "id": person["id"],
        **kept,
        "branch": person["branch"],
        "department": person["department"],
        "budgetHolder": None,
    }


def _looked_up(records: Records, traps: Traps, sent: object) -> Row:
    """`{"id"}` or `{"email"}`, exactly one; an address leads to exactly one card that may be a caller."""
    if not isinstance(sent, dict) or len(sent) != 1 or not sent.keys() & {"id", "email"}:
        raise values.unparsable("callerLookup")
    ((key, value),) = sent.items()
    if key == "id" and not values.UUID.fullmatch(str(value)):
        raise values.unparsable("callerLookup.id")
    wanted = str(value).lower()
    found = [
        each for each in records.persons.values() if str(each[key]).lower() == wanted and each["isCaller"]
    ]
    if len(found) != 1:
        raise values.nowhere(f"callerLookup.{key}", traps)
    return caller_of(found[0])


def _typed(incident: Incident, sent: object) -> Row:
    """Anyone who can edit the call can type here; only the name of a registered caller is refused."""
    if not isinstance(sent, dict):
        raise values.unparsable("caller")
    for name in sent:
        if name not in CALLER_TEXTS:
            raise Refusal(400, f"The field 'caller.{name}' is unknown.")
    if "dynamicName" in sent and incident.row["caller"]["id"]:
        raise Refusal(400, "The field 'caller.dynamicName' is only available for unregistered callers.")
    return {name: values.text(f"caller.{name}", value, 100) for name, value in sent.items()}


def _link(sent: object) -> Row:
    if not isinstance(sent, dict) or not str(sent.get("type", "")).isdigit() or not sent.get("id"):
        raise values.unparsable("externalLink")
    return {
        "id": str(sent["id"]),
        "type": str(sent["type"]),
        "date": values.date("externalLink.date", sent.get("date")),
    }


def _subcategories(records: Records, traps: Traps, body: Mapping[str, Any]) -> Mapping[str, Row]:
    """The subcategories of the given category; all of them if none is given."""
    category = values.reference("category", body.get("category"), records.lookups["categories"], traps)
    rows = records.lookups["subcategories"]
    return {
        key: row for key, row in rows.items() if category is None or row["category"]["id"] == category["id"]
    }


def _categories(records: Records, incident: Incident, update: Update) -> None:
    """A subcategory brings its category along; another category alone empties the subcategory."""
    subcategory = update.row.get("subcategory")
    if subcategory:
        update.row["category"] = records.lookups["categories"][subcategory["category"]["id"]]
    elif update.row.get("category", incident.row["category"]) != incident.row["category"]:
        update.row["subcategory"] = None


def _operators(records: Records, traps: Traps, incident: Incident, update: Update) -> None:
    """An operator needs a role on this line, and to be in the group that is given."""
    operator, group = update.row.get("operator"), update.row.get("operatorGroup")
    role = "firstLineCallOperator" if incident.line == "first_line" else "secondLineCallOperator"
    if operator and (not operator[role] or operator["status"] != "operator"):
        raise values.nowhere("operator.id", traps)
    if operator and group and operator["id"] not in records.members[group["id"]]:
        raise Refusal(400, "The operator does not belong to the operator group.")
