"""passdesk reissue: one more pass for a ticket that had one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from connector.cli.options import config_option, configured
from connector.cli.person import by_option, desk_url, note, operator

if TYPE_CHECKING:
    from connector.wire import ReadOnly


@click.command("reissue")
@click.argument("desk")
@click.argument("ticket")
@by_option
@config_option
def command(desk: str, ticket: str, by: str | None, config_path: str | None) -> int:
    """Allow TICKET at DESK exactly one more pass, within the floor's limits.

    It is judged anew by the next sweep that finds it in the queue, and the answer says whether it is
    there now. A pass that is still out is revoked first, at once.

    Exit code 1 where the ticket had none, or Entra doesn't delete it; 3 where a service can't be reached.
    """
    from connector.domain.events import Event
    from connector.operating.verbs import reissue
    from connector.wire import build

    who = operator(by)
    config = configured(config_path, secrets=True)
    url = desk_url(config, desk)
    with build(config) as house:
        answer, done = reissue(house.ledger, house.issuer, (url, ticket), who)
        row = answer.claim
        if answer.done and row:
            note(Event.REISSUE_REQUESTED, ticket=row.number, desk=desk, **who.detail())
        click.echo(answer.sentence.replace(url, desk))
        if done:
            click.echo(done.sentence, err=bool(done.exit_code))
        if row is None:
            return 1
        sentence, down = in_the_queue(house.read_only, url, row.number)
    click.echo(sentence, err=down)
    if not answer.done:
        return 1
    return (done.exit_code if done else 0) or (3 if down else 0)


def in_the_queue(eyes: ReadOnly, url: str, number: str) -> tuple[str, bool]:
    """Say whether the ticket is in the queue, by the list that a sweep polls. True: the desk is down."""
    from connector.cli.queue import places_of
    from connector.domain.errors import Down
    from connector.forms.mistakes import printable

    names = [name for name, desk in eyes.config.settings.desks.items() if desk.url == url]
    try:
        found = [place for name in names for place in places_of(eyes, name, number)]
    except Down as down:
        return (
            f"It isn't known whether it is in the queue: {down.service} can't be reached: {down.sentence}",
            True,
        )
    if any(place.polled for place in found):
        return "It is in the queue: the next sweep judges it.", False
    if not found:
        return "It isn't in the queue: no mapping's table shows it, or the account may not see it.", False
    reasons = "; or ".join(f"{place.mapping.name}: {', '.join(place.why_not)}" for place in found)
    return printable(f"It isn't in the queue ({reasons}). It is judged as soon as it is."), False
