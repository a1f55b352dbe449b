"""passdesk release: a stuck ticket may try again."""

from __future__ import annotations

import click

from connector.cli.options import config_option, configured
from connector.cli.person import by_option, desk_url, note, operator


@click.command("release")
@click.argument("desk")
@click.argument("ticket")
@by_option
@config_option
def command(desk: str, ticket: str, by: str | None, config_path: str | None) -> int:
    """Let the stuck TICKET at DESK try again: the next sweep that finds it in the queue judges it from the
    start. The answer says whether it is there now.
    """
    from connector.domain.events import Event
    from connector.wire import open_ledger

    who = operator(by)
    config = configured(config_path, mappings=False)
    url = desk_url(config, desk)
    with open_ledger(config) as ledger:
        answer = ledger.release(url, ticket, who)
    if answer.done and answer.claim:
        note(Event.RELEASED, ticket=answer.claim.number, desk=desk, **who.detail())
    click.echo(answer.sentence.replace(url, desk))
    if answer.done and answer.claim:
        tell_queue(config_path, url, answer.claim.number)
    return 0 if answer.done else 1


def tell_queue(config_path: str | None, url: str, number: str) -> None:
    """Say whether the ticket is in the queue, where the desk can be asked: it is released all the same."""
    from connector.cli.reissue import in_the_queue
    from connector.forms.mistakes import Mistakes
    from connector.wire import read_only

    try:
        config = configured(config_path, secrets=True)
    except Mistakes:
        click.echo(
            "It isn't known whether it is in the queue: the configuration can't be used here.", err=True
        )
        return
    with read_only(config) as eyes:
        sentence, down = in_the_queue(eyes, url, number)
    click.echo(sentence, err=down)
