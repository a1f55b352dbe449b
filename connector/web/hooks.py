"""POST /hooks/DESK: a desk says which ticket is new. The answer is always 202, and tells nobody anything.

It is no page: whoever calls proves to be the desk with each call, so neither a name of ours in `Host` nor a
person's session or form counts here.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, current_app, request

from connector import log
from connector.domain.events import Event
from connector.web.gate import LONGEST, SIGNATURE, TIMESTAMP, TOKEN, Call, Heard
from connector.web.window import Window

blueprint = Blueprint("hooks", __name__)
ENDPOINT: Final = "hooks.hint"


def is_hook() -> bool:
    """Tell whether a request is a desk's call."""
    return request.endpoint == ENDPOINT


@blueprint.post("/hooks/<desk>")
def hint(desk: str) -> Response:
    """Hear a desk's call."""
    there: Window = current_app.extensions["window"]
    gate = there.gates.get(desk)
    heard = gate.hear(_call(there)) if gate else Heard.UNKNOWN
    name, cause = desk if gate else "", str(heard)  # never a text from outside
    there.tally.hinted(name, cause)
    if heard is not Heard.TAKEN:
        key = f"{name} {cause}"
        log.news.event(Event.HINT_REFUSED, key, desk=name, cause=cause, detail=heard.meaning)
    return Response("", 202, mimetype="text/plain")


def _call(there: Window) -> Call:
    said = request.headers.get
    guarded = there.web.is_open or request.scheme == "https"
    return Call(_body(), guarded, said(SIGNATURE), said(TIMESTAMP, ""), said(TOKEN, ""))


def _body() -> bytes | None:
    """Read what a call carries; None: it is too long to be one."""
    if (request.content_length or 0) > LONGEST:
        return None
    found: bytes = request.stream.read(LONGEST + 1)
    return found if len(found) <= LONGEST else None
