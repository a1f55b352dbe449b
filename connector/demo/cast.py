"""The people of Contoso and what they ask for on one Monday morning. Everybody is made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connector.simulators.graph import Graph, Group
from connector.simulators.servicenow import ServiceNow
from connector.simulators.topdesk import TOPdesk

SERVICENOW, TOPDESK = "ServiceNow", "TOPdesk"
PERSONNEL = "0b7dd5c3-5b3b-4f0e-9a3e-0d3d6a0f7c11"  # the group that newcomers.yaml names
NEWCOMERS = {
    "Iris Blom": "Hugo Head",
    "Jonas Weiß": "Hugo Head",
    "Freya Lund": "Dana Gone",
}  # and their managers
PEOPLE = (
    "Ann Lee", "Zoë Łukasiewicz", "Grace Boss", "Pat O'Brien", "Dana Gone", "Kim Park", "Tomás Ávila",
    "Paula Wait", "Nina Post",
    "Otto List", "Ada Quist", "Ben Okafor", "Siobhán Byrne", "Noor de Vries", "Elif Arda", "Max Muster",
    "Vera Lindqvist",
    "Walter Other", "Hugo Head", "Petra People", *NEWCOMERS,
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """A ticket: for whom, opened by whom, and what is special about it."""

    caller: str
    opener: str = ""  # "": the caller
    fields: Mapping[str, str] = field(default_factory=dict)


AT_SERVICENOW = (
    Request("Ann Lee"),
    Request("Zoë Łukasiewicz", "Mia Manager"),
    Request("Grace Boss"),
    Request("Pat O'Brien"),  # the reply to this pass is lost on the way
    Request("Dana Gone"),
    Request("Kim Park"),  # two people have this mail address
    Request("Tomás Ávila", "Walter Other"),
    Request("Paula Wait", "", {"approval": "requested"}),
    Request("Nina Post", "", {"contact_type": "email"}),
    Request("Otto List", "", {"work_notes_list": "walter.other"}),
    Request("Ada Quist", "Mia Manager"),
    Request("Ben Okafor", "Mia Manager"),  # one more than the floor allows her
)
AT_TOPDESK = (
    "Siobhán Byrne",
    "Noor de Vries",
    "Elif Arda",
    "Max Muster",
    "Ann Lee",
)  # Ann asked at the other desk, too
STRANGER = {"dynamicName": "Eve", "email": "vera.lindqvist@contoso.com"}  # typed into the call


@dataclass(frozen=True)
class Part:
    """A ticket of the play."""

    desk: str
    id: str
    name: str  # of whom it is for


@dataclass
class Company:
    """Both desks and the tenant, filled. `parts`: every ticket by its number."""

    service_now: ServiceNow
    topdesk: TOPdesk
    graph: Graph
    parts: dict[str, Part] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)  # at ServiceNow
    persons: dict[str, str] = field(default_factory=dict)  # at TOPdesk

    def __post_init__(self) -> None:
        self._tenant()
        for name in ("Mia Manager", *PEOPLE):
            self.users[name] = self.service_now.add_user(
                name.lower().replace(" ", "."), name=name, email=mail_of(name)
            )
            self.persons[name] = self.topdesk.add_person(name, email=mail_of(name))
        self.topdesk.account.permissions.add("delete_own_memo")
        for each in AT_SERVICENOW:
            self.incident(each)
        for person in AT_TOPDESK:
            self.call(person)
        self.call("Eve (typed in)", STRANGER)
        self.newcomer("Iris Blom", "Hugo Head")
        self.newcomer("Jonas Weiß", "Hugo Head", number="104299")  # which is somebody else's
        self.newcomer("Freya Lund", "Petra People")

    def _tenant(self) -> None:
        tenant = self.graph.tenant
        mia = tenant.add_user(address("Mia Manager"), displayName="Mia Manager")
        ids = {
            name: tenant.add_user(
                address(name), displayName=name, manager=mia, accountEnabled=name != "Dana Gone"
            )
            for name in PEOPLE
        }
        for number, (name, manager) in enumerate(NEWCOMERS.items(), 104_201):
            user = tenant.users[ids[name]]
            user.manager, user.properties["employeeId"] = ids[manager], str(number)
        tenant.add_user("kim.park2@contoso.com", displayName="Kim Park", mail=address("Kim Park"))
        guest = {"displayName": "Max Muster", "mail": mail_of("Max Muster"), "userType": "Guest"}
        tenant.add_user("max_example.org#EXT#@contoso.com", **guest)
        tenant.add_user("servicedesk@contoso.com")
        tenant.assign(ids["Grace Boss"], "User Administrator")
        tenant.make_eligible(ids["Elif Arda"], "Global Administrator")
        tenant.groups[PERSONNEL] = Group(PERSONNEL, "Personnel", members={ids["Petra People"]})

    def incident(self, asked: Request) -> None:
        """At ServiceNow."""
        people = {
            "caller_id": self.users[asked.caller],
            "opened_by": self.users[asked.opener or asked.caller],
        }
        fields = {
            "category": "identity",
            "subcategory": "temporary_access_pass",
            "contact_type": "phone",
            **asked.fields,
        }
        key = self.service_now.add_incident(**people, **fields)
        self.parts[self.service_now.row(key)["number"]] = Part(SERVICENOW, key, asked.caller)

    def call(self, name: str, unregistered: Mapping[str, str] | None = None) -> None:
        """At TOPdesk, by a person with a card or by somebody who typed in what they liked."""
        self._called(
            name,
            unregistered or self.persons[name],
            category="Identity",
            subcategory="Temporary Access Pass",
            entryType="Portal",
        )

    def newcomer(self, name: str, caller: str, number: str = "") -> None:
        """At TOPdesk, with a first day that is tomorrow."""
        answers = {
            "text1": address(name),
            "text2": number or str(104_201 + list(NEWCOMERS).index(name)),
            "date1": tomorrow(self.topdesk.clock()),
        }
        fields = {"category": "New employee", "subcategory": "First day", "entryType": "Portal"}
        self._called(name, self.persons[caller], optionalFields1=answers, **fields)

    def _called(self, name: str, caller: str | Mapping[str, str], **fields: Any) -> None:
        key = self.topdesk.add_incident(caller, processingStatus="Registered", **fields)
        self.parts[self.topdesk.incident(key)["number"]] = Part(TOPDESK, key, name)


def tomorrow(now: float) -> str:
    """At 8 in the morning in Amsterdam, as it is sent to TOPdesk."""
    day = datetime.fromtimestamp(now, ZoneInfo("Europe/Amsterdam")) + timedelta(days=1)
    return day.replace(hour=8, minute=0, second=0, microsecond=0).isoformat()


def address(name: str) -> str:
    """ann.lee@contoso.com; letters keep their marks, as they may in a sign-in name."""
    return name.lower().replace(" ", ".") + "@contoso.com"


def mail_of(name: str) -> str:
    return "max@example.org" if name == "Max Muster" else address(name)
