"""A person's manager, with everything that must be known before a pass is mailed to them. graph.md §4.1

The manager and the tenant's domains are asked for in a batch that is under way anyway. The chain above is
walked a step a call, since `$expand=manager($levels=…)` needs a header that parts of a batch don't carry
here; what was seen is kept for a while.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connector.domain.outcome import No
from connector.domain.reasons import Reason
from connector.domain.steady import steady
from connector.entra.domains import DOMAINS, Domains
from connector.entra.graph import NO_REPLY, Graph, GraphReply, GraphRequest, missing
from connector.entra.people import person
from connector.guards.evidence import Known, ManagerChain, ManagerRecipient, Missing, Person

MAILED_MANAGER = "superior"
KEPT_FOR = 300.0  # s that steps of a chain are kept
LEVELS = 30  # managers above a person, at most
_MOST = 10_000  # steps and names kept
_SELECT = (
    "id,userPrincipalName,displayName,mail,accountEnabled,userType,externalUserState,creationType,identities,"
    "preferredLanguage"
)
_WHO = "The manager of {}"


class Managers:
    """Safe to share between threads: whatever is kept may be asked for twice."""

    def __init__(
        self, graph: Graph, monotonic: Callable[[], float] = steady, domains: Domains | None = None
    ) -> None:
        self._graph, self._monotonic = graph, monotonic
        self._domains = domains or Domains(graph, monotonic)
        self._above = OrderedDict[str, tuple[float, str | None]]()

    def requests(self, of: str) -> Iterator[GraphRequest]:
        """The requests about the manager of an object id."""
        yield GraphRequest(MAILED_MANAGER, f"/users/{of}/manager?$select={_SELECT}")
        yield from self._domains.requests()

    def recipient(self, replies: Mapping[str, GraphReply], of: Person) -> ManagerRecipient | No | Missing:
        """Read the answers to these requests. Raises Down."""
        answer = replies.get(MAILED_MANAGER, NO_REPLY)
        if answer.status == 404:
            return No(Reason.RECIPIENT_MISSING, f"{of.upn} has no manager in the directory.")
        if not answer.ok:
            return missing(answer, _WHO.format(of.upn), "User.Read.All")
        if str(answer.body.get("@odata.type", "")).lower().endswith(".orgcontact"):
            return No(
                Reason.RECIPIENT_NOT_ALLOWED,
                f"{_WHO.format(of.upn)} is a contact in the directory, not an account.",
            )
        domains = self._domains.read(replies.get(DOMAINS))
        found = person(answer.body, domains=lambda: domains)
        if not isinstance(found, Person):
            return Missing(f"{_WHO.format(of.upn)} can't be read: the answer was partial")
        return ManagerRecipient(found, _in_domains(found.mail, domains), self._cyclic(of.id, found.id))

    def chain(self, of: str, nearest: Known[str | None], levels: int) -> Known[ManagerChain]:
        """The managers above somebody, from the nearest on. All of these levels are read, also above one who
        was looked for: a circle anywhere among them makes nobody a superior. Raises Down.
        """
        found, at = list[str](), nearest
        while len(found) < levels and at is not None:
            if isinstance(at, Missing):
                return at
            if at == of or at in found:
                return ManagerChain(tuple(found), cyclic=True)
            found.append(at)
            at = self._manager_of(at) if len(found) < levels else None
        return ManagerChain(tuple(found))

    def _cyclic(self, below: str, manager: str) -> Known[bool]:
        """Tell whether the chain of managers leads back to somebody below. Raises Down."""
        seen, at = {below}, manager
        for _ in range(LEVELS):
            if at in seen:
                return True
            seen.add(at)
            above = self._manager_of(at)
            if isinstance(above, Missing):
                return above
            if above is None:
                return False
            at = above
        return Missing(f"the chain of managers above can't be followed: it has more than {LEVELS} levels")

    def _manager_of(self, of: str) -> Known[str | None]:
        """The object id of somebody's manager; None: they have none."""
        kept = self._above.get(of)
        if kept and self._monotonic() - kept[0] < KEPT_FOR:
            return kept[1]
        reply = self._graph.get(f"/users/{of}/manager?$select=id")
        found = reply.body.get("id")
        if reply.status != 404 and not (reply.ok and isinstance(found, str) and found):
            return missing(reply, "the chain of managers above", "User.Read.All")
        above = found.lower() if reply.ok and isinstance(found, str) else None
        _keep(self._above, of, (self._monotonic(), above))
        return above


class LastSeen:
    """One thing about people who were looked up a moment ago: a display name, for the first line of a mail,
    or the language that it is written in.
    """

    def __init__(self, what: Callable[[Person], str]) -> None:
        self._what, self._kept = what, OrderedDict[str, str]()

    def keep(self, found: Person | None) -> None:
        if found:
            _keep(self._kept, found.id, self._what(found))

    def __call__(self, id_: str) -> str:
        """Of an object id; "" where it isn't known any more."""
        return self._kept.get(id_, "")


class DisplayNames(LastSeen):
    def __init__(self) -> None:
        super().__init__(lambda person: person.name)


class Languages(LastSeen):
    def __init__(self) -> None:
        super().__init__(lambda person: person.language)


def _in_domains(mail: str | None, domains: Known[frozenset[str]]) -> Known[bool]:
    if isinstance(domains, Missing):
        return domains
    return mail is not None and mail.rpartition("@")[2].lower() in domains


def _keep(kept: OrderedDict[str, Any], key: str, value: object) -> None:
    kept[key] = value
    while len(kept) > _MOST:
        kept.popitem(last=False)
