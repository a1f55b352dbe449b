"""A small ServiceNow for these tests, written from servicenow.md and not from the client."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from connector.simulators.listening import Listener


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body).items()}


@dataclass(frozen=True)
class Says:
    """A response. A dict or list is sent as JSON."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def error(status: int, message: str, detail: str | None = None) -> Says:
    return Says(status, {"error": {"message": message, "detail": detail}, "status": "failure"})


NOT_FOUND = error(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")
Answer = Callable[[Seen], "Says | None"]


class Instance:
    """Rows and a journal. `matches` stands for the query; `hidden` rows fall to the ACLs after the limit;
    `journals` append.

    `script` answers the next requests in its place; a None in it leaves one to the instance.
    """

    url = ""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.notes: list[dict[str, str]] = []
        self.seen: list[Seen] = []
        self.script: list[Says | None] = []
        self.matches: Callable[[dict[str, Any]], bool] = lambda row: True
        self.hidden: set[str] = set()
        self.journals = {"work_notes", "comments"}
        self.ignores_cursor = self.journal_forbidden = False
        self.echoes = {
            "work_notes",
            "comments",
        }  # journals whose history a PATCH shows as their display value
        self.stuck: set[str] = set()  # fields that a PATCH leaves as they are, in silence
        self.answer: Answer = lambda seen: None

    def add(self, number: int, **fields: Any) -> str:
        sys_id = f"{number:032x}"
        plain = {
            "sys_id": sys_id,
            "number": f"INC{number:07}",
            "state": "1",
            "active": "true",
            "sys_mod_count": "0",
        }
        made = {
            "sys_created_on": f"2026-03-02 08:{number % 60:02}:00",
            "opened_at": "",
            "work_notes_list": "",
            "category": "identity",
        }
        self.rows[sys_id] = {**plain, **made, **fields}
        return sys_id

    def note(
        self, sys_id: str, text: str, at: str = "2026-03-02 08:00:00", element: str = "work_notes"
    ) -> None:
        self.notes.append(
            {
                "element_id": sys_id,
                "name": "incident",
                "element": element,
                "value": text,
                "sys_created_on": at,
            }
        )

    def writes(self) -> list[Seen]:
        return [each for each in self.seen if each.method == "PATCH"]

    def __call__(self, seen: Seen) -> Says:
        self.seen.append(seen)
        scripted = self.script.pop(0) if self.script else self.answer(seen)
        if scripted is not None:
            return scripted
        table, _, sys_id = seen.path.removeprefix("/api/now/table/").partition("/")
        if table == "sys_journal_field":
            return self._journal(seen)
        if seen.method == "PATCH":
            return self._patch(sys_id, seen)
        if sys_id:
            return (
                Says(200, {"result": self._shown(self.rows[sys_id], seen)})
                if sys_id in self.rows
                else NOT_FOUND
            )
        return Says(200, {"result": self._list(seen)})

    def _list(self, seen: Seen) -> list[Any]:
        cursor = re.search(r"\^sys_id>([0-9a-f]{32})", seen.query["sysparm_query"])
        behind = "" if cursor is None or self.ignores_cursor else cursor[1]
        rows = [row for sys_id, row in sorted(self.rows.items()) if sys_id > behind and self.matches(row)]
        page = rows[: int(seen.query["sysparm_limit"])]
        return [self._shown(row, seen) for row in page if row["sys_id"] not in self.hidden]

    def _journal(self, seen: Seen) -> Says:
        if self.journal_forbidden:
            return error(403, "Insufficient rights to query records")
        ids = re.search(r"element_idIN([0-9a-f,]*)", seen.query["sysparm_query"])
        wanted = ids[1].split(",") if ids else [*self.rows]
        found = sorted(
            (note for note in self.notes if note["element_id"] in wanted),
            key=lambda note: note["sys_created_on"],
        )
        start = int(seen.query.get("sysparm_offset", 0))
        return Says(200, {"result": found[start : start + int(seen.query["sysparm_limit"])]})

    def _patch(self, sys_id: str, seen: Seen) -> Says:
        row = self.rows[sys_id]
        for name, value in seen.json.items():
            if name in self.journals - self.stuck:
                self.note(sys_id, value, f"2026-03-02 09:00:{len(self.notes):02}", name)
            elif name not in self.journals | self.stuck:
                row[name] = value
        shown = self._shown(row, seen)
        if seen.query["sysparm_display_value"] != "all":
            return Says(200, {"result": shown})
        both = {name: {"value": text, "display_value": text} for name, text in shown.items()}
        told = self.echoes & set(seen.query["sysparm_fields"].split(","))
        return Says(
            200,
            {
                "result": both
                | {name: {"value": "", "display_value": self._history(sys_id, name)} for name in told}
            },
        )

    def _history(self, sys_id: str, name: str) -> str:
        mine = [note for note in self.notes if (note["element_id"], note["element"]) == (sys_id, name)]
        return "".join(
            f"{note['sys_created_on']} - passdesk (Work notes)\n{note['value']}\n\n"
            for note in reversed(mine)
        )

    @staticmethod
    def _shown(row: dict[str, Any], seen: Seen) -> dict[str, Any]:
        return {name: row[name] for name in seen.query["sysparm_fields"].split(",") if name in row}


class _Server(Listener):
    instance: Callable[[Seen], Says | None]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave in one packet

    def log_message(self, *_: object) -> None:
        pass

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        says = cast(_Server, self.server).instance(Seen(self.command, parts.path, query, headers, body))
        if says is None or says.status == 0:  # the connection is dropped
            self.close_connection = True
            return
        raw = (
            says.body.encode()
            if isinstance(says.body, str)
            else b""
            if says.body is None
            else json.dumps(says.body).encode()
        )
        self.send_response(says.status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(raw)),
            **says.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        self.wfile.flush()

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def do_PATCH(self) -> None:
        self.answer()


@contextmanager
def serving(instance: Callable[[Seen], Says | None]) -> Iterator[str]:
    """The address while the block runs."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.instance = instance
    server.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.stop()


LOST = Says(0)
HTML = Says(200, "<html><body>Instance Hibernating page</body></html>", {"Content-Type": "text/html"})
