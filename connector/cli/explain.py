"""passdesk explain: a dry run of one real ticket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from connector.cli.options import config_option, configured, json_option

if TYPE_CHECKING:
    from connector.domain.ticket import Claim, Ticket
    from connector.guards.evidence import Evidence
    from connector.guards.judge import Evaluation, MappingJudge
    from connector.wire import ReadOnly


@click.command("explain")
@click.argument("desk")
@click.argument("ticket")
@config_option
@json_option
def command(desk: str, ticket: str, config_path: str | None, as_json: bool) -> int:
    """Dry run of TICKET at DESK: every step, every guard, what would be issued and where it would go. Writes
    nothing anywhere.
    """
    from connector.cli.person import desk_url
    from connector.config.unbuilt import unbuilt
    from connector.wire import read_only, remembered

    config = configured(config_path, secrets=True)
    url = desk_url(config, desk)
    row = remembered(config, url, ticket)
    with read_only(config) as eyes:
        found = [
            explain(eyes, judge, row, ticket) for judge in eyes.judges.values() if judge.mapping.desk == desk
        ]
    known = [each for each in found if each]
    if not known:
        click.echo(
            f"{desk} shows no ticket {ticket} in a table that a mapping watches, "
            "or the account may not see it.",
            err=True,
        )
        return 1
    nothing = [says for _, says in unbuilt(config.settings)]
    if as_json:
        click.echo(
            json.dumps({"desk": desk, "ticket": ticket, "mappings": known, "does_nothing_yet": nothing})
        )
    else:
        for says in nothing:
            click.echo(f"– {says}")
        for each in known:
            show(desk, ticket, each)
    return 0


def explain(eyes: ReadOnly, judge: MappingJudge, row: Claim | None, number: str) -> dict[str, Any] | None:
    """One mapping's view of the ticket; None where its table doesn't show it."""
    from connector.domain.outcome import State
    from connector.domain.reference import NOBODYS
    from connector.domain.ticket import Claim

    mapping, url = judge.mapping, eyes.url(judge.mapping)
    ticket = eyes.kind(mapping).find(eyes.services[mapping.desk], mapping, url, number)
    if ticket is None:
        return None
    claim = row or Claim(url, ticket.id, ticket.number, mapping.name, State.CLAIMED, "explain", 0, NOBODYS)
    known: dict[str, Any] = {
        "mapping": mapping.name,
        "version": mapping.version,
        "watched": judge.wants(ticket),
        "state": row.state.value if row else None,
    }
    return known | (
        told(judge.evaluate(claim, judge.mapped(ticket)), ticket) if known["watched"] or row else {}
    )


def told(seen: Evaluation, ticket: Ticket) -> dict[str, Any]:
    from connector.domain.outcome import NotYet
    from connector.domain.ticket import Plan

    known: dict[str, Any] = {"number": ticket.number}
    if seen.facts:
        facts = seen.facts
        known["facts"] = {
            "subject": facts.subject.value,
            "requester": facts.requester and facts.requester.value,
        }
        known["facts"] |= {
            "values": dict(facts.values),
            "confirm": dict(facts.confirm),
            "starts_at": _time(facts.starts_at),
        }
    if seen.evidence:
        person = seen.evidence.subject
        known["subject"] = {"id": person.id, "upn": person.upn, "name": person.name}
        known |= four_eyes(seen.evidence)
    known["guards"] = [
        {
            "guard": each.guard,
            "says": "yes"
            if each.verdict is None
            else "not yet"
            if isinstance(each.verdict, NotYet)
            else "no",
            "reason": each.verdict.reason.value if each.verdict else None,
            "detail": each.verdict.detail if each.verdict else "",
        }
        for each in seen.results
    ]
    match seen.verdict:
        case Plan() as plan:
            known["would"] = {
                "outcome": "delivered",
                "lifetime_minutes": plan.lifetime // 60,
                "one_time": plan.one_time,
                "fence_seconds": plan.fence,
                "starts_at": _time(plan.starts_at),
                "to": plan.recipient,
            }
        case verdict:
            outcome = "deferred" if isinstance(verdict, NotYet) else "refused"
            known["would"] = {"outcome": outcome, "reason": verdict.reason.value, "detail": verdict.detail}
    return known


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


def show(desk: str, ticket: str, seen: dict[str, Any]) -> None:
    from connector.forms.mistakes import printable

    def echo(text: str) -> None:
        click.echo(printable(text))  # names come from outside

    echo(f"{ticket} at {desk}, by the mapping {seen['mapping']} ({seen['version']})")
    echo(
        f"  {'✓' if seen['watched'] else '–'} watch    "
        f"{'it is in the queue' if seen['watched'] else 'it does not match'}"
    )
    if seen["state"]:
        echo(f"  – ledger   it is {seen['state']} here")
    if facts := seen.get("facts"):
        echo(f"  ✓ map      subject {facts['subject']}, requester {facts['requester'] or 'none'}")
        more = {**facts["values"], **{f"confirm.{name}": text for name, text in facts["confirm"].items()}}
        more |= {"starts_at": facts["starts_at"]} if facts["starts_at"] else {}
        for name, text in more.items():
            echo(f"             {name} {text or 'is empty'}")
    if person := seen.get("subject"):
        echo(f"  ✓ prove    {person['name']} ({person['upn']}), object {person['id']}")
    if "handed_to" in seen:
        names = [each or "an unknown person" for each in (*seen["approved_by"], seen["handed_to"])]
        echo(
            f"  ✓ prove    approved by {', '.join(names[:-1]) or 'nobody whom the desk shows'}; "
            f"{names[-1]} would hand the pass over"
        )
    for guard in seen.get("guards", ()):
        mark = {"yes": "✓", "no": "✗", "not yet": "–"}[guard["says"]]
        echo(
            f"  {mark} guard    {guard['guard']}"
            + (f": {guard['detail']} ({guard['reason']})" if guard["reason"] else "")
        )
    would = seen.get("would")
    if would and would["outcome"] == "delivered":
        often = "once" if would["one_time"] else "several times"
        minutes, fence = would["lifetime_minutes"], would["fence_seconds"]
        begins = (
            f"from {would['starts_at']}" if would["starts_at"] else f"from {fence} s after it is requested"
        )
        echo(f"  → a pass that works {often}, for {minutes} minutes, {begins}, to {would['to']}")
    elif would:
        echo(f"  → {would['outcome']}: {would['detail']} ({would['reason']})")
    echo("Nothing was written anywhere.")
