"""A fake Helpdesk X: a list, a single ticket and a PATCH with private comments, behind Basic. No code is
shared with the desk.
"""

import base64
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from connector.simulators.messages import Request, Response

CHANGED = ("state", "topic", "solution", "reference")
STATES = ("new", "working", "waiting", "done")
PLAIN = ("queue", "topic", "state")  # that a list can be filtered by
Row = dict[str, Any]


class HelpdeskX:
    """`knows_filters`: otherwise lists show everything. `keeps_private`: otherwise callers see each
    comment.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.login, self.password = "svc.passdesk", secrets.token_urlsafe(18)
        self.tickets: dict[int, Row] = {}
        self.made = 0
        self.knows_filters = self.keeps_private = self.shows_emails = True

    def __call__(self, request: Request) -> Response:
        wanted = base64.b64encode(f"{self.login}:{self.password}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {wanted}":
            return refused(401, "Sign in first")
        match request.method, request.segments:
            case "GET", ["api", "tickets"]:
                return self._list(request)
            case "GET", ["api", "tickets", key] if row := self._found(key):
                return Response.json(200, {"ticket": self._shown(row, with_comments=True)})
            case "PATCH", ["api", "tickets", key] if row := self._found(key):
                return self._change(row, request)
        return refused(404, "There is no such ticket")

    def _found(self, key: str) -> Row | None:
        return self.tickets.get(int(key)) if key.isdecimal() else None

    def _list(self, request: Request) -> Response:
        query = request.query
        if unknown := set(query) - {*PLAIN, "number", "after", "limit"}:
            return refused(400, f"There is no filter {min(unknown)}")
        rows = [row for key, row in sorted(self.tickets.items()) if key > int(query.get("after", 0))]
        if self.knows_filters:
            rows = [
                row
                for row in rows
                if all(row[name] in query[name].split("|") for name in PLAIN if name in query)
            ]
        if "number" in query:
            rows = [row for row in rows if row["number"] == query["number"]]
        page = rows[: int(query.get("limit", 50))]
        return Response.json(
            200, {"tickets": [self._shown(row) for row in page], "more": len(rows) > len(page)}
        )

    def _change(self, row: Row, request: Request) -> Response:
        body = request.json()
        if unknown := set(body) - {*CHANGED, "comment"}:
            return refused(422, f"There is no field {min(unknown)}")
        changed = {**row, **{name: text for name, text in body.items() if name in CHANGED}}
        if changed["state"] not in STATES:
            return refused(422, "There is no such state")
        if changed["state"] == "done" and not changed["solution"]:
            return refused(422, "A ticket that is done needs a solution")
        row.update(changed)
        if comment := body.get("comment"):
            private = comment.get("private", False) and self.keeps_private
            self.comment(row["id"], comment["text"], by="api", private=private)
        return Response.json(200, {"ticket": self._shown(row, with_comments=True)})

    def _shown(self, row: Row, *, with_comments: bool = False) -> Row:
        shown = {name: value for name, value in row.items() if with_comments or name != "comments"}
        if row["requester"] and not self.shows_emails:
            shown["requester"] = {"name": row["requester"]["name"]}
        return shown

    # The hands of the people who work there.

    def add(self, requester: Row | None, **fields: Any) -> int:
        """A new ticket of {name, email}, or of nobody. Returns its id."""
        self.made += 1
        key = 1000 + self.made
        opened = datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        empty: Row = {"topic": "", "solution": "", "reference": None, "comments": []}
        self.tickets[key] = {
            "id": key,
            "number": f"HX-{key}",
            "opened": opened,
            "state": "new",
            **empty,
            "requester": requester,
        }
        self.tickets[key] |= fields
        return key

    def comment(self, key: int, text: str, *, by: str = "agent", private: bool = True) -> None:
        self.tickets[key]["comments"].append({"at": self.clock(), "by": by, "private": private, "text": text})


def refused(status: int, words: str) -> Response:
    return Response.json(status, {"error": words})
