"""Persons, operators, groups and look-ups of the fake TOPdesk."""

import pytest

from connector.simulators import TOPdesk
from connector.simulators.topdesk import Traps
from tests.simulators.topdesk.client import Client

V2 = "application/x.topdesk-collection-person-v2+json"


def test_a_card_of_either_version_by_id(client: Client, ann: str) -> None:
    first = client.get(f"persons/id/{ann.upper()}").json()
    assert (first["email"], first["employeeNumber"], first["status"]) == (
        "ann.lee@contoso.com",
        "E00001",
        "person",
    )
    assert not {"archived", "isCaller"} & set(first)
    second = client.send("GET", f"persons/{ann}", accept="application/x.topdesk-person-v2+json").json()
    assert (second["archived"], second["isCaller"], second["branch"]["name"]) == (False, True, "Amsterdam")
    assert client.refused("persons/id/11111111-1111-4111-8111-111111111111") == (404, "Entity not found")
    missing = client.get("persons/11111111-1111-4111-8111-111111111111").json()
    assert missing["errors"][0]["errorMessage"] == "Entity not found"


def test_the_second_version_is_chosen_by_media_type_and_has_an_envelope(client: Client, ann: str) -> None:
    old = client.desk.add_person("Old Hand", archived=True)
    reply = client.send("GET", "persons", accept=V2, pageSize="1")
    assert (reply.status_code, reply.json()["size"], [row["id"] for row in reply.json()["item"]]) == (
        206,
        1,
        [old],
    )
    assert reply.json()["next"] == f"{client.url}/tas/api/persons?pageSize=1&pageStart=1"
    assert "employeeNumber" not in reply.json()["item"][0]
    last = client.send(
        "GET", "persons", accept=V2, query="archived==false;employeeNumber != 'x'", fields="*"
    ).json()
    assert ([row["employeeNumber"] for row in last["item"]], last["next"]) == (["E00001"], None)
    nobody = client.send("GET", "persons", accept=V2, query="surName=gt=Z")
    assert (nobody.status_code, nobody.json()["item"]) == (200, [])
    assert client.send("GET", "persons", accept=V2, pageSize="5001").status_code == 400
    client.desk.traps = Traps(next_person_url="path")
    assert (
        client.send("GET", "persons", accept=V2, pageSize="1").json()["next"].startswith("/tas/api/persons?")
    )


def test_the_first_version_is_a_bare_list(client: Client, ann: str) -> None:
    assert [row["id"] for row in client.get("persons", email="ANN.LEE@contoso.com").json()] == [ann]
    assert client.get("persons", __fields="id,email", query=f"id=={ann}").json() == [
        {"id": ann, "email": "ann.lee@contoso.com"}
    ]
    assert client.get("persons", email="nobody@contoso.com").status_code == 204
    assert client.get("persons", page_size="101").status_code == 400
    client.desk.traps = Traps(persons_default="v2")
    assert "item" in client.get("persons").json()


def test_a_media_type_that_no_version_has_is_a_406(client: Client, ann: str) -> None:
    for accept in ("text/html", "application/x.topdesk-collection-person-v9+json"):
        reply = client.send("GET", "persons", accept=accept)
        assert (reply.status_code, "KI 17703" in reply.text) == (406, True)


def test_an_address_may_belong_to_several_cards_and_a_manager_may_be_anybody(
    client: Client, ann: str
) -> None:
    client.desk.add_person("Ann Lee", email="ann.lee@contoso.com", manager=ann)
    client.desk.edit_person(ann, manager=ann)
    rows = client.get("persons", query="email==ann.lee@contoso.com").json()
    assert [row["manager"]["id"] for row in rows] == [ann, ann]


def test_persons_are_read_with_the_permission_and_through_the_filters(client: Client, ann: str) -> None:
    client.desk.access.hidden_persons.add(ann)
    assert (client.get("persons").status_code, client.get(f"persons/id/{ann}").status_code) == (204, 404)
    client.desk.account.permissions.remove("persons_read")
    assert client.refused("persons") == (403, "No permission to access the data")
    client.desk.access.hidden_persons.clear()
    own = client.as_account(client.desk.add_account("ann.lee", ann, kind="person"))
    assert own.get(f"persons/id/{ann}").status_code == 403


def test_a_login_name_is_seen_with_its_permission_only(client: Client, ann: str) -> None:
    client.desk.edit_person(ann, tasLoginName="ann")
    assert client.get(f"persons/id/{ann}").json()["tasLoginName"] == ""
    client.desk.account.permissions.add("login_settings")
    assert client.get(f"persons/id/{ann}").json()["tasLoginName"] == "ann"


def test_a_user_principal_name_does_not_fit_in_a_network_login_name(desk: TOPdesk) -> None:
    with pytest.raises(ValueError, match="networkLoginName takes 20 characters at most"):
        desk.add_person("Ann Lee", networkLoginName="ann.lee@corp.contoso.com")


def test_persons_are_looked_up_by_the_beginning_of_their_name(client: Client, ann: str) -> None:
    assert client.get("persons/lookup", name="lee").json() == {"results": [{"id": ann, "name": "Lee, Ann"}]}
    assert client.get("persons/lookup", name="lee", archived="true").json() == {"results": []}


def test_the_list_of_operators_has_archived_ones_only_with_a_query(client: Client) -> None:
    client.desk.add_operator("Gone Agent", archived=True, status="operatorArchived")
    assert [row["dynamicName"] for row in client.get("operators").json()] == ["API passdesk"]
    assert client.found("dynamicName!=null", "operators") == ["API passdesk", "Gone Agent"]
    me = client.get("operators/current").json()
    assert client.get(f"operators/id/{me['id']}").json() == me
    client.desk.account.permissions.remove("operators_read")
    assert (client.get("operators").status_code, client.get("operators/current").status_code) == (403, 200)


def test_groups_have_members(client: Client) -> None:
    me = client.desk.account.card
    group = client.desk.add_group("Identity", me)
    assert client.get("operatorgroups").json() == [{"id": group, "groupName": "Identity", "archived": False}]
    assert client.get("operatorgroups/lookup", name="ident").json() == {
        "results": [{"id": group, "name": "Identity"}]
    }
    assert [row["id"] for row in client.get(f"operatorgroups/id/{group}/operators").json()] == [me]
    assert [row["id"] for row in client.get(f"operators/id/{me}/operatorgroups").json()] == [group]
    assert client.get("operatorgroups/id/x").status_code == 404


def test_look_ups_come_whole(client: Client) -> None:
    categories = client.get("incidents/categories").json()
    subcategories = client.get("incidents/subcategories").json()
    assert {"Identity", "Hardware"} <= {row["name"] for row in categories}
    password = next(row for row in subcategories if row["name"] == "Password")
    assert password["category"] in categories
    statuses = client.get("incidents/statuses").json()
    assert [row["name"] for row in statuses if row["default"]] == ["Registered"]
    general = client.get("categories", query="name==Password").json()
    assert (general["size"], general["item"][0]["parent"]) == (1, password["category"])
    assert client.get("incidents/nothing").status_code == 404


def test_a_renamed_category_has_its_new_name_in_every_call(client: Client, three: list[str]) -> None:
    category = client.desk.incident(three[0])["category"]["id"]
    client.desk.records.lookups["categories"][category]["name"] = "Identiteit"
    assert client.found("category.name==Identity") == []
    assert len(client.found(f"category.id=={category}")) == 2
