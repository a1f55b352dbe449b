"""Persons: cards of both versions, chosen by media type (topdesk.md §1, §6). No account of a person gets
in.
"""

from connector.simulators.messages import Response
from connector.simulators.topdesk import answers
from connector.simulators.topdesk.answers import Refusal
from connector.simulators.topdesk.matching import Kind
from connector.simulators.topdesk.paging import MALFORMED, Call, Page, answered, asked, next_url
from connector.simulators.topdesk.records import Row, brief
from connector.simulators.topdesk.texts import dressed
from connector.simulators.topdesk.traps import Shape

TEXTS = {  # key: the longest that fits; 0: no limit is known
    "firstName": 0,
    "surName": 0,
    "dynamicName": 0,
    "email": 100,
    "employeeNumber": 20,
    "networkLoginName": 20,
    "tasLoginName": 100,
    "mainframeLoginName": 0,
    "jobTitle": 0,
    "phoneNumber": 0,
    "mobileNumber": 0,
}
FLAGS = ("archived", "isManager", "isCaller", "hasSspAccess")
_REFERENCES = ("department", "branch", "location", "manager")
_LIMITED = (
    "id",
    "dynamicName",
    "firstName",
    "surName",
    "email",
    "archived",
)  # without `fields`; which ones isn't written
_KINDS: dict[str, Kind] = {
    "id": "id",
    **dict.fromkeys(TEXTS, "text"),
    **dict.fromkeys(FLAGS, "flag"),
    **dict.fromkeys((f"{name}.id" for name in _REFERENCES), "id"),
    **dict.fromkeys((f"{name}.name" for name in _REFERENCES), "text"),
}
_MOST_LOOKED_UP = 1000


def answer(call: Call, rest: list[str]) -> Response:
    """`/persons` and what stands below it."""
    if call.account.kind == "person" or not call.account.may("persons_read"):
        raise Refusal(403, answers.NO_ACCESS)
    if call.request.method not in ("GET", "HEAD"):
        raise Refusal(405, "Method Not Allowed")
    version = _version(call)
    match rest:
        case []:
            return _second(call) if version == "v2" else _first(call)
        case ["lookup"]:
            return _looked_up(call)
        case ["id", key]:
            return _json(call, 200, _card_v1(call, _found(call, key, "list")))
        case [key]:
            return _json(call, 200, _card(call, _found(call, key, "errors")))
    raise Refusal(404, "Entity not found")


def _version(call: Call) -> str:
    """Raises Refusal (406) for a media type that no version has."""
    accept = call.request.headers.get("accept", "*/*")
    if "x.topdesk-" in accept:
        if "person-v2+json" in accept:
            return "v2"
    elif "*/*" in accept or "application/json" in accept or "application/*" in accept:
        return call.traps.persons_default
    raise Refusal(406, "The requested media type is not supported, see KI 17703", "errors", "not_acceptable")


def _found(call: Call, key: str, shape: Shape) -> Row:
    person = call.records.persons.get(key.lower())
    if person is None or not call.records.sees_person(person):
        raise Refusal(404, "Entity not found", shape, "not_found")
    return person


def _second(call: Call) -> Response:
    """Version 2: an object with `item`, `size` and `next`; archived persons are included unless the query
    says otherwise.
    """
    query = call.request.query
    page = Page.of(query, "pageStart", "pageSize", default=50, most=5000)
    rows = _matching(call, ordered_text=True)
    name, _, direction = query.get("sort", "dynamicName:asc").partition(":")
    if name not in _KINDS or "." in name:
        raise answers.not_sortable(name)
    rows.sort(key=lambda row: row[name] or "", reverse=direction == "desc")
    wanted = query.get("fields", ",".join(_LIMITED)).split(",")
    known = [name.partition(".")[0] for name in wanted if name in _KINDS or name in _REFERENCES]
    if not known and not {"*", "all"} & set(wanted):
        raise Refusal(400, MALFORMED)
    cut, more = page.cut(rows)
    cards = [_card(call, row) for row in cut]
    if not {"*", "all"} & set(wanted):
        cards = [{name: card.get(name) for name in known} for card in cards]
    absolute = call.traps.next_person_url == "absolute"
    following = (
        next_url(call.request, absolute, pageStart=page.start + page.size, pageSize=page.size)
        if more
        else None
    )
    return _json(call, 206 if more else 200, {"item": cards, "size": len(cards), "next": following})


def _first(call: Call) -> Response:
    """Version 1: a bare array."""
    query = call.request.query
    page = Page.of(query, "start", "page_size", default=10, most=100)
    rows = _matching(call)
    if "email" in query:
        rows = [row for row in rows if row["email"].lower() == query["email"].lower()]
    cut, more = page.cut(sorted(rows, key=lambda row: str(row["dynamicName"])))
    cards = [_card_v1(call, row) for row in cut]
    if "$fields" in query:
        cards = [{name: card[name] for name in query["$fields"].split(",") if name in card} for card in cards]
    return answered(dressed(cards, "offset", uppercase_ids=call.traps.uppercase_ids), more, call.traps)


def _looked_up(call: Call) -> Response:
    """By the beginning of a name; `{"results": [{"id", "name"}]}`."""
    query = call.request.query
    rows = [
        row
        for row in call.records.persons.values()
        if call.records.sees_person(row)
        and row["dynamicName"].lower().startswith(query.get("name", "").lower())
        and all(row[flag] is (query[flag] == "true") for flag in ("archived", "isCaller") if flag in query)
    ]
    top = Page.of(query, "start", "$top", default=_MOST_LOOKED_UP, most=10_000).size
    return _json(call, 200, {"results": [brief(row) for row in rows[:top]]})


def _matching(call: Call, *, ordered_text: bool = False) -> list[Row]:
    text = call.request.query.get("query")
    test = asked(text, _KINDS, call.traps, ordered_text=ordered_text)

    def reader(row: Row) -> Row:
        refers = {
            f"{name}.{leaf}": (brief(row[name]) or {}).get(leaf)
            for name in _REFERENCES
            for leaf in ("id", "name")
        }
        return row | refers

    visible = (row for row in call.records.persons.values() if call.records.sees_person(row))
    return [row for row in visible if text is None or test(reader(row).get)]


def _card(call: Call, person: Row) -> Row:
    """Version 2. Without the permission for login settings `tasLoginName` is empty."""
    card = {**person, **{name: brief(person[name]) for name in _REFERENCES}}
    return card if call.account.may("login_settings") else card | {"tasLoginName": ""}


def _card_v1(call: Call, person: Row) -> Row:
    """Version 1 has a `status` where version 2 has flags."""
    card = {
        name: value
        for name, value in _card(call, person).items()
        if name not in ("archived", "isCaller", "principalId")
    }
    return card | {"status": "personArchived" if person["archived"] else "person"}


def _json(call: Call, status: int, tree: object) -> Response:
    return Response.json(status, dressed(tree, "offset", uppercase_ids=call.traps.uppercase_ids))
