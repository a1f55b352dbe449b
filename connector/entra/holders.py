"""People who hold passes, several at once: what after-care asks. graph.md §1, §4.1, §5"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from urllib.parse import quote

from connector.domain.methods import Method
from connector.domain.outcome import No
from connector.domain.people import Subject
from connector.domain.ticket import ExistingPass
from connector.entra.doctor_rights import roles
from connector.entra.graph import BATCH, Graph, GraphReply, GraphRequest
from connector.entra.methods import READING, methods, methods_of
from connector.entra.passes import passes_of, standings
from connector.guards.evidence import Missing
from connector.guards.paths import PrivilegeMap
from connector.guards.person import disabled, privileged, protected

IN_A_FILTER = 15  # values of `in`, graph.md §4.1
HOLDER = "holder-"
SELECT = "$select=id,accountEnabled"


class EntraHolders:
    """The role Holders. `protected_groups`: of the floor, in lower case. `before`: it is called before the
    map is looked at, which may be read on demand.
    """

    def __init__(
        self,
        graph: Graph,
        privilege_map: PrivilegeMap,
        protected_groups: Collection[str] = (),
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._graph, self._map, self._protected = graph, privilege_map, protected_groups
        self._before = before

    def passes(self, people: Sequence[str]) -> Mapping[str, Sequence[ExistingPass]]:
        """20 a call. A part that fails, or has more pages than one, is left out, and no other with it."""
        found = dict[str, Sequence[ExistingPass]]()
        for some in _in_parts(people, BATCH):
            replies = self._asked(some, passes_of)
            now = self._graph.now()
            for person, reply in replies.items():
                held = None if "@odata.nextLink" in reply.body else standings(reply.rows, now)
                if held is not None:
                    found[person] = held
        return found

    def enabled(self, people: Sequence[str]) -> Mapping[str, bool]:
        """300 a call, 15 a filter. Who isn't in the answer to a filter, since it was refused, or is cut off,
        is asked about by their id, 20 a call.
        """
        filters = [_filter(some) for some in _in_parts(people, IN_A_FILTER)]
        rows = list[object]()
        for some in _in_parts(filters, BATCH):
            for reply in self._asked(some, lambda path: path).values():
                rows += reply.rows or ()
        found = _told(rows, people)
        for alone in _in_parts([each for each in people if each not in found], BATCH):
            found |= _told([reply.body for reply in self._asked(alone, _by_id).values() if reply.ok], alone)
        return found

    def sees_methods(self) -> bool:
        """Tell whether the token names the permission to list sign-in methods. One that doesn't show what is
        granted counts as without. Raises Down.
        """
        token = self._graph.sign_in().get("Authorization", "").removeprefix("Bearer ")
        return bool((roles(token) or frozenset()) & READING)

    def methods(self, people: Sequence[str]) -> Mapping[str, Sequence[Method]]:
        """20 a call. A part that fails, or has more pages than one, is left out, and no other with it."""
        found = dict[str, Sequence[Method]]()
        for some in _in_parts(people, BATCH):
            for person, reply in self._asked(some, methods_of).items():
                listed = None if "@odata.nextLink" in reply.body else methods(reply.rows)
                if listed is not None:
                    found[person] = listed
        return found

    def forbidden(self, holder: Subject, enabled: bool) -> No | None:
        """A disabled account counts only where the account itself says so: a filter may answer for others."""
        if not enabled:
            reply = self._graph.get(_by_id(holder.id))
            if reply.ok and _told([reply.body], [holder.id]).get(holder.id) is False:
                return disabled(holder.upn)
        self._before()
        found = self._map.paths(holder.id, ())
        if isinstance(found, Missing):
            return None
        return privileged(holder.upn, found) or protected(holder.upn, found, self._protected)

    def _asked(self, things: Sequence[str], path_of: Callable[[str], str]) -> dict[str, GraphReply]:
        """One call: the reply about each of them, whatever became of the others."""
        asked = {f"{HOLDER}{number}": each for number, each in enumerate(things)}
        replies = self._graph.batch_once([GraphRequest(id_, path_of(each)) for id_, each in asked.items()])
        return {asked[id_]: reply for id_, reply in replies.items()}


def _told(rows: Sequence[object], people: Collection[str]) -> dict[str, bool]:
    """The people of whom these rows say one thing; a server that drops a filter shows others, too."""
    said = dict[str, set[bool | None]]()
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            enabled = row.get("accountEnabled")
            said.setdefault(row["id"].lower(), set()).add(enabled if isinstance(enabled, bool) else None)
    return {
        person: told
        for person in people
        for told in said.get(person, ())
        if len(said[person]) == 1 and told is not None
    }


def _filter(people: Sequence[str]) -> str:
    ids = ",".join("'" + each.replace("'", "''") + "'" for each in people)
    return f"/users?$filter={quote('id in (' + ids + ')', safe='')}&{SELECT}"


def _by_id(person: str) -> str:
    return f"/users/{quote(person, safe='')}?{SELECT}"


def _in_parts(things: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for first in range(0, len(things), size):
        yield things[first : first + size]
