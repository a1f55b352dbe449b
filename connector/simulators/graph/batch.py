"""`POST /$batch`: up to 20 requests in one, each with a reply of its own (graph.md §5)."""

import json
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from connector.simulators.faults import Faults
from connector.simulators.graph.errors import bad_request
from connector.simulators.messages import Headers, Request, Response

MOST = 20

Item = dict[str, Any]


def run(
    request: Request, handle: Callable[[Request], Response], faults: Faults, lot: random.Random | None
) -> Response:
    """Handle every part. The outer 200 says nothing about them; with `lot`, replies come in another order.

    `faults` meet the parts: an answer of theirs is that part's reply, and a dropped one has none.
    """
    items = _items(request)
    replies: dict[str, Item] = {}
    for item in items:
        needed = item.get("dependsOn") or []
        if any(key not in replies or replies[key]["status"] >= 400 for key in needed):
            message = "The request failed because a request it depends on failed."
            failed = Response.json(424, {"error": {"code": "FailedDependency", "message": message}})
            replies[item["id"]] = _reply(item["id"], failed)
            continue
        part = _part(item, request)
        fault = faults.due(part)
        response = fault(partial(handle, part)) if fault else handle(part)
        if response is not None:
            replies[item["id"]] = _reply(item["id"], response)
    ordered = list(replies.values())
    if lot:
        lot.shuffle(ordered)
    return Response.json(200, {"responses": ordered})


def _items(request: Request) -> list[Item]:
    try:
        body = request.json()
    except ValueError:
        body = None
    items = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise bad_request("Invalid batch payload format.")
    if len(items) > MOST:
        raise bad_request(f"The batch holds {len(items)} requests; the most is {MOST}.")
    ids = [item.get("id") for item in items]
    if not all(isinstance(key, str) and key for key in ids) or len(set(ids)) < len(ids):
        raise bad_request("Request Id is missing, or not unique.")
    if any(not isinstance(item.get("url"), str) or not isinstance(item.get("method"), str) for item in items):
        raise bad_request("A request of the batch has no method or no url.")
    return items


def _part(item: Item, outer: Request) -> Request:
    """The request that a part stands for. Its url is relative to the version; a `#` in it cuts it off."""
    headers = {"host": outer.headers.get("host", ""), "authorization": outer.headers.get("authorization", "")}
    headers |= {name.lower(): str(value) for name, value in (item.get("headers") or {}).items()}
    target = "/v1.0/" + item["url"].partition("#")[0].lstrip("/")
    body = json.dumps(item["body"]).encode() if item.get("body") is not None else b""
    return Request(item["method"].upper(), target, Headers(headers), body)


def _reply(key: str, response: Response) -> Item:
    reply: Item = {"id": key, "status": response.status, "headers": dict(response.headers)}
    if response.body:
        try:
            reply["body"] = json.loads(response.body)
        except ValueError:
            reply["body"] = response.body.decode("utf-8", "replace")
    return reply
