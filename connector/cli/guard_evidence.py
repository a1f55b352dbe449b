"""Evidence behind each guard's answer, for `passdesk explain`: paths with their names, and what is unknown.

Only the person who runs the verb reads this. The ticket is told the rule's sentence alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from connector.guards.evidence import Evidence, Known, ManagerRecipient, Missing, Person, gaps, paths
from connector.guards.paths import Path, PathKind
from connector.guards.person import HARMLESS, PROTECTED_BY
from connector.mapping.starts import shown

T = TypeVar("T")
_HOW = {
    PathKind.ROLE: "holds the role",
    PathKind.ELIGIBLE_ROLE: "eligible for the role",
    PathKind.MEMBER: "member of the",
    PathKind.OWNER: "owner of the",
    PathKind.ELIGIBLE_MEMBER: "may become a member of the",
    PathKind.ELIGIBLE_OWNER: "may become an owner of the",
    PathKind.APPLICATION_OWNER: "owner of the application",
    PathKind.SERVICE_PRINCIPAL_OWNER: "owner of the service principal",
}


def evidence_of(guard: str, evidence: Evidence) -> list[str]:
    """The lines about one guard; none for one that rests on the ticket alone."""
    return [*_OF[guard](evidence)] if guard in _OF else []


def said(path: Path, names: Mapping[str, str]) -> str:
    """One path in words: "owner of the role-assignable group Admins (id), through the group Desk (id)".

    `names`: of the person's own groups, by id.
    """
    group = ""
    if path.kind in PROTECTED_BY:
        group = "role-assignable group " if path.privileged else "group "
    by = f", through the group {_named(path.by, names.get(path.by, ''))}" if path.by else ""
    harmless = path.kind in (PathKind.ROLE, PathKind.ELIGIBLE_ROLE) and path.through.lower() in HARMLESS
    return (
        f"{_HOW[path.kind]} {group}{_named(path.through, path.name)}{by}{' (harmless)' if harmless else ''}"
    )


def _named(id_: str, name: str) -> str:
    return f"{name} ({id_})" if name else id_


def _names(evidence: Evidence) -> dict[str, str]:
    groups = () if isinstance(evidence.groups, Missing) else evidence.groups
    return {each.id: each.name for each in groups}


def _told(known: Known[T], words: Callable[[T], str]) -> str:
    return f"unknown: {known.why}" if isinstance(known, Missing) else words(known)


def _privileges(evidence: Evidence) -> Iterator[str]:
    found, names = [each for each in paths(evidence) if each.privileged], _names(evidence)
    yield from dict.fromkeys(said(each, names) for each in found)
    known = (evidence.roles, evidence.eligible, evidence.groups, *gaps(evidence))
    yield from dict.fromkeys(f"unknown: {each.why}" for each in known if isinstance(each, Missing))
    if not found:
        yield "no path to privilege is known, neither by fresh reads nor by the privilege map"


def _protection(evidence: Evidence) -> Iterator[str]:
    yield from _groups(evidence)
    names = _names(evidence)
    beside = (PathKind.OWNER, PathKind.ELIGIBLE_MEMBER, PathKind.ELIGIBLE_OWNER)
    yield from dict.fromkeys(said(each, names) for each in paths(evidence) if each.kind in beside)
    yield _told(
        evidence.restricted,
        lambda found: f"{'in a' if found else 'in no'} restricted management unit out of reach",
    )


def _requester(evidence: Evidence) -> Iterator[str]:
    asks = evidence.requester
    yield f"requester {asks.upn}, object {asks.id}" if asks else "no requester"
    yield _told(evidence.manager, lambda id_: f"manager of the person: object {id_}" if id_ else "no manager")
    yield _told(
        evidence.requester_groups, lambda found: f"named groups that the requester is in: {len(found)}"
    )
    if not isinstance(chain := evidence.manager_chain, Missing):  # asked for with manager_chain alone
        round_ = ", in a circle" if chain.cyclic else ""
        yield f"managers above the person, the nearest first: {', '.join(chain.ids) or 'none'}{round_}"


def _people(*found: object) -> Iterator[str]:
    for each in found:
        if isinstance(each, Missing):
            yield f"unknown: {each.why}"
        elif isinstance(each, Person):
            yield f"{each.upn}, object {each.id}"


def _manager(evidence: Evidence) -> Iterator[str]:
    superior = evidence.manager_recipient
    return _people(superior.person if isinstance(superior, ManagerRecipient) else superior)


def _policy(evidence: Evidence) -> Iterator[str]:
    yield _told(
        evidence.policy,
        lambda found: (
            f"the policy is {'on' if found.enabled else 'off'}, {found.minimum} to {found.maximum} minutes"
        ),
    )


def _enabled(evidence: Evidence) -> Iterator[str]:
    yield _told(evidence.subject.enabled, lambda found: f"the account is {'on' if found else 'disabled'}")


def _external(evidence: Evidence) -> Iterator[str]:
    yield _told(evidence.subject.external, lambda found: f"{'another' if found else 'this'} tenant's account")


def _domain(evidence: Evidence) -> Iterator[str]:
    domain = evidence.subject.upn.rpartition("@")[2]
    yield _told(
        evidence.domain_verified,
        lambda found: f"the tenant has {'verified' if found else 'not verified'} {domain}",
    )


def _made(evidence: Evidence) -> Iterator[str]:
    person = evidence.subject
    made = _told(person.created, lambda at: shown(at) if at else "before such times were kept")
    yield f"account {person.id}, made: {made}"


def _parts(evidence: Evidence) -> Iterator[str]:
    superior = evidence.manager_recipient
    parts = {
        "requester": (evidence.requester,),
        "approver": evidence.approvers,
        "agent": (evidence.recipient,),
        "manager": (superior.person if isinstance(superior, ManagerRecipient) else superior,),
    }
    for part, found in parts.items():
        yield from (f"{part}: {each}" for each in _people(*found))


def _groups(evidence: Evidence) -> Iterator[str]:
    yield _told(evidence.groups, lambda groups: f"groups: {len(groups)}")


def _passes(evidence: Evidence) -> Iterator[str]:
    yield _told(
        evidence.existing_passes,
        lambda found: f"valid passes of the person in Entra: {sum(not each.over for each in found)}",
    )


_OF: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "SubjectEnabled": _enabled,
    "NotExternal": _external,
    "NotPrivileged": _privileges,
    "NotProtected": _protection,
    "SubjectServed": _groups,
    "DomainVerified": _domain,
    "OldEnough": _made,
    "SameAccount": _made,
    "FourEyes": _parts,
    "Confirmed": lambda evidence: (
        f"{name}: {_told(known, lambda text: 'known' if text else 'empty')}"
        for name, known in evidence.subject.more.items()
    ),
    "InPolicy": _policy,
    "LifetimeAllowed": _policy,
    "RequesterAllowed": _requester,
    "ApproverKnown": lambda evidence: _people(*evidence.approvers),
    "RecipientKnown": lambda evidence: _people(evidence.recipient),
    "ManagerMayReceive": _manager,
    "NoExistingPass": _passes,
}
