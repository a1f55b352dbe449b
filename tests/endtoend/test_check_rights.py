"""`passdesk check` on what the account and the application may do beyond reading tickets, and on mappings
beside each other.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.mapping import AnyOf, Condition, Empty, NoneOf, StartsWith, Test, Watch
from connector.mapping.overlap import apart
from connector.simulators.faults import answer, when
from connector.simulators.graph.tenant import Group
from connector.simulators.messages import Response
from tests.endtoend.scene import Scene
from tests.endtoend.test_check import checked

FOUR_EYES = "allow: {four_eyes: true, approval: {field: approval, in: [approved]}}\n"
GROUP = "6f1967b7-15e8-4935-ac26-d50770ed07a7"
POLICY = "/policies/"


def allowing(scene: Scene, rule: str) -> None:
    (scene.folder / "incidents.yaml").open("a").write(rule)


def beside(scene: Scene, old: str = "mapping: incidents", new: str = "mapping: others") -> None:
    """A second mapping, changed in one place."""
    text = (scene.folder / "incidents.yaml").read_text().replace("mapping: incidents", "mapping: others")
    assert old in text or new in text
    (scene.folder / "others.yaml").write_text(text.replace(old, new))
    config = scene.folder / "config.yaml"
    config.write_text(config.read_text().replace("[incidents.yaml]", "[incidents.yaml, others.yaml]"))


def test_paging_that_is_ignored_or_refused_is_found_on_a_queue_of_one(scene: Scene) -> None:
    scene.ticket("ann.lee")
    assert "sys_id" not in str(checked(scene, 0)[False])
    scene.desk.access.no_range.add(("incident", "sys_id"))
    cure = "grant the account query_range on sys_id (ServiceNow, query ACLs)"
    assert f"the account may not ask for incident page by page; {cure}" in str(checked(scene, 1)[False])
    scene.desk.traps = replace(scene.desk.traps, unreadable_field="ignored")
    wrong = str(checked(scene, 1)[False])
    assert (
        "a condition on sys_id is ignored, so a long queue of incident would never be read to its end; "
        f"{cure}" in wrong
    )


def test_who_approved_is_asked_for_with_four_eyes_only(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.desk.access.forbidden_tables.add("sysapproval_approver")
    assert "approved" not in str(checked(scene, 0))
    allowing(scene, FOUR_EYES)
    assert "can't be told who approved a ticket" in str(checked(scene, 1)[False])
    scene.desk.access.forbidden_tables.clear()
    assert "no approval is shown; approve a test ticket" in str(checked(scene, 0)[None])
    boss = scene.desk.add_user("kim.boss", email="kim.boss@contoso.com")
    scene.desk.add("sysapproval_approver", sysapproval=ticket, approver=boss, state="approved")
    assert "it can be told who approved a ticket" in str(checked(scene, 0)[True])


@pytest.mark.parametrize("hidden", ["rows", "mail"])
def test_approvals_that_do_not_tell_whose_they_are_are_found(scene: Scene, hidden: str) -> None:
    allowing(scene, FOUR_EYES)
    boss = scene.desk.add_user("kim.boss", email="kim.boss@contoso.com")
    approval = scene.desk.add(
        "sysapproval_approver", sysapproval=scene.ticket("ann.lee"), approver=boss, state="approved"
    )
    if hidden == "rows":
        scene.desk.access.hidden_rows.add(("sysapproval_approver", approval))
    else:
        scene.desk.access.hidden_fields.add(("sys_user", "email"))
    wrong = str(checked(scene, 1)[False])
    assert (
        "so with allow.four_eyes every ticket would wait; grant the account read on sysapproval_approver, "
        "and on email of sys_user" in wrong
    )


@pytest.mark.parametrize("key", ["incidents", "floor.protected_groups"])
def test_groups_that_are_named_need_their_permission(scene: Scene, key: str) -> None:
    scene.ticket("ann.lee")
    scene.identity.tokens.roles -= {"GroupMember.Read.All"}
    assert "the groups that may carry roles can't be read" in str(checked(scene, 1)[False])
    if key == "incidents":
        allowing(scene, f"allow: {{subject_in: [{GROUP}]}}\n")
    else:
        config = scene.folder / "config.yaml"
        config.write_text(config.read_text() + f"floor: {{protected_groups: [{GROUP}]}}\n")
    assert f"GroupMember.Read.All isn't granted, and groups are named by {key}; grant it" in str(
        checked(scene, 1)[False]
    )
    scene.identity.tokens.roles |= {"Directory.Read.All"}
    assert f"the tenant has no group {GROUP}; copy the object id of a group" in str(checked(scene, 1)[False])
    scene.graph.tenant.groups[GROUP] = Group(GROUP, "Staff")
    found = checked(scene, 0)
    assert "every group that the configuration names is there" in str(found[True])
    assert "granted beyond need: Directory.Read.All (GroupMember.Read.All is enough); take" in str(
        found[None]
    )


def test_a_policy_that_can_not_be_read_says_what_to_grant(scene: Scene) -> None:
    scene.ticket("ann.lee")
    refusal = Response.json(
        403, {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges"}}
    )
    scene.graph_server.faults.add(when("GET", POLICY), answer(refusal))
    assert "; grant Policy.Read.AuthenticationMethod and check again" in str(checked(scene, 1)[False])


def test_two_mappings_that_may_want_one_ticket_are_told_of(scene: Scene) -> None:
    scene.ticket("ann.lee")
    beside(scene)
    found = str(checked(scene, 0)[None])
    assert (
        "incidents and others have the same watch, and a ticket that two mappings match gets no pass; make "
        "their watch" in found
    )
    path = scene.folder / "others.yaml"
    path.write_text(path.read_text().replace("state: [1, 2]", "state: [2, 3]"))
    assert "incidents and others can both match one ticket" in str(checked(scene, 0)[None])
    path.write_text(path.read_text().replace("state: [2, 3]", "state: [3]"))
    assert "gets no pass" not in str(checked(scene, 0))


def test_two_tables_are_no_matter(scene: Scene) -> None:
    beside(scene, "table: incident", "table: sc_req_item")
    assert "gets no pass" not in scene.run("check").out


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (AnyOf(("a", "b")), AnyOf(("b", "c")), True),
        (AnyOf(("a",)), AnyOf(("b",)), False),
        (AnyOf(("a", "b")), NoneOf(("a",)), True),
        (AnyOf(("a",)), NoneOf(("a", "b")), False),
        (AnyOf(("",)), Empty(True), True),
        (AnyOf(("a",)), Empty(True), False),
        (AnyOf(("ab",)), StartsWith("a"), True),
        (AnyOf(("b",)), StartsWith("a"), False),
        (NoneOf(("a",)), NoneOf(("b",)), True),
        (NoneOf(("a",)), StartsWith("a"), True),
        (NoneOf(("",)), Empty(True), False),
        (NoneOf(("a",)), Empty(False), True),
        (Empty(True), Empty(False), False),
        (Empty(False), Empty(False), True),
        (StartsWith("a"), StartsWith("ab"), True),
        (StartsWith("a"), StartsWith("b"), False),
        (StartsWith("a"), Empty(False), True),
        (StartsWith("a"), Empty(True), False),
    ],
)
def test_conditions_are_apart_where_no_value_meets_both(one: Test, other: Test, together: bool) -> None:
    first, second = Watch((Condition("state", one),)), Watch((Condition("state", other),))
    assert apart(first, second) is apart(second, first) is not together
    assert not apart(first, Watch((Condition("category", other),)))


def test_a_mapping_that_takes_mails_is_named(scene: Scene) -> None:
    scene.ticket("ann.lee")
    said = "anybody can mail a request in somebody's name; add allow.channel, such as {field: contact_type"
    assert f"incidents names no allow.channel: {said}" in str(checked(scene, 0)[None])
    allowing(scene, "allow: {channel: {field: contact_type, not_in: [email]}}\n")
    assert checked(scene, 0)[True] and "allow.channel" not in str(checked(scene, 0))
