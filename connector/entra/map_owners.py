"""The owners of a privileged application, who can act as it: of its service principal, and of itself.

An owner that is a service principal has owners of its own, and so on. graph.md §11
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from connector.entra import map_replies as replies
from connector.entra import map_requests as requests
from connector.entra import map_twice
from connector.entra.graph import GraphReply
from connector.entra.map_asking import Asking
from connector.entra.map_replies import GROUP, OTHERS, ListedPrincipal, Principal
from connector.entra.privilege_chart import PrivilegedPrincipal

DEPTH = 10  # owners of owners; deeper counts as unreadable
WHAT = "the owners of privileged applications"


def with_owners(asking: Asking, start: Iterable[str]) -> tuple[PrivilegedPrincipal, ...]:
    """The service principals among these ids, and the ones that own them, with all owners. Raises Down."""
    found, ahead = dict[str, PrivilegedPrincipal | None](), sorted(set(start))
    for _ in range(DEPTH):
        owners = _next(asking, ahead, found)
        ahead = sorted({each.id for each in owners if may_be_application(each)} - found.keys())
        if not ahead:
            return tuple(each for each in found.values() if each)
    asking.lacks[f"{WHAT} can't be read: they are owned by too many others"] = None
    return ()


def may_be_application(who: Principal) -> bool:
    """Tell whether somebody may be a service principal: kinds that aren't known count as one."""
    return who.kind != GROUP and who.kind not in OTHERS


def _next(
    asking: Asking, ids: Collection[str], found: dict[str, PrivilegedPrincipal | None]
) -> list[Principal]:
    """Read these, and return their owners. Whoever is no service principal is found as None."""
    said = asking.ask(each for id_ in ids for each in requests.about_principal(id_))
    listed = {
        id_: asking.known(replies.service_principal(said[f"principal {id_}"], WHAT), None) for id_ in ids
    }
    apps = sorted({each.app_id for each in listed.values() if each and not each.managed})
    about = asking.ask(each for app in apps for each in requests.about_application(app))
    everybody = list[Principal]()
    for id_, known in listed.items():
        found[id_] = None
        if known:
            owners = asking.known(replies.people(said[f"owners {id_}"], WHAT, replies.APPLICATIONS), ())
            again = map_twice.expanded(said[f"owners-again {id_}"], "owners")
            map_twice.check_people(asking, WHAT, owners, again)
            application, its_owners = _application(asking, about, known)
            everybody += [*owners, *its_owners]
            found[id_] = PrivilegedPrincipal(
                id_,
                known.app_id,
                known.name,
                application,
                frozenset(each.id for each in owners),
                frozenset(each.id for each in its_owners),
            )
    return everybody


def _application(
    asking: Asking, said: Mapping[str, GraphReply], known: ListedPrincipal
) -> tuple[str, tuple[Principal, ...]]:
    """Its object id and owners; none where it is registered elsewhere, or is a managed identity."""
    if known.managed:
        return "", ()
    about, owned = said[f"application {known.app_id}"], said[f"owners of {known.app_id}"]
    id_ = asking.known(replies.application_id(about, WHAT), "")
    if not id_ and owned.status == 404:
        return "", ()
    owners = asking.known(replies.people(owned, WHAT, replies.APPLICATIONS), ())
    again = map_twice.expanded(said[f"owners-again of {known.app_id}"], "owners")
    map_twice.check_people(asking, WHAT, owners, again)
    return id_, owners
