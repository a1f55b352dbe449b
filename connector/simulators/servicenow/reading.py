"""Lists and single records: query, page, access, and the shape of each value (servicenow.md §1.2,
§1.3).
"""

import hashlib
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from connector.simulators.messages import Request, Response
from connector.simulators.servicenow import answers, encoded_query
from connector.simulators.servicenow.columns import Table
from connector.simulators.servicenow.records import Found, Records, Row
from connector.simulators.servicenow.traps import Traps


@dataclass(frozen=True)
class View:
    """The way in which the client wants to see a record."""

    display: str  # false | true | all
    links: bool
    fields: tuple[str, ...]  # empty: all
    base: str
    journals: bool = True  # whether the display value of a journal is its history

    @classmethod
    def of(cls, request: Request, traps: Traps) -> "View":
        query = request.query
        fields = tuple(filter(None, (name.strip() for name in query.get("sysparm_fields", "").split(","))))
        asked = query.get("sysparm_display_value")
        display = asked if asked in ("true", "all") else "false"
        return cls(
            display,
            query.get("sysparm_exclude_reference_link") != "true",
            fields,
            request.base,
            traps.journal_echo,
        )


def shown(records: Records, table: Table, row: Row, view: View) -> dict[str, object]:
    """One record. Unknown fields are ignored, and what may not be read is left out."""
    result: dict[str, object] = {}
    for path in view.fields or tuple(table.columns):
        found = records.find(table, row, path)
        if found and found.visible:
            result[path] = _value(records, table, row, path, found, view)
    return result


def _value(records: Records, table: Table, row: Row, path: str, found: Found, view: View) -> object:
    column, value = found.column, found.value
    if column.kind == "journal":
        # Without a dot it is the record's own journal; through a reference the platform shows nothing useful.
        text = records.journal(table, row["sys_id"], path) if "." not in path and view.journals else ""
        value, display = "", text
    elif column.kind == "encrypted":
        display, value = value, hashlib.sha256(value.encode()).hexdigest() if value else ""
    else:
        display = records.display(column, value)
    if column.kind == "reference" and value and view.links:
        link = f"{view.base}/api/now/table/{column.refers_to}/{value}"
        return {
            "false": {"link": link, "value": value},
            "true": {"display_value": display, "link": link},
            "all": {"display_value": display, "value": value, "link": link},
        }[view.display]
    return {"false": value, "true": display, "all": {"display_value": display, "value": value}}[view.display]


def listed(records: Records, table: Table, request: Request, traps: Traps) -> Response:
    """A page of records. The limit is applied before access is, so that a page may be short or empty."""
    params = request.query
    limit = _number(params.get("sysparm_limit"), 10_000)
    offset = _number(params.get("sysparm_offset"), 0)
    if offset < 0:
        raise answers.Refusal(400, "Invalid sysparm_offset", "sysparm_offset must not be negative")
    rows = _asked_for(records, table, request, traps)
    page = [row for row in rows[offset : offset + limit] if records.access.sees(table.name, row["sys_id"])]
    result = [shown(records, table, row, View.of(request, traps)) for row in page]
    if traps.timed_out:
        return answers.timed_out(list(result))
    if not result and request.segments[2] == "v1":  # later versions answer 200 and an empty array
        raise answers.no_record()
    headers = {}
    if params.get("sysparm_no_count") != "true":
        headers["X-Total-Count"] = str(len(rows))
    if params.get("sysparm_suppress_pagination_header") != "true":
        headers["Link"] = _links(request, limit, offset, len(rows))
    return Response.json(200, {"result": result}, headers)


def _asked_for(records: Records, table: Table, request: Request, traps: Traps) -> list[Row]:
    """Every row that matches, in order, whoever may see it."""
    text = request.query.get("sysparm_query")
    if text is None:  # plain `field=value` parameters stand for a query
        text = "^".join(f"{k}={v}" for k, v in request.query.items() if not k.startswith("sysparm_"))
    query = encoded_query.parse(text, escaped_caret=traps.escaped_caret)
    found = {path: records.find(table, None, path) for path in query.fields()}
    unknown = {path for path, field in found.items() if field is None}
    hidden = {path for path, field in found.items() if field and not field.visible}
    unranged = {column for name, column in records.access.no_range if name == table.name} & query.ranged()
    if (hidden or unranged) and traps.unreadable_field == "refused":
        detail = "Field(s) present in the query do not have permission to be read"
        raise answers.Refusal(403, "Insufficient rights to query records", detail)
    if (unknown or query.unreadable) and traps.unknown_field == "no_rows":
        return []
    query = query.without(unknown | hidden).without(unranged, encoded_query.MATCHES)
    if any(value.startswith("javascript:") for value in query.values()):
        return []  # a script would run in the server's sandbox; ours never does

    def read(row: Row, path: str) -> str:
        field = records.find(table, row, path)
        return field.value if field else ""

    rows = [row for row in table.rows.values() if query.holds(partial(read, row))]
    query.sort(rows, read)
    return rows


def _number(text: str | None, default: int) -> int:
    try:
        return default if text is None else int(text)
    except ValueError:
        return default


def _links(request: Request, limit: int, offset: int, total: int) -> str:
    """`prev` is there on page one, too, with a negative offset: this was measured (§1.3)."""
    last = max(0, (total - 1) // max(limit, 1) * limit)
    offsets = {"first": 0, "prev": offset - limit, "next": offset + limit, "last": last}
    if offset + limit >= total:
        del offsets["next"]
    return ",".join(
        f'<{request.base}{request.path}?{urlencode({**request.query, "sysparm_offset": at})}>;rel="{rel}"'
        for rel, at in offsets.items()
    )
