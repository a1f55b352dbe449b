"""passdesk live: the passes that are out."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import click

from connector.cli.options import config_option, configured, json_option
from connector.cli.person import desk_names

if TYPE_CHECKING:
    from connector.ledger.rows import PassOut

SLACK = 60  # seconds past its end for which a pass is still listed: our clock and Entra's may differ


@click.command("live")
@config_option
@json_option
def command(config_path: str | None, as_json: bool) -> int:
    """The passes that are out, as the ledger knows them: whose, on which ticket, until when, and where they
    were delivered.

    Passes that are being made or revoked are listed, too, and say so: they may work. `passdesk revoke DESK
    TICKET` ends one, `passdesk revoke --all --why TEXT` ends them all.
    """
    from connector.wire import open_ledger

    config = configured(config_path, mappings=False)
    names, now = desk_names(config), time.time()
    with open_ledger(config) as ledger:
        found = [each for each in ledger.passes_out() if now < each.claim.current_attempt.end + SLACK]
    passes = [as_entry(each, names, now) for each in found]
    if as_json:
        click.echo(json.dumps({"passes": passes}))
        return 0
    for line in lines(found, passes, now):
        click.echo(line)
    click.echo("No pass is out." if not passes else f"{len(passes)} out." if len(passes) > 1 else "1 out.")
    return 0


def as_entry(each: PassOut, names: dict[str, str], now: float) -> dict[str, Any]:
    from connector.cli.places import places
    from connector.cli.times import iso

    claim, attempt = each.claim, each.claim.current_attempt
    return {
        "desk": names.get(claim.desk, claim.desk),
        "ticket": claim.number,
        "reference": attempt.reference,
        "name": attempt.subject.name,
        "upn": attempt.subject.upn,
        "object_id": attempt.subject.id,
        "state": state_of(each),
        "from": iso(attempt.start),
        "until": iso(attempt.end),
        "used": iso(attempt.used_at),
        "delivered": iso(each.delivered_at),
        "delivered_to": places(attempt.recipient) if each.delivered_at else None,
        "mapping": claim.mapping,
    }


def state_of(each: PassOut) -> str:
    """The step that it is in: made or not, handed over, used, or on its way out."""
    from connector.domain.outcome import State

    match each.claim.state:
        case State.REVOKING:
            return "being revoked"
        case State.ISSUING:
            return "being made"
        case State.DELIVERING:
            return "being handed over"
        case _:
            return "used" if each.claim.current_attempt.used_at else "delivered"


def lines(found: list[PassOut], passes: list[dict[str, Any]], now: float) -> list[str]:
    """A line a pass."""
    from connector.cli.columns import columns
    from connector.cli.times import clock

    return columns(
        (
            each["desk"],
            each["ticket"],
            f"{each['name']} ({each['upn']})",
            f"until {clock(out.claim.current_attempt.end, now)}",
            each["delivered_to"] or "not handed over yet",
            f"{each['state']}, {each['reference']}",
        )
        for out, each in zip(found, passes, strict=True)
    )
