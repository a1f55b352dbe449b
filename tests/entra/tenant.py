"""A tenant small enough to hold in one's head, behind Graph's routes. Written from graph.md, not from
the client.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connector.domain.errors import SignInRefused
from connector.entra.graph import Graph
from connector.http.service import Call
from tests.http.loopback import Asked, Loopback, Says, serving

ANN, BOB, EVE = (f"{digit * 8}-1111-4111-8111-111111111111" for digit in "abe")
POLICY_PATH = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/TemporaryAccessPass"
NOT_FOUND = Says(404, {"error": {"code": "Request_ResourceNotFound", "message": "not there"}})
FORBIDDEN = Says(
    403, {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
)
POLICY = {
    "state": "enabled",
    "minimumLifetimeInMinutes": 60,
    "maximumLifetimeInMinutes": 480,
    "isUsableOnce": False,
    "includeTargets": [{"targetType": "group", "id": "all_users", "isRegistrationRequired": False}],
    "excludeTargets": [],
}


def user(id_: str, upn: str, **more: Any) -> dict[str, Any]:
    plain = {
        "id": id_,
        "userPrincipalName": upn,
        "displayName": upn.partition("@")[0].title(),
        "mail": upn,
        "employeeId": None,
        "accountEnabled": True,
        "userType": "Member",
        "externalUserState": None,
        "creationType": None,
        "identities": [{"signInType": "userPrincipalName", "issuer": "contoso.com", "issuerAssignedId": upn}],
        "isManagementRestricted": None,
    }
    return {**plain, **more}


def group(id_: str, flag: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.group",
        "id": id_,
        "displayName": f"Group {id_}",
        "isAssignableToRole": flag,
        **more,
    }


def role(template: str | None, **more: Any) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.directoryRole",
        "id": "r1",
        "displayName": "A role",
        "roleTemplateId": template,
        **more,
    }


@dataclass
class Tenant:
    """`instead`: replies by a piece of the route, used up one by one, the last stays. `drop`: ids left out of
    a batch's reply.
    """

    users: list[dict[str, Any]] = field(
        default_factory=lambda: [user(ANN, "ann.lee@contoso.com"), user(BOB, "bob@contoso.com")]
    )
    members: list[Any] = field(default_factory=list)
    assigned: list[Any] = field(default_factory=list)
    eligible: list[Any] = field(default_factory=list)
    joinable: list[Any] = field(default_factory=list)  # rows of PIM for Groups
    owned: list[Any] = field(default_factory=list)
    passes: list[Any] = field(default_factory=list)
    manager: str | None = BOB
    in_groups: set[str] = field(default_factory=set)
    instead: dict[str, list[Says]] = field(default_factory=dict)
    drop: str = ""
    filters: bool = True
    batches: list[list[dict[str, Any]]] = field(default_factory=list)
    looked_for: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Says:
        path = asked.path.removeprefix("/v1.0")
        if path != "/$batch":
            return self.one(asked.method, path, asked.query, asked.json if asked.body else None)
        if "$batch" in self.instead:
            return self.take("$batch")
        self.batches.append(asked.json["requests"])
        return Says(
            200,
            {"responses": [self.sub(each) for each in reversed(self.batches[-1]) if each["id"] != self.drop]},
        )

    def sub(self, request: dict[str, Any]) -> dict[str, Any]:
        there = urlsplit(request["url"])
        says = self.one(request["method"], there.path, dict(parse_qsl(there.query)), request.get("body"))
        return {"id": request["id"], "status": says.status, "headers": dict(says.headers), "body": says.body}

    def take(self, piece: str) -> Says:
        left = self.instead[piece]
        return left.pop(0) if len(left) > 1 else left[0]

    def one(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Says:
        for piece in self.instead:
            if path.endswith(piece):
                return self.take(piece)
        if path == POLICY_PATH:
            return Says(200, POLICY)
        if path == "/users":
            return Says(200, {"value": self.matching(query["$filter"])})
        if path == "/organization":
            return Says(200, {"value": [{"id": "t", "verifiedDomains": [{"name": "Contoso.com"}]}]})
        if path.startswith("/roleManagement/directory/"):
            return Says(200, {"value": self.assigned if path.endswith("roleAssignments") else self.eligible})
        if path.startswith("/identityGovernance/"):
            return Says(200, {"value": self.joinable})
        _, _, id_, *rest = path.split("/")
        found = next((each for each in self.users if each["id"] == id_), None)
        return self.about(found, "/".join(rest), body) if found else NOT_FOUND

    def about(self, person: dict[str, Any], what: str, body: Any) -> Says:
        match what:
            case "":
                return Says(200, person)
            case "transitiveMemberOf":
                return Says(200, {"value": self.members})
            case "ownedObjects":
                return Says(200, {"value": self.owned})
            case "manager":
                return (
                    Says(200, {"@odata.type": "#microsoft.graph.user", "id": self.manager})
                    if self.manager
                    else NOT_FOUND
                )
            case "checkMemberGroups":
                assert len(body["groupIds"]) <= 20
                return Says(200, {"value": [each for each in body["groupIds"] if each in self.in_groups]})
            case "authentication/temporaryAccessPassMethods":
                return Says(200, {"value": self.passes})
        return NOT_FOUND

    def matching(self, text: str) -> list[dict[str, Any]]:
        found = re.fullmatch(r"(\w+) eq '(.*)'", text)
        assert found
        name, value = found[1], found[2].replace("''", "'")
        self.looked_for.append((name, value))
        return [
            each for each in self.users if not self.filters or (each.get(name) or "").lower() == value.lower()
        ]


class Signing:
    def headers(self) -> dict[str, str]:
        return {"Authorization": "Bearer t0k3n"}

    def refused(self) -> bool:
        return False

    def explain(self, reply: object) -> SignInRefused:
        return SignInRefused("entra", "it doesn't sign passdesk in (401)")


class Time:
    """Sleeping, and a test, make it pass."""

    def __init__(self) -> None:
        self.now, self.slept = 100.0, list[float]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Reached:
    graph: Graph
    time: Time
    there: Loopback
    calls: list[Call]


@contextmanager
def reaching(answer: Any, **more: Any) -> Iterator[Reached]:
    time, calls = Time(), list[Call]()
    with serving(answer, **more) as there:
        graph = Graph(
            there.url, Signing(), on_call=calls.append, sleep=time.sleep, random=lambda: 0.0, monotonic=time
        )
        yield Reached(graph, time, there, calls)
        graph.close()
