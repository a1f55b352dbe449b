"""The simulated tenant behind the client's own verbs, without a wire: fast enough for whole tables.

Answers can be spoiled, by the kind of a request: its id without the number or object id at the end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from connector.entra.graph import NO_REPLY, Graph, GraphReply, GraphRequest
from connector.simulators import Graph as SimulatedGraph
from connector.simulators.messages import Headers, Request

NOW = 1_750_000_000
MODES = ("forbidden", "missing", "partial", "error", "cut")
LESS = "less"  # less than the truth: an answer without rows, as if there were none
_KIND = re.compile(r"[ -][0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|-?\d+$")


def kind_of(request: GraphRequest) -> str:
    return _KIND.sub("", request.id)


def spoiled(reply: GraphReply, mode: str) -> GraphReply:
    """The reply as it is when something is wrong with it."""
    match mode:
        case "forbidden":
            return GraphReply(403, {"error": {"code": "Authorization_RequestDenied"}})
        case "missing":
            return NO_REPLY
        case "error":
            return GraphReply(200, {"error": {"code": "UnknownError", "message": "it failed"}})
        case "cut":  # a page that is gone stands for the whole
            return GraphReply(410, {"error": {"code": "Directory_ExpiredPageToken"}})
        case "partial":
            return GraphReply(200, _withheld(reply.body)) if reply.ok else reply
    return GraphReply(200, _less(reply.body)) if reply.ok else reply


def _withheld(body: Mapping[str, Any]) -> dict[str, Any]:
    """Rows of one object keep id and kind; an object keeps its id."""
    if isinstance(rows := body.get("value"), list):
        return {"value": [_only_id(row) for row in rows]}
    return _only_id(body)


def _only_id(row: Any) -> dict[str, Any]:
    kept = ("@odata.type", "id", "userPrincipalName")
    return {name: row[name] if name in kept else None for name in row} if isinstance(row, dict) else {}


def _less(body: Mapping[str, Any]) -> dict[str, Any]:
    """No rows; of people and single objects, flags that say no."""
    if isinstance(rows := body.get("value"), list):
        return {"value": [{**row, "isManagementRestricted": False} for row in rows if _is_user(row)]}
    less: dict[str, Any] = {name: [] for name in body if name in ("owners", "appRoleAssignedTo")}
    return {**body, "isAssignableToRole": False, "isManagementRestricted": False, **less}


def _is_user(row: Any) -> bool:
    return isinstance(row, dict) and "isManagementRestricted" in row


@dataclass
class InProcess:
    """Stands where `Graph` does. The tenant must not change: what was asked once is kept."""

    simulated: SimulatedGraph
    spoil: Mapping[str, str] = field(default_factory=dict)  # mode by kind of request
    asked: set[str] = field(default_factory=set)  # kinds
    calls: int = 0
    kept: dict[str, GraphReply] = field(default_factory=dict)

    @property
    def as_graph(self) -> Graph:
        return cast(Graph, self)

    def batch(self, requests: Sequence[GraphRequest], first: object = None) -> dict[str, GraphReply]:
        self.calls += 1
        return {each.id: self._one(each) for each in requests}

    def get(self, path: str) -> GraphReply:
        return self._one(GraphRequest(path, path))

    def now(self) -> int:
        return NOW

    def _one(self, request: GraphRequest) -> GraphReply:
        kind = kind_of(request)
        self.asked.add(kind)
        reply = self.kept.get(request.path) or self._answer(request)
        self.kept[request.path] = reply
        mode = self.spoil.get(kind)
        return spoiled(reply, mode) if mode else reply

    def _answer(self, request: GraphRequest) -> GraphReply:
        token = self.simulated.tokens.issue().text
        headers = Headers({"authorization": f"Bearer {token}", **request.headers})
        said = self.simulated(Request("GET", f"/v1.0{request.path}", headers))
        return GraphReply(said.status, json.loads(said.body))
