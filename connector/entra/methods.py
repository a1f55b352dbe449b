"""The list of somebody's sign-in methods. graph.md §15"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import quote

from connector.domain.methods import Method
from connector.entra.passes import epoch

READING = frozenset({"UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"})
_BEFORE, _BEHIND = "#microsoft.graph.", "AuthenticationMethod"


def methods_of(person: str) -> str:
    return f"/users/{quote(person, safe='')}/authentication/methods"


def methods(rows: Sequence[object] | None) -> tuple[Method, ...] | None:
    """The methods of a list; None where any of it can't be read."""
    found = [_method(row) for row in rows or ()]
    readable = tuple(each for each in found if each)
    return readable if rows is not None and len(readable) == len(found) else None


def _method(row: object) -> Method | None:
    """Only its id, kind and time are kept: the rest names phones and devices."""
    id_, kind = (row.get("id"), row.get("@odata.type")) if isinstance(row, dict) else (None, None)
    if not isinstance(row, dict) or not isinstance(id_, str) or not id_ or not isinstance(kind, str):
        return None
    name = kind.removeprefix(_BEFORE).removesuffix(_BEHIND)
    return Method(sha256(id_.encode()).hexdigest()[:16], name, epoch(row.get("createdDateTime")))
