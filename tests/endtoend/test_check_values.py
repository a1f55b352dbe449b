"""`passdesk check` on a watch that can never match, what a desk won't take, and times without a zone."""

from __future__ import annotations

import pytest

from connector.simulators.servicenow import Column, Table
from connector.simulators.servicenow.columns import SYSTEM, text
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene
from tests.endtoend.test_check import checked
from tests.endtoend.test_check_notes import own_field
from tests.endtoend.test_check_topdesk import checked as checked_at_topdesk


@pytest.fixture
def desk(scene: Scene) -> Scene:
    """A desk with tickets of each kind."""
    for number, state in enumerate(("1", "2", "3", "6")):
        channel = ("email", "phone")[number % 2]
        scene.ticket("ann.lee", state=state, contact_type=channel, due_date="2026-01-05 09:00:00")
    scene.ticket("bob.ray", category="hardware")
    return scene


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "state: [1, 2]",
            "state: [New]",
            'incidents.yaml:4:37: watch.state: "New" is what people see, and no stored value; stored are "1" '
            '(New), "2" (In Progress), "3" (On Hold), "6" (Resolved); write 1',
        ),
        (
            "state: [1, 2]",
            'state: "1,2"',
            'incidents.yaml:4:36: watch.state: "1,2" is one text, and no stored value; stored are "1" (New)',
        ),
        (
            "state: [1, 2]",
            "state: {not_in: [Resolved]}",
            'incidents.yaml:4:46: watch.state: "Resolved" is what people see',
        ),
        (
            "category: identity",
            "category: Identity",
            'incidents.yaml:4:19: watch.category: "Identity" is stored as "identity", and values are '
            "compared letter by letter; write identity",
        ),
        (
            "category: identity",
            "category: network",
            'incidents.yaml:4:19: watch.category: none of the 5 tickets looked at has "network"; stored are '
            '"identity", "hardware"; write one of these',
        ),
        (
            "settle:\n",
            "allow: {channel: {field: contact_type, not_in: [Email]}}\nsettle:\n",
            'incidents.yaml:8:49: allow.channel: "Email" is stored as "email"',
        ),
    ],
)
def test_a_watch_that_can_never_match_says_the_stored_values(
    desk: Scene, old: str, new: str, says: str
) -> None:
    desk.rewrite("incidents.yaml", (old, new))
    assert says in str(checked(desk, 1)[False])


def test_a_list_without_brackets_in_braces_is_a_mistake_that_says_so(desk: Scene) -> None:
    desk.rewrite("incidents.yaml", ("state: [1, 2]", "state: 1, 2"))
    ran = desk.run("check")
    assert ran.code == 2
    assert "incidents.yaml:4:39: watch: a list goes into brackets; write state: [1, 2]" in ran.err


def test_matching_tickets_are_counted_and_where_there_are_none_each_condition_is(desk: Scene) -> None:
    assert "2 tickets match the watch of incidents" in str(checked(desk, 0)[True])
    desk.rewrite("incidents.yaml", ("category: identity, state: [1, 2]", "category: hardware, state: 6"))
    assert (
        "no ticket that passdesk sees matches the watch of incidents; for each condition alone there are: "
        "category 1, state 1" in str(checked(desk, 0)[None])
    )


def test_a_value_that_only_an_old_ticket_has_is_no_mistake(scene: Scene) -> None:
    old = scene.ticket("ann.lee", category="network")
    for _ in range(205):
        scene.ticket("ann.lee", category="networks")
    scene.desk.edit(old, short_description="an old one")
    scene.rewrite("incidents.yaml", ("category: identity", "category: network"))
    assert "watch.category" not in str(checked(scene, 0))


def test_a_settle_value_that_the_desk_refuses_is_a_warning_with_its_place(desk: Scene) -> None:
    desk.rewrite("incidents.yaml", ("refused: {state: 3}", "refused: {state: On Hold}"))
    found = checked(desk, 0)
    assert 'incidents.yaml:12:20: settle.refused.state: "On Hold" is what people see' in str(found[None])
    assert "(Resolved); write 3" in str(found[None])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("watch: {category", "watch: {catgory", "incidents.yaml:4:9: the column catgory doesn't exist"),
        ("caller_id.user_name", "caler_id.user_name", "incidents.yaml:6:19: the column caler_id.user_name"),
        ("caller_id.user_name", "caller_id.usr_name", "incidents.yaml:6:19: the column caller_id.usr_name"),
    ],
)
def test_a_column_that_does_not_exist_has_its_place_and_a_suggestion_without_the_dictionary(
    desk: Scene, old: str, new: str, says: str
) -> None:
    desk.rewrite("incidents.yaml", (old, new))
    wrong = str(checked(desk, 1)[False])
    assert says in wrong
    assert f"; write {old.removeprefix('watch: {')}?" in wrong


def test_the_passes_own_field_is_not_read_to_compare_its_values(desk: Scene) -> None:
    own_field(desk)
    tally = dict(desk.desk_server.tally.calls())
    checked(desk, 0)
    assert tally != desk.desk_server.tally.calls()
    assert not any(
        "u_access_pass" in route and "fields" in route for _, route in desk.desk_server.tally.calls()
    )


@pytest.mark.parametrize(
    ("start", "warned"),
    [
        ("{from: due_date}", True),
        ("{from: due_date, then: [trim]}", True),
        ("{from: due_date, then: [{append: Z}]}", False),
        ('{from: due_date, then: [{append: "+00:00"}]}', False),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "UTC"])
def test_a_time_of_servicenows_without_a_zone_is_warned_about(
    desk: Scene, start: str, warned: bool, zone: str
) -> None:
    desk.rewrite("incidents.yaml", ("values:\n", f"timezone: {zone}\nvalues:\n  starts_at: {start}\n"))
    says = (
        "incidents.yaml:7:21: values.starts_at: ServiceNow keeps due_date in UTC, and it is read as a time in"
    )
    assert (f"{says} {zone}" in str(checked(desk, 0)[None])) is warned


def test_a_column_of_the_shops_own_is_a_time_by_its_type(scene: Scene) -> None:
    scene.desk.add_columns("incident", u_from=Column("From", "datetime"))
    scene.ticket("ann.lee")
    columns = {**SYSTEM, **text("name", "element", "column_label", "internal_type")}
    scene.desk.add_table(Table("sys_dictionary", columns, display="element"))
    scene.desk.add("sys_dictionary", name="task", element="u_from", internal_type="glide_date_time")
    scene.rewrite("incidents.yaml", ("values:\n", "values:\n  starts_at: {from: u_from}\n"))
    assert "ServiceNow keeps u_from in UTC" in str(checked(scene, 0)[None])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "category.name: Identity",
            "category.name: identity",
            'calls.yaml:4:24: watch.category.name: "identity" is stored as "Identity"',
        ),
        (
            "category.name: Identity",
            "category.name: Access",
            'watch.category.name: category.name can\'t be "Access"; stored are "Identity", "Hardware"',
        ),
        (
            "[Registered, In progress]",
            "[New]",
            'watch.processingStatus.name: processingStatus.name can\'t be "New"',
        ),
        (
            "[Registered, In progress]",
            '"Registered, In progress"',
            "write a list: [Registered, In progress]",
        ),
        (
            "{category.name",
            "{categry.name",
            "calls.yaml:4:9: no call shows categry.name; write category.name?",
        ),
    ],
)
def test_a_watch_that_no_call_can_match_is_found_by_topdesks_lists(
    office: Office, old: str, new: str, says: str
) -> None:
    office.ticket("ann.lee")
    office.rewrite("calls.yaml", (old, new))
    assert says in str(checked_at_topdesk(office, 1)[False])


def test_an_id_in_the_place_of_a_name_is_found(office: Office) -> None:
    call = office.desk.incident(office.ticket("ann.lee"))
    office.rewrite("calls.yaml", ("category.name: Identity", f"category.name: {call['category']['id']}"))
    assert 'is the id of "Identity"; write Identity' in str(checked_at_topdesk(office, 1)[False])


def test_a_status_that_topdesk_does_not_have_is_a_warning_where_it_would_be_set(office: Office) -> None:
    office.ticket("ann.lee")
    office.rewrite(
        "calls.yaml",
        ("processingStatus.name: Completed, closureCode", "processingStatus.name: Done, closureCode"),
    )
    found = checked_at_topdesk(office, 0)
    assert "calls.yaml:10:33: settle.used.processingStatus.name: processingStatus.name can't be" in str(
        found[None]
    )
    assert '"Completed"' in str(found[None])
    assert "1 of the first 1 calls shown match the watch of calls" in str(found[True])
