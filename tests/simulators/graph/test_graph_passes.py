"""The life of a pass in the fake Graph."""

from dataclasses import replace
from typing import Any

import pytest

from connector.simulators.graph import NotUsable, Policy, Switches
from tests.simulators.graph.client import Client, methods


def test_the_text_of_a_pass_is_told_once(client: Client, ann: str) -> None:
    made = client.make(ann)
    assert len(made["temporaryAccessPass"]) == 8
    assert (made["isUsable"], made["methodUsabilityReason"], made["lifetimeInMinutes"]) == (
        True,
        "EnabledByPolicy",
        60,
    )
    (read,) = client.passes("ann.lee@contoso.com")
    assert (read["id"], read["temporaryAccessPass"]) == (made["id"], None)
    assert client.get(f"{methods(ann)}/{made['id']}")["temporaryAccessPass"] is None
    assert made["temporaryAccessPass"] not in repr(client.graph.passes.standing(ann))


def test_a_new_pass_replaces_the_old_one_and_a_deleted_one_is_gone(client: Client, ann: str) -> None:
    first, second = client.make(ann), client.make(ann)
    assert [row["id"] for row in client.passes(ann)] == [second["id"]]
    assert client.error("DELETE", f"{methods(ann)}/{first['id']}")[0] == 404
    assert client.send("DELETE", f"{methods(ann)}/{second['id']}").status_code == 204
    assert client.passes(ann) == []
    passes = client.graph.passes
    assert [event.what for event in passes.audit] == ["created", "replaced", "created", "deleted"]
    assert (passes.made, passes.counted("deleted"), passes.live()) == (2, 1, [])


def test_a_pass_goes_from_not_yet_valid_to_used_or_expired(
    client: Client, ann: str, now: list[float]
) -> None:
    made = client.make(ann, startDateTime="2025-06-15T15:08:00Z", lifetimeInMinutes=60, isUsableOnce=True)
    assert (made["startDateTime"], made["methodUsabilityReason"]) == ("2025-06-15T15:08:00Z", "NotYetValid")
    with pytest.raises(NotUsable, match="NotYetValid"):
        client.graph.use(ann)
    now[0] += 80
    with pytest.raises(NotUsable, match="another"):
        client.graph.use(ann, "wrong")
    client.graph.use("ann.lee@contoso.com", made["temporaryAccessPass"])
    assert client.passes(ann)[0]["methodUsabilityReason"] == "OneTimeUsed"
    with pytest.raises(NotUsable, match="OneTimeUsed"):
        client.graph.use(ann)
    client.make(ann)
    now[0] += 3600
    assert client.passes(ann)[0]["methodUsabilityReason"] == "Expired"
    assert client.graph.passes.live() == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"lifetimeInMinutes": 481},
            "Invalid LifetimeInMinutes specified. The valid range between 60 and 480.",
        ),
        (
            {"lifetimeInMinutes": "60"},
            "Invalid LifetimeInMinutes specified. The valid range between 60 and 480.",
        ),
        (
            {"startDateTime": "2025-06-15T15:06:39Z"},
            "Invalid StartDateTime specified. It can not be a time in the past.",
        ),
    ],
)
def test_a_refused_pass_changes_nothing_and_says_why_twice(
    client: Client, ann: str, body: Any, message: str
) -> None:
    client.make(ann)
    reply = client.send("POST", methods(ann), body)
    error = reply.json()["error"]
    assert (reply.status_code, error["code"], error["message"]) == (400, "badRequest", message)
    assert error["innerError"]["message"] == message
    assert client.graph.passes.made == 1


def test_nobody_external_gets_a_pass_whatever_the_user_type(client: Client) -> None:
    tenant = client.graph.tenant
    guest = tenant.add_user("ann_example.org#EXT#@contoso.com")
    identity = {"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": None}
    external = tenant.add_user("external@contoso.com", identities=[identity])
    internal = tenant.add_user("internal@contoso.com", userType="Guest")
    for key in (guest, external):
        assert client.error("POST", methods(key), {})[2].endswith(
            "cannot be added to an external guest user."
        )
    assert client.make(internal)["isUsable"] is True


def test_the_policy_narrows_and_may_be_read_whatever_the_case(client: Client, ann: str) -> None:
    client.graph.policy = Policy(
        one_time=True, length=20, maximum_lifetime=120, include=(client.graph.tenant.add_group("G"),)
    )
    path = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations/temporaryaccesspass"
    policy = client.get(path)
    assert (policy["id"], policy["state"], policy["maximumLifetimeInMinutes"]) == (
        "TemporaryAccessPass",
        "enabled",
        120,
    )
    assert policy["includeTargets"][0]["targetType"] == "group"
    assert client.error("POST", methods(ann), {"isUsableOnce": False})[0] == 400
    made = client.make(ann)
    assert (made["isUsableOnce"], len(made["temporaryAccessPass"])) == (True, 20)
    assert (made["isUsable"], made["methodUsabilityReason"]) == (False, "DisabledByPolicy")
    client.graph.switches = Switches(out_of_scope="refused")
    assert "does not allow" in client.error("POST", methods(ann), {})[2]
    client.graph.policy = Policy(enabled=False)
    assert "AuthMethodType [TemporaryAccessPass]" in client.error("POST", methods(ann), {})[2]
    assert client.get(path)["state"] == "disabled"


def test_an_excluded_group_is_out_of_scope_also_through_another_group(client: Client, ann: str) -> None:
    inner = client.graph.tenant.add_group("Inner", members=[ann])
    outer = client.graph.tenant.add_group("Outer", members=[inner])
    client.graph.policy = replace(client.graph.policy, exclude=(outer,))
    assert client.make(ann)["methodUsabilityReason"] == "DisabledByPolicy"


def test_a_read_may_be_stale(client: Client, ann: str, now: list[float]) -> None:
    client.graph.switches = Switches(stale_s=8)
    made = client.make(ann)
    assert client.passes(ann) == []
    now[0] += 8
    assert len(client.passes(ann)) == 1
    client.send("DELETE", f"{methods(ann)}/{made['id']}")
    assert len(client.passes(ann)) == 1
    now[0] += 8
    assert client.passes(ann) == []


def test_a_start_may_be_rounded_or_judged_by_another_clock_or_misread(client: Client, ann: str) -> None:
    soon = "2025-06-15T15:08:35Z"  # 115 s ahead
    client.graph.switches = Switches(start_rounding="minute")
    assert client.make(ann, startDateTime=soon)["startDateTime"] == "2025-06-15T15:08:00Z"
    client.graph.switches = Switches(start_clock_ahead_s=116)
    assert client.send("POST", methods(ann), {"startDateTime": soon}).status_code == 400
    client.graph.switches = Switches(refuses_past_start=False)
    assert client.make(ann, startDateTime="2025-06-15T15:00:00Z")["startDateTime"] == "2025-06-15T15:00:00Z"
    client.graph.switches = Switches(misreads_offset=True)
    assert (
        client.send("POST", methods(ann), {"startDateTime": "2025-06-15T10:08:35-05:00"}).status_code == 400
    )
    client.graph.switches = Switches()
    assert client.make(ann, startDateTime="2025-06-15T10:08:35-05:00")["startDateTime"] == soon


def test_a_live_pass_that_stands_in_no_text_is_unknown(client: Client, ann: str) -> None:
    bob = client.graph.tenant.add_user("bob@contoso.com")
    held, lost = client.make(ann), client.graph.make_pass(bob)
    note = f"The pass is {held['temporaryAccessPass']}."
    assert client.graph.passes.live_unknown([note]) == [lost]


def test_a_restricted_unit_keeps_its_members_from_every_application_but_one_with_a_role_on_it(
    client: Client, ann: str
) -> None:
    tenant, route = client.graph.tenant, f"users/{ann}/authentication/temporaryAccessPassMethods"
    made = client.make(ann)
    unit = tenant.add_unit("Executives", members=[ann], restricted=True)
    other = tenant.add_unit("Board", restricted=True)
    tenant.assign(
        client.graph.tokens.object_id, "Authentication Administrator", scope=f"/administrativeUnits/{other}"
    )
    for method, path in (("POST", route), ("DELETE", f"{route}/{made['id']}")):
        status, code, message = client.error(method, path, {})
        assert (status, code) == (403, "Authorization_RequestDenied")
        assert "member of a restricted management administrative unit" in message
    assert [row["id"] for row in client.passes(ann)] == [made["id"]]
    tenant.assign(
        client.graph.tokens.object_id, "Authentication Administrator", scope=f"/administrativeUnits/{unit}"
    )
    assert client.make(ann)
