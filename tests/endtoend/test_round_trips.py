"""The calls of a delivered ticket beside the poll and the sign-in: each of them, and how many are waited for
one after the other. docs/decisions/0021, 0026
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from connector.domain.ticket import Claim, MappedTicket
from connector.guards.judge import MappingJudge
from connector.lifecycle.roles import OnFound
from connector.simulators.servicenow import Column
from tests.endtoend.house import House
from tests.endtoend.kinds import housed
from tests.endtoend.office import Office
from tests.endtoend.round_trips import Calls, counted
from tests.endtoend.scene import Scene

BY_NAME, BY_ID = ("names", "evidence", "look", "pass"), ("evidence", "look", "pass")
NOTE, TRAIL, MAIL = ("write",), ("write", "trail"), ("manager", "mail", "look", "write")
WHO = ('{from: caller_id.user_name, then: [trim, lower, {append: "@contoso.com"}]}', "{from: u_person}")
ASKER = ("{from: opened_by.email, then: [trim, lower], find_by: mail}", "{from: u_person}")

OFFICE_WHO = ("{from: caller.email, then: [trim, lower]}", "{from: externalNumber}")
OFFICE_ASKER = ("{from: caller.email, then: [trim, lower], find_by: mail}", "{from: externalNumber}")


def delivered(house: House, ticket: str, *, together: bool = True) -> Calls:
    with counted(house, together=together) as calls:
        assert house.once().outcomes() == {house.number(ticket): ("delivered", None)}
    return calls


def with_object_ids(house: House) -> str:
    """A ticket that names its person by object id."""
    person = house.people["ann.lee"]
    if isinstance(house, Office):
        house.rewrite("calls.yaml", *(OFFICE_WHO, OFFICE_ASKER))
        return house.ticket("ann.lee", externalNumber=person)
    assert isinstance(house, Scene)
    house.desk.add_columns("incident", u_person=Column("Person"))
    house.rewrite("incidents.yaml", WHO, ASKER)
    return house.ticket("ann.lee", u_person=person)


@pytest.mark.parametrize(
    ("kind", "calls", "in_a_row"),
    [
        ("servicenow", BY_NAME + NOTE, 4),
        ("topdesk", BY_NAME + TRAIL, 5),
        ("mail", BY_NAME + MAIL, 7),
        ("topdesk mail", (*BY_NAME, *MAIL, "trail"), 8),
    ],
)
def test_a_delivered_ticket_takes_these_calls_and_the_look_is_beside_the_evidence(
    kind: str, calls: Sequence[str], in_a_row: int, tmp_path: Path
) -> None:
    """The first of the day, its person called by a name: the policy and the domains are read with it."""
    with housed(kind, tmp_path) as house:
        made = delivered(house, house.ticket("ann.lee"))
    assert sorted(made.names) == sorted(calls)
    assert made.in_a_row == in_a_row
    assert len(made.parts) == 2 and max(made.parts) <= 10


@pytest.mark.parametrize(
    ("kind", "calls", "in_a_row"),
    [
        ("servicenow", NOTE, 3),
        ("topdesk", TRAIL, 4),
        ("mail", MAIL, 6),
        ("topdesk mail", (*MAIL, "trail"), 7),
    ],
)
def test_where_names_were_asked_for_ahead_the_evidence_is_one_batch_and_the_look_is_beside_it(
    kind: str, calls: Sequence[str], in_a_row: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call ahead serves up to 20 names of waiting tickets: here, those of one."""
    right = MappingJudge.judge

    def judge(self: MappingJudge, claim: Claim, mapped: MappedTicket, on_found: OnFound) -> Any:
        self.ahead([mapped])
        return right(self, claim, mapped, on_found)

    monkeypatch.setattr(MappingJudge, "judge", judge)
    with housed(kind, tmp_path) as house:
        made = delivered(house, house.ticket("ann.lee"))
    assert sorted(made.names) == sorted((*BY_NAME, *calls))
    assert made.names[0] == "names" and made.in_a_row == in_a_row + 1
    assert len(made.parts) == 2 and max(made.parts) <= 12


@pytest.mark.parametrize(("kind", "calls"), [("servicenow", BY_ID + NOTE), ("topdesk", BY_ID + TRAIL)])
def test_where_the_ticket_names_object_ids_one_batch_is_saved_and_the_look_is_beside_the_other(
    kind: str, calls: Sequence[str], tmp_path: Path
) -> None:
    with housed(kind, tmp_path) as house:
        made = delivered(house, with_object_ids(house))
    assert sorted(made.names) == sorted(calls)
    assert made.in_a_row == len(calls) - 1
    assert len(made.parts) == 1 and max(made.parts) <= 10


def test_a_pass_in_a_field_of_its_own_takes_a_second_write_until_the_field_is_known(scene: Scene) -> None:
    """Whether it takes a text as it is sent, only the first note tells; the ticket's state goes by itself."""
    scene.desk.add_columns("incident", u_pass=Column("Pass"), u_ref=Column("Reference"))
    scene.rewrite("config.yaml", more="floor: {note_fields: [u_pass]}\n")
    scene.rewrite("incidents.yaml", more="note: {field: u_pass, marker: u_ref}\n")
    made = delivered(scene, scene.ticket("ann.lee"))
    assert sorted(made.names) == sorted((*BY_NAME, *NOTE, "look", "write"))
    assert made.in_a_row == 6


@pytest.mark.parametrize("fence", ["0s", "40s"])
def test_a_pass_that_can_be_used_soon_is_handed_over_only_after_one_more_look(
    fence: str, scene: Scene
) -> None:
    """The first round of after-care would come too late for what changed while it was made."""
    scene.rewrite("incidents.yaml", more=f"pass: {{fence: {fence}}}\n")
    made = delivered(scene, scene.ticket("ann.lee"))
    assert sorted(made.names) == sorted((*BY_NAME, "look", *NOTE))
    assert made.in_a_row == 5


def test_a_ticket_that_waits_is_not_read_again_in_every_sweep(scene: Scene) -> None:
    ticket = scene.ticket("ann.lee")
    scene.graph.passes.create(scene.graph.tenant.users[scene.people["ann.lee"]], {}, by="admin")
    with counted(scene) as first:
        assert scene.once().outcomes() == {scene.number(ticket): ("deferred", "pass_standing")}
    with counted(scene) as second:
        assert scene.once().outcomes() == {scene.number(ticket): ("deferred", "pass_standing")}
    assert first.names.count("look") == 1
    assert second.names.count("look") == 0
    assert second.names.count("evidence") == 1


def test_of_tickets_that_wait_for_their_approval_nobody_is_asked_ahead_once_they_are_known(
    scene: Scene,
) -> None:
    scene.desk.add_columns("incident", u_approval=Column("Approval"))
    scene.rewrite("incidents.yaml", more="allow: {approval: {field: u_approval, in: [approved]}}\n")
    tickets = [scene.ticket(name) for name in ("ann.lee", "bob.ray")]
    waits = {scene.number(each): ("deferred", "approval_outstanding") for each in tickets}
    with counted(scene) as first:
        assert scene.once().outcomes() == waits
    with counted(scene) as second:
        assert scene.once().outcomes() == waits
    assert first.names == ["names"] * 3  # ahead, and whom each names, for its pin
    assert second.names == ["read"] * 2  # the poll's own
