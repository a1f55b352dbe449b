"""`passdesk check` on notes: who may read where the pass goes, and whether it can be written there and read
back.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.simulators.faults import answer, when
from connector.simulators.messages import Response
from connector.simulators.servicenow import Column, Table
from connector.simulators.servicenow.columns import SYSTEM, reference, text
from tests.endtoend.scene import Scene
from tests.endtoend.test_check import change, checked, dictionary


def own_field(scene: Scene, label: str = "Access pass", *, more: str = "") -> None:
    """A restricted field for passes, which the floor and the mapping name."""
    scene.desk.add_columns("incident", u_access_pass=Column(label))
    config = scene.folder / "config.yaml"
    config.write_text(config.read_text() + "floor: {note_fields: [u_access_pass]}\n")
    (scene.folder / "incidents.yaml").open("a").write(f"note: {{field: u_access_pass{more}}}\n")


def rules(scene: Scene, name: str, *roles: str) -> None:
    """The account may see who may read a column: one rule for each role, "" for a rule without any."""
    linked = {
        **reference("sys_security_acl", "sys_security_acl"),
        **reference("sys_user_role", "sys_user_role"),
    }
    scene.desk.add_table(Table("sys_user_role", {**SYSTEM, **text("name")}, display="name"))
    scene.desk.add_table(
        Table("sys_security_acl", {**SYSTEM, **text("name", "operation", "active")}, display="name")
    )
    scene.desk.add_table(Table("sys_security_acl_role", {**SYSTEM, **linked}, display="sys_id"))
    for each in roles:
        rule = scene.desk.add("sys_security_acl", name=name, operation="read", active="true")
        if each:
            role = scene.desk.add("sys_user_role", name=each)
            scene.desk.add("sys_security_acl_role", sys_security_acl=rule, sys_user_role=role)


def test_a_journal_that_may_not_be_read_asks_for_a_marker(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.desk.traps = replace(scene.desk.traps, journal="forbidden")
    assert "notes in work_notes can't be read back" in str(checked(scene, 1)[False])
    scene.desk.add_columns("incident", u_reference=Column("Reference"))
    (scene.folder / "incidents.yaml").open("a").write("note: {marker: u_reference}\n")
    assert "by the field u_reference" in str(checked(scene, 0)[True])


def test_an_empty_journal_proves_nothing_until_there_must_be_a_note_in_it(scene: Scene) -> None:
    scene.desk.traps = replace(scene.desk.traps, journal="empty")
    scene.ticket("ann.lee")
    assert (
        "there is none yet, or they can't be read back; name a field for the reference as note.marker"
        in str(checked(scene, 0)[None])
    )
    scene.once()
    assert "notes in work_notes can't be read back" in str(checked(scene, 1)[False])


def test_a_desk_full_of_tickets_without_a_note_hides_them(scene: Scene) -> None:
    scene.desk.traps = replace(scene.desk.traps, journal="empty")
    for number in range(20):
        scene.desk.edit(scene.ticket("ann.lee", category="network"), short_description=f"worked on {number}")
    assert "notes in work_notes can't be read back" in str(checked(scene, 1)[False])


def test_one_untouched_ticket_does_not_hide_a_journal_that_shows_nothing(scene: Scene) -> None:
    scene.desk.traps = replace(scene.desk.traps, journal="empty")
    for number in range(19):
        scene.desk.edit(scene.ticket("ann.lee", category="network"), short_description=f"worked on {number}")
    scene.ticket("ann.lee", category="network")
    assert "notes in work_notes can't be read back" in str(checked(scene, 1)[False])


def test_few_tickets_that_were_worked_on_leave_it_open_in_so_many_words(scene: Scene) -> None:
    scene.desk.traps = replace(scene.desk.traps, journal="empty")
    scene.desk.edit(scene.ticket("ann.lee"), short_description="worked on")
    found = str(checked(scene, 0)[None])
    assert (
        "that notes in work_notes can be read back is not proven: tickets were worked on, and no "
        "note is shown" in found
    )
    assert (
        "name a field for the reference as note.marker, or grant the account read on sys_journal_field"
        in found
    )


@pytest.mark.parametrize("hidden", ["rows", "value"])
def test_notes_that_are_counted_and_not_shown_can_not_be_read(scene: Scene, hidden: str) -> None:
    """Facts 0.4: the server counts before it looks who may see."""
    scene.desk.edit(scene.ticket("ann.lee"), work_notes="called the person back")
    if hidden == "rows":
        scene.desk.access.hidden_tables.add("sys_journal_field")
    else:
        scene.desk.access.hidden_fields.add(("sys_journal_field", "value"))
    assert "notes in work_notes can't be read back" in str(checked(scene, 1)[False])


def test_after_a_delivery_notes_are_known_to_be_readable_and_writable(scene: Scene) -> None:
    scene.ticket("ann.lee")
    scene.once()
    found = str(checked(scene, 0)[True])
    assert "notes can be read back" in found
    assert "the account can write to the table incident: a pass was delivered there" in found


def test_a_table_that_may_not_be_written_to_is_found(scene: Scene) -> None:
    scene.ticket("ann.lee")
    refusal = Response.json(
        403, {"error": {"message": "Operation Failed", "detail": "ACL"}, "status": "failure"}
    )
    scene.desk_server.faults.add(when("PATCH", "incident"), answer(refusal))
    wrong = str(checked(scene, 1)[False])
    assert "the account may not write to the table incident: it answers 403, Operation Failed: ACL" in wrong
    assert "the role sn_incident_write, say" in wrong


def test_a_field_for_passes_that_does_not_exist_is_found_without_reading_it(scene: Scene) -> None:
    scene.ticket("ann.lee")
    own_field(scene)
    assert not checked(scene, 0)[False]
    change(scene, "u_access_pass", "u_acess_pass")
    config = scene.folder / "config.yaml"
    config.write_text(config.read_text().replace("u_access_pass", "u_acess_pass"))
    assert "the column u_acess_pass for passes doesn't exist" in str(checked(scene, 1)[False])


@pytest.mark.parametrize(
    ("roles", "fine", "says"),
    [
        (("u_pass_reader",), True, "callers can't read u_access_pass: it needs the role u_pass_reader"),
        (
            ("u_pass_reader", "snc_internal"),
            False,
            "callers can read u_access_pass: one of its read rules lets everybody read it",
        ),
        (("u_pass_reader", ""), None, "is not proven: a read rule names no role; impersonate a caller"),
    ],
)
def test_who_may_read_a_field_for_passes_is_told_where_its_rules_can_be_seen(
    scene: Scene, roles: tuple[str, ...], fine: bool | None, says: str
) -> None:
    scene.ticket("ann.lee")
    own_field(scene)
    rules(scene, "incident.u_access_pass", *roles)
    assert says in str(checked(scene, 1 if fine is False else 0)[fine])


def test_a_field_that_is_called_visible_to_customers_is_found(scene: Scene) -> None:
    scene.ticket("ann.lee")
    own_field(scene)
    dictionary(scene, u_access_pass="Notes (Customer visible)")
    assert 'callers can read u_access_pass: it is called "Notes (Customer visible)"' in str(
        checked(scene, 1)[False]
    )
