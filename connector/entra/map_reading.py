"""One round of reading the privilege map: lists of the whole tenant, then who stands behind them.

roles, role-assignable groups, grants on Graph
  → of each group: owners, members, who may become either (PIM); and so on for groups among these
  → of each service principal among all of these: its owners and its application's; and so on
each of these a second time, by another route (map_twice.py)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from connector.domain.steady import steady
from connector.entra import map_replies as replies
from connector.entra import map_requests as requests
from connector.entra import map_twice
from connector.entra.graph import Graph, GraphReply
from connector.entra.map_asking import Asking, Unread
from connector.entra.map_owners import may_be_application, with_owners
from connector.entra.map_replies import GROUP, Eligible, Holding, Principal
from connector.entra.map_requests import ASSIGNED, ELIGIBLE, GRANTS, GROUPS, NAMES
from connector.entra.privilege_chart import Chart, End, LeadingGroup, leading
from connector.guards.evidence import Missing
from connector.guards.person import HARMLESS

DEPTH = 10  # steps from a group to the groups behind it; deeper counts as unreadable
OF_GROUPS = "of the groups that may carry roles or are protected"


@dataclass(frozen=True)
class MapReader:
    """`protected`: the floor's groups. `pim_absent`: the operator's word that PIM isn't licensed."""

    graph: Graph
    protected: frozenset[str] = frozenset()
    pim_absent: bool = False
    monotonic: Callable[[], float] = steady
    otherwise: set[str] = field(default_factory=set)  # of Asking

    def read(self) -> Chart | Unread:
        """The map; Unread where any part of it can't be read to the end. Raises Down."""
        return _Round(self, Asking(self.graph, self.otherwise, self.monotonic)).read()


class _Round:
    def __init__(self, reader: MapReader, asking: Asking) -> None:
        self._protected, self._pim_absent, self._asking = reader.protected, reader.pim_absent, asking
        self._people: dict[str, Principal] = {}  # in leading groups
        self._listed: dict[str, GraphReply] = {}  # owners of groups, by the second read

    def read(self) -> Chart | Unread:
        said = self._asking.ask(
            [*requests.lists(), *(requests.group_request(id_) for id_ in sorted(self._protected))]
        )
        assigned = self._asking.known(
            replies.holdings(said[ASSIGNED], "the role assignments", replies.ROLE_MANAGEMENT), ()
        )
        eligible = self._asking.known(
            replies.eligible_holdings(said[ELIGIBLE], "the eligible roles", self._pim_absent), ()
        )
        names = self._asking.known(replies.permission_names(said[NAMES], "the permissions of Graph"), {})
        granted = self._asking.known(
            replies.privileged_grants(said[GRANTS], names, "the grants of applications"), frozenset()
        )
        map_twice.check_roles(self._asking, assigned, said, self._pim_absent)
        map_twice.check_grants(self._asking, granted, said, names)
        self._listed = map_twice.listed_owners(said)
        roots = self._roots(said, [*assigned, *eligible])
        groups = self._groups(roots)
        holders = [each.principal for each in (*assigned, *eligible) if each.role not in HARMLESS]
        behind = [*holders, *(Principal(each) for each in granted), *self._people.values()]
        principals = with_owners(self._asking, (each.id for each in behind if may_be_application(each)))
        if lacks := tuple(self._asking.lacks):
            return Unread("; ".join(lacks), lacks)
        doubts = "; ".join(self._asking.doubts)
        doubt = Missing(f"what people own can't be told: {doubts}") if doubts else None
        return Chart(_by_principal(assigned), _by_principal(eligible), groups, principals, doubt)

    def _roots(self, said: Mapping[str, GraphReply], held: Iterable[Holding]) -> dict[str, End]:
        """The groups that may carry roles, and the protected ones."""
        listed = self._asking.known(replies.groups(said[GROUPS], "the groups that may carry roles"), ())
        roots = {each.id: End(each.id, each.name, True) for each in listed if each.assignable}
        for id_ in sorted(self._protected - roots.keys()):
            read = replies.one_group(said[f"group {id_}"], "a protected group")
            if found := self._asking.known(read, None):
                roots[id_] = End(id_, found.name, found.assignable)
        unsure = [each.principal for each in held if each.principal.id not in roots]
        roots |= {id_: End(id_, "", True) for id_ in self._those_that_are_groups(unsure)}
        return roots

    def _groups(self, roots: Mapping[str, End]) -> tuple[LeadingGroup, ...]:
        """The roots, and every group that leads to them."""
        found, ahead = dict[str, LeadingGroup](), sorted(roots)
        for _ in range(DEPTH):
            asked = [each for id_ in ahead for each in requests.about_group(id_)]
            asked += [requests.group_owners(id_) for id_ in ahead if id_ not in self._listed]
            said = self._asking.ask(asked)
            within = list[Principal]()
            for id_ in ahead:
                found[id_], new = self._group(id_, said)
                within += new
            self._people |= {each.id: each for each in within}
            ahead = sorted(set(self._those_that_are_groups(within)) - found.keys())
            if not ahead:
                return leading(found, roots)
        self._asking.lacks["the groups behind groups can't be read: they are nested too deep"] = None
        return ()

    def _group(self, id_: str, said: Mapping[str, GraphReply]) -> tuple[LeadingGroup, list[Principal]]:
        owners = self._in_group(said[f"owners {id_}"], "owners")
        members = self._in_group(said[f"members {id_}"], "members")
        chance = [*self._eligible(id_, said[f"pim {id_}"]), *self._eligible(id_, said[f"schedules {id_}"])]
        again = self._listed.get(id_) or map_twice.expanded(said[f"group-owners {id_}"], "owners")
        map_twice.check_people(self._asking, f"the owners {OF_GROUPS}", owners, again)
        map_twice.check_people(
            self._asking, f"the members {OF_GROUPS}", members, said[f"direct-members {id_}"]
        )
        group = LeadingGroup(
            id_,
            (),
            frozenset(each.id for each in members),
            frozenset(each.id for each in owners),
            frozenset(each.principal.id for each in chance if not each.owner),
            frozenset(each.principal.id for each in chance if each.owner),
        )
        return group, [*owners, *members, *(each.principal for each in chance)]

    def _in_group(self, reply: GraphReply, what: str) -> tuple[Principal, ...]:
        return self._asking.known(replies.people(reply, f"the {what} {OF_GROUPS}", replies.GROUP_MEMBERS), ())

    def _eligible(self, id_: str, reply: GraphReply) -> tuple[Eligible, ...]:
        what = f"the eligible members and owners {OF_GROUPS}"
        return self._asking.known(replies.eligible_of_group(reply, id_, what, self._pim_absent), ())

    def _those_that_are_groups(self, those: Iterable[Principal]) -> list[str]:
        """Ask for whoever isn't told of which kind they are."""
        kinds = {one.id: one.kind for one in those}
        untold = sorted(id_ for id_, kind in kinds.items() if kind is None)
        said = self._asking.ask([requests.group_request(id_) for id_ in untold])
        read = {id_: replies.one_group(said[f"group {id_}"], "whether somebody is a group") for id_ in untold}
        are = {id_ for id_, each in read.items() if self._asking.known(each, None)}
        return sorted(are | {id_ for id_, kind in kinds.items() if kind == GROUP})


def _by_principal(held: Iterable[Holding]) -> dict[str, frozenset[str]]:
    found = dict[str, set[str]]()
    for each in held:
        found.setdefault(each.principal.id, set()).add(each.role)
    return {id_: frozenset(roles) for id_, roles in found.items()}
