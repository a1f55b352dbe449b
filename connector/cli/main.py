"""`passdesk`: the verbs, and the one place where errors become sentences and exit codes.

0 fine; 1 something needs a person; 2 wrong usage or configuration; 3 a service could not be reached.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from connector.terminal import NOBODY_READS, Outlet, outlets

VERBS = {
    "demo": "See it work on the built-in simulators: no account, no server, no configuration needed.",
    "run": "Run unattended, until SIGTERM or SIGINT.",
    "once": "One sweep over every mapping, then exit: for cron and CI.",
    "check": "The doctor: configuration, sign-in, columns, the tenant's policy against each mapping.",
    "explain": "Dry run of one real ticket: every step, every guard; writes nothing anywhere.",
    "history": "What was decided, and why.",
    "status": "How it stands: paused, last sweep, what waits, stuck, live, services, mappings.",
    "live": "The passes that are out: whose, until when, and where they were delivered.",
    "revoke": "End a ticket's pass now; --all: every pass.",
    "reissue": "Allow one more pass for a ticket that had one.",
    "release": "Let a stuck ticket try again.",
    "pause": "The kill switch: no pass is issued while paused.",
    "resume": "Issue passes again.",
    "unhold": "Let somebody have passes again who said that one wasn't theirs.",
    "raise": "Allow more passes than a limit of the floor, until a time.",
    "alerts": "Messages to people when something breaks: test.",
    "audit": "The hash-chained trail: verify, export, erase a person's names.",
    "ledger": "The ledger: backup, move to another file or server.",
    "mappings": "Work on mapping files: test.",
    "schema": "The JSON Schema of config or mapping files (--write DIR), reason codes, events, alerts.",
}


class Verbs(click.Group):
    """Each verb is `connector.cli.NAME:command`, imported when it is called; `NAME_` for a word of Python."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        found: click.Command = import_module(f"connector.cli.{module}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            close = get_close_matches(args[0], VERBS, n=1)
            cure = f"write {close[0]}" if close else "passdesk --help lists them"
            raise click.UsageError(f'there is no verb "{args[0]}"; {cure}') from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--config", "config_path", metavar="PATH", help="config.yaml (or $PASSDESK_CONFIG); also after the verb."
)
@click.version_option(package_name="passdesk", message="%(prog)s %(version)s")
@click.pass_context
def passdesk(ctx: click.Context, config_path: str | None) -> None:
    """Turns service-desk tickets into Microsoft Entra Temporary Access Passes."""
    ctx.obj = config_path


def main(args: list[str] | None = None) -> None:
    """Never a traceback: what a person can mend is a sentence and an exit code."""
    collect_seldom()
    with outlets() as out:
        code = printed(outcome(_arguments() if args is None else args), out)
    sys.exit(code)


def collect_seldom() -> None:
    """Let Python look for unreachable circles after 20,000 new objects, not 700: starting makes some 300,000
    that stay, and it walked through them over and over.
    """
    gc.set_threshold(20_000)


def printed(code: int, out: Outlet) -> int:
    """The exit code of a verb whose answer may be lost. Who stops reading has what they wanted."""
    if out.lost is None or out.lost.errno in NOBODY_READS:
        return code
    say(f"What it printed is lost: {out.lost.strerror}.", 1)
    return 2 if code == 2 else 1


def _arguments() -> list[str]:
    """Take for UTF-8 what the locale couldn't decode: a surrogate has no place in a query."""
    return [
        os.fsencode(each).decode("utf-8", "replace") if re.search("[\ud800-\udfff]", each) else each
        for each in sys.argv[1:]
    ]


def outcome(args: list[str] | None = None) -> int:
    from connector.domain.errors import Down, LedgerDown, NoLedger, PassdeskError, SignInRefused
    from connector.forms.mistakes import Mistakes

    try:
        found: Any = passdesk.main(args, prog_name="passdesk", standalone_mode=False)
    except Mistakes as mistakes:
        return say(mistakes.render(show_lines=sys.stderr.isatty()), 2)
    except click.Abort:
        return say("Stopped.", 1)
    except click.ClickException as error:
        error.show()
        return 2
    except SignInRefused as refused:
        return say(f"passdesk can't sign in to {refused.service}: {refused.sentence}", 1)
    except Down as down:
        return say(f"{down.service} can't be reached: {down.sentence}", 3)
    except LedgerDown as error:
        return say(str(error), 3)
    except NoLedger as error:
        return say(str(error), 2)
    except PassdeskError as error:
        return say(str(error), 1)
    return found if isinstance(found, int) else 0


def say(text: str, code: int) -> int:
    click.echo(text, err=True)
    return code
