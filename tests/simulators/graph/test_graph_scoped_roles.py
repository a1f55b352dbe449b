"""An application without any permission on passes makes them by a role, for whom that reaches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.simulators.graph import Graph
from connector.simulators.tokens import PERMISSIONS
from tests.simulators.graph.client import Client, methods


@pytest.fixture(autouse=True)
def bare(graph: Graph, client: Client) -> Iterator[None]:
    """The application has every permission but the one that makes passes."""
    graph.tokens.roles = frozenset(PERMISSIONS) - {"UserAuthMethod-TAP.ReadWrite.All"}
    client.token = graph.tokens.issue().text
    yield


def test_a_role_on_a_unit_reaches_its_members_and_nobody_else(client: Client, ann: str) -> None:
    tenant, bob = client.graph.tenant, client.graph.tenant.add_user("bob@contoso.com")
    assert client.error("POST", methods(ann), {})[0] == 403
    unit = tenant.add_unit("Staff", members=[ann])
    tenant.assign(
        client.graph.tokens.object_id, "Authentication Administrator", scope=f"/administrativeUnits/{unit}"
    )
    assert client.make(ann)["temporaryAccessPass"]
    assert client.error("POST", methods(bob), {})[0] == 403


@pytest.mark.parametrize("way", ["role", "group's role", "owner"])
def test_a_role_for_the_tenant_reaches_everybody_but_administrators(
    client: Client, ann: str, way: str
) -> None:
    tenant, bob = client.graph.tenant, client.graph.tenant.add_user("bob@contoso.com")
    tenant.assign(client.graph.tokens.object_id, "Authentication Administrator")
    if way == "role":
        tenant.assign(bob, "User Administrator")
    else:
        members, owners = ([bob], []) if way == "group's role" else ([], [bob])
        tenant.add_group("Admins", assignable=True, members=members, owners=owners)
    tenant.assign(ann, "Guest Inviter")
    assert client.make(ann)["temporaryAccessPass"]
    assert client.error("POST", methods(bob), {})[0] == 403
    tenant.assign(client.graph.tokens.object_id, "Privileged Authentication Administrator")
    assert client.make(bob)["temporaryAccessPass"]
