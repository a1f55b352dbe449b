"""passdesk explain: a dry run of one real ticket."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from connector.cli.options import config_option, configured, json_option
from connector.operating.times import iso

if TYPE_CHECKING:
    from connector.cli.queue import Place
    from connector.cli.rehearse import Rehearsal, Verdict
    from connector.domain.outcome import No, NotYet
    from connector.domain.ticket import Claim, Plan, Ticket
    from connector.guards.evaluation import Evaluation, GuardResult
    from connector.guards.evidence import Evidence
    from connector.guards.judge import MappingJudge
    from connector.mapping import Facts, Mapping


@click.command("explain")
@click.argument("desk")
@click.argument("ticket")
@config_option
@json_option
def command(desk: str, ticket: str, config_path: str | None, as_json: bool) -> int:
    """Dry run of TICKET at DESK: every step, every guard, and in the last line what the next sweep would do.
    Writes nothing anywhere.
    """
    from connector.cli.explain_lines import show
    from connector.cli.person import desk_url
    from connector.cli.rehearse import Rehearsal
    from connector.config.unbuilt import unbuilt
    from connector.wire import looked_at, read_only

    config = configured(config_path, secrets=True)
    url = desk_url(config, desk)
    with read_only(config) as eyes, looked_at(config) as ledger:
        row = ledger.find(url, ticket)
        eyes.privilege_map.refresh(quietly=True)
        rehearsal = Rehearsal(eyes, ledger, url)
        found = views(rehearsal, row, row.number if row else ticket)
        if not found:
            click.echo(
                f"{desk} shows no ticket {ticket} in a table that a mapping watches, "
                "or the account may not see it.",
                err=True,
            )
            see_desk(rehearsal)
            return 1
        verdict = rehearsal.verdict(found[0].place.ticket)
        pause = ledger.pause_record()
    known = [each.known for each in found]
    for each in found:
        each.known["would"] = would(verdict, each.known.get("would"))
    decided = next((each for each in known if each["watched"]), known[0])["would"]
    paused = {"why": pause.why, "by": pause.by or None, "since": iso(pause.since)} if pause else None
    nothing = [says for _, says in unbuilt(config.settings, config.mappings)]
    whole: dict[str, Any] = {"desk": desk, "ticket": ticket, "paused": paused, "mappings": known}
    whole |= {"would": decided, "does_nothing_yet": nothing}
    if as_json:
        click.echo(json.dumps(whole))
    else:
        show(whole)
    return 3 if verdict.down else 0


def see_desk(rehearsal: Rehearsal) -> None:
    """Ask for the queue's first page: a text that can be no number is never asked for. Raises Down."""
    for mapping in rehearsal.mappings[:1]:
        next(iter(rehearsal.eyes.desk(mapping).poll()), None)


@dataclass
class View:
    """One mapping's view of the ticket: as data, and its place in the queue."""

    place: Place
    known: dict[str, Any]


def views(rehearsal: Rehearsal, row: Claim | None, number: str) -> list[View]:
    """The view of each mapping whose table shows the ticket; those whose queue it is in come first. Raises
    Down.
    """
    from connector.cli.queue import place_of

    eyes, found = rehearsal.eyes, list[View]()
    for mapping in rehearsal.mappings:
        ticket = eyes.find(mapping, number)
        if ticket is not None:
            place = place_of(mapping, ticket, rehearsal.desks[mapping.name].queue())
            judge = replace(eyes.judges[mapping.name], held=rehearsal.ledger.subject_held)
            found.append(View(place, explain(judge, place, row)))
    return sorted(found, key=lambda each: not each.place.polled)


def explain(judge: MappingJudge, place: Place, row: Claim | None) -> dict[str, Any]:
    """One mapping's view of the ticket."""
    from connector.domain.errors import Down
    from connector.domain.outcome import State
    from connector.domain.reference import NOBODYS
    from connector.domain.ticket import Claim

    mapping, ticket = judge.mapping, place.ticket
    claim = row or Claim(
        ticket.desk, ticket.id, ticket.number, mapping.name, State.CLAIMED, "explain", 0, NOBODYS
    )
    known: dict[str, Any] = {
        "mapping": mapping.name,
        "version": mapping.version,
        "watched": place.polled,
        "conditions": [each.as_json() for each in place.conditions],
        "not_watched": list(place.why_not),
        "state": row.state.value if row else None,
        "reason": str(row.reason) if row and row.reason else None,
    }
    if not (place.polled or row):
        return known
    try:
        return known | told(judge.evaluate(claim, judge.mapped(ticket)), ticket, mapping)
    except Down as down:
        return known | {"number": ticket.number, "down": f"{down.service}: {down.sentence}"}


def would(verdict: Verdict, judged: dict[str, Any] | None) -> dict[str, Any]:
    """The act of the next sweep; of a pass, what it would be."""
    found = verdict.as_json() | ({"ahead": verdict.ahead} if verdict.ahead else {})
    if verdict.outcome == "delivered" and judged and judged["outcome"] == "delivered":
        return judged | found
    return found


def told(seen: Evaluation, ticket: Ticket, mapping: Mapping) -> dict[str, Any]:
    from connector.cli.ticket_evidence import ticket_evidence_of

    known: dict[str, Any] = {"number": ticket.number}
    if seen.facts:
        known["facts"] = mapped_facts(seen.facts)
    if seen.evidence:
        person = seen.evidence.subject
        known["subject"] = {"id": person.id, "upn": person.upn, "name": person.name}
        known |= four_eyes(seen.evidence)
    if seen.approval:
        known["approval"] = {"proven": seen.approval.holds, "why": seen.approval.why}
    known["guards"] = [
        guard_result(each, seen.evidence, ticket_evidence_of(each.guard, mapping, ticket))
        for each in seen.results
    ]
    known["would"] = outcome_of(seen.verdict)
    return known


def mapped_facts(facts: Facts) -> dict[str, Any]:
    return {
        "subject": facts.subject.value,
        "requester": facts.requester and facts.requester.value,
        "values": dict(facts.values),
        "confirm": dict(facts.confirm),
        "starts_at": _time(facts.starts_at),
        "picked": list(facts.picked),
    }


def guard_result(found: GuardResult, evidence: Evidence | None, of_ticket: list[str]) -> dict[str, Any]:
    from connector.cli.guard_evidence import evidence_of
    from connector.domain.outcome import NotYet

    no = found.verdict
    return {
        "guard": found.guard,
        "says": "yes" if no is None else "not yet" if isinstance(no, NotYet) else "no",
        "reason": no.reason.value if no else None,
        "detail": no.detail if no else "",
        "evidence": [*of_ticket, *(evidence_of(found.guard, evidence) if evidence else [])],
    }


def outcome_of(verdict: Plan | No | NotYet) -> dict[str, Any]:
    """The outcome that a verdict leads to by itself, whatever the ledger says."""
    from connector.domain.outcome import NotYet
    from connector.domain.ticket import Plan

    if isinstance(verdict, Plan):
        return {
            "outcome": "delivered",
            "lifetime_minutes": verdict.lifetime // 60,
            "one_time": verdict.one_time,
            "fence_seconds": verdict.fence,
            "starts_at": _time(verdict.starts_at),
            "to": verdict.recipient,
        }
    outcome = "deferred" if isinstance(verdict, NotYet) else "refused"
    return {"outcome": outcome, "reason": verdict.reason.value, "detail": verdict.detail}


def _time(start: int | None) -> str | None:
    from connector.mapping.starts import shown

    return None if start is None else shown(start)


def four_eyes(evidence: Evidence) -> dict[str, Any]:
    """Name the approvers and the person who would hand the pass over; None stands for somebody who isn't
    known.
    """
    from connector.guards.evidence import Person

    approvers, recipient = evidence.approvers, evidence.recipient
    if not approvers and recipient is None:
        return {}
    named = recipient.upn if isinstance(recipient, Person) else None
    return {"approved_by": [each and each.upn for each in approvers], "handed_to": named}
