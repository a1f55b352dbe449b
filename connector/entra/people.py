"""From what a ticket calls a person to one user object, and what that object says. graph.md §4.1"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from connector.domain.confusable import confusing
from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.same_text import same_text
from connector.entra.accounts import created, own_guest
from connector.entra.graph import GraphReply, GraphRequest, missing
from connector.guards.evidence import Known, Missing, Person
from connector.mapping import Key

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
VerifiedDomains: TypeAlias = Callable[[], Known[frozenset[str]]]  # of the tenant; raises Down
SELECT = (
    "id,userPrincipalName,displayName,mail,employeeId,accountEnabled,"
    "userType,externalUserState,creationType,identities,isManagementRestricted,createdDateTime"
)
_PROPERTY = {
    "upn": "userPrincipalName",
    "upn_or_id": "userPrincipalName",
    "mail": "mail",
    "employee_id": "employeeId",
    "sam_account_name": "onPremisesSamAccountName",
    "alias": "proxyAddresses",
}
# An index that may be old answers such a query, and only with both: graph.md §12
_ADVANCED = {"sam_account_name": "onPremisesSamAccountName"}
_EVENTUAL = {"ConsistencyLevel": "eventual"}


def object_id(key: Key) -> str | None:
    """The object id that a key is, in lower case; None where it is a name."""
    return key.value.lower() if key.find_by in ("id", "upn_or_id") and GUID.fullmatch(key.value) else None


def request_for(name: str, key: Key, more: tuple[str, ...] = ()) -> GraphRequest | None:
    """The request that finds a person, with more properties than the usual ones; None where nobody can be
    called so.
    """
    if found := object_id(key):
        return GraphRequest(name, f"/users/{found}?$select={_selected(key, more)}")
    if key.find_by == "id" or not key.value.strip() or confusing(key.value):
        return None
    path = f"/users?$filter={quote(_filter(key), safe='')}&$select={_selected(key, more)}"
    if key.find_by in _ADVANCED:
        return GraphRequest(name, f"{path}&$count=true", headers=_EVENTUAL)
    return GraphRequest(name, path)


def again(name: str, key: Key, person: str, more: tuple[str, ...] = ()) -> GraphRequest | None:
    """The request that reads a person by id, where an index that may be old has found them; else None."""
    if key.find_by not in _ADVANCED:
        return None
    return GraphRequest(name, f"/users/{person}?$select={_selected(key, more)}")


def by_index(key: Key) -> bool:
    """Tell whether an index that may be old answers for such a name."""
    return key.find_by in _ADVANCED


def still(
    reply: GraphReply, key: Key, found: Person, domains: VerifiedDomains, more: tuple[str, ...] = ()
) -> Person | NotYet:
    """The person as the directory itself has them: what the index said of them must be so there, too.

    Raises Down.
    """
    if reply.ok and _is(reply.body, key):
        fresh = person(reply.body, more, domains=domains)
        if not isinstance(fresh, Person) or fresh.id == found.id:
            return fresh
    if reply.ok or reply.status == 404:
        return _wrongly(key, found)
    why = missing(reply, "users", "User.Read.All").why
    return NotYet(Reason.EVIDENCE_MISSING, f"{found.upn} can't be read: {why}.")


def rivals(name: str, key: Key, reply: GraphReply, person: Person) -> list[GraphRequest]:
    """The requests that read by id the accounts that an index that may be old calls disabled."""
    if key.find_by not in _ADVANCED:
        return []
    rows = [row for row in reply.rows or () if isinstance(row, dict) and _is(row, key)]
    ids = sorted({str(row.get("id")).lower() for row in rows} - {person.id})
    path = f"?$select={_selected(key, ())}"
    return [GraphRequest(f"{name}-{number}", f"/users/{id_}{path}") for number, id_ in enumerate(ids)]


def rivalled(replies: list[GraphReply], key: Key, found: Person) -> NotYet | None:
    """Speak up where one of the others may be meant as well: it has the name, and isn't disabled."""
    for reply in replies:
        if reply.ok and _is(reply.body, key) and reply.body.get("accountEnabled") is not False:
            return _wrongly(key, found)
        if not reply.ok and reply.status != 404:
            why = missing(reply, "users", "User.Read.All").why
            return NotYet(Reason.EVIDENCE_MISSING, f"{key.value} can't be looked up: {why}.")
    return None


def _wrongly(key: Key, found: Person) -> NotYet:
    return NotYet(
        Reason.SUBJECT_TOO_NEW, f"The directory's index still names {found.upn} for {key.value}, wrongly."
    )


def _selected(key: Key, more: tuple[str, ...]) -> str:
    name = () if object_id(key) else (_PROPERTY.get(key.find_by, "id"),)
    return ",".join(dict.fromkeys((*SELECT.split(","), *name, *more)))


def _filter(key: Key) -> str:
    """An alias is written `smtp:`, and the first of them `SMTP:`; whether Graph minds is not known."""
    if key.find_by == "alias":
        each = (f"proxyAddresses/any(p:p eq {_literal(sign + key.value)})" for sign in ("smtp:", "SMTP:"))
        return " or ".join(each)
    return f"{_PROPERTY[key.find_by]} eq {_literal(key.value)}"


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
    found = [row for row in rows if isinstance(row, dict) and _is(row, key)]
    if not found:
        return No(absent, f"Nobody in the directory is {key.value}.")
    if len(found) > 1 and key.only_enabled:
        return _enabled(found, key, ambiguous, domains, more)
    if len(found) > 1:
        return No(ambiguous, f"{len(found)} people in the directory match {key.value}.")
    return person(found[0], more, domains=domains)


def _enabled(
    rows: list[dict[str, Any]],
    key: Key,
    ambiguous: Reason,
    domains: VerifiedDomains,
    more: tuple[str, ...],
) -> Person | No | NotYet:
    """The one enabled account of several. One of which that can't be told may be another. Raises Down."""
    if not all(isinstance(row.get("accountEnabled"), bool) for row in rows):
        sentence = f"{len(rows)} accounts match {key.value}, and which is enabled wasn't in the answer."
        return NotYet(Reason.EVIDENCE_MISSING, sentence)
    enabled = [row for row in rows if row["accountEnabled"]]
    if len(enabled) != 1:
        said = (
            f"{len(rows)} accounts in the directory match {key.value}, and {len(enabled) or 'none'} of them"
        )
        return No(ambiguous, f"{said} {'is' if not enabled else 'are'} enabled.")
    return person(enabled[0], more, domains=domains)


def _is(row: Mapping[str, Any], key: Key) -> bool:
    """Tell whether a row is who was asked for, in any case of the letters."""
    if wanted := object_id(key):
        return _same(row.get("id"), wanted)
    value = row.get(_PROPERTY.get(key.find_by, "id"))
    if key.find_by != "alias":
        return _same(value, key.value)
    addresses = value if isinstance(value, list) else []
    return any(
        isinstance(each, str) and each[:5].lower() == "smtp:" and same_text(each[5:], key.value)
        for each in addresses
    )


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
        restricted=_restricted(row),
        more={each: _text(row, each) for each in more},
        created=created(row),
        language=language if isinstance(language := row.get("preferredLanguage"), str) else "",
        own_guest=own_guest(row, upn, domains),
    )


def _restricted(row: Mapping[str, Any]) -> Known[bool]:
    """Tell whether a restricted management unit protects the account. Most accounts have null, which says no
    only where the answer isn't cut: if not even accountEnabled is told, null says nothing. graph.md §12
    """
    found = row.get("isManagementRestricted", Missing)
    if isinstance(found, bool):
        return found
    told = found is None and isinstance(row.get("accountEnabled"), bool)
    return False if told else _not_told(row, "isManagementRestricted")


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
