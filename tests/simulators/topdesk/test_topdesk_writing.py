"""What is written to the fake TOPdesk, what lands, and what is refused."""

from typing import Any

import pytest

from connector.simulators import TOPdesk
from connector.simulators.topdesk import Mail, Traps
from tests.simulators.topdesk.client import Client

NOWHERE = "11111111-1111-4111-8111-111111111111"


def test_an_update_changes_what_is_sent_and_echoes_the_whole_call(client: Client, three: list[str]) -> None:
    sent = {
        "briefDescription": "new",
        "processingStatus": {"name": "In progress"},
        "optionalFields1": {"text1": "PD-1"},
    }
    reply = client.patch(three[0], **sent)
    row = reply.json()
    assert (reply.status_code, row["id"], row["category"]["name"]) == (200, three[0], "Identity")
    assert (row["briefDescription"], row["processingStatus"]["name"]) == ("new", "In progress")
    assert (row["optionalFields1"]["text1"], row["optionalFields1"]["boolean1"]) == ("PD-1", False)
    assert row["modifier"]["name"] == "API passdesk"
    number = row["number"].replace(" ", "%20")
    assert (
        client.send("PUT", f"incidents/number/{number}", {"externalNumber": "x"}).json()["briefDescription"]
        == "new"
    )


def test_an_action_is_visible_to_the_caller_unless_told_and_each_send_adds_another(
    client: Client, three: list[str]
) -> None:
    client.patch(three[0], action="seen")
    client.patch(three[0], action="hidden", actionInvisibleForCaller=True)
    client.patch(three[0], action="hidden", actionInvisibleForCaller="true")
    seen = [(action["memoText"], action["invisibleForCaller"]) for action in client.desk.actions(three[0])]
    assert seen == [("seen", False), ("hidden", True), ("hidden", True)]
    assert client.desk.visible_to_caller(three[0]) == ["seen"]
    assert client.desk.mailed == [Mail("ann.lee@contoso.com", "seen")]


def test_an_environment_may_ignore_that_an_action_is_invisible_or_mail_it_all_the_same(
    client: Client, three: list[str]
) -> None:
    client.desk.traps = Traps(mails="all")
    client.patch(three[0], action="hidden", actionInvisibleForCaller=True)
    assert (len(client.desk.mailed), client.desk.visible_to_caller(three[0])) == (1, [])
    client.desk.traps = Traps(invisible="ignored", mails="none")
    client.patch(three[0], action="shown", actionInvisibleForCaller=True)
    assert (len(client.desk.mailed), client.desk.visible_to_caller(three[0])) == (1, ["shown"])


def test_whether_an_action_moves_the_date_of_change_is_a_setting(client: Client, three: list[str]) -> None:
    client.desk.clock = lambda: 1_750_000_100.0
    before = client.desk.incident(three[0])["modificationDate"]
    client.desk.traps = Traps(action_modifies=False)
    assert client.patch(three[0], action="x").json()["modificationDate"] == before
    client.desk.traps = Traps()
    assert client.patch(three[0], action="x").json()["modificationDate"] == "2025-06-15T15:08:20.000+0000"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"colour": "red"}, "The field 'colour' is unknown."),
        ({"status": "secondLine"}, "The field 'status' is unknown."),
        ({"optionalFields1": {"text6": "x"}}, "The field 'optionalFields1.text6' is unknown."),
        (
            {"briefDescription": "x" * 81},
            "The value for the field 'briefDescription' is too long, the maximum is 80.",
        ),
        (
            {"externalNumber": "x" * 61},
            "The value for the field 'externalNumber' is too long, the maximum is 60.",
        ),
        ({"completed": "maybe"}, "The value for the field 'completed' cannot be parsed."),
        ({"targetDate": "soon"}, "The value for the field 'targetDate' cannot be parsed."),
        ({"category": "Identity"}, "The value for the field 'category' cannot be parsed."),
        (
            {"operatorGroup": {"name": "Identity"}},
            "The value for the field 'operatorGroup' cannot be parsed.",
        ),
        ({"operator": {"id": "x"}}, "The value for the field 'operator.id' cannot be parsed."),
        ({"operator": {"id": NOWHERE}}, "The value for the field 'operator.id' cannot be found."),
        (
            {"processingStatus": {"name": "Gereed"}},
            "The value for the field 'processingStatus.name' cannot be found.",
        ),
        ({"callerLookup": {"id": "x"}}, "The value for the field 'callerLookup.id' cannot be parsed."),
        (
            {"caller": {"dynamicName": "x"}},
            "The field 'caller.dynamicName' is only available for unregistered callers.",
        ),
        (
            {"category": {"name": "Hardware"}, "subcategory": {"name": "Password"}},
            "The value for the field 'subcategory.name' cannot be found.",
        ),
    ],
)
def test_a_refused_update_says_why_and_changes_nothing(
    client: Client, three: list[str], sent: dict[str, Any], message: str
) -> None:
    before = client.desk.incident(three[0])
    reply = client.patch(three[0], **{"action": "x", **sent})
    assert (reply.status_code, reply.json()) == (400, [{"message": message}])
    assert client.desk.incident(three[0]) == before
    assert client.desk.actions(three[0]) == []


def test_a_reference_that_leads_nowhere_may_be_a_404(client: Client, three: list[str]) -> None:
    client.desk.traps = Traps(unknown_reference=404)
    assert client.patch(three[0], operatorGroup={"id": NOWHERE}).status_code == 404


def test_an_archived_call_can_not_be_changed_and_has_no_update_of_its_status(
    client: Client, three: list[str]
) -> None:
    client.desk.archive(three[0])
    reply = client.patch(three[0], action="x")
    assert (reply.status_code, reply.json()) == (403, [{"message": "The incident is archived"}])
    assert client.send("PUT", f"incidents/id/{three[0]}/unarchive", {}).status_code == 403
    client.desk.account.permissions |= {"archive", "escalate"}
    assert client.send("PUT", f"incidents/id/{three[0]}/unarchive", {}).json()["status"] == "firstLine"
    assert client.send("PATCH", f"incidents/id/{three[0]}/escalate", {}).json()["status"] == "secondLine"
    assert client.send("PATCH", f"incidents/id/{three[0]}/escalate", {}).status_code == 400


def test_completing_sets_its_date_and_a_status_may_complete(client: Client, three: list[str]) -> None:
    row = client.patch(three[0], completed=True).json()
    assert (row["completed"], row["completedDate"], row["closed"]) == (
        True,
        "2025-06-15T15:06:42.500+0000",
        False,
    )
    row = client.patch(three[0], completed=False).json()
    assert (row["completed"], row["completedDate"]) == (False, None)
    row = client.patch(three[1], processingStatus={"name": "Closed"}).json()
    assert (row["completed"], row["closed"], row["closedDate"]) == (
        True,
        True,
        "2025-06-15T15:06:42.500+0000",
    )


def test_a_tenant_may_demand_fields_before_a_call_is_completed(client: Client, three: list[str]) -> None:
    client.desk.traps = Traps(mandatory_to_complete=("closureCode",))
    reply = client.patch(three[0], completed=True, action="x")
    assert (reply.status_code, reply.json()) == (400, [{"message": "The field 'closureCode' is mandatory."}])
    assert client.desk.actions(three[0]) == []
    assert client.patch(three[0], completed=True, closureCode={"name": "Solved"}).status_code == 200


def test_an_update_that_changes_nothing_may_be_refused(client: Client, three: list[str]) -> None:
    assert client.patch(three[0], briefDescription="a").status_code == 200
    client.desk.traps = Traps(unchanged="refused")
    reply = client.patch(three[0], briefDescription="a")
    assert (reply.status_code, reply.json()) == (400, [{"message": "No fields changed"}])


def test_an_operator_needs_a_role_and_the_group(client: Client, three: list[str]) -> None:
    agent = client.desk.add_operator("Fred Agent")
    guest = client.desk.add_operator("Guest", firstLineCallOperator=False)
    group, other = client.desk.add_group("Identity", agent, guest), client.desk.add_group("Other")
    assert client.patch(three[0], operator={"id": guest}).status_code == 400
    assert client.patch(three[0], operator={"id": agent}, operatorGroup={"id": other}).status_code == 400
    row = client.patch(three[0], operator={"id": agent}, operatorGroup={"id": group}).json()
    assert row["operator"] == {"id": agent, "status": "operator", "name": "Fred Agent"}
    assert row["operatorGroup"] == {"id": group, "name": "Identity"}


def test_a_group_may_stand_where_the_operator_stands(client: Client, three: list[str]) -> None:
    group = client.desk.add_group("Identity")
    client.desk.edit(three[0], operatorGroup="Identity")
    assert client.get(f"incidents/id/{three[0]}").json()["operator"] is None
    client.desk.traps = Traps(group_as_operator=True)
    row = client.get(f"incidents/id/{three[0]}").json()
    assert row["operator"] == {"id": group, "status": "operatorGroup", "name": "Identity"}


def test_a_subcategory_brings_its_category_and_another_category_empties_it(
    client: Client, three: list[str]
) -> None:
    row = client.patch(three[2], subcategory={"name": "Password"}).json()
    assert (row["category"]["name"], row["subcategory"]["name"]) == ("Identity", "Password")
    row = client.patch(three[2], category={"name": "Software"}).json()
    assert (row["category"]["name"], row["subcategory"]) == ("Software", None)


def test_a_caller_is_looked_up_by_exactly_one_card(client: Client, three: list[str]) -> None:
    for branch in ("Amsterdam", "Delft"):
        client.desk.add_person("Kim Park", email="kim.park@contoso.com", branch=branch)
    bob = client.desk.add_person("Bob Ray", email="bob.ray@contoso.com", isCaller=False)
    assert client.patch(three[0], callerLookup={"email": "kim.park@contoso.com"}).status_code == 400
    assert client.patch(three[0], callerLookup={"id": bob}).status_code == 400
    client.desk.edit_person(bob, isCaller=True)
    assert client.patch(three[0], callerLookup={"email": "bob.ray@contoso.com"}).json()["caller"]["id"] == bob


def test_anyone_who_can_edit_can_type_an_address_that_is_not_the_callers(
    client: Client, ann: str, three: list[str]
) -> None:
    caller = client.patch(three[0], caller={"email": "boss@contoso.com"}).json()["caller"]
    assert (caller["id"], caller["email"]) == (ann, "boss@contoso.com")
    assert client.get(f"persons/id/{ann}").json()["email"] == "ann.lee@contoso.com"
    stranger = client.desk.add_incident({"dynamicName": "Ann Lee", "email": "ann.lee@contoso.com"})
    caller = client.get(f"incidents/id/{stranger}").json()["caller"]
    assert (caller["id"], caller["dynamicName"], caller["branch"]) == (None, "Ann Lee", None)
    client.desk.edit(three[1], caller={"id": None, "branch": None})
    assert client.desk.incident(three[1])["caller"]["id"] is None


def test_optional_fields_have_kinds(client: Client, three: list[str]) -> None:
    option = client.desk.add_lookup("optionalFields2.searchlist1", "Yes")
    sent = {
        "date1": "2025-07-01T08:00:00",
        "number1": 2,
        "memo1": "note",
        "boolean1": "true",
        "searchlist1": {"name": "Yes"},
    }
    fields = client.patch(three[0], optionalFields2=sent).json()["optionalFields2"]
    assert fields["date1"] == "2025-07-01T08:00:00.000+0000"
    assert (fields["number1"], fields["boolean1"]) == (2.0, True)
    assert fields["memo1"] == "15-06-2025 17:06 [GMT +2:00] API passdesk: \nnote"
    assert fields["searchlist1"] == {"id": option, "name": "Yes"}
    client.desk.traps = Traps(searchlist_names=False)
    assert client.desk.incident(three[0])["optionalFields2"]["searchlist1"] == {"id": option}


def test_an_external_link_is_added(client: Client, three: list[str]) -> None:
    row = client.patch(
        three[0], externalLink={"id": "PD-1", "type": "7", "date": "2025-06-15T17:00:00+02:00"}
    ).json()
    assert row["externalLinks"] == [{"id": "PD-1", "type": "7", "date": "2025-06-15T15:00:00.000+0000"}]
    assert client.patch(three[0], externalLink={"id": "PD-1", "type": "x"}).status_code == 400


def test_a_call_is_made_over_the_wire_with_a_caller_and_the_permission(client: Client, ann: str) -> None:
    body = {
        "callerLookup": {"id": ann},
        "request": "Help <b>me</b>",
        "briefDescription": "x",
        "status": "secondLine",
    }
    assert client.send("POST", "incidents", body).status_code == 403
    client.desk.account.permissions.add("create")
    assert client.send("POST", "incidents", {"request": "x"}).status_code == 400
    made = client.send("POST", "incidents", body)
    assert (made.status_code, made.json()["number"], made.json()["status"]) == (
        201,
        "I 2506 101",
        "secondLine",
    )
    assert made.json()["request"] == "15-06-2025 17:06 [GMT +2:00] API passdesk: \nHelp me\n\n"
    assert made.json()["callerBranch"]["name"] == "Amsterdam"


def test_a_person_may_say_something_and_close_but_change_nothing_else(
    client: Client, ann: str, three: list[str]
) -> None:
    own = client.as_account(client.desk.add_account("ann.lee", ann, kind="person"))
    assert own.patch(three[0], action="thanks").status_code == 200
    assert own.patch(three[0], closed=True).json()["closed"] is True
    assert own.patch(three[0], briefDescription="x").status_code == 403
    bob = client.desk.add_incident(client.desk.add_person("Bob Ray"))
    assert own.patch(bob, action="x").status_code == 404


def test_a_mask_of_numbers_may_have_spaces_or_dashes() -> None:
    desk = TOPdesk(mask="M{yy}{mm}-{n:04}", clock=lambda: 1_750_000_000.0)
    assert desk.incident(desk.add_incident({"dynamicName": "x"}))["number"] == "M2506-0101"
