"""Tickets and passes as the pages show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from connector.domain.events import Event
from connector.domain.outcome import Ending, State
from connector.domain.people import Subject
from connector.domain.reasons import MEANINGS, Reason
from connector.ledger.rows import AuditLine, Row
from connector.operating import trail_words
from connector.operating.places import places
from connector.operating.times import clock, local, span
from connector.web.timeline import Timeline, timeline
from connector.web.way import Step, told, way

_STATES: Final = {
    State.CLAIMED: "is being judged",
    State.ISSUING: "its pass is being made",
    State.DELIVERING: "its pass is being handed over",
    State.REVOKING: "its pass is being deleted",
    State.SETTLING: "decided; the ticket is being told",
    State.LIVE: "has a pass that works",
    State.WAITING: "waits",
    State.REFUSED: "was refused",
    State.ENDED: "had its pass",
    State.STUCK: "needs a person",
}
_ENDINGS: Final = {
    Ending.USED: "used",
    Ending.EXPIRED: "expired, unused",
    Ending.CANCELLED: "cancelled",
    Ending.REVOKED: "revoked",
}
_WITH_REASON: Final = {State.REFUSED, State.WAITING, State.STUCK}
TONES: Final = {State.LIVE: "good", State.ENDED: "good", State.REFUSED: "bad", State.STUCK: "alarm"}


@dataclass(frozen=True)
class TicketRow:
    """A ticket in a row of the history."""

    desk: str
    url: str
    ticket: str
    number: str
    mapping: str
    at: str
    ago: float
    person: str
    upn: str
    steps: tuple[Step, ...]
    way: str  # in words
    outcome: str
    reason: str
    detail: str
    tone: str


@dataclass(frozen=True)
class LineRow:
    """A line of the trail."""

    seq: int
    at: str
    action: str
    words: str
    hash: str
    by: str


@dataclass(frozen=True)
class TicketView:
    """A ticket on its own page."""

    row: TicketRow
    facts: tuple[tuple[str, str], ...]
    cure: str
    guards: tuple[tuple[str, str], ...]  # what was looked at, and the verdict
    rests_on: tuple[tuple[str, str], ...]  # digests and ids of the evidence
    lines: tuple[LineRow, ...]
    picture: Timeline
    can: frozenset[str]  # a person's verbs that make sense now


def ticket_row(row: Row, lines: Sequence[AuditLine], names: Mapping[str, str]) -> TicketRow:
    steps, person = way(row, lines), subject(row, lines)
    told_why = row.state in _WITH_REASON
    reason = str(row.reason) if told_why and isinstance(row.reason, Reason) else ""
    return TicketRow(
        desk=names.get(row.desk, row.desk),
        url=row.desk,
        ticket=row.ticket,
        number=row.number,
        mapping=row.mapping,
        at=local(row.updated_at),
        ago=row.updated_at,
        person=person.name if person else "",
        upn=person.upn if person else "",
        steps=steps,
        way=told(steps),
        outcome=outcome(row),
        reason=reason,
        detail=row.detail if told_why else "",
        tone=TONES.get(row.state, "plain"),
    )


def ticket_view(row: Row, lines: Sequence[AuditLine], names: Mapping[str, str], now: float) -> TicketView:
    judged = [line for line in lines if line.detail.get("guards")]
    latest = judged[-1].detail if judged else {}
    guards = latest.get("guards")
    meaning = MEANINGS.get(row.reason) if isinstance(row.reason, Reason) else None
    return TicketView(
        row=ticket_row(row, lines, names),
        facts=tuple(_facts(row, lines, names, now)),
        cure=meaning.cure if meaning and row.state in _WITH_REASON else "",
        guards=tuple((in_words(str(name)), str(verdict)) for name, verdict in guards.items())
        if isinstance(guards, dict)
        else (),
        rests_on=tuple(
            (name, str(latest[name]))
            for name in ("policy", "manager", "approvers", "facts", "version")
            if latest.get(name)
        ),
        lines=tuple(_line(line) for line in lines),
        picture=timeline(lines),
        can=verbs(row),
    )


def verbs(row: Row) -> frozenset[str]:
    """A person's verbs that may do something; the ledger decides."""
    can = set[str]()
    if row.state in {State.LIVE, State.ISSUING, State.DELIVERING} or (
        row.state is State.SETTLING and row.then_ is State.LIVE
    ):
        can.add("revoke")
    if row.state is State.STUCK:
        can.add("release")
    if row.state in {State.LIVE, State.ENDED} and not row.granted:
        can.add("reissue")
    return frozenset(can)


def subject(row: Row, lines: Iterable[AuditLine]) -> Subject | None:
    """The person that the ticket is for, by the last that was known of them."""
    if row.attempt and row.attempt.attempt.subject.name:
        return row.attempt.attempt.subject
    known = [each for line in lines if (each := line.people.get(str(line.detail.get("subject"))))]
    return known[-1] if known else None


def outcome(row: Row) -> str:
    """What became of it, in words."""
    if row.state is State.ENDED and isinstance(row.reason, Ending):
        return _ENDINGS[row.reason]
    if row.state is State.LIVE and row.attempt and row.attempt.attempt.used_at:
        return "used; its pass is deleted soon"
    return _STATES[row.state]


def live(passes: Iterable[Mapping[str, Any]], now: float) -> list[dict[str, Any]]:
    """Passes that are out, with the time that each has left."""
    found = []
    for each in passes:
        begin, end = (datetime.fromisoformat(each[key]).timestamp() for key in ("from", "until"))
        share = 0 if end <= begin else round(100 * max(0.0, min(1.0, (end - now) / (end - begin))))
        left = f"{span(end - now)} left" if end > now else "over"
        found.append({**each, "left": left, "share": share, "until": clock(end, now)})
    return found


def in_words(name: str) -> str:
    """`NotPrivileged` as `Not privileged`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _facts(
    row: Row, lines: Sequence[AuditLine], names: Mapping[str, str], now: float
) -> Iterable[tuple[str, str]]:
    yield "Desk", names.get(row.desk, row.desk)
    versions = [str(line.detail["version"]) for line in lines if line.detail.get("version")]
    yield "Mapping", f"{row.mapping}, version {versions[-1]}" if versions else row.mapping
    people = {key: each for line in lines for key, each in line.people.items()}
    if person := subject(row, lines):
        yield "For", f"{person.name} ({person.upn})"
    asked = [str(line.detail["requester"]) for line in lines if line.detail.get("requester")]
    if asked:
        yield "Requested by", trail_words.person(asked[-1], people)
    yield "Reference", row.attempt.attempt.reference if row.attempt else row.code
    if row.attempt:
        attempt, booked = row.attempt.attempt, row.attempt
        kind = "once" if attempt.one_time else "several times"
        yield "Pass", f"works {kind}, {clock(attempt.start, now)} to {clock(attempt.end, now)}"
        yield "Goes to", places(attempt.recipient)
        if booked.delivered_at:
            yield "Handed over", clock(booked.delivered_at, now, seconds=True)
        if attempt.used_at:
            yield "Seen used", clock(attempt.used_at, now)
        elif not attempt.one_time and booked.delivered_at:
            yield "Use", "not known: Entra tells it of passes that work once"
        if looked := [line.detail for line in lines if line.action == Event.REGISTRATION]:
            said, kinds = str(looked[-1].get("outcome")), str(looked[-1].get("kinds", ""))
            yield "Did it help", trail_words.helped(said, kinds)
        if booked.gone_at:
            yield "Proven gone", clock(booked.gone_at, now)
    if lines:
        yield "First seen", local(lines[0].at)
    yield "Last change", f"{local(row.updated_at)} ({span(now - row.updated_at)} ago)"


def _line(line: AuditLine) -> LineRow:
    by = str(line.detail.get("by", ""))
    person = Event.REVOCATION_REQUESTED, Event.REISSUE_REQUESTED, Event.RELEASED
    return LineRow(
        line.seq,
        local(line.at),
        line.action.replace("_", " "),
        trail_words.words(line),
        line.hash,
        by if line.action in person else "",
    )
