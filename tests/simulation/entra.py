"""Microsoft Graph as one replica reaches it: the shipped simulator's state behind the shipped client, without
the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from connector.domain.outcome import Effect
from connector.domain.ticket import Attempt, Pass
from connector.entra.directory import MANAGER
from connector.entra.domains import DOMAINS
from connector.entra.graph import Graph
from connector.entra.hints import AHEAD
from connector.entra.holders import HOLDER
from connector.entra.lookups import FRESH, REQUESTER, RIVAL, SUBJECT
from connector.entra.managers import MAILED_MANAGER
from connector.entra.passes import PASSES, EntraIssuer
from connector.entra.policy import POLICY
from connector.entra.privileges import ASSIGNED, ELIGIBLE, MEMBERS
from connector.http.service import Answer, Auth, NotSent, Reply, Service
from connector.simulators.graph.errors import GraphError
from connector.simulators.graph.tenant import ROLE_NAMES, Tenant, User
from tests.simulation.entra_holders import holders_part
from tests.simulation.entra_paths import path_part

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class GraphWire:
    """What `Graph` asks of its Service."""

    name = "entra"

    def __init__(self, world: World, replica: Replica) -> None:
        self.world, self.replica = world, replica

    def read(self, method: str, path: str, *, json: Any = None, **more: Any) -> Answer:
        channel = "batch" if path == "/$batch" else "look"
        answer = self.world.network.read(
            self.replica, "entra", channel, lambda: self._read(method, path, json)
        )
        self.world.truth.answers_about_people(self.replica)
        return answer

    def ease(self) -> None:
        """A simulated world knows no calls at once."""

    def write(
        self, method: str, path: str, *, json: Any = None, timeout: tuple[float, float] = (5, 30), **more: Any
    ) -> Reply:
        if path.endswith("/sendMail"):
            return self._mail(json, timeout[1])
        if path.endswith("/revokeSignInSessions"):
            return self.world.network.write(self.replica, "entra", "SESSIONS", timeout[1], self._sessions)
        truth, task = self.world.truth, self.world.hub.me
        attempt = task.notes.get("attempt")
        _, _, user, _, _, *rest = path.split("/")
        if method == "POST":
            assert attempt
            truth.sends_post(self.replica, attempt, user, json)
            do = partial(self._answer, partial(self._create, user, json, attempt))
        else:
            truth.sends_delete(self.replica, rest[0])
            do = partial(self._answer, partial(self._delete, user, rest[0]))
        reply = self.world.network.write(self.replica, "entra", method, timeout[1], do)
        answered = isinstance(reply, NotSent) or (isinstance(reply, Answer) and reply.status < 500)
        if answered and method == "POST" and attempt:
            truth.unanswered.discard(attempt.reference)
        return reply

    def _sessions(self) -> Answer:
        return Answer(200, {"value": True}, self.date())

    def _mail(self, json: dict[str, Any], timeout: float) -> Reply:
        truth, sent = self.world.truth, len(self.world.truth.handings)
        letter = truth.sends_mail(self.replica, json)
        handings = truth.handings[sent:]

        def do() -> Answer:
            if self.world.network.out("blocked"):
                return Answer(403, {"error": {"code": "ErrorMessageSubmissionBlocked"}}, self.date())
            truth.mailed(letter)
            return Answer(202, None, self.date())

        reply = self.world.network.write(self.replica, "entra", "MAIL", timeout, do)
        truth.answered(handings, reply)
        truth.answered_mail(reply)
        return reply

    def _create(self, user: str, body: dict[str, Any], attempt: Attempt) -> Answer:
        passes, person = self.world.passes, self.world.tenant.users[user]
        if self.world.network.out("unit") and user == self.world.people.ids[0]:
            raise GraphError(403, "Authorization_RequestDenied", "Insufficient privileges")
        made = passes.create(person, body, by="app")
        self.world.truth.made_pass(made, attempt)
        return Answer(201, passes.shown(person, made, told=True), self.date())

    def _delete(self, user: str, pass_id: str) -> Answer:
        self.world.passes.delete(self.world.tenant.users[user], pass_id, by="app")
        self.world.tell(f"Entra deletes {self.world.truth.called(pass_id)}")
        return Answer(204, None, self.date())

    def _answer(self, do: Callable[[], Answer]) -> Answer:
        try:
            return do()
        except GraphError as error:
            self.world.tell(f"Entra refuses: {error.message}")
            return Answer(
                error.status, {"error": {"code": error.code, "message": error.message}}, self.date()
            )

    def date(self) -> Mapping[str, str]:
        at = datetime.fromtimestamp(int(self.world.entra_clock()), UTC)
        day, month = _DAYS[at.weekday()], _MONTHS[at.month - 1]
        return {"date": f"{day}, {at.day:02} {month} {at.year} {at:%H:%M:%S} GMT"}

    def _read(self, method: str, path: str, json: Any) -> Answer:
        if path == "/$batch":
            parts = [
                {"id": part["id"], **self._part(part["id"], part["url"], part.get("body"))}
                for part in json["requests"]
            ]
            return Answer(200, {"responses": parts}, self.date())
        if path.startswith("/policies"):
            return Answer(200, self._policy(), self.date())
        if path.startswith("/organization"):
            return Answer(200, {"value": self._organization()}, self.date())
        user = path.split("/")[2].partition("?")[0]
        if "/authentication/" in path:
            return Answer(200, {"value": self._passes(user)}, self.date())
        if path.partition("?")[0].endswith("/manager"):
            boss, managers = self.world.tenant.users[user].manager, self.world.people.managers
            if managers:
                managers.steps.setdefault(user, []).append(self.world.hub.now)
            return Answer(200, {"id": boss}, self.date()) if boss else Answer(404, {}, self.date())
        known = self.world.tenant.users.get(user)
        enabled = {"accountEnabled": known.properties["accountEnabled"]} if known else {}
        return Answer(200, {"id": user, **enabled}, self.date())

    def _part(self, name: str, url: str, body: Any) -> dict[str, Any]:
        tenant, blind = self.world.tenant, self.world.network.out
        denied = {"status": 403, "body": {"error": {"code": "Forbidden"}}}
        if name in (SUBJECT, REQUESTER):
            self.world.truth.asks_for_people(self.replica)
            return _ok(self.world.people.accounts.found(url))
        if name.startswith(AHEAD):
            return _ok(self.world.people.accounts.found(url))
        if url.startswith("/users/") and url.split("/")[2].partition("?")[0] not in tenant.users:
            return {"status": 404, "body": {}}  # it was deleted since its name was asked for ahead
        if name.endswith(f"-{FRESH}") or f"-{RIVAL}-" in name:
            return {"status": 200, "body": tenant.users[url.split("/")[2].partition("?")[0]].properties}
        if name.isdigit():  # how somebody is reached
            return {"status": 200, "body": tenant.users[url.split("/")[2].partition("?")[0]].properties}
        if name.startswith(HOLDER):
            return holders_part(self.world, url, self._passes)
        if name == POLICY:
            return {"status": 200, "body": self._policy()}
        if name.startswith("checked-"):
            return _ok([])
        if name == ASSIGNED:
            principal = unquote(url).split("'")[1]
            return denied if blind("roles") else _ok(_grants(tenant.assignments, principal))
        if name == ELIGIBLE:
            principal = unquote(url).split("'")[1]
            return denied if blind("eligible") else _ok(_grants(tenant.eligibilities, principal))
        if (part := path_part(self.world, url)) is not None:
            return part
        if name == DOMAINS:
            return _ok(self._organization())
        user = tenant.users[url.split("/")[2].partition("?")[0]]
        if name == MEMBERS:
            self.world.truth.proves(self.replica, user.id)
            return denied if blind("groups") else _ok(_memberships(tenant, user))
        if name == MANAGER:
            return (
                {"status": 200, "body": {"id": user.manager}} if user.manager else {"status": 404, "body": {}}
            )
        if name == MAILED_MANAGER:
            if blind("managers"):
                return denied
            return (
                {"status": 200, "body": tenant.users[user.manager].properties}
                if user.manager
                else {"status": 404, "body": {}}
            )
        assert name == PASSES, name
        return _ok(self._passes(user.id))

    def _passes(self, user: str) -> list[dict[str, object]]:
        """As it was a while ago, each time another while."""
        world, person = self.world, self.world.tenant.users[user]
        world.tenant.switches = replace(world.tenant.switches, stale_s=world.some_staleness())
        held = world.passes.read(person)
        return [world.passes.shown(person, held)] if held else []

    def _organization(self) -> list[Any]:
        return [{"id": "contoso", "verifiedDomains": [{"name": self.world.tenant.domain}]}]

    def _policy(self) -> dict[str, Any]:
        policy = self.world.tenant.policy
        return {
            "state": "enabled" if policy.enabled else "disabled",
            "isUsableOnce": policy.one_time,
            "minimumLifetimeInMinutes": policy.minimum_lifetime,
            "maximumLifetimeInMinutes": policy.maximum_lifetime,
            "includeTargets": [{"targetType": "group", "id": each} for each in policy.include],
            "excludeTargets": [{"targetType": "group", "id": each} for each in policy.exclude],
        }


def _ok(rows: list[Any]) -> dict[str, Any]:
    return {"status": 200, "body": {"value": rows}}


def _grants(grants: list[Any], principal: str) -> list[dict[str, str]]:
    return [
        {"principalId": each.principal, "roleDefinitionId": each.role}
        for each in grants
        if each.principal == principal
    ]


def _memberships(tenant: Tenant, user: User) -> list[dict[str, object]]:
    groups: list[dict[str, object]] = [
        {
            "@odata.type": "#microsoft.graph.group",
            "id": each.id,
            "displayName": each.name,
            "isAssignableToRole": each.assignable,
        }
        for each in tenant.groups_of(user.id, transitive=True)
    ]
    roles: list[dict[str, object]] = [
        {
            "@odata.type": "#microsoft.graph.directoryRole",
            "id": each,
            "displayName": ROLE_NAMES[each],
            "roleTemplateId": each,
        }
        for each in tenant.activated_roles(user.id, transitive=True)
    ]
    return groups + roles


class SignedIn:
    """Signing in is tested elsewhere."""

    def headers(self) -> Mapping[str, str]:
        return {}


class SimGraph(Graph):
    """The shipped client over that wire."""

    def __init__(self, world: World, replica: Replica) -> None:
        self._service = cast(Service, GraphWire(world, replica))
        self._base, self._clock, self._jumped = "https://graph.example.org/v1.0", None, None
        self._auth = cast(Auth, SignedIn())
        self._sleep, self._random, self._monotonic = world.hub.pause, lambda: 0.5, replica.mono


class SimIssuer(EntraIssuer):
    """The shipped issuer; the truth is told which attempt a POST is for."""

    def __init__(self, world: World, graph: Graph) -> None:
        super().__init__(graph)
        self.world = world

    def issue(self, attempt: Attempt) -> Effect[Pass]:
        self.world.hub.me.notes["attempt"] = attempt
        return super().issue(attempt)
