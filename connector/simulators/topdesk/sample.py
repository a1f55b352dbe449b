"""Contoso's people and calls. Everybody is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connector.simulators.topdesk.app import TOPdesk

PEOPLE = (
    "Ann Lee", "Zoë Łukasiewicz", "Siobhán Byrne", "Noor de Vries", "Tomás Ávila", "Wren Carter",
    "Pat O'Brien", "Kim Park",
    "Grace Boss", "Dana Gone", "Walter Other",
)  # fmt: skip


def address(name: str) -> str:
    """ann.lee@contoso.com; letters keep their marks."""
    return name.lower().replace(" ", ".") + "@contoso.com"


def contoso(desk: TOPdesk) -> dict[str, str]:
    """Fill an environment: a service desk, people with one manager, and a queue of calls. Returns the
    persons' ids by name.

    Among the calls are one by somebody unregistered who typed Grace Boss's address, and one whose typed
    address isn't that of its caller's card.
    """
    agent = desk.add_operator("Fred Agent", email=address("Fred Agent"), loginName="fred.agent")
    desk.add_group("Servicedesk", agent)
    desk.add_group("Identity", desk.account.card, agent)
    persons = _add_persons(desk)
    _add_calls(desk, persons)
    return persons


def _add_persons(desk: TOPdesk) -> dict[str, str]:
    persons = {
        "Mia Manager": desk.add_person(
            "Mia Manager", email=address("Mia Manager"), branch="Amsterdam", isManager=True
        )
    }
    for number, name in enumerate(PEOPLE, 1):
        persons[name] = desk.add_person(
            name,
            email=address(name),
            employeeNumber=f"E{number:05}",
            networkLoginName=address(name).partition("@")[0][:20],
            manager=persons["Mia Manager"],
            branch="Amsterdam",
        )
    desk.add_person("Kim Park", email=address("Kim Park"), employeeNumber="E00099", branch="Delft")
    desk.edit_person(persons["Dana Gone"], archived=True)
    return persons


def _add_calls(desk: TOPdesk, persons: dict[str, str]) -> None:
    asked = {"category": "Identity", "subcategory": "Temporary Access Pass", "processingStatus": "Registered"}
    asked |= {"operatorGroup": "Identity", "entryType": "Portal", "callType": "Request for change"}
    for name in (
        "Ann Lee",
        "Zoë Łukasiewicz",
        "Siobhán Byrne",
        "Noor de Vries",
        "Pat O'Brien",
        "Kim Park",
        "Dana Gone",
    ):
        desk.add_incident(
            persons[name],
            briefDescription="Can't sign in on a new phone",
            request="Please help me in.",
            **asked,
        )
    stranger = {"dynamicName": "Grace Boss", "email": address("Grace Boss")}
    desk.add_incident(stranger, briefDescription="I need a pass", **asked)
    walter = desk.add_incident(persons["Walter Other"], briefDescription="Lost phone", **asked)
    desk.edit(walter, caller={"email": address("Grace Boss")})
    desk.add_incident(
        persons["Wren Carter"], briefDescription="Broken screen", category="Hardware", subcategory="Laptop"
    )
