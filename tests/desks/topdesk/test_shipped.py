"""The shipped mappings of TOPdesk, worked from end to end over real HTTP beside those of ServiceNow."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from connector.config.load import load
from connector.simulators.graph import NotUsable, Pass
from connector.simulators.graph.mail import PERMISSIONS
from connector.simulators.http import Served
from connector.simulators.topdesk import TOPdesk
from tests.endtoend.scene import CONFIG, Scene, company

ROOT = Path(__file__).parents[3]
HOUR, DAY = 3600, 86_400
BOTH = """\
  contoso-topdesk:
    kind: topdesk
    url: {topdesk}
    auth: {{kind: application_password, login: passdesk, password: env:TOPDESK_PASSWORD}}
mail: {{from: servicedesk@contoso.com}}
mappings: shipped
"""


@dataclass
class Desks:
    """Both desks with the shipped mappings; `cards` are persons at TOPdesk by name."""

    scene: Scene
    desk: TOPdesk
    cards: dict[str, str]

    def person(self, name: str, **properties: Any) -> str:
        """In the tenant, and with a card at TOPdesk; the object id."""
        found = self.scene.person(name, **properties)
        address = self.scene.graph.tenant.users[found].properties["mail"]
        self.cards[name] = self.desk.add_person(name, email=address)
        return found

    def call(self, caller: str | dict[str, str], **fields: Any) -> str:
        given = {"category": "Identity", "subcategory": "Temporary Access Pass", "entryType": "Portal"}
        key = self.cards[caller] if isinstance(caller, str) else caller
        return self.desk.add_incident(key, processingStatus="Registered", **{**given, **fields})

    def newcomer(self, caller: str = "mia.manager", *, starts: float = DAY, number: str = "104233") -> str:
        """A call for Freya, who is employee 104233, that starts so many seconds from now."""
        date = datetime.fromtimestamp(self.scene.clock() + starts, UTC).isoformat()
        answers = {"text1": "freya.lund@contoso.com", "text2": number, "date1": date if starts else None}
        return self.call(caller, category="New employee", subcategory="First day", optionalFields1=answers)

    def outcome(self) -> tuple[str, str | None]:
        """Of the only ticket that a sweep decides."""
        (found,) = self.scene.once().outcomes().values()
        return found

    def says(self, call: str) -> str:
        return "\n".join(unescape(each["memoText"]) for each in self.desk.actions(call))

    def holds(self, call: str) -> bool:
        return any(each.text in self.says(call) for each in self.scene.graph.passes.issued)

    @property
    def made(self) -> Pass:
        (found,) = self.scene.graph.passes.issued
        return found


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Desks]:
    shutil.copytree(ROOT / "mappings", tmp_path / "shipped")
    desk = TOPdesk()
    with Served(desk) as served, patch.dict(os.environ, {"TOPDESK_PASSWORD": desk.account.password}):
        config = CONFIG.replace("  contoso:", "  contoso-servicenow:")
        config = config.replace("mappings: [incidents.yaml]\n", BOTH.replace("{topdesk}", served.url))
        with company(tmp_path, config=config) as scene:
            scene.identity.tokens.roles |= frozenset(PERMISSIONS)
            scene.graph.tenant.add_user("servicedesk@contoso.com")
            desk.clock = scene.clock
            found = Desks(scene, desk, {})
            mia = found.person("mia.manager")
            found.person("freya.lund", manager=mia, employeeId="104233")
            yield found


def test_calls_and_incidents_are_worked_in_one_sweep(desks: Desks) -> None:
    desks.person("ann.lee")
    fields = {"subcategory": "temporary_access_pass", "contact_type": "phone", "approval": "approved"}
    incident = desks.scene.ticket("bob.ray", **fields)
    call, new = desks.call("ann.lee"), desks.newcomer()
    assert set(desks.scene.once().outcomes().values()) == {("delivered", None)}
    assert len(desks.scene.held(incident)) == 1
    assert desks.holds(call) and not desks.holds(new)
    assert desks.desk.visible_to_caller(call) == desks.desk.visible_to_caller(new) == []
    assert {desks.desk.incident(each)["processingStatus"]["name"] for each in (call, new)} == {"In progress"}


def test_a_new_employees_pass_is_mailed_to_the_manager_and_begins_on_the_first_day(desks: Desks) -> None:
    new = desks.newcomer()
    assert desks.outcome() == ("delivered", None)
    (mail,) = desks.scene.graph.mail.sent
    assert mail.to == ("mia.manager@contoso.com",) and desks.made.text in unescape(mail.body)
    assert "was mailed to their manager, m•••@contoso.com" in desks.says(new)
    with pytest.raises(NotUsable):
        desks.scene.graph.use("freya.lund@contoso.com", desks.made.text)
    desks.scene.clock.added += DAY + 5
    desks.scene.graph.use("freya.lund@contoso.com", desks.made.text)


def test_what_was_used_is_completed_and_its_note_is_taken_away(desks: Desks) -> None:
    desks.desk.account.permissions.add("delete_own_memo")
    desks.person("ann.lee")
    call = desks.call("ann.lee")
    desks.scene.once()
    desks.scene.clock.added += 80
    desks.scene.graph.use("ann.lee@contoso.com", desks.made.text)
    desks.scene.once()
    desks.scene.clock.added += 1000
    assert desks.scene.ended(6) == 1
    assert desks.desk.incident(call)["completed"] is True
    assert "was used and has been deleted" in desks.says(call) and not desks.holds(call)


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        (-HOUR, ("refused", "start_not_allowed")),
        (31 * DAY, ("refused", "start_not_allowed")),
        (29 * DAY, ("delivered", None)),
    ],
)
def test_a_start_lies_ahead_and_no_further_than_the_floor_allows(
    desks: Desks, starts: int, expected: tuple[str, str | None]
) -> None:
    desks.newcomer(starts=starts)
    assert desks.outcome() == expected


def test_a_new_employee_without_a_first_day_waits_for_it(desks: Desks) -> None:
    new = desks.newcomer(starts=0)
    assert desks.scene.once().outcomes() == {}
    desks.desk.edit(
        new, optionalFields1={"date1": datetime.fromtimestamp(desks.scene.clock() + DAY, UTC).isoformat()}
    )
    assert desks.outcome() == ("delivered", None)


def test_another_number_than_the_directorys_gets_nobody_a_pass(desks: Desks) -> None:
    new = desks.newcomer(number="104299")
    assert desks.outcome() == ("refused", "confirmation_differs")
    assert desks.scene.graph.passes.made == 0 and "No Temporary Access Pass was made" in desks.says(new)
    assert desks.desk.visible_to_caller(new) == []


def test_nobody_but_the_manager_orders_a_first_day(desks: Desks) -> None:
    desks.person("walter.other")
    desks.newcomer("walter.other")
    assert desks.outcome() == ("refused", "requester_not_allowed")


def test_where_the_manager_can_not_be_mailed_an_agent_hands_the_pass_over(desks: Desks) -> None:
    boss = desks.person("tom.boss", mail="tom.boss@fabrikam.com")  # a domain that isn't the tenant's
    desks.scene.graph.tenant.users[desks.scene.people["freya.lund"]].manager = boss
    new = desks.newcomer("tom.boss")
    assert desks.outcome() == ("delivered", None)
    assert desks.scene.graph.mail.sent == [] and desks.holds(new)
    assert desks.desk.visible_to_caller(new) == []


def test_an_address_that_somebody_typed_into_the_call_is_nobodys(desks: Desks) -> None:
    desks.person("ann.lee")
    desks.call({"dynamicName": "Ann Lee", "email": "ann.lee@contoso.com"})
    assert desks.outcome() == ("refused", "subject_missing")
    other = desks.call("ann.lee")
    desks.desk.edit(other, caller={"email": "freya.lund@contoso.com"})
    desks.scene.once()
    assert desks.made.user == desks.scene.people["ann.lee"]


def test_a_call_that_came_in_by_mail_is_refused(desks: Desks) -> None:
    desks.person("ann.lee")
    desks.call("ann.lee", entryType="E-mail")
    assert desks.outcome() == ("refused", "channel_not_allowed")


@pytest.mark.parametrize(
    ("gone", "left"), [("servicenow", {"contoso-topdesk"}), ("topdesk", {"contoso-servicenow"})]
)
def test_who_has_one_desk_only_deletes_what_the_example_says(
    tmp_path: Path, gone: str, left: set[str]
) -> None:
    text = (ROOT / "config.example.yaml").read_text("utf-8")
    assert "Delete the other here, and its files in mappings/: servicenow-*, topdesk-*" in text
    shutil.copytree(ROOT / "mappings", tmp_path / "mappings")
    for file in (tmp_path / "mappings").glob(f"{gone}-*"):
        file.unlink()
    (tmp_path / "config.yaml").write_text(
        re.sub(rf"^  contoso-{gone}:.*\n(?:    .*\n)+", "", text, flags=re.MULTILINE), "utf-8"
    )
    assert {each.desk for each in load(tmp_path / "config.yaml").mappings} == left


def test_who_mails_nothing_deletes_what_the_example_says(tmp_path: Path) -> None:
    text = (ROOT / "config.example.yaml").read_text("utf-8")
    assert "Delete this, and write deliver: note in mappings/topdesk-new-employees.yaml" in text
    shutil.copytree(ROOT / "mappings", tmp_path / "mappings")
    mapping = tmp_path / "mappings" / "topdesk-new-employees.yaml"
    mapping.write_text(
        mapping.read_text("utf-8").replace("deliver: [manager_mail, note]", "deliver: note"), "utf-8"
    )
    (tmp_path / "config.yaml").write_text(re.sub(r"^mail:.*\n", "", text, flags=re.MULTILINE), "utf-8")
    assert {each.deliver for each in load(tmp_path / "config.yaml").mappings} == {("note",)}
