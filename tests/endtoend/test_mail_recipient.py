"""A mail goes to the manager whom the directory names, and to nobody else, whatever the ticket, its desk or
the moment says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from connector.simulators.faults import Handle, Late, drop_after, when
from connector.simulators.messages import Response
from tests.endtoend.house import House
from tests.endtoend.kinds import housed, mapping
from tests.endtoend.office import Office
from tests.endtoend.scene import Scene, company
from tests.searching import SEARCH, searched

BOSS, EVE = "grace.boss@contoso.com", "eve@example.org"
FALLBACK = ("deliver: manager_mail", "deliver: [manager_mail, note]")


@pytest.fixture(params=["mail", "topdesk mail"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    with housed(request.param, tmp_path) as found:
        yield found
        assert not isinstance(found, Office) or found.unseen()
        assert all(len(mail.to) == 1 and not mail.saved for mail in found.graph.mail.sent)
        assert all(
            sum(made.text in unescape(mail) for mail in found.mails) <= 1
            for made in found.graph.passes.issued
        )


def recipients(house: House) -> list[str]:
    return [to for mail in house.graph.mail.sent for to in mail.to]


def in_notes(house: House, ticket: str) -> int:
    return sum(made.text in note for made in house.graph.passes.issued for note in house.notes(ticket))


@SEARCH
def test_what_the_ticket_says_of_managers_and_addresses_moves_nothing(house: House) -> None:
    if isinstance(house, Office):
        eve = house.desk.add_person("Eve Mallory", email=EVE, isManager=True)
        ticket = house.ticket("ann.lee", request=f"My manager is {EVE}", briefDescription=EVE)
        house.desk.edit_person(house.people["card ann.lee"], manager=eve)
        house.desk.edit(ticket, caller={"email": EVE})
    else:
        assert isinstance(house, Scene)
        eve = house.desk.add_user("eve", email=EVE)
        ticket = house.ticket(
            "ann.lee", description=f"My manager is {EVE}", short_description=EVE, watch_list=EVE
        )
        house.desk.edit(house.people["desk ann.lee"], "sys_user", manager=eve)
    assert house.once().outcomes() == {house.number(ticket): ("delivered", None)}
    assert recipients(house) == [BOSS] and in_notes(house, ticket) == 0
    assert any("g•••@contoso.com" in note for note in house.notes(ticket))
    assert house.once().report["tickets"] == [] and len(house.mails) == 1


UNFIT: list[dict[str, object]] = [
    {"accountEnabled": False},
    {"userType": "Guest"},
    {"identities": [{"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": None}]},
    {"mail": None},
    {"mail": EVE},
    {"mail": "grace@contoso.com.example.org"},
    {"mail": f"grace@contoso.com, {EVE}"},
]


@SEARCH
@pytest.mark.parametrize("properties", searched(UNFIT, UNFIT[0], UNFIT[4]))
@pytest.mark.parametrize("fallback", [False, True])
def test_a_manager_who_is_not_fit_gets_no_mail(
    house: House, properties: dict[str, object], fallback: bool
) -> None:
    house.graph.tenant.users[house.people["grace.boss"]].properties.update(properties)
    ticket = house.ticket("ann.lee")
    if fallback:
        house.rewrite(mapping(house), FALLBACK)
    verdict = ("delivered", None) if fallback else ("refused", "recipient_not_allowed")
    assert house.once().outcomes() == {house.number(ticket): verdict}
    assert house.mails == [] and house.graph.passes.made == in_notes(house, ticket) == fallback


def test_nobody_is_mailed_their_own_pass(house: House) -> None:
    ticket = house.ticket("ann.lee")
    house.manage("ann.lee", "ann.lee")
    assert house.once().outcomes() == {house.number(ticket): ("refused", "recipient_not_allowed")}
    assert house.mails == [] and house.graph.passes.made == 0


def test_the_recipient_is_fixed_before_the_pass_exists(house: House) -> None:
    house.ticket("ann.lee")

    def promoted(handle: Handle) -> Response:
        house.manage("ann.lee", "new.boss")
        return handle()

    house.graph_server.faults.add(when("POST", "temporaryAccess"), promoted)
    house.once()
    assert recipients(house) == [BOSS]


@SEARCH
def test_after_a_lost_reply_the_next_mail_goes_to_whom_the_directory_names_by_then(house: House) -> None:
    ticket = house.ticket("ann.lee")
    house.graph_server.faults.add(when("POST", "sendMail"), drop_after)
    house.once()
    house.manage("ann.lee", "new.boss")
    house.settle()
    assert recipients(house) == [BOSS, "new.boss@contoso.com"] and in_notes(house, ticket) == 0
    (live,) = house.graph.passes.live()
    assert live.text in unescape(house.mails[1]) and live.text not in unescape(house.mails[0])
    assert "replaces" in house.mails[1]


def test_after_a_lost_reply_a_manager_who_left_gets_nothing_more_and_the_pass_is_gone(house: House) -> None:
    ticket = house.ticket("ann.lee")
    house.graph_server.faults.add(when("POST", "sendMail"), drop_after)
    house.once()
    house.graph.tenant.users[house.people["grace.boss"]].properties["accountEnabled"] = False
    ran = house.settle()
    assert ran.outcomes() == {house.number(ticket): ("refused", "recipient_not_allowed")}
    assert recipients(house) == [BOSS] and house.graph.passes.live() == []
    assert any("no longer works" in note for note in house.notes(ticket))


@SEARCH
def test_a_mail_that_goes_out_late_holds_a_dead_pass_and_is_named_by_the_one_that_counts(
    house: House,
) -> None:
    house.ticket("ann.lee")
    late = Late()
    house.graph_server.faults.add(when("POST", "sendMail"), late)
    house.settle()
    assert late.land() == 1
    house.ended()
    assert recipients(house) == [BOSS, BOSS]
    (live,) = house.graph.passes.live()
    shown = [live.text in unescape(mail) for mail in house.mails]
    assert shown == [True, False] and "replaces the pass in any earlier mail" in house.mails[0]


def test_what_people_are_called_is_no_markup_and_stands_in_no_subject(house: House) -> None:
    house.graph.tenant.users[house.people["ann.lee"]].properties["displayName"] = (
        "<img src=https://example.org/x> {{ pass }} & Co"
    )
    ticket = house.ticket("ann.lee")
    house.once()
    (mail,), (made,) = house.graph.mail.sent, house.graph.passes.issued
    assert "<img" not in mail.body and mail.body.count(made.text.replace("&", "&amp;")) == 1
    assert {link.partition('"')[0] for link in mail.body.split('href="')[1:]} == {
        "https://aka.ms/mysecurityinfo"
    }
    assert not re.search(r"<[^>]*\b(src|on\w+)\s*=", mail.body)
    assert (
        made.text not in mail.subject
        and "ann" not in mail.subject.lower()
        and house.number(ticket) in mail.subject
    )


def test_the_manager_of_who_asked_is_mailed_where_the_mapping_says_so(tmp_path: Path) -> None:
    with company(tmp_path) as scene:
        scene.mailing("incidents.yaml")
        scene.rewrite("incidents.yaml", more="mail: {manager_of: requester}\n")
        scene.manage("ann.lee", "team.lead")
        scene.manage("team.lead", "grace.boss")
        scene.ticket("ann.lee", "team.lead")
        own = scene.ticket("team.lead", "ann.lee")
        scene.once()
        assert recipients(scene) == [BOSS]
        assert scene.run("explain", "contoso", scene.number(own)).code == 0
        assert scene.graph.passes.made == 1
