"""The environment: one function from request to response."""

import re
import secrets

from connector.simulators.messages import Request, Response
from connector.simulators.topdesk import answers, people, reading, staff, trail, writing
from connector.simulators.topdesk.accounts import Account
from connector.simulators.topdesk.answers import Refusal
from connector.simulators.topdesk.hands import Hands
from connector.simulators.topdesk.paging import Call
from connector.simulators.topdesk.records import Incident

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TRAIL = ("progresstrail", "actions", "requests", "attachments")
_MOVES = ("escalate", "deescalate", "archive", "unarchive")
PRODUCT = {"major": 10, "minor": 8, "patch": 0}


class TOPdesk(Hands):
    """A made-up environment under `/tas/api`. `traps` may be replaced while it runs; `access` says what
    filters hide.

    `account` is the operator that the connector signs in as; `accounts` has the others.
    """

    def __call__(self, request: Request) -> Response:
        with self._lock:
            try:
                response = self._answer(request)
            except Refusal as refusal:
                response = refusal.response(self.traps.errors if "incidents" in request.segments else "list")
        if not self.traps.cookies:
            return response
        return response.with_headers(
            {"Set-Cookie": f"JSESSIONID={secrets.token_hex(16).upper()}; Path=/tas; HttpOnly"}
        )

    def _answer(self, request: Request) -> Response:
        if self.traps.maintenance:
            return answers.maintenance(self.traps.maintenance)
        if request.segments[:2] != ["tas", "api"]:
            return answers.page(404, "Page not found")
        rest = request.segments[2:]
        if rest == ["version"] and self.traps.version_open:
            return self._version()
        account = self.accounts.signed_in(request, self.traps, self.clock())
        if account is None or self._gone(account):
            return answers.not_signed_in(request, self.traps.unauthorized)
        if 0 < self.traps.calls_per_minute < self._rule.count(self.clock()):
            return answers.too_many(self.traps.retry_after)
        if rest == ["version"]:
            return self._version()
        if rest == ["productVersion"]:
            return Response.json(200, PRODUCT)
        if not account.may("rest_api"):
            raise Refusal(403, answers.NO_ACCESS)
        return self._component(Call(request, account, self.records, self.traps), rest)

    def _version(self) -> Response:
        return Response.json(200, {"version": self.traps.version})

    def _gone(self, account: Account) -> bool:
        """Tell whether its card has been archived meanwhile."""
        if account.kind == "person":
            return bool(self.records.persons[account.card]["archived"])
        return bool(self.records.operators[account.card]["archived"])

    def _component(self, call: Call, rest: list[str]) -> Response:
        match rest:
            case ["requester", "incidents", *below]:
                if call.account.kind == "operator":
                    raise Refusal(403, "No access")
                return self._incidents(call, below)
            case ["incidents", *below]:
                return self._incidents(call, below)
            case ["persons", *below]:
                return people.answer(call, below)
            case ["operators", *below]:
                return staff.operators(call, below)
            case ["operatorgroups", *below]:
                return staff.groups(call, below)
            case ["categories"]:
                return staff.categories(call)
        raise answers.not_found()

    def _incidents(self, call: Call, rest: list[str]) -> Response:
        match call.request.method, rest:
            case "GET" | "HEAD", []:
                if not (
                    call.account.kind == "person"
                    or call.account.permissions & {"first_line_read", "second_line_read"}
                ):
                    raise Refusal(403, answers.NO_ACCESS)
                return reading.listed(call)
            case "POST", []:
                return writing.create(call)
            case "GET" | "HEAD", [kind]:
                return staff.incident_lookup(call, kind)
            case _, ["id" | "number" as by, key, *below]:
                return self._one(call, self._found(call, by, key), below)
        raise Refusal(405, "Method Not Allowed")

    def _found(self, call: Call, by: str, key: str) -> Incident:
        if by == "id" and not _ID.fullmatch(key):
            raise Refusal(400, "The value for the parameter 'id' cannot be parsed.")
        incident = self.records.find(by, key)
        if incident is None or not reading.visible(call, incident):
            raise answers.not_found()
        return incident

    def _one(self, call: Call, incident: Incident, rest: list[str]) -> Response:
        match call.request.method, rest:
            case "GET" | "HEAD", []:
                return reading.one(call, incident)
            case "PATCH" | "PUT", []:
                return writing.update(call, incident)
            case "PATCH" | "PUT", [verb] if verb in _MOVES:
                return writing.move(call, incident, verb)
            case _, [part, *below] if part in _TRAIL:
                return trail.answer(call, incident, part, below)
        raise Refusal(405, "Method Not Allowed") if not rest else answers.not_found()
