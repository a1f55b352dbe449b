"""A line of the audit trail as people read it: names instead of object ids, times on the operator's clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from connector.operating.places import places
from connector.operating.times import clock, iso

if TYPE_CHECKING:
    from connector.domain.people import Subject
    from connector.ledger.rows import AuditLine

People = Mapping[str, "Subject | None"]
Detail = Mapping[str, object]
# Keys that stand in a phrase with others, or say nothing that the line doesn't say already.
_TOLD = frozenset({
    "by", "login", "why", "subject", "requester", "start", "lifetime", "recipient", "one_time", "mapping",
    "version", "reason", "detail", "reference", "code", "pass", "then", "gone", "fence", "guards", "manager",
    "approvers", "policy", "entries_rewritten", "hash",
    "limit", "allows", "until", "facts", "outcome", "kinds",
})  # fmt: skip


def entry(line: AuditLine, desks: Mapping[str, str]) -> dict[str, Any]:
    """The line as JSON: `detail` is as the trail has it, the rest as people read it."""
    known: dict[str, Any] = {
        "seq": line.seq,
        "at": iso(line.at),
        "desk": desks.get(line.desk or "", line.desk),
        "ticket": line.ticket,
        "number": line.number,
        "action": line.action,
        "by": line.detail.get("by"),
    }
    for role in ("subject", "requester"):
        known[role] = _as_json(str(line.detail[role]), line.people) if line.detail.get(role) else None
    start, lifetime = _times(line.detail)
    known |= {"from": iso(start), "until": None if start is None else iso(start + lifetime)}
    return known | {"detail": line.detail, "hash": line.hash}


def words(line: AuditLine) -> str:
    """The detail in words."""
    return "; ".join(_phrases(line))


def person(key: str, people: People) -> str:
    """`Ann Lee (ann.lee@contoso.com)`; the object id of somebody whose name the ledger doesn't know, or had
    to delete.
    """
    known = people.get(key)
    if known:
        return f"{known.name} ({known.upn})"
    return f"name deleted (object {key})" if key in people else f"object {key}"


def _phrases(line: AuditLine) -> Iterator[str]:
    detail, at = line.detail, line.at
    yield from _people(detail, line.people)
    yield from _pass(detail, at)
    if allows := detail.get("allows"):
        yield f"{detail.get('limit')} allows {allows} until {_clock(detail.get('until'), at)}"
    elif limit := detail.get("limit"):
        yield str(limit)
    if outcome := detail.get("outcome"):
        yield helped(str(outcome), str(detail.get("kinds", "")))
    yield from (str(detail[key]) for key in ("reason", "detail", "why") if detail.get(key))
    if line.deleted:
        yield "what it said is deleted"
    yield from (
        f"{key}={value}" for key, value in detail.items() if key not in _TOLD and value not in (None, "")
    )
    version = detail.get("version")
    if mapping := detail.get("mapping"):
        yield f"mapping {mapping}" + (f" {version}" if version else "")
    elif version:
        yield f"mapping version {version}"
    if reference := detail.get("reference") or detail.get("code"):
        yield str(reference)
    if detail.get("gone"):
        yield "the pass is gone"


def helped(outcome: str, kinds: str) -> str:
    """Whether a lasting method was registered since the pass began: the outcome, and its kinds in words."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kinds).lower()
    return f"a lasting sign-in method: {outcome}" + (f" ({words})" if words else "")


def _people(detail: Detail, people: People) -> Iterator[str]:
    asked, subject = detail.get("requester"), detail.get("subject")
    if subject:
        yield f"for {person(str(subject), people)}"
    if asked and asked != subject:
        yield f"requested by {person(str(asked), people)}"
    if who := detail.get("by"):
        yield f"by {who}" + (f" (login {detail['login']})" if detail.get("login") else "")


def _pass(detail: Detail, at: float) -> Iterator[str]:
    start, lifetime = _times(detail)
    if start is not None:
        yield f"works {_often(detail)}from {clock(start, at, seconds=True)} to {clock(start + lifetime, at)}"
    if detail.get("recipient"):
        yield f"to {places(str(detail['recipient']))}"
    if detail.get("pass"):
        yield f"pass id {detail['pass']}"


def _clock(at: object, near: float) -> str:
    """A time of the line, if it is one: somebody may have edited the trail."""
    return clock(at, near) if isinstance(at, int) else str(at)


def _often(detail: Detail) -> str:
    often = detail.get("one_time")
    return "" if often is None else "once, " if often else "several times, "


def _times(detail: Detail) -> tuple[int | None, int]:
    """Start and lifetime, if the line has both as numbers: somebody may have edited the trail."""
    start, lifetime = detail.get("start"), detail.get("lifetime")
    if isinstance(start, int) and isinstance(lifetime, int):
        return start, lifetime
    return None, 0


def _as_json(key: str, people: People) -> dict[str, str | None]:
    known = people.get(key)
    return {"id": key, "upn": known.upn if known else None, "name": known.name if known else None}
