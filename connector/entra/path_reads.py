"""A person's paths to privilege by two independent reads: fresh ones for the ticket, and the privilege map.
docs/decisions/0018
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from connector.entra import group_eligibility, owned
from connector.entra.graph import NO_REPLY, GraphReply, GraphRequest
from connector.entra.group_eligibility import JOINABLE
from connector.entra.owned import OWNED
from connector.entra.privileges import MEMBERS, memberships
from connector.guards.evidence import Evidence, FoundPaths, Missing
from connector.guards.paths import PrivilegeMap


def requests(subject: str, *, expanded: bool = True) -> Iterator[GraphRequest]:
    """The fresh reads by object id, beside those of roles and memberships."""
    yield group_eligibility.request(subject, expanded=expanded)
    yield owned.request(subject)


class PathReads:
    """The answers of these reads about one person."""

    def __init__(
        self,
        subject: str,
        replies: Mapping[str, GraphReply],
        pim_absent: bool,
        privilege_map: PrivilegeMap,
    ) -> None:
        self._subject, self._map = subject, privilege_map
        self._rows = group_eligibility.read(replies.get(JOINABLE, NO_REPLY), pim_absent)
        self._owned = owned.read(replies.get(OWNED, NO_REPLY))
        groups, _ = memberships(replies.get(MEMBERS, NO_REPLY))
        self._groups = self._theirs(() if isinstance(groups, Missing) else [each.id for each in groups])

    def requests(self) -> list[GraphRequest]:
        """The third read: what neither the fresh reads nor the map decided. Mostly nothing."""
        asked = {self._subject, *self._groups}
        found = [*group_eligibility.flags(self._rows, asked), *owned.more(self._owned, self._map.decides)]
        return list({each.id: each for each in found}.values())

    def added_to(self, evidence: Evidence, replies: Mapping[str, GraphReply]) -> Evidence:
        """The evidence with every path that is known by now."""
        return replace(
            evidence,
            owned=self._of_owned(replies),
            eligible_groups=group_eligibility.paths(self._rows, self._subject, self._groups, replies),
            mapped=self._mapped(),
        )

    def _theirs(self, members: list[str] | tuple[str, ...]) -> frozenset[str]:
        """Every group that a fresh read names as theirs: as members, as owners, or eligible for either."""
        rows = () if isinstance(self._rows, Missing) else self._rows
        joinable = {each.group for each in rows if each.principal == self._subject}
        return frozenset({*members, *joinable, *(each.id for each in self._owned.groups), *self._owned.bare})

    def _of_owned(self, replies: Mapping[str, GraphReply]) -> FoundPaths:
        """Where applications get no answer, the map alone decides, if it was read twice; else nothing is
        known.
        """
        if self._owned.refused:
            return FoundPaths(gap=self._map.alone())
        return owned.paths(self._owned, replies, self._map.decides)

    def _mapped(self) -> FoundPaths:
        found = self._map.paths(self._subject, self._groups)
        return FoundPaths(gap=found) if isinstance(found, Missing) else FoundPaths(found)
