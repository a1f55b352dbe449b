"""ServiceNow's own Python client against the ServiceNow simulator, reading and writing over real HTTP."""

from collections.abc import Iterator
from typing import Any

import pysnc
import pytest
import requests
from pysnc.exceptions import AuthenticationException, RoleException
from requests.adapters import HTTPAdapter

from connector.simulators import Served, ServiceNow
from connector.simulators.servicenow import Column, Traps


class PlainHTTP(HTTPAdapter):
    """pysnc takes https addresses only; the simulator speaks plain HTTP on loopback."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = str(request.url).replace("https://", "http://", 1)
        return super().send(request, *args, **kwargs)


def connect(url: str, user: str, password: str) -> Any:
    session = requests.Session()
    session.auth = (user, password)
    session.mount("https://", PlainHTTP())
    return pysnc.ServiceNowClient(url.replace("http://", "https://"), session, auto_retry=False)


@pytest.fixture
def desk() -> ServiceNow:
    return ServiceNow()


@pytest.fixture
def client(desk: ServiceNow) -> Iterator[Any]:
    with Served(desk) as served:
        yield connect(served.url, desk.accounts.user, desk.accounts.password)


def test_it_queries_by_field_and_through_a_reference(desk: ServiceNow, client: Any) -> None:
    ann = desk.add_user("ann.lee", name="Ann Lee", email="ann.lee@contoso.com")
    wanted = desk.add_incident(category="identity", caller_id=ann)
    desk.add_incident(category="hardware", caller_id=ann)
    found = client.GlideRecord("incident")
    found.fields = ["sys_id", "state", "caller_id", "caller_id.email"]
    found.add_query("category", "identity")
    found.add_query("caller_id.user_name", "ann.lee")
    found.query()
    assert len(found) == 1
    assert found.next()
    assert (
        found.get_value("sys_id"),
        found.get_value("caller_id"),
        found.get_display_value("caller_id"),
    ) == (
        wanted,
        ann,
        "Ann Lee",
    )
    assert (found.get_value("state"), found.get_display_value("state")) == ("1", "New")
    assert found.get_value("caller_id.email") == "ann.lee@contoso.com"


def test_it_pages_through_more_rows_than_a_batch_holds(desk: ServiceNow, client: Any) -> None:
    made = {desk.add_incident(category="identity") for _ in range(23)}
    found = client.GlideRecord("incident", batch_size=10)
    found.add_query("category", "identity")
    found.query()
    seen = [record.get_value("sys_id") for record in found]
    assert (len(seen), set(seen)) == (23, made)


def test_what_it_updates_lands_and_the_work_note_is_in_the_journal(desk: ServiceNow, client: Any) -> None:
    sys_id = desk.add_incident()
    record = client.GlideRecord("incident")
    assert record.get(sys_id)
    record.state = "2"
    record.work_notes = "Looked at by pysnc"
    assert record.update() == sys_id
    assert desk.row(sys_id)["state"] == "2"
    assert desk.notes(sys_id) == ["Looked at by pysnc"]
    journal = client.GlideRecord("sys_journal_field")
    journal.add_query("element_id", sys_id)
    journal.query()
    assert journal.next()
    assert (journal.get_value("element"), journal.get_value("value")) == ("work_notes", "Looked at by pysnc")


def test_it_makes_and_deletes_a_record(desk: ServiceNow, client: Any) -> None:
    record = client.GlideRecord("incident")
    record.initialize()
    record.short_description = "Made by pysnc"
    sys_id = record.insert()
    assert desk.row(sys_id)["short_description"] == "Made by pysnc"
    assert record.delete()
    assert desk.rows() == []


def test_it_understands_the_refusals(desk: ServiceNow, client: Any) -> None:
    desk.traps = Traps(journal="forbidden")
    with pytest.raises(RoleException):
        client.GlideRecord("sys_journal_field").query()
    assert client.GlideRecord("incident").get("0" * 32) is False


def test_it_understands_a_wrong_password(desk: ServiceNow) -> None:
    with Served(desk) as served, pytest.raises(AuthenticationException):
        connect(served.url, desk.accounts.user, "wrong").GlideRecord("incident").query()


def test_its_own_client_credentials_flow_gets_a_token(desk: ServiceNow) -> None:
    desk.traps = Traps(basic_auth=False)
    desk.add_incident()
    with Served(desk) as served:
        flow = pysnc.ServiceNowClientCredentialsFlow(desk.accounts.client_id, desk.accounts.client_secret)
        session = flow.authenticate(served.url)
        session.mount("https://", PlainHTTP())
        address = served.url.replace("http://", "https://")
        record = pysnc.ServiceNowClient(address, session, auto_retry=False).GlideRecord("incident")
        record.query()
        assert len(record) == 1


def test_it_reads_the_variables_of_a_requested_item_and_of_its_task(desk: ServiceNow, client: Any) -> None:
    ann = desk.add_user("ann.lee", name="Ann Lee", email="ann.lee@contoso.com")
    kind = desk.add("sc_cat_item", name="Temporary Access Pass")
    item = desk.add_item({"account": "ann.lee", "why": "lost"}, requested_for=ann, cat_item=kind)
    desk.add_item({"account": "bob.ray"}, cat_item=kind)
    desk.add_task(item)
    task = client.GlideRecord("sc_task")
    task.fields = ["request_item", "request_item.request.requested_for.email", "request_item.cat_item"]
    task.query()
    assert task.next()
    assert task.get_value("request_item.request.requested_for.email") == "ann.lee@contoso.com"
    assert task.get_display_value("request_item.cat_item") == "Temporary Access Pass"
    found = client.GlideRecord("sc_item_option_mtom")
    found.fields = ["request_item", "sc_item_option.item_option_new.name", "sc_item_option.value"]
    found.add_query("request_item", "IN", task.get_value("request_item"))
    found.query()
    known = {
        each.get_value("sc_item_option.item_option_new.name"): each.get_value("sc_item_option.value")
        for each in found
    }
    assert known == {"account": "ann.lee", "why": "lost"}


def test_it_sees_labels_beside_values_and_an_encrypted_field_decrypted(desk: ServiceNow, client: Any) -> None:
    desk.add_columns("sc_req_item", u_pass=Column("Pass", "encrypted"))
    item = desk.add_item(u_pass="secret")
    record = client.GlideRecord("sc_req_item")
    assert record.get(item)
    assert (record.get_value("state"), record.get_display_value("state")) == ("1", "Open")
    assert record.get_display_value("u_pass") == "secret"
    assert record.get_value("u_pass") != "secret"


def test_it_pages_through_the_answers_of_many_items(desk: ServiceNow, client: Any) -> None:
    made = {desk.add_item({"account": f"p{number}", "why": "x"}) for number in range(13)}
    found = client.GlideRecord("sc_item_option_mtom", batch_size=5)
    found.add_query("request_item", "IN", ",".join(sorted(made)))
    found.query()
    assert sorted(each.get_value("request_item") for each in found) == sorted([*made, *made])
