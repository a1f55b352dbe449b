"""passdesk raise: more passes than the floor allows, for a while."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import click

from connector.cli.options import config_option, configured, json_option
from connector.cli.person import by_option, note, operator

if TYPE_CHECKING:
    from connector.domain.durations import Limit
    from connector.ledger.limiting import Raise
    from connector.mapping.keys.floor import Floor

LONGEST = 7 * 86400  # seconds: for longer, the floor itself is to be changed


@click.command("raise")
@click.argument("limit")
@click.argument("rate", metavar="N/SPAN")
@click.option("--until", required=True, metavar="TIME", help='12:00, or "2026-03-02 12:00": local time.')
@click.option("--why", required=True, metavar="TEXT", help="Kept in the audit trail, and shown by status.")
@by_option
@config_option
@json_option
def command(
    *,
    limit: str,
    rate: str,
    until: str,
    why: str,
    by: str | None,
    config_path: str | None,
    as_json: bool,
) -> int:
    """Raise LIMIT to N passes within SPAN until TIME: for an onboarding morning, say.

    LIMIT is passes_per_subject, passes_per_requester or passes_in_all, a limit of the floor; N/SPAN is
    written as there, such as 300/2h. It applies from the next pass on, to every worker on this ledger, and
    ends by itself, at most a week from now. It only allows more: what the floor allows stays allowed. What
    was issued meanwhile counts against the floor's limit afterwards. A raise of the same limit replaces it.
    """
    from connector.domain.durations import written_limit
    from connector.domain.events import Event
    from connector.operating.standing import as_raise
    from connector.wire import open_ledger

    if not why.strip():
        raise click.BadParameter("write a reason, such as onboarding", param_hint="--why")
    who, end = operator(by), moment(until, time.time())
    config = configured(config_path, mappings=False)
    floor = floor_of(config.settings.floor, limit)
    wanted = higher(limit, rate, floor)
    with open_ledger(config) as ledger:
        before = next((each for each in ledger.raises() if each.name == limit), None)
        new = ledger.raise_limit(limit, wanted, end, who, why)
    allows = written_limit(wanted)
    note(Event.LIMIT_RAISED, limit=limit, allows=allows, until=int(end), **who.detail(why))
    if as_json:
        click.echo(json.dumps(as_raise(new, floor)))
    else:
        click.echo(sentence(new, floor, before))
    return 0


def sentence(new: Raise, floor: Limit, before: Raise | None) -> str:
    from connector.domain.durations import written_limit
    from connector.operating.times import clock

    allows, then = written_limit(new.limit), written_limit(floor)
    said = f"{new.name} allows {allows} until {clock(new.until)}, and {then} after that."
    if before:
        said += f" It replaces {written_limit(before.limit)} until {clock(before.until)}."
    return said


def floor_of(floor: Floor, limit: str) -> Limit:
    """The floor's limit of that name. Raises click.BadParameter."""
    from connector.forms.mistakes import no_such
    from connector.ledger.limiting import LIMITS

    if limit not in LIMITS:
        raise click.BadParameter(no_such("limit", limit, LIMITS), param_hint="LIMIT")
    found: Limit = getattr(floor, limit)
    return found


def higher(name: str, rate: str, floor: Limit) -> Limit:
    """The limit that is asked for. Raises click.BadParameter where it allows less than the floor, or no
    more.
    """
    from connector.domain.durations import limit, written, written_limit
    from connector.ledger.limiting import lowest

    try:
        wanted = limit(rate)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="N/SPAN") from None
    least, span = lowest(floor, wanted.seconds), written(wanted.seconds)
    if wanted == floor:
        cure = f"that is what floor.{name} allows already; write more than {written_limit(floor)}"
        raise click.BadParameter(cure, param_hint="N/SPAN")
    if wanted.count < least:
        allowed = f"floor.{name} is {written_limit(floor)}, and allows up to {least} within {span}"
        raise click.BadParameter(
            f"a raise never lowers a limit: {allowed}; write more than {least}/{span}", param_hint="N/SPAN"
        )
    return wanted


def moment(text: str, now: float) -> float:
    """Epoch seconds of a local time, of today where it has no date. Raises click.BadParameter."""
    from connector.operating.times import local_moment, span

    try:
        found = local_moment(text, now)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--until") from None
    if found <= now:
        day = "" if len(text.strip()) > len("12:00") else "; for another day, write its date before it"
        raise click.BadParameter(f"{text} has passed{day}", param_hint="--until")
    if found > now + LONGEST:
        cure = f"write a time within {span(LONGEST)}, or change the floor in config.yaml"
        raise click.BadParameter(f"{text} is too far away; {cure}", param_hint="--until")
    return found
