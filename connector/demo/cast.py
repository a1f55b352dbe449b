"""The people of Contoso and what they ask for on one Monday morning. Everybody is made up."""

from __future__ import annotations

from dataclasses import dataclass, field

from connector.simulators.graph import Graph
from connector.simulators.servicenow import ServiceNow

TEAM = (  # one manager's new team: a burst of tickets, more than the floor allows one requester in a day
    "Ada Quist", "Ben Okafor", "Chiara Neri", "Dmitri Volkov", "Emeka Obi", "Freya Lund",
    "Goran Babić", "Hana Sato", "Iris Blom", "Jonas Weiß", "Kamala Rao", "Luís Prata",
)  # fmt: skip
PEOPLE = (
    "Ann Lee", "Zoë Łukasiewicz", "Siobhán Byrne", "Noor de Vries", "Tomás Ávila", "Wren Carter", "Yusuf Demir", "Vera Lindqvist",
    "Pat O'Brien", "Omar Haddad", "Rosa Klein", "Sam Field", "Grace Boss", "Elif Arslan", "Dana Gone", "Petra Rolle", "Kim Park",
    "Max Muster", "Nina Post", "Otto List", "Paula Wait", "Quinn Held", "Rita Turn", "Mia Manager", "Walter Other",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A ticket: for whom, opened by whom, and what is special about it."""

    caller: str
    opener: str = ""  # "": the caller
    fields: dict[str, str] = field(default_factory=dict)


TICKETS = (
    Asked("Ann Lee"),
    Asked("Zoë Łukasiewicz"),
    Asked("Grace Boss"),
    Asked("Pat O'Brien"),  # the reply to this pass is lost on the way
    Asked("Siobhán Byrne"),
    Asked("Dana Gone"),
    Asked("Kim Park"),  # two people have this mail address
    Asked("Noor de Vries"),
    Asked("Nobody Known"),
    Asked("Elif Arslan"),
    Asked("", "Sam Field"),  # the caller's field is missing
    Asked("Tomás Ávila", "Walter Other"),
    Asked("Paula Wait", "", {"approval": "requested"}),
    Asked("Rita Turn", "", {"approval": "rejected"}),
    Asked("Nina Post", "", {"contact_type": "email"}),
    Asked("Otto List", "", {"work_notes_list": "walter.other"}),
    Asked("Petra Rolle"),
    Asked("Quinn Held"),  # an administrator made a pass for them this morning
    Asked("Wren Carter"),
    Asked("Ann Lee"),  # the same person again
    Asked("Max Muster"),
    *(Asked(name, "Mia Manager") for name in TEAM),
    Asked("Yusuf Demir"),
    Asked("Vera Lindqvist"),
    Asked("Omar Haddad"),
)


def address(name: str) -> str:
    """ann.lee@contoso.com; letters keep their marks, as they may in a sign-in name."""
    return name.lower().replace(" ", ".") + "@contoso.com"


def fill(desk: ServiceNow, graph: Graph) -> None:
    """The tenant's people, the desk's users and the queue."""
    tenant, ids = graph.tenant, {}
    ids["Mia Manager"] = tenant.add_user(address("Mia Manager"), displayName="Mia Manager")
    for name in (*PEOPLE, *TEAM):
        if name not in ids:
            ids[name] = tenant.add_user(
                address(name), displayName=name, manager=ids["Mia Manager"], accountEnabled=name != "Dana Gone"
            )
    tenant.add_user("kim.park2@contoso.com", displayName="Kim Park", mail=address("Kim Park"))
    tenant.add_user(
        "max.muster_example.org#EXT#@contoso.com", displayName="Max Muster", mail="max.muster@example.org", userType="Guest"
    )
    tenant.assign(ids["Grace Boss"], "User Administrator")
    tenant.make_eligible(ids["Elif Arslan"], "Global Administrator")
    tenant.add_group("Tier 0 operators", members=[ids["Petra Rolle"]], assignable=True)
    tenant.add_group("All staff", members=ids.values())
    graph.make_pass(ids["Quinn Held"])
    users = {
        name: desk.add_user(name.lower().replace(" ", "."), name=name, email=mail_of(name)) for name in (*ids, "Nobody Known")
    }
    users[""] = desk.add_user("kiosk", name="Kiosk", email="")
    for each in TICKETS:
        fields = {"category": "identity", "subcategory": "temporary_access_pass", "contact_type": "phone", **each.fields}
        desk.add_incident(caller_id=users[each.caller], opened_by=users[each.opener or each.caller], **fields)


def mail_of(name: str) -> str:
    return "max.muster@example.org" if name == "Max Muster" else address(name)
