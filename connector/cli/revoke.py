"""passdesk revoke: a pass must go now, or all of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from connector.cli.options import config_option, configured
from connector.cli.person import by_option, desk_url, note, operator
from connector.operating.desks import desk_names

if TYPE_CHECKING:
    from connector.domain.ticket import Claim
    from connector.ledger.rows import Operator, VerbResult
    from connector.operating.deleting import Deletion
    from connector.wire import App


@click.command("revoke")
@click.argument("desk", required=False)
@click.argument("ticket", required=False)
@click.option("--all", "every", is_flag=True, help="Every pass that is out, at every desk: an incident.")
@click.option("--why", metavar="TEXT", help="Kept in the audit trail; needed with --all.")
@click.option("--yes", is_flag=True, help="With --all on a terminal: don't ask.")
@by_option
@config_option
def command(
    *,
    desk: str | None,
    ticket: str | None,
    every: bool,
    why: str | None,
    yes: bool,
    by: str | None,
    config_path: str | None,
) -> int:
    """End the pass of TICKET at DESK now, or with --all every pass that is out: deleted in Entra, and the
    ticket says so.

    Works while `passdesk run` is working. It says whether the pass was deleted, or is booked to be deleted as
    soon as Entra can be reached. The sweeps that follow prove that it is gone, and say so on the ticket.

    Exit code 1 where there is nothing to revoke, or Entra doesn't delete it; 3 where Entra can't be reached.
    """
    from connector.wire import build

    named = desk is not None and ticket is not None
    if every and desk is not None:
        raise click.UsageError("write either a desk and a ticket, or --all")
    if every and not (why and why.strip()):
        raise click.UsageError('--all needs a reason; write --why "TEXT"')
    if not every and not named:
        raise click.UsageError("write a desk and a ticket, or --all --why TEXT")
    who = operator(by)
    config = configured(config_path, secrets=True, mappings=False)
    with build(config) as house:
        if desk is not None and ticket is not None:
            return revoke_one(house, desk, ticket, who, why or "")
        if sys.stdin.isatty() and not yes:
            out = len(house.ledger.passes_out())
            click.confirm(f"Revoke every pass that is out ({out})?", abort=True, err=True)
        return revoke_all(house, desk_names(config), who, why or "")


def revoke_one(house: App, desk: str, ticket: str, who: Operator, why: str) -> int:
    """Book it, and delete it at once."""
    from connector.operating.verbs import revoke

    url = desk_url(house.config, desk)
    done = revoke(house.ledger, house.issuer, (url, ticket), who, why)
    if done.answer and done.answer.done:
        log_revoked(done.answer, desk, who, why)
    if done.answer:
        click.echo(done.answer.sentence.replace(url, desk))
    if done.deletion:
        click.echo(done.deletion.sentence, err=bool(done.deletion.exit_code))
    if done.unwritten:
        raise done.unwritten
    return done.deletion.exit_code if done.deletion else 1


def revoke_all(house: App, names: dict[str, str], who: Operator, why: str) -> int:
    """Book every revocation in one transaction, then delete one pass after the other."""
    from connector.domain.errors import Unwritten
    from connector.operating.deleting import delete_now
    from connector.operating.verbs import sentence_of

    out, unwritten = [each.claim for each in house.ledger.passes_out()], None
    try:
        answers = house.ledger.revoke_all(sentence_of(who), who, why)
        out = [each.claim for each in answers if each.claim]
        for each in answers:
            if each.done and each.claim:
                log_revoked(each, names.get(each.claim.desk, each.claim.desk), who, why)
    except Unwritten as error:
        unwritten = error
    done = []
    for claim in out:
        done.append(delete_now(house.issuer, claim.current_attempt, booked=unwritten is None))
        click.echo(line_of(claim, names, done[-1]), err=bool(done[-1].exit_code))
    click.echo(summary(done))
    if house.ledger.paused() is None:
        click.echo("Issuing goes on: passdesk pause stops it.", err=True)
    if unwritten:
        raise unwritten
    codes = {each.exit_code for each in done}
    return 1 if 1 in codes else 3 if 3 in codes else 0


def log_revoked(answer: VerbResult, desk: str, who: Operator, why: str) -> None:
    from connector.domain.events import Event

    if answer.claim:
        note(Event.REVOCATION_REQUESTED, ticket=answer.claim.number, desk=desk, **who.detail(why))


def line_of(claim: Claim, names: dict[str, str], done: Deletion) -> str:
    from connector.forms.mistakes import printable

    desk, person = names.get(claim.desk, claim.desk), claim.current_attempt.subject
    return printable(f"{desk} {claim.number}, {person.name} ({person.upn}): {done.sentence}")


def summary(done: list[Deletion]) -> str:
    if not done:
        return "No pass is out."
    deleted = sum(each.exit_code == 0 for each in done)
    left = len(done) - deleted
    count = "1 pass" if len(done) == 1 else f"{len(done)} passes"
    if not left:
        return f"{count} revoked."
    return f"{count}: {deleted} deleted; {left} may still work, and the next sweeps try again."
