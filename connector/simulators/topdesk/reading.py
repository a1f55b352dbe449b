"""Lists of incidents, and single ones (topdesk.md §2, §3.3)."""

from functools import partial
from typing import Any

from connector.simulators.messages import Response
from connector.simulators.topdesk import answers, fields, parameters, shape
from connector.simulators.topdesk.answers import Refusal
from connector.simulators.topdesk.paging import Call, Page, answered, asked, next_url
from connector.simulators.topdesk.records import Incident, name_of
from connector.simulators.topdesk.texts import Dates, dressed


def listed(call: Call) -> Response:
    """`GET /incidents`: first and second line, closed calls too; with `all` also partials and archived
    ones.
    """
    query, traps = parameters.counting(call), call.traps
    old = "start" in query or "page_size" in query
    start, size = ("start", "page_size") if old else ("pageStart", "pageSize")
    page = Page.of(query, start, size, default=10, most=10_000)
    if query.get("dateFormat", "iso8601") != "iso8601":
        raise Refusal(400, "The value for the parameter 'dateFormat' is not valid.")
    wanted = fields.wanted(query.get("fields"), traps)
    test = asked(query.get("query"), shape.queryable(traps), traps)
    tests = parameters.direct(query, call)
    scope = (
        ("firstLine", "secondLine")
        if query.get("all") not in ("", "true") and "archived" not in query
        else ()
    )
    rows = [
        incident
        for incident in call.records.incidents.values()
        if (not scope or incident.row["status"] in scope)
        and visible(call, incident)
        and test(partial(shape.stored, incident, traps))
        and all(holds(incident) for holds in tests)
    ]
    cut, more = page.cut(_sorted(rows, parameters.order(query), call))
    headers = {}
    if more and traps.next_page_url != "absent":
        absolute = traps.next_page_url == "absolute"
        headers["x-next-page-url"] = next_url(
            call.request, absolute, **{start: page.start + page.size, size: page.size}
        )
    shown = [wanted(shape.record(call.records, traps, incident)) for incident in cut]
    form: Dates = "z" if "dateFormat" in query else "offset"
    return answered(dressed(shown, form, uppercase_ids=traps.uppercase_ids), more, traps, headers)


def one(call: Call, incident: Incident, status: int = 200) -> Response:
    """The whole record, as every read by id or number and every write answers it."""
    shown = shape.record(call.records, call.traps, incident)
    return Response.json(status, dressed(shown, "offset", uppercase_ids=call.traps.uppercase_ids))


def visible(call: Call, incident: Incident) -> bool:
    """Tell whether filters and the permissions on its line let the account see the call; persons see their
    own.
    """
    if call.account.kind == "person":
        return bool(incident.row["caller"]["id"] == call.account.card)
    return call.records.sees(incident) and call.account.may(f"{incident.line}_read")


def _sorted(rows: list[Incident], order: str | None, call: Call) -> list[Incident]:
    """Empty values are the lowest. Raises Refusal (400) for what can't be sorted by."""
    if order is None:
        order = "creationDate:asc"
        if call.traps.default_order == "newest":
            rows, order = rows[::-1], "creationDate:desc"
    for term in reversed(order.split(",")):
        path, _, direction = term.strip().partition(":")
        if not fields.sortable(path) or direction not in ("", "asc", "desc"):
            raise answers.not_sortable(path)

        def key(incident: Incident, path: str = path) -> tuple[bool, Any]:
            value = shape.stored(incident, call.traps, path)
            value = name_of(value) if isinstance(value, dict) else value
            return (value is not None, 0 if value is None else value)

        rows = sorted(rows, key=key, reverse=direction == "desc")
    return rows
