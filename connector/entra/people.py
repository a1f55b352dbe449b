"""From what a ticket calls a person to one user object, and what that object says. graph.md §4.1"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.domain.same_text import same_text
from connector.entra.graph import GraphReply, GraphRequest, missing
from connector.guards.evidence import Known, Missing, Person
from connector.mapping import Key

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_SELECT = (
    "id,userPrincipalName,displayName,mail,employeeId,accountEnabled,"
    "userType,externalUserState,creationType,identities"
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
    if key.find_by == "id" or not key.value.strip() or not key.value.isprintable():
        return None
    path = f"/users?$filter={quote(_filter(key), safe='')}&$select={_selected(key, more)}"
    if key.find_by in _ADVANCED:
        return GraphRequest(name, f"{path}&$count=true", headers=_EVENTUAL)
    return GraphRequest(name, path)


def again(name: str, key: Key, person: Person, more: tuple[str, ...] = ()) -> GraphRequest | None:
    """The request that reads a person by id, where an index that may be old has found them; else None."""
    if key.find_by not in _ADVANCED:
        return None
    return GraphRequest(name, f"/users/{person.id}?$select={_selected(key, more)}")


def still(reply: GraphReply, key: Key, found: Person, more: tuple[str, ...] = ()) -> Person | NotYet:
    """The person as the directory itself has them: what the index said of them must be so there, too."""
    if reply.ok and _is(reply.body, key):
        fresh = person(reply.body, more)
        if not isinstance(fresh, Person) or fresh.id == found.id:
            return fresh
    if reply.ok or reply.status == 404:
        return NotYet(
            Reason.SUBJECT_TOO_NEW, f"The directory's index still names {found.upn} for {key.value}, wrongly."
        )
    why = missing(reply, "users", "User.Read.All").why
    return NotYet(Reason.EVIDENCE_MISSING, f"{found.upn} can't be read: {why}.")


def _selected(key: Key, more: tuple[str, ...]) -> str:
    name = () if object_id(key) else (_PROPERTY.get(key.find_by, "id"),)
    return ",".join(dict.fromkeys((*_SELECT.split(","), *name, *more)))


def _filter(key: Key) -> str:
    """An alias is written `smtp:`, and the first of them `SMTP:`; whether Graph minds is not known."""
    if key.find_by == "alias":
        each = (f"proxyAddresses/any(p:p eq {_literal(sign + key.value)})" for sign in ("smtp:", "SMTP:"))
        return " or ".join(each)
    return f"{_PROPERTY[key.find_by]} eq {_literal(key.value)}"


def find(
    reply: GraphReply, key: Key, absent: Reason, ambiguous: Reason, more: tuple[str, ...] = ()
) -> Person | No | NotYet:
    """Exactly one user whose property is what was asked for: a server that drops a filter misdirects
    nothing.
    """
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
        return _enabled(found, key, ambiguous, more)
    if len(found) > 1:
        return No(ambiguous, f"{len(found)} people in the directory match {key.value}.")
    return person(found[0], more)


def _enabled(
    rows: list[dict[str, Any]], key: Key, ambiguous: Reason, more: tuple[str, ...]
) -> Person | No | NotYet:
    """The one enabled account of several. One of which that can't be told may be another."""
    if not all(isinstance(row.get("accountEnabled"), bool) for row in rows):
        sentence = f"{len(rows)} accounts match {key.value}, and which is enabled wasn't in the answer."
        return NotYet(Reason.EVIDENCE_MISSING, sentence)
    enabled = [row for row in rows if row["accountEnabled"]]
    if len(enabled) != 1:
        said = (
            f"{len(rows)} accounts in the directory match {key.value}, and {len(enabled) or 'none'} of them"
        )
        return No(ambiguous, f"{said} {'is' if not enabled else 'are'} enabled.")
    return person(enabled[0], more)


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


def person(row: Mapping[str, Any], more: tuple[str, ...] = ()) -> Person | NotYet:
    id_, upn, name, mail = (row.get(each) for each in ("id", "userPrincipalName", "displayName", "mail"))
    if not isinstance(id_, str) or not GUID.fullmatch(id_) or not isinstance(upn, str) or not upn:
        return NotYet(Reason.EVIDENCE_MISSING, "The directory shows a user without an id or sign-in name.")
    enabled = row.get("accountEnabled")
    return Person(
        id=id_.lower(),
        upn=upn,
        name=name if isinstance(name, str) and name else upn,
        mail=mail if isinstance(mail, str) and mail else None,
        enabled=enabled if isinstance(enabled, bool) else Missing("accountEnabled wasn't in the answer"),
        external=_external(row, upn),
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


def _external(row: Mapping[str, Any], upn: str) -> Known[bool]:
    """Tell whether they sign in elsewhere. userType alone doesn't tell: there are external members.

    The other three are null for most; where userType is told they were readable, so that a missing one says
    no more than null.
    """
    identities = row.get("identities", [])
    if "userType" not in row or not isinstance(identities, list):
        return Missing("userType or identities weren't in the answer")
    kinds = [each.get("signInType") if isinstance(each, dict) else None for each in identities]
    return (
        row["userType"] != "Member"
        or "#ext#" in upn.lower()
        or row.get("creationType") == "Invitation"
        or row.get("externalUserState") is not None
        or any(not isinstance(kind, str) or kind.lower() == "federated" for kind in kinds)
    )


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _same(found: object, asked: str) -> bool:
    return isinstance(found, str) and same_text(found, asked)
