"""Temporary Access Passes: made with one POST, looked at, deleted. graph.md §1"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from connector.domain.errors import Down
from connector.domain.outcome import DidNot, Effect, Happened, Retry, Unknown
from connector.domain.reasons import Reason, waiting_for
from connector.domain.secret import Secret
from connector.domain.ticket import Attempt, ExistingPass, Pass
from connector.domain.trouble import ENTRA, Trouble
from connector.entra.effects import CREATIONS, DELETIONS
from connector.entra.graph import Graph, GraphReply, said_by
from connector.http.effects import Outcome, Row, effect_of, unclear
from connector.http.service import PATIENCE, Answer, NotSent, Reply
from connector.http.trouble import trouble_of

PASSES = "passes"
NEAR = 60  # s: how Entra rounds a start is unknown
_USABLE, _EARLY, _OUT, _USED, _EXPIRED = (
    "EnabledByPolicy",
    "NotYetValid",
    "DisabledByPolicy",
    "OneTimeUsed",
    "Expired",
)

_HINTS = {  # by `says` of CREATIONS
    "startdatetime": Reason.START_REFUSED,
    "lifetimeinminutes": Reason.LIFETIME_NOT_ALLOWED,
    "external guest": Reason.SUBJECT_GUEST,
    "usercredentialpolicy": Reason.SUBJECT_OUT_OF_SCOPE,
}
_STATUSES: dict[int, tuple[Reason, str]] = {
    401: (Reason.SIGN_IN_REFUSED, "Entra doesn't sign passdesk in (401)."),
    403: (
        Reason.EVIDENCE_MISSING,
        "Passes can't be made: the application permission UserAuthMethod-TAP.ReadWrite.All is missing.",
    ),
    404: (Reason.SUBJECT_TOO_NEW, "The account isn't known everywhere in the directory yet."),
    409: (Reason.PASS_STANDING, "The person has a pass already."),
    429: (Reason.DIRECTORY_UNREACHABLE, "Entra is throttling requests for a while."),
}


ONE_PERSONS = frozenset({404, 409})  # about nobody but the person


class EntraIssuer:
    """The role Issuer."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def now(self) -> int:
        return self._graph.now()

    def issue(self, attempt: Attempt) -> Effect[Pass]:
        """One POST. A pass that nobody may use, or that isn't as asked, is said to be so in the Pass."""
        try:
            self._graph.sign_in()
            left = attempt.start - attempt.fence / 2 - self.now() if attempt.fence else PATIENCE[0]
        except Down as down:
            return DidNot(waiting_for(down), Retry.UNCOUNTED, down.sentence)
        if left < 0:
            return DidNot(
                Reason.RECOVERING, Retry.UNCOUNTED, "Too little time was left before the start of the pass."
            )
        timeout = min(PATIENCE[0], max(left, 1.0)), PATIENCE[1]
        reply = self._graph.write("POST", passes_of(attempt.subject.id), _body(attempt), timeout)
        said = said_by(reply)
        row = effect_of(reply, CREATIONS, said.message)
        match row.outcome, reply:
            case Outcome.UNKNOWN, _:
                why = unclear(reply)
                return Unknown(why, trouble=_trouble(reply, said, Reason.DIRECTORY_UNREACHABLE, why, attempt))
            case Outcome.DONE, Answer(json=body):
                return _made(body, attempt)
            case _, NotSent():
                no = _unreachable(row, reply)
            case _:
                no = _refused(said, row)
        if row.says or said.status in ONE_PERSONS:
            return no
        why = Reason.DIRECTORY_UNREACHABLE if no.reason is Reason.RECOVERING else no.reason
        return replace(no, trouble=_trouble(reply, said, why, no.detail, attempt))

    def look(self, subject: str, *, urgent: bool = False) -> Sequence[ExistingPass]:
        """Raises Down."""
        said, person = self._graph.get(passes_of(subject), urgent=urgent), f"/users/{quote(subject, safe='')}"
        if said.status == 404 and self._graph.get(f"{person}?$select=id", urgent=urgent).status == 404:
            # the person is gone, and every pass of theirs; 404 for the passes alone may be a replica that
            # lags
            return ()
        found = standings(said.rows, self.now())
        if found is None:
            sentence = (
                f"it answers {said.status or 'nothing usable'} {said.code}".rstrip()
                + " when asked for a person's passes"
            )
            raise Down("entra", sentence, alone=True)
        return found

    def delete(self, subject: str, pass_id: str) -> Effect[None]:
        """204 and 404 both mean that it was asked for: only looks tell whether it is gone."""
        reply = self._graph.write("DELETE", f"{passes_of(subject)}/{quote(pass_id, safe='')}")
        row = effect_of(reply, DELETIONS)
        if row.outcome is Outcome.DONE:
            return Happened(None)
        if row.outcome is Outcome.UNKNOWN:
            return Unknown(unclear(reply))
        if isinstance(reply, NotSent):
            return _unreachable(row, reply)
        unnamed = Reason.RECOVERING, f"Entra refuses to delete a pass ({reply.status})."
        reason, detail = _STATUSES.get(reply.status or 0, unnamed)
        return DidNot(reason, row.outcome.retry, detail)


def standings(rows: Sequence[object] | None, now: int) -> tuple[ExistingPass, ...] | None:
    """The passes of a list; None where it can't be read. `now` is Entra's clock."""
    found = [_standing(row, now) if isinstance(row, dict) else None for row in rows or ()]
    readable = tuple(each for each in found if each)
    return readable if rows is not None and len(readable) == len(found) else None


def _standing(row: Mapping[str, Any], now: int) -> ExistingPass | None:
    id_, minutes, reason = row.get("id"), row.get("lifetimeInMinutes"), row.get("methodUsabilityReason")
    start = epoch(row.get("startDateTime")) or epoch(row.get("createdDateTime"))
    if not isinstance(id_, str) or not id_ or not isinstance(minutes, int) or start is None:
        return None
    late = now >= start + minutes * 60 + NEAR and row.get("isUsable") is not True
    once = row.get("isUsableOnce")
    return ExistingPass(
        id_,
        start,
        minutes * 60,
        used=reason == _USED,
        over=reason in (_USED, _EXPIRED) or late,
        one_time=once if isinstance(once, bool) else None,
        created=epoch(row.get("createdDateTime")),
    )


def passes_of(subject: str) -> str:
    return f"/users/{quote(subject, safe='')}/authentication/temporaryAccessPassMethods"


def _body(attempt: Attempt) -> dict[str, Any]:
    """Without a fence the start is left out: "now" by our clock may lie in the past by Entra's."""
    body: dict[str, Any] = {"lifetimeInMinutes": attempt.lifetime // 60, "isUsableOnce": attempt.one_time}
    if attempt.fence:
        body["startDateTime"] = datetime.fromtimestamp(attempt.start, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return body


def _made(body: object, attempt: Attempt) -> Happened[Pass] | Unknown:
    """The pass leaves the answer for its Secret at once."""
    fresh = body if isinstance(body, dict) else {}
    id_, secret = fresh.get("id"), _take(fresh)
    if not isinstance(id_, str) or not id_ or not secret:
        return Unknown("it made a pass and doesn't say which")
    start, minutes = epoch(fresh.get("startDateTime")), fresh.get("lifetimeInMinutes")
    reason = fresh.get("methodUsabilityReason")
    as_asked = (
        _will_work(reason, fresh.get("isUsable"), attempt)
        and start is not None
        and abs(start - attempt.start) <= NEAR
        and minutes == attempt.lifetime // 60
        and fresh.get("isUsableOnce") is attempt.one_time
    )
    lifetime = minutes * 60 if isinstance(minutes, int) else attempt.lifetime
    return Happened(
        Pass(
            id_,
            secret,
            attempt.start if start is None else start,
            lifetime,
            as_asked,
            out_of_scope=reason == _OUT,
        )
    )


def _will_work(reason: object, usable: object, attempt: Attempt) -> bool:
    """The reasons are no closed set (graph.md §1.1): one that isn't known counts as right where the pass
    is usable.
    """
    if reason == _EARLY:
        return attempt.fence > 0
    return reason == _USABLE or (reason not in (_OUT, _USED, _EXPIRED) and usable is True)


def _take(fresh: dict[str, Any]) -> Secret | None:
    value = fresh.pop("temporaryAccessPass", None)
    return Secret(value) if isinstance(value, str) and value else None


def _trouble(reply: Reply, said: GraphReply, reason: Reason, why: str, attempt: Attempt) -> Trouble:
    return replace(trouble_of(reply, reason, why, said.code), route=ENTRA, who=attempt.subject.id)


def _unreachable(row: Row, reply: NotSent) -> DidNot:
    if reply.refused:
        return DidNot(Reason.SIGN_IN_REFUSED, row.outcome.retry, reply.why)
    return DidNot(Reason.DIRECTORY_UNREACHABLE, row.outcome.retry, f"Entra can't be reached: {reply.why}.")


def _refused(said: GraphReply, row: Row) -> DidNot:
    """Nothing was made. Details are ours: Graph's message may quote a person."""
    if row.says:
        return DidNot(_HINTS[row.says], row.outcome.retry)
    unnamed = Reason.RECOVERING, f"Entra refuses to make a pass ({said.status} {said.code}".rstrip() + ")."
    reason, detail = _STATUSES.get(said.status, unnamed)
    return DidNot(reason, row.outcome.retry, detail)


def epoch(text: object) -> int | None:
    """Seconds of a date and time as Graph writes it: UTC, with up to seven digits behind the second."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return int(found.replace(tzinfo=found.tzinfo or UTC).timestamp()) if found else None
