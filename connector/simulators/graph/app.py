"""Graph: one function from request to response over one tenant."""

import random
import re
import threading
import time
import uuid
from collections.abc import Callable

from connector.simulators.faults import Faults
from connector.simulators.graph import batch, permissions
from connector.simulators.graph.directory import Directory
from connector.simulators.graph.errors import GraphError, bad_request, not_found
from connector.simulators.graph.mail import Mailboxes
from connector.simulators.graph.objects import Objects
from connector.simulators.graph.passes import Pass, Passes
from connector.simulators.graph.scoped_roles import protects, reaches
from connector.simulators.graph.switches import Switches
from connector.simulators.graph.tenant import Policy, Tenant
from connector.simulators.messages import Request, Response
from connector.simulators.tokens import Token, Tokens

_PASSWORD = "28c10230-6103-485e-b985-444c60001490"  # the same for everybody (graph.md §15)
_CONFIGURATIONS = "authenticationMethodConfigurations"
PROTECTED = (
    "Insufficient privileges to complete the operation. Target object is a member of a restricted management "
    "administrative unit and can only be modified by administrators scoped to that administrative unit."
)


class Graph:
    """A made-up tenant behind `/v1.0`. `switches` and `tenant.policy` may be replaced while it runs.

    Faults of single parts of a batch come from `parts`; faults of whole requests are the server's.
    """

    def __init__(
        self,
        tokens: Tokens | None = None,
        *,
        tenant: Tenant | None = None,
        switches: Switches | None = None,
        clock: Callable[[], float] = time.time,
        seed: int = 0,
    ) -> None:
        self.clock = clock
        self.tokens = tokens or Tokens(clock=clock)
        self.tenant = tenant or Tenant(seed=seed)
        self.tenant.switches = switches or self.tenant.switches
        self.directory = Directory(self.tenant)
        self.objects = Objects(self.directory)
        self.passes = Passes(self.tenant, clock, seed=seed)
        self.mail = Mailboxes(self.tenant, clock)
        self.parts = Faults()
        self._lot = random.Random(seed)
        self._lock = threading.RLock()

    @property
    def switches(self) -> Switches:
        return self.tenant.switches

    @switches.setter
    def switches(self, switches: Switches) -> None:
        self.tenant.switches = switches

    @property
    def policy(self) -> Policy:
        return self.tenant.policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self.tenant.policy = policy

    def use(self, key: str, text: str | None = None) -> Pass:
        """The user (object id or UPN) signs in with the pass. Raises NotUsable with the reason."""
        with self._lock:
            return self.passes.use(key, text)

    def make_pass(self, key: str, *, lifetime: int | None = None, one_time: bool | None = None) -> Pass:
        """An administrator makes a pass by hand, usable at once. Raises GraphError as the service would."""
        with self._lock:
            body: dict[str, object] = {"lifetimeInMinutes": lifetime, "isUsableOnce": one_time}
            return self.passes.create(self.directory.found(key), body, by="admin")

    def __call__(self, request: Request) -> Response:
        is_batch = request.segments == ["v1.0", "$batch"]
        return self._enveloped(request, self._batch if is_batch else self._answer)

    def _enveloped(self, request: Request, handle: Callable[[Request], Response]) -> Response:
        """Errors in Graph's envelope, and the ids by which a request is found again."""
        request_id = str(uuid.uuid4())
        client_id = request.headers.get("client-request-id", request_id)
        try:
            response = handle(request)
        except GraphError as error:
            response = error.response(self.clock(), request_id, client_id)
            if error.status == 401:
                response = response.with_headers(
                    {"WWW-Authenticate": 'Bearer realm="", error="invalid_token"'}
                )
        share = self.switches.used_share
        told = (
            {"x-ms-throttle-limit-percentage": str(share)} if share >= 0.8 and handle == self._answer else {}
        )
        return response.with_headers({"request-id": request_id, "client-request-id": client_id, **told})

    def _batch(self, request: Request) -> Response:
        self._token(request)
        if request.method != "POST":
            raise GraphError(405, "BadRequest", "The method is not allowed.")

        def handle(part: Request) -> Response:
            return self._enveloped(part, self._answer)

        return batch.run(request, handle, self.parts, self._lot if self.switches.shuffled else None)

    def _token(self, request: Request) -> Token:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if not text or scheme.lower() != "bearer":
            raise GraphError(401, "InvalidAuthenticationToken", "Access token is empty.")
        token = self.tokens.known(text)
        if token is None:
            raise GraphError(
                401, "InvalidAuthenticationToken", "Access token validation failure. Invalid token."
            )
        if token.expires_on <= self.clock():
            message = "Lifetime validation failed, the token is expired."
            raise GraphError(401, "InvalidAuthenticationToken", message)
        return token

    def _answer(self, request: Request) -> Response:
        token = self._token(request)
        version, *route = request.segments
        if version != "v1.0":
            raise bad_request("Invalid version.")
        if self.switches.permissions and not self._by_role(_unquoted(route)):
            permissions.demand(request, token.roles)
        if request.body and not request.headers.get("content-type", "").lower().startswith(
            "application/json"
        ):
            message = "Write requests (excluding DELETE) must contain the Content-Type header declaration."
            raise bad_request(message)
        route = _unquoted(route)
        match request.method, route:
            case "POST", [
                "users",
                key,
                "sendMail" | "microsoft.graph.sendMail",
            ]:  # several at once: that is limited
                return self.mail.send(_plain(key, request), request, token, guarded=self.switches.permissions)
            case "GET", ["organization"]:
                return self.mail.organization(request, token, guarded=self.switches.permissions)
        with self._lock:
            return self._routed(route, request, token)

    def _by_role(self, route: list[str]) -> bool:
        """Tell whether a directory role of the application's opens a route to somebody's passes."""
        match route:
            case ["users", key, "authentication", "temporaryAccessPassMethods", *_]:
                return reaches(self.tenant, self.tokens.object_id, key)
        return False

    def _routed(self, route: list[str], request: Request, token: Token) -> Response:
        if route[2:4] == ["authentication", "temporaryAccessPassMethods"]:
            if request.method != "GET" and protects(self.tenant, self.tokens.object_id, route[1]):
                raise GraphError(403, "Authorization_RequestDenied", PROTECTED)
            return self._pass_routes(route, request)
        return Response.json(200, self._read(route, request, token))

    def _read(self, route: list[str], request: Request, token: Token) -> dict[str, object]:
        ask, guarded = self.directory, self.switches.permissions
        readable = not guarded or bool(token.roles & permissions.APPLICATIONS)
        units = not guarded or bool(token.roles & permissions.UNITS)
        match request.method, route:
            case "GET", ["users"]:
                return ask.users(request)
            case "GET", ["users", key]:
                return ask.user(_plain(key, request), request)
            case "GET", ["users", key, "authentication", "methods"]:
                return self._methods(_plain(key, request))
            case "POST", ["users", key, "revokeSignInSessions" | "microsoft.graph.revokeSignInSessions"]:
                return ask.revoke_sessions(_plain(key, request), request)
            case "GET", ["users", key, "manager"]:
                return ask.manager(_plain(key, request), request)
            case "GET", ["users", key, "transitiveMemberOf", *cast] if len(cast) < 2:
                return ask.member_of(_plain(key, request), request, *cast, transitive=True, units=units)
            case "GET", ["users", key, "memberOf", *cast] if len(cast) < 2:
                return ask.member_of(_plain(key, request), request, *cast, transitive=False, units=units)
            case "GET", ["users", key, "ownedObjects", *cast] if len(cast) < 2:
                return ask.owned(_plain(key, request), request, *cast, applications=readable)
            case "POST", ["users", key, "checkMemberGroups" | "microsoft.graph.checkMemberGroups"]:
                return ask.check_member_groups(_plain(key, request), request)
            case "GET", ["groups" | "servicePrincipals" | "applications" | "administrativeUnits", *_]:
                return self.objects.read(route, request)
            case "GET", ["roleManagement", "directory", "roleAssignments"]:
                return ask.role_assignments(request)
            case "GET", ["roleManagement", "directory", "roleEligibilityScheduleInstances"]:
                return ask.role_eligibilities(request)
            case "GET", ["roleManagement", "directory", "roleAssignmentScheduleInstances"]:
                return ask.active_roles(request)
            case "GET", [
                "identityGovernance",
                "privilegedAccess",
                "group",
                "eligibilityScheduleInstances" | "eligibilitySchedules",
            ]:
                return ask.group_eligibilities(request)
            case "GET", ["policies", "authenticationMethodsPolicy", configurations, key]:
                if configurations == _CONFIGURATIONS and key.lower() == "temporaryaccesspass":
                    return ask.pass_policy(request)
        raise bad_request(f"Resource not found for the segment '{route[-1] if route else ''}'.")

    def _methods(self, key: str) -> dict[str, object]:
        """Every method of the user's, the password and the pass among them."""
        user = self.directory.found(key)
        self.tenant.listed += 1
        kind = "#microsoft.graph.{}AuthenticationMethod"
        password = {"@odata.type": kind.format("password"), "id": _PASSWORD, "createdDateTime": None}
        held = self.passes.read(user)
        shown = (
            {"@odata.type": kind.format("temporaryAccessPass")} | self.passes.shown(user, held)
            if held
            else None
        )
        return {"value": [password, *([shown] if shown else []), *self.tenant.methods.get(user.id, [])]}

    def _pass_routes(self, route: list[str], request: Request) -> Response:
        what = f"users('{route[1]}')/authentication/temporaryAccessPassMethods"
        context = {"@odata.context": f"{request.base}/v1.0/$metadata#{what}"}
        match request.method, route:
            case "POST", ["users", key, "authentication", "temporaryAccessPassMethods"]:
                user = self.directory.found(_plain(key, request))
                made = self.passes.create(user, _pass_body(request))
                kind = {"@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethod"}
                return Response.json(201, context | kind | self.passes.shown(user, made, told=True))
            case "GET", ["users", key, "authentication", "temporaryAccessPassMethods"]:
                user = self.directory.found(_plain(key, request))
                held = self.passes.read(user)
                return Response.json(
                    200, context | {"value": [self.passes.shown(user, held)] if held else []}
                )
            case "GET", ["users", key, "authentication", "temporaryAccessPassMethods", pass_id]:
                user = self.directory.found(_plain(key, request))
                held = self.passes.read(user)
                if held is None or held.id != pass_id:
                    raise not_found(pass_id)
                return Response.json(200, context | self.passes.shown(user, held))
            case "DELETE", ["users", key, "authentication", "temporaryAccessPassMethods", pass_id]:
                self.passes.delete(self.directory.found(_plain(key, request)), pass_id)
                return Response(204)
        raise GraphError(
            405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target."
        )


def _unquoted(route: list[str]) -> list[str]:
    """`users('o''brien@contoso.com')` is the same as `users/o'brien@contoso.com`: quotes double inside
    quotes. `servicePrincipals(appId='…')` names one by its application id.
    """
    if route and route[0].startswith("users('") and route[0].endswith("')"):
        return ["users", route[0][len("users('") : -2].replace("''", "'"), *route[1:]]
    if route and (named := re.fullmatch(r"(servicePrincipals|applications)\((appId='[^']+')\)", route[0])):
        return [named[1], named[2], *route[1:]]
    return route


def _plain(key: str, request: Request) -> str:
    """A key as a path segment. One that starts with `$` is taken for a query option, unless it is quoted
    (graph.md §4.1).
    """
    if key.startswith("$") and request.segments[1] == "users":
        raise bad_request(f"Resource not found for the segment '{key}'.")
    return key


def _pass_body(request: Request) -> dict[str, object]:
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise bad_request("Unable to read JSON request payload. Please ensure Content-Type header is set.")
    return body
