"""The names of the tenant's accounts: an index of them that is old, and second accounts of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from tests.simulation.world import World

SAM, NUMBER = "onPremisesSamAccountName", "employeeId"


class Accounts:
    """`unclear`: since when a name doesn't mean this person alone, and why."""

    def __init__(self, world: World, names: dict[str, str]) -> None:
        """`names`: by the object id. An index that is old keeps them for ever."""
        self.world, self.indexed = world, names
        self.unclear: dict[str, tuple[float, str]] = {}
        self.twins: dict[str, str] = {}
        for user, name in names.items():
            world.tenant.users[user].properties.update({SAM: name, NUMBER: name})
            if world.shape.find_by == "employee_id":
                upn = f"{name}.adm@contoso.com"
                self.twins[user] = world.tenant.add_user(upn, accountEnabled=False, employeeId=name)

    def do(self, verb: str, user: str) -> None:
        users = self.world.tenant.users
        if verb == "renamed":
            users[user].properties[SAM] = "another"
            self.unclear.setdefault(user, (self.world.hub.now, "is called otherwise"))
        elif verb == "enable_twin" and user in self.twins:
            users[self.twins[user]].properties["accountEnabled"] = True
            self.unclear.setdefault(user, (self.world.hub.now, "has two accounts that are enabled"))

    def found(self, url: str) -> list[dict[str, Any]]:
        """The accounts that a filter names. An advanced query is answered by the index."""
        name, _, value = unquote(url.partition("$filter=")[2].partition("&")[0]).partition(" eq ")
        wanted, every = value.strip("'").lower(), list[dict[str, Any]]()
        for user in self.world.tenant.users.values():
            old = {SAM: self.indexed[user.id]} if "$count=true" in url and user.id in self.indexed else {}
            every.append({**user.properties, **old})
        return [each for each in every if str(each.get(name)).lower() == wanted]
