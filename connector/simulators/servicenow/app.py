"""The instance: one function from request to response, and the hands of the people who work in it."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from connector.simulators.messages import Request, Response
from connector.simulators.servicenow import answers, approvals, catalogue, reading, writing
from connector.simulators.servicenow.accounts import Accounts, HourlyRule, Sessions
from connector.simulators.servicenow.columns import Column, Table
from connector.simulators.servicenow.history import AUDITED
from connector.simulators.servicenow.records import Access, Mail, Records, Row
from connector.simulators.servicenow.traps import Traps

LONGEST_URL = 8192  # bytes, measured (servicenow.md §1.4)


class ServiceNow:
    """A made-up instance. `traps` may be replaced while it runs; `access` says what the account can't see."""

    def __init__(
        self,
        *,
        traps: Traps | None = None,
        accounts: Accounts | None = None,
        clock: Callable[[], float] = time.time,
        zone: str = "UTC",
        seed: int = 0,
    ) -> None:
        self.clock = clock
        self.traps = traps or Traps()
        self.accounts = accounts or Accounts()
        self.records = Records(clock, zone=zone, seed=seed)
        self.records.history.tables = AUDITED
        self.sessions = Sessions()
        self._lock = threading.RLock()
        self._rule = HourlyRule()

    @property
    def access(self) -> Access:
        return self.records.access

    @property
    def mailed(self) -> list[Mail]:
        """The mails that went out: each comment to the caller, each work note to its work notes list."""
        return list(self.records.mailed)

    def __call__(self, request: Request) -> Response:
        with self.sessions.turn(self.sessions.of(request)) as mine:
            if not mine:
                return Response(202)
            with self._lock:
                response = self._answer(request)
        if not self.traps.session_cookie or response.status == 414:
            return response
        cookie = f"{Sessions.COOKIE}={secrets.token_hex(16).upper()}; Max-Age=300; Path=/; HttpOnly"
        return response.with_headers({"Set-Cookie": cookie, "X-Transaction-ID": secrets.token_hex(6)})

    def _answer(self, request: Request) -> Response:
        if len(request.target.encode()) > LONGEST_URL:
            return Response.html("<html><body>Request-URI Too Long</body></html>", 414)
        if self.traps.hibernating:
            return answers.hibernating()
        if request.path == "/oauth_token.do":
            return self.accounts.token(request, self.traps, self.clock())
        if not self.accounts.signed_in(request, self.traps, self.clock()):
            return answers.not_authenticated()
        limit = self.traps.calls_per_hour
        calls, reset = self._rule.count(self.clock())
        if 0 < limit < calls:
            return answers.rate_limited(str(reset - int(self.clock())), limit=limit, reset=reset)
        try:
            response = self._table_api(request)
        except answers.Refusal as refusal:
            response = refusal.response()
        told = answers.rate_headers(limit, reset) if limit else {}
        if limit and self.traps.says_remaining:
            told["X-RateLimit-Remaining"] = str(limit - calls)
        return response.with_headers(told)

    def _table_api(self, request: Request) -> Response:
        match request.segments:
            case ["api", "now", "table", name, *rest] | ["api", "now", "v1" | "v2", "table", name, *rest]:
                pass
            case _:
                raise answers.Refusal(400, "Requested URI does not represent any resource")
        if len(rest) > 1:
            raise answers.Refusal(400, "Requested URI does not represent any resource")
        _check_headers(request)
        table = self.records.tables.get(name)
        if table is None:
            raise answers.Refusal(400, f"Invalid table {name}")
        if name in self.access.forbidden_tables or (
            name == "sys_journal_field" and self.traps.journal == "forbidden"
        ):
            raise answers.Refusal(403, "Insufficient rights to query records")
        match request.method, rest:
            case "GET" | "HEAD", []:
                return self._list(table, request)
            case "POST", []:
                as_display = _as_display(request)
                by = self.accounts.user
                row = writing.create(self.records, table, _body(request), by, as_display=as_display)
                return self._echo(201, table, row, request)
            case _, [sys_id]:
                return self._one(table, sys_id, request)
        raise answers.Refusal(405, "Method not supported")

    def _list(self, table: Table, request: Request) -> Response:
        if table.name == "sys_journal_field" and self.traps.journal == "empty":
            return Response.json(200, {"result": []}, {"X-Total-Count": "0"})
        return reading.listed(self.records, table, request, self.traps)

    def _one(self, table: Table, sys_id: str, request: Request) -> Response:
        row = table.rows.get(sys_id)
        if row is None or not self.access.sees(table.name, sys_id):
            raise answers.no_record()
        match request.method:
            case "GET" | "HEAD":
                return self._echo(200, table, row, request)
            case "PATCH" | "PUT":
                as_display = _as_display(request)
                by = self.accounts.user
                writing.update(self.records, table, row, _body(request), by, as_display=as_display)
                return self._echo(200, table, row, request)
            case "DELETE":
                del table.rows[sys_id]
                return Response(204)
        raise answers.Refusal(405, "Method not supported")

    def _echo(self, status: int, table: Table, row: Row, request: Request) -> Response:
        if request.headers.get("x-no-response-body") == "true" and request.method not in ("GET", "HEAD"):
            return Response(204 if status == 200 else status)
        return Response.json(
            status, {"result": reading.shown(self.records, table, row, reading.View.of(request, self.traps))}
        )

    # The hands of the people who work in the instance; no access rule holds them back.

    def add_table(self, table: Table) -> None:
        with self._lock:
            self.records.tables[table.name] = table

    def add_columns(self, table: str, **columns: Column) -> None:
        with self._lock:
            self.records.tables[table].columns.update(columns)
            for row in self.records.tables[table].rows.values():
                row.update({name: "" for name in columns if name not in row})

    def add(self, table: str, **fields: str) -> str:
        """A new row, made by the user `admin`, or by whoever opened it; returns its sys_id. Raises KeyError
        for an undeclared column.
        """
        with self._lock:
            target = self.records.tables[table]
            plain, journals = _sorted_out(target, fields)
            opener = self.records.tables["sys_user"].rows.get(plain.get("opened_by", ""), {})
            row = self.records.insert(target, plain, opener.get("user_name", "admin"))
            for element, text in journals.items():
                self.records.append(target, row, element, text, "admin")
            return row["sys_id"]

    def add_user(self, user_name: str, **fields: str) -> str:
        """A sys_user; without a `name` it is called by its user name. Returns its sys_id."""
        return self.add("sys_user", user_name=user_name, **{"name": user_name, **fields})

    def add_incident(self, **fields: str) -> str:
        """A new incident in state 1 unless `state` says otherwise. Returns its sys_id."""
        return self.add("incident", **{"state": "1", "approval": "not requested", **fields})

    def add_item(
        self,
        variables: Mapping[str, str] | None = None,
        sets: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
        references: Mapping[str, str] | None = None,
        **fields: str,
    ) -> str:
        """A new requested item in state 1 whose approval is requested, of a request of its own. `references`:
        the tables that its reference variables point to. Returns its sys_id.
        """
        with self._lock:
            return catalogue.ordered(self.add, variables or {}, sets or {}, fields, references or {})

    def add_form(self, *variables: str, **sets: Sequence[str]) -> str:
        """A catalogue item whose form has these variables and, by set, these. Returns its sys_id, to be an
        item's `cat_item`.
        """
        with self._lock:
            return catalogue.drawn_up(self.add, variables, sets)

    def add_task(self, item: str, **fields: str) -> str:
        """A new catalog task of a requested item, in state 1. Returns its sys_id."""
        return self.add(
            "sc_task",
            **{"state": "1", "approval": "not requested", "request_item": item, "parent": item, **fields},
        )

    def answer(self, item: str, **variables: str) -> None:
        """Change what a requested item's variables hold. Raises KeyError for one that it doesn't have."""
        with self._lock:
            tables = self.records.tables
            options = [
                each["sc_item_option"]
                for each in tables["sc_item_option_mtom"].rows.values()
                if each["request_item"] == item
            ]
            held = {
                tables["item_option_new"].rows[tables["sc_item_option"].rows[key]["item_option_new"]][
                    "name"
                ]: key
                for key in options
            }
            for name, value in variables.items():
                self.edit(held[name], "sc_item_option", value=value)

    def ask_approval(self, sys_id: str, approver: str, table: str = "incident") -> str:
        """Ask a user (by sys_id) to approve a record. Returns the sys_id of their row."""
        with self._lock:
            return approvals.asked(self.records, sys_id, approver, table)

    def decide(self, approval: str, state: str = "approved") -> None:
        """Answer as whoever was asked: approved, rejected; or requested, which takes the answer back."""
        with self._lock:
            approvals.answered(self.records, approval, state)

    def clone(self, sys_id: str, table: str = "incident", by: str = "fred.agent") -> str:
        """Copy a record as a person does, with its approval column. Returns the copy's sys_id."""
        with self._lock:
            return approvals.cloned(self.records, sys_id, table, by)

    def edit(self, sys_id: str, table: str = "incident", *, by: str = "fred.agent", **fields: str) -> None:
        """Change a row as a person would on the form; a journal gets one more entry."""
        with self._lock:
            target = self.records.tables[table]
            row = target.rows[sys_id]
            plain, journals = _sorted_out(target, fields)
            for element, text in journals.items():
                self.records.append(target, row, element, text, by)
            self.records.change(target, row, plain, by)

    def row(self, sys_id: str, table: str = "incident") -> Row:
        """A copy of the row. Raises KeyError where there is none."""
        with self._lock:
            return dict(self.records.tables[table].rows[sys_id])

    def rows(self, table: str = "incident") -> list[Row]:
        with self._lock:
            return [dict(row) for row in self.records.tables[table].rows.values()]

    def notes(self, sys_id: str, element: str = "work_notes", table: str = "incident") -> list[str]:
        """The texts of a journal field, oldest first."""
        with self._lock:
            return [entry["value"] for entry in self.records.entries(table, sys_id, element)]


def _sorted_out(table: Table, fields: Row) -> tuple[Row, Row]:
    """Plain fields, and journal entries to append."""
    unknown = [name for name in fields if name not in table.columns]
    if unknown:
        raise KeyError(f"{table.name} has no column {', '.join(unknown)}; add it with add_columns")
    journals = {name: text for name, text in fields.items() if table.columns[name].kind == "journal"}
    return {name: value for name, value in fields.items() if name not in journals}, journals


def _as_display(request: Request) -> bool:
    return request.query.get("sysparm_input_display_value") == "true"


def _check_headers(request: Request) -> None:
    """`Accept` always, `Content-Type` with a body; otherwise 400 (§1.1)."""
    if "accept" not in request.headers:
        raise answers.Refusal(400, "Missing Accept header")
    if request.method in ("POST", "PUT", "PATCH"):
        content_type = request.headers.get("content-type")
        if content_type is None:
            raise answers.Refusal(400, "Missing Content-Type header")
        if not content_type.lower().startswith("application/json"):
            raise answers.Refusal(415, "Unsupported media type")


def _body(request: Request) -> dict[str, object]:
    """The record that was sent; of several, the first only."""
    try:
        body = request.json()
    except ValueError:
        body = None
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, dict):
        raise answers.Refusal(400, "Exception while reading request", "The payload is not valid JSON")
    return body
