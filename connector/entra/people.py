"""From what a ticket calls a person to one user object, and what that object says. graph.md §4.1"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.same_text import same_text
from connector.entra.graph import GraphReply, GraphRequest, missing
from connector.guards.evidence import Known, Missing, Person
from connector.mapping import Key

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
VerifiedDomains: TypeAlias = Callable[[], Known[frozenset[str]]]  # of the tenant; raises Down
SELECT = (
    "id,userPrincipalName,displayName,mail,employeeId,accountEnabled,"
    "userType,externalUserState,creationType,identities"
)
_PROPERTY = {
    "upn": "userPrincipalName",
    "upn_or_id": "userPrincipalName",
    "mail": "mail",
    "employee_id": "employeeId",
}


def object_id(key: Key) -> str | None:
    """The object id that a key is, in lower case; None where it is a name."""
    return key.value.lower() if key.find_by in ("id", "upn_or_id") and GUID.fullmatch(key.value) else None


def request_for(name: str, key: Key, more: tuple[str, ...] = ()) -> GraphRequest | None:
    """The request that finds a person, with more properties than the usual ones; None where nobody can be
    called so.
    """
    select = ",".join(dict.fromkeys((*SELECT.split(","), *more)))
    if found := object_id(key):
        return GraphRequest(name, f"/users/{found}?$select={select}")
    if key.find_by == "id" or not key.value.strip() or not key.value.isprintable():
        return None
    wanted = quote(f"{_PROPERTY[key.find_by]} eq {_literal(key.value)}", safe="")
    return GraphRequest(name, f"/users?$filter={wanted}&$select={select}")


def find(
    reply: GraphReply,
    key: Key,
    reasons: tuple[Reason, Reason],
    domains: VerifiedDomains,
    more: tuple[str, ...] = (),
) -> Person | No | NotYet:
    """Exactly one user whose property is what was asked for: a server that drops a filter misdirects
    nothing. `reasons`: for nobody, and for more than one. Raises Down.
    """
    absent, ambiguous = reasons
    wanted = object_id(key)
    rows = [reply.body] if wanted and reply.ok else reply.rows
    if reply.status == 404 and wanted:
        rows = []
    if rows is None:
        return NotYet(
            Reason.EVIDENCE_MISSING,
            f"{key.value} can't be looked up: {missing(reply, 'users', 'User.Read.All').why}.",
        )
    name, value = ("id", wanted) if wanted else (_PROPERTY[key.find_by], key.value)
    found = [row for row in rows if isinstance(row, dict) and _same(row.get(name), value)]
    if not found:
        return No(absent, f"Nobody in the directory is {key.value}.")
    if len(found) > 1:
        return No(ambiguous, f"{len(found)} people in the directory match {key.value}.")
    return person(found[0], more, domains=domains)


def person(
    row: Mapping[str, Any], more: tuple[str, ...] = (), *, domains: VerifiedDomains
) -> Person | NotYet:
    """Read one user. Raises Down, where the tenant's domains are asked for."""
    id_, upn, name, mail = (row.get(each) for each in ("id", "userPrincipalName", "displayName", "mail"))
    if not isinstance(id_, str) or not GUID.fullmatch(id_) or not isinstance(upn, str) or not upn:
        return NotYet(Reason.EVIDENCE_MISSING, "The directory shows a user without an id or sign-in name.")
    enabled = row.get("accountEnabled")
    return Person(
        id=id_.lower(),
        upn=upn,
        name=name if isinstance(name, str) and name else upn,
        mail=mail if isinstance(mail, str) and mail else None,
        enabled=enabled if isinstance(enabled, bool) else _not_told(row, "accountEnabled"),
        external=external(row, upn, domains),
        more={each: _text(row, each) for each in more},
    )


def _text(row: Mapping[str, Any], name: str) -> Known[str | None]:
    """A property as a text. If not even accountEnabled is told, null says nothing about the others."""
    found = row.get(name)
    if isinstance(found, str):
        return found
    if name not in row or found is not None or not isinstance(row.get("accountEnabled"), bool):
        return Missing(f"{name} wasn't in the answer")
    return None


def external(row: Mapping[str, Any], upn: str, domains: VerifiedDomains) -> Known[bool]:
    """Tell whether they sign in elsewhere. userType alone doesn't tell: there are external members.

    One sign of a guest is enough. Where userType is told, the other properties were readable, so that a
    missing one says no more than null. Where it is null, as on a tenant's oldest accounts, the rest decides.
    """
    kind, identities = row.get("userType"), row.get("identities", [])
    if kind not in (None, "", "Member") or _is_guest(row, upn):
        return True
    if "userType" not in row or not isinstance(identities, list):
        return _not_told(row, "identities" if "userType" in row else "userType")
    return False if kind else _unless_member(row, domains)


def _is_guest(row: Mapping[str, Any], upn: str) -> bool:
    """Look for signs beside userType."""
    identities = row.get("identities")
    kinds = [_text_of(each, "signInType") for each in identities] if isinstance(identities, list) else []
    return (
        "#ext#" in upn.lower()
        or str(row.get("creationType")).lower() == "invitation"
        or row.get("externalUserState") is not None
        or any(kind in ("", "federated") for kind in kinds)
    )


def _unless_member(row: Mapping[str, Any], domains: VerifiedDomains) -> Known[bool]:
    """Of an account without a userType and without a sign of a guest: not external only if all the rest says
    member.
    """
    if not isinstance(row.get("accountEnabled"), bool):
        return Missing("userType can't be read: the answer was partial")
    absent = next((each for each in ("creationType", "externalUserState") if each not in row), None)
    if absent:
        return Missing(f"userType is empty, and {absent} wasn't in the answer")
    own = [each for each in row.get("identities", []) if _text_of(each, "signInType") == "userprincipalname"]
    if any("#ext#" in _text_of(each, "issuerAssignedId") for each in own):
        return True
    issuers = {_text_of(each, "issuer") for each in own}
    if not issuers:
        return Missing("userType is empty, and no identity of the tenant's own shows that it is a member")
    verified = domains()
    if isinstance(verified, Missing):
        return Missing(f"userType is empty, and {verified.why}")
    if not issuers <= verified:
        return Missing(
            "userType is empty, and the account's identity isn't of a verified domain of the tenant"
        )
    return False


def _text_of(record: object, name: str) -> str:
    """In lower case; "" where it is none."""
    found = record.get(name) if isinstance(record, dict) else None
    return found.lower() if isinstance(found, str) else ""


def _not_told(row: Mapping[str, Any], name: str) -> Missing:
    return Missing(f"{name} {'is empty' if name in row else 'was not'} in the directory's answer")


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _same(found: object, asked: str) -> bool:
    return isinstance(found, str) and same_text(found, asked)
