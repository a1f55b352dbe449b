"""Operators, operator groups, and look-ups (topdesk.md §7)."""

from connector.simulators.messages import Response
from connector.simulators.topdesk import answers
from connector.simulators.topdesk.answers import Refusal
from connector.simulators.topdesk.matching import Kind
from connector.simulators.topdesk.paging import Call, Page, answered, asked
from connector.simulators.topdesk.records import Row, brief, name_of
from connector.simulators.topdesk.texts import dressed

_TEXTS = ("dynamicName", "firstName", "surName", "email", "loginName", "networkLoginName", "groupName")
_KINDS: dict[str, Kind] = {"id": "id", **dict.fromkeys(_TEXTS, "text"), "archived": "flag"}
_INCIDENT_LOOKUPS = (
    "call_types", "categories", "closure_codes", "durations", "entry_types", "impacts", "priorities",
    "statuses", "subcategories",
    "urgencies", "escalation-reasons", "deescalation-reasons",
)  # fmt: skip


def operators(call: Call, rest: list[str]) -> Response:
    """`/operators`; `current` needs no further permission."""
    if call.account.kind == "operator" and rest == ["current"]:
        return _json(call, _public(call.records.operators[call.account.card]))
    _may(call, "operators_read")
    match rest:
        case []:
            return _listed(call, [*call.records.operators.values()])
        case ["id", key, *below]:
            operator = _found(call.records.operators, key)
            if not below:
                return _json(call, _public(operator))
            if below == ["operatorgroups"]:
                members = call.records.members.items()
                return _json(
                    call,
                    [
                        _public(call.records.groups[group])
                        for group, each in members
                        if operator["id"] in each
                    ],
                )
    raise Refusal(404, "Entity not found")


def groups(call: Call, rest: list[str]) -> Response:
    """`/operatorgroups`."""
    _may(call, "operator_groups_read")
    match rest:
        case []:
            return _listed(call, [*call.records.groups.values()])
        case ["lookup"]:
            query = call.request.query
            rows = [
                row
                for row in call.records.groups.values()
                if name_of(row).lower().startswith(query.get("name", "").lower())
            ]
            rows = [row for row in rows if row["archived"] is (query.get("archived", "false") == "true")]
            return _json(call, {"results": [brief(row) for row in rows]})
        case ["id", key, *below]:
            group = _found(call.records.groups, key)
            if not below:
                return _json(call, _public(group))
            if below == ["operators"]:
                return _json(
                    call,
                    [
                        _public(call.records.operators[each])
                        for each in sorted(call.records.members[group["id"]])
                    ],
                )
    raise Refusal(404, "Entity not found")


def incident_lookup(call: Call, kind: str) -> Response:
    """`/incidents/categories` and its like: everything at once."""
    if kind not in _INCIDENT_LOOKUPS:
        raise Refusal(404, "Entity not found")
    operator = call.account.kind == "operator"
    if kind != "call_types" and not (
        operator and (call.account.may("first_line_read") or call.account.may("second_line_read"))
    ):
        raise Refusal(403, answers.NO_ACCESS, "errors", "forbidden")
    return _json(call, [_row(row) for row in call.records.lookups[kind].values()])


def categories(call: Call) -> Response:
    """`/categories` of the General API: an object, subcategories with their parents."""
    rows = [*call.records.lookups["categories"].values(), *call.records.lookups["subcategories"].values()]
    kinds: dict[str, Kind] = {"id": "id", "name": "text", "archived": "flag"}
    test = asked(call.request.query.get("query"), kinds, call.traps)
    items = [
        {
            "id": row["id"],
            "name": row["name"],
            "archived": False,
            "parent": brief(row.get("category")),
            "modules": ["incident"],
        }
        for row in rows
        if test({**row, "archived": False}.get)
    ]
    return _json(call, {"item": items, "next": None, "size": len(items)})


def _may(call: Call, permission: str) -> None:
    if call.account.kind == "person" or not call.account.may(permission):
        raise Refusal(403, answers.NO_ACCESS)
    if call.request.method not in ("GET", "HEAD"):
        raise Refusal(405, "Method Not Allowed")


def _found(rows: dict[str, Row], key: str) -> Row:
    row = rows.get(key.lower())
    if row is None:
        raise Refusal(404, "Entity not found")
    return row


def _listed(call: Call, rows: list[Row]) -> Response:
    """Without `query` the active ones only; with it, archived ones too."""
    query = call.request.query
    page = Page.of(query, "start", "page_size", default=10, most=100)
    test = asked(query.get("query"), _KINDS, call.traps)
    kept = [row for row in rows if (test(row.get) if "query" in query else not row["archived"])]
    cut, more = page.cut(sorted(kept, key=name_of))
    return answered(
        dressed([_public(row) for row in cut], "offset", uppercase_ids=call.traps.uppercase_ids),
        more,
        call.traps,
    )


def _public(row: Row) -> Row:
    """A card as it is shown; `archived` is told by an operator's status."""
    return {key: value for key, value in row.items() if key != "archived" or "status" not in row}


def _row(row: Row) -> Row:
    return {key: brief(value) if isinstance(value, dict) else value for key, value in row.items()}


def _json(call: Call, tree: object) -> Response:
    return Response.json(200, dressed(tree, "offset", uppercase_ids=call.traps.uppercase_ids))
