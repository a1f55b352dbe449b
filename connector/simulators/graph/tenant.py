"""The people, groups, roles and the pass policy of one tenant."""

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from connector.simulators.graph.applications import Applications
from connector.simulators.graph.switches import Switches

# Template ids of the built-in roles that matter here (graph.md §2.4, §2.5); an id not listed is a custom
# role.
ROLES = {
    "Authentication Administrator": "c4e39bd9-1100-46d3-8c65-fb160da0071f",
    "Directory Readers": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Guest Inviter": "95e79109-95c0-4d8e-aee3-d01accf2d47b",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "Message Center Reader": "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b",
    "Privileged Authentication Administrator": "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    "Reports Reader": "4a5d8f65-41da-4de4-8968-e035b65339cf",
    "Usage Summary Reports Reader": "75934031-6c7e-415a-99d7-48dbd49e875e",
    "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
    "User Experience Success Manager": "27460883-1df1-4691-b032-3b79643e5e63",
}
ROLE_NAMES = {template: name for name, template in ROLES.items()}
ALL_USERS = "all_users"


@dataclass
class User:
    """A user; `properties` by their names in Graph, `id` among them."""

    id: str
    properties: dict[str, object]
    manager: str | None = None  # object id

    @property
    def upn(self) -> str:
        return str(self.properties["userPrincipalName"])

    @property
    def external(self) -> bool:
        """Tell whether the account lives in another tenant; the user type says nothing about it (§4.1)."""
        identities = self.properties["identities"]
        federated = isinstance(identities, list) and any(
            i.get("signInType") == "federated" for i in identities
        )
        return federated or "#EXT#" in self.upn


def usual_properties(id_: str, upn: str, domain: str) -> dict[str, object]:
    """The properties of a member with an enabled account, by their names in Graph."""
    name = upn.partition("@")[0]
    return {
        "id": id_,
        "userPrincipalName": upn,
        "displayName": name.replace(".", " ").title(),
        "mail": upn,
        "accountEnabled": True,
        "userType": "Member",
        **dict.fromkeys(("employeeId", "employeeHireDate")),
        "otherMails": [],
        "identities": [{"signInType": "userPrincipalName", "issuer": domain, "issuerAssignedId": upn}],
        **dict.fromkeys(
            ("externalUserState", "creationType", "onPremisesSyncEnabled", "isManagementRestricted")
        ),
        "createdDateTime": "2024-01-15T09:00:00Z",
        "businessPhones": [],
        **dict.fromkeys(("givenName", "jobTitle", "mobilePhone", "officeLocation", "preferredLanguage")),
        **dict.fromkeys(("surname", "city", "companyName", "country", "department", "employeeType")),
        "mailNickname": name,
        "onPremisesSamAccountName": None,
        "proxyAddresses": [],
        **dict.fromkeys(("onPremisesUserPrincipalName", "postalCode", "state", "streetAddress")),
        "usageLocation": None,
    }


@dataclass
class Group:
    """A group; members and owners are object ids of users and service principals, members also of groups."""

    id: str
    name: str
    assignable: bool | None = None
    hidden: bool = False  # hidden membership: checkMemberGroups keeps silent about it
    members: set[str] = field(default_factory=set)
    owners: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Grant:
    """A directory role that somebody holds, or may activate. `scope` is `/` or an administrative unit."""

    id: str
    principal: str
    role: str
    scope: str = "/"


@dataclass(frozen=True)
class GroupEligibility:
    """PIM for groups: somebody may become a member or an owner."""

    id: str
    principal: str
    group: str
    access: str = "member"


@dataclass
class Unit:
    """An administrative unit; a restricted one protects its members from everybody whose role isn't scoped
    to it (§12). `restricted` is null where nobody set it.
    """

    id: str
    name: str
    restricted: bool | None = None
    members: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Policy:
    """The Temporary Access Pass policy (§3); lifetimes in minutes, targets are object ids or
    `all_users`.
    """

    enabled: bool = True
    default_lifetime: int = 60
    minimum_lifetime: int = 60
    maximum_lifetime: int = 480
    length: int = 8
    one_time: bool = False
    include: tuple[str, ...] = (ALL_USERS,)
    exclude: tuple[str, ...] = ()


class Tenant:
    """Everything that is known about people. Ids are GUIDs, the same for the same seed and order."""

    def __init__(self, *, domain: str = "contoso.com", seed: int = 0) -> None:
        self.domain = domain
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.assignments: list[Grant] = []
        self.eligibilities: list[Grant] = []
        self.group_eligibilities: list[GroupEligibility] = []
        self.units: dict[str, Unit] = {}
        self.methods: dict[str, list[dict[str, object]]] = {}  # by user: as a list shows them
        self.listed = 0  # how often somebody's methods were listed
        self.policy = Policy()
        self.switches = Switches()
        self.sessions_revoked: list[str] = []  # whose, by object id, as often as somebody asked
        self._lot = random.Random(seed)
        self.id = str(uuid.uuid5(uuid.NAMESPACE_DNS, domain))
        self.applications = Applications(self.new_id)

    @property
    def known(self) -> set[str]:
        """The object ids of users, groups and service principals."""
        return {*self.users, *self.groups, *self.applications.principals}

    def new_id(self) -> str:
        return str(uuid.UUID(int=self._lot.getrandbits(128), version=4))

    def add_user(self, upn: str, *, manager: str | None = None, **properties: object) -> str:
        """A member with an enabled account, unless `properties` (named as in Graph) say otherwise. Returns
        its id.
        """
        usual = usual_properties(self.new_id(), upn, self.domain)
        unknown = properties.keys() - usual.keys()
        if unknown:
            raise KeyError(f"a user has no property {', '.join(sorted(unknown))}")
        user = User("", usual | properties, manager)
        user.id = str(user.properties["id"])
        self.users[user.id] = user
        return user.id

    def register(self, user: str, kind: str, created: str | None = None, **more: object) -> str:
        """A sign-in method of a user's: `fido2`, `phone`, … (graph.md §15). Returns its id."""
        id_ = self.new_id()
        row = {
            "@odata.type": f"#microsoft.graph.{kind}AuthenticationMethod",
            "id": id_,
            "createdDateTime": created,
        }
        self.methods.setdefault(user, []).append({**row, **more})
        return id_

    def add_group(
        self,
        name: str,
        *,
        members: Iterable[str] = (),
        owners: Iterable[str] = (),
        assignable: bool | None = None,
        hidden: bool = False,
    ) -> str:
        """A group of users and groups (object ids). Returns its id."""
        group = Group(self.new_id(), name, assignable, hidden, set(members), set(owners))
        self.groups[group.id] = group
        return group.id

    def add_unit(self, name: str, *, members: Iterable[str] = (), restricted: bool | None = None) -> str:
        """An administrative unit of users (object ids). Returns its id."""
        unit = Unit(self.new_id(), name, restricted)
        self.units[unit.id] = unit
        for member in members:
            self.put_into_unit(member, unit.id)
        return unit.id

    def put_into_unit(self, user: str, unit: str) -> None:
        self.units[unit].members.add(user)
        if self.units[unit].restricted:
            self.users[user].properties["isManagementRestricted"] = True

    def assign(self, principal: str, role: str, *, scope: str = "/") -> None:
        """A role (by name in ROLES, or by id for a custom one) for a user, a group or a service principal."""
        self.assignments.append(Grant(self.new_id(), principal, ROLES.get(role, role), scope))

    def make_eligible(self, principal: str, role: str, *, scope: str = "/") -> None:
        self.eligibilities.append(Grant(self.new_id(), principal, ROLES.get(role, role), scope))

    def make_group_eligible(self, principal: str, group: str, *, access: str = "member") -> None:
        self.group_eligibilities.append(GroupEligibility(self.new_id(), principal, group, access))

    def user(self, key: str) -> User | None:
        """By object id or user principal name, whatever the case."""
        found = self.users.get(key.lower())
        return found or next((u for u in self.users.values() if u.upn.lower() == key.lower()), None)

    def groups_of(self, principal: str, *, transitive: bool) -> list[Group]:
        """The groups that somebody is in; `transitive`: through other groups, too."""
        found: dict[str, Group] = {}
        ask = [principal]
        while ask:
            member = ask.pop()
            new = [g for g in self.groups.values() if member in g.members and g.id not in found]
            found |= {group.id: group for group in new}
            ask += [group.id for group in new] if transitive else []
        return list(found.values())

    def members_of(self, group: str, *, transitive: bool) -> set[str]:
        """The members of a group; `transitive`: of the groups in it, too."""
        found, ask = set(self.groups[group].members), list(self.groups[group].members)
        while transitive and ask:
            inner = self.groups.get(ask.pop())
            new = inner.members - found if inner else set()
            found |= new
            ask += new
        return found

    def activated_roles(self, principal: str, *, transitive: bool) -> list[str]:
        """Template ids of built-in roles that show as memberships: no custom roles, none scoped to a unit
        (§4.2).
        """
        holders = {principal}
        if transitive:
            holders |= {group.id for group in self.groups_of(principal, transitive=True)}
        held = [
            a.role
            for a in self.assignments
            if a.principal in holders and a.scope == "/" and a.role in ROLE_NAMES
        ]
        return list(dict.fromkeys(held))

    def in_scope(self, user: User) -> bool:
        """Tell whether the pass policy is for this user."""
        theirs = {user.id, ALL_USERS} | {group.id for group in self.groups_of(user.id, transitive=True)}
        return bool(theirs & set(self.policy.include)) and not theirs & set(self.policy.exclude)
