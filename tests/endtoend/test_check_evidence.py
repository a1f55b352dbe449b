"""`passdesk check` asks Entra what a ticket would make it ask; what it says can be acted on, line by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connector.simulators.faults import answer, when
from connector.simulators.messages import Response
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene
from tests.endtoend.test_check import checked

ALWAYS = 1000
DENIED = answer(
    Response.json(
        403, {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges"}}
    )
)
SOMEBODY = "6f1967b7-15e8-4935-ac26-d50770ed07a7"


def batched(scene: Scene, path: str) -> None:
    """Graph answers 403 to a part of each batch, though the token shows the permission."""
    scene.graph.parts.add(when("GET", path, times=ALWAYS), DENIED)


@pytest.mark.parametrize(
    ("permission", "says"),
    [
        ("RoleManagement.Read.Directory", "the role assignments can't be read"),
        ("User.Read.All", "people can't be read"),
        ("UserAuthMethod-TAP.ReadWrite.All", "people's passes can't be read"),
    ],
)
def test_a_permission_that_is_missing_is_named_by_the_call_that_needs_it(
    scene: Scene, permission: str, says: str
) -> None:
    scene.ticket("ann.lee")
    scene.identity.tokens.roles -= {
        permission,
        "RoleEligibilitySchedule.Read.Directory",
        "Directory.Read.All",
    }
    wrong = str(checked(scene, 1)[False])
    assert f"{says}: the application permission {permission} is missing; grant it" in wrong
    assert f"{permission} isn't granted" not in wrong


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        ("/roleManagement/directory/roleAssignments", "RoleManagement.Read.Directory"),
        ("/roleEligibilityScheduleInstances", "RoleEligibilitySchedule.Read.Directory"),
        ("/temporaryAccessPassMethods", "UserAuthMethod-TAP.ReadWrite.All"),
        ("/manager", "User.Read.All"),
    ],
)
def test_a_403_is_found_though_the_token_shows_the_permission(
    scene: Scene, path: str, permission: str
) -> None:
    scene.ticket("ann.lee")
    batched(scene, path)
    wrong = str(checked(scene, 1)[False])
    assert f"Graph answers 403 though {permission} is granted; a new grant takes up to 24 hours" in wrong


def test_users_that_answer_403_are_found_and_roles_are_asked_all_the_same(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.graph_server.faults.add(when("GET", "/users", times=ALWAYS), DENIED)
    batched(scene, "/roleManagement/directory/roleAssignments")
    wrong = str(checked(scene, 1)[False])
    assert "people can't be read: Graph answers 403 though User.Read.All is granted" in wrong
    assert "the role assignments can't be read: Graph answers 403" in wrong


def test_memberships_without_their_properties_are_found(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.graph.tenant.add_group("Staff", members=[scene.people["ann.lee"]])
    scene.graph.tenant.switches = type(scene.graph.switches)(limited_information=True)
    assert "a group's properties are withheld" in str(checked(scene, 1)[False])


def test_a_tenant_without_pim_says_what_to_write(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.graph.tenant.switches = type(scene.graph.switches)(pim_licensed=False)
    assert "write entra.pim: absent; then check again" in str(checked(scene, 1)[False])
    scene.rewrite("config.yaml", ("kind: managed_identity}", "kind: managed_identity}\n  pim: absent"))
    assert not checked(scene, 0)[False]


def test_what_can_be_read_is_said_to_have_been_tried(scene: Scene) -> None:
    scene.ticket("ann.lee")
    assert "people, their managers, groups, roles and passes can be read, as tried on an account" in str(
        checked(scene, 0)[True]
    )


def test_what_is_granted_beyond_need_is_named(scene: Scene) -> None:
    scene.ticket("ann.lee")
    assert "beyond need" not in str(checked(scene, 0))
    scene.identity.tokens.roles |= {"Mail.Send", "RoleManagement.ReadWrite.Directory"}
    scene.identity.tokens.roles -= {"RoleManagement.Read.Directory"}
    scene.graph.tenant.switches = type(scene.graph.switches)(permissions=False)
    assert (
        "granted beyond need: Mail.Send and RoleManagement.ReadWrite.Directory "
        "(RoleManagement.Read.Directory is enough); take them away" in str(checked(scene, 0)[None])
    )
    scene.mailing("incidents.yaml")
    assert "Mail.Send" not in str(checked(scene, 0)[None])


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        (f"allow: {{subject_in: [{SOMEBODY}]}}\n", "incidents.yaml:13:22: allow.subject_in: "),
        (f'allow: {{requester: ["group:{SOMEBODY}"]}}\n', "incidents.yaml:13:20: allow.requester: "),
    ],
)
def test_a_group_that_the_tenant_does_not_have_is_named_with_its_place(
    scene: Scene, rule: str, place: str
) -> None:
    scene.ticket("ann.lee")
    scene.rewrite("incidents.yaml", more=rule)
    assert f"{place}the tenant has no group {SOMEBODY}" in str(checked(scene, 1)[False])


def test_a_protected_group_that_is_none_is_named_with_its_place(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.rewrite("config.yaml", more=f"floor: {{protected_groups: [{SOMEBODY}]}}\n")
    assert f"config.yaml:13:27 floor.protected_groups: the tenant has no group {SOMEBODY}" in str(
        checked(scene, 1)[False]
    )


def test_a_pause_is_said_and_is_no_error(scene: Scene) -> None:
    scene.ticket("ann.lee")
    assert scene.run("pause", "--why", "an incident").code == 0
    assert "issuing is paused: every ticket waits (an incident); passdesk resume" in str(
        checked(scene, 0)[None]
    )


def test_what_is_wrong_is_repeated_at_the_end_before_the_counts(scene: Scene) -> None:
    scene.ticket("ann.lee")
    batched(scene, "/manager")
    lines = scene.run("check").out.splitlines()
    at = lines.index("Wrong:")
    wrong = [line for line in lines[:at] if line.startswith("✗")]
    assert lines[at + 1 : -1] == wrong != []
    assert lines[-1].endswith(" open")
    assert f"{len(wrong)} wrong" in lines[-1]


def test_what_can_not_be_proven_takes_a_line_a_kind_however_many_mappings_there_are(scene: Scene) -> None:
    scene.ticket("ann.lee")
    alone = [line for line in scene.run("check").out.splitlines() if line.startswith("–")]
    text = (scene.folder / "incidents.yaml").read_text()
    names = [f"other{number}" for number in range(5)]
    for name in names:
        more = text.replace("mapping: incidents", f"mapping: {name}").replace(
            "category: identity", f"category: {name}"
        )
        (scene.folder / f"{name}.yaml").write_text(more.replace("settle:", "settle:\n  revoked: {state: 2}"))
    files = ", ".join(["incidents.yaml", *(f"{name}.yaml" for name in names)])
    scene.rewrite("config.yaml", ("[incidents.yaml]", f"[{files}]"))
    ran = scene.run("check")
    kinds = [line for line in ran.out.splitlines() if line.startswith("–") and "watch" not in line]
    assert len(kinds) <= len(alone)
    counts = json.loads(scene.run("check", "--json").out)
    assert counts["open"] == sum(line.startswith("–") for line in ran.out.splitlines())


def test_two_mappings_of_topdesk_share_their_lines_too(office: Office, tmp_path: Path) -> None:
    office.ticket("ann.lee")
    text = (office.folder / "calls.yaml").read_text()
    other = text.replace("mapping: calls", "mapping: others").replace("name: Identity", "name: Hardware")
    (office.folder / "others.yaml").write_text(other)
    office.rewrite("config.yaml", ("[calls.yaml]", "[calls.yaml, others.yaml]"))
    lines = [line for line in office.run("check").out.splitlines() if line.startswith("–")]
    assert sum("that callers don't see notes" in line for line in lines) == 1
    assert sum("that the account may set" in line for line in lines) == 1
