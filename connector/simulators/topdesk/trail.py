"""The trail of a call: actions, requests, attachments, mails, and the removal of actions (topdesk.md §5)."""

from connector.simulators.messages import Response
from connector.simulators.topdesk import answers
from connector.simulators.topdesk.answers import Refusal
from connector.simulators.topdesk.paging import Call, Page, answered
from connector.simulators.topdesk.records import Entry, Incident, Row, brief
from connector.simulators.topdesk.texts import Dates, dressed, plain
from connector.simulators.topdesk.writing import author

_KINDS = {
    "progresstrail": {"action", "attachment", "email"},
    "actions": {"action"},
    "requests": {"request"},
    "attachments": {"attachment"},
}
_MOST = {"progresstrail": 100, "actions": 100, "requests": 10, "attachments": 100}


def answer(call: Call, incident: Incident, part: str, rest: list[str]) -> Response:
    """`…/progresstrail`, `…/actions`, `…/requests`, `…/attachments`, and what stands below them."""
    entries = _seen(call, incident, part)
    match call.request.method, rest:
        case "GET" | "HEAD", []:
            return _listed(call, incident, part, entries)
        case "GET" | "HEAD", ["count"] if part == "progresstrail":
            return Response.json(200, {"count": len(entries)})
        case ("GET" | "HEAD" | "DELETE") as method, [key] if part in ("actions", "requests"):
            entry = next((entry for entry in entries if entry.id == key.lower()), None)
            if entry is None:
                raise Refusal(404, "Entity not found")
            if method != "DELETE":
                return Response.json(200, shown(call, incident, entry))
            if part == "actions":
                return _removed(call, incident, entry)
    raise Refusal(405, "Method Not Allowed")  # there is no POST and no PATCH on actions


def _seen(call: Call, incident: Incident, part: str) -> list[Entry]:
    hidden = call.account.kind == "person" and not call.traps.persons_see_invisible
    entries = [
        each for each in incident.entries if each.kind in _KINDS[part] and not (hidden and each.invisible)
    ]
    return entries[::-1] if call.traps.trail_order == "newest" else entries


def _listed(call: Call, incident: Incident, part: str, entries: list[Entry]) -> Response:
    default = call.traps.actions_page if part == "actions" else 10
    least = 1 if part in ("progresstrail", "attachments") else 0
    page = Page.of(call.request.query, "start", "page_size", default=default, most=_MOST[part], least=least)
    cut, more = page.cut(entries)
    return answered([shown(call, incident, entry) for entry in cut], more, call.traps)


def _removed(call: Call, incident: Incident, entry: Entry) -> Response:
    own = entry.operator is not None and entry.operator["id"] == call.account.card
    if call.account.kind == "person" or not (
        call.account.may("delete_all_memo") or (own and call.account.may("delete_own_memo"))
    ):
        raise Refusal(403, answers.NO_ACCESS)
    incident.entries.remove(entry)
    call.records.touch(incident, author(call))
    return Response(204)


def shown(call: Call, incident: Incident, entry: Entry) -> Row:
    """Kinds are told apart by their keys alone."""
    who = {"operator": brief(entry.operator), "person": brief(entry.person)}
    row: Row = {"id": entry.id, "entryDate": entry.at}
    match entry.kind:
        case "email":
            row |= {"title": entry.text, "sender": entry.sender, "user": brief(entry.operator)}
        case "attachment":
            url = f"/tas/api/incidents/id/{incident.id}/attachments/{entry.id}/download"
            row |= {"fileName": entry.text, "downloadUrl": url, "size": 1234, "description": ""}
            row |= {"invisibleForCaller": entry.invisible, **who}
        case _:
            row |= {
                "memoText": entry.text,
                "plainText": plain(entry.text),
                "flag": 0,
                "creationDate": entry.at,
                **who,
            }
            row |= {"invisibleForCaller": entry.invisible} if entry.kind == "action" else {}
    mixed = call.traps.trail_dates == "mixed" and entry.kind == "email"
    form: Dates = "offset" if call.traps.trail_dates == "offset" or mixed else "z_millis"
    dressed_row: Row = dressed(row, form, uppercase_ids=call.traps.uppercase_ids)
    return dressed_row
