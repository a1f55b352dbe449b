"""passdesk once: one sweep, then exit."""

from __future__ import annotations

import json
import signal
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import click

from connector import log
from connector.cli.options import config_option, configured, json_option, tell_unbuilt
from connector.cli.progress import shown
from connector.domain.events import Event
from connector.domain.steady import steady

if TYPE_CHECKING:
    from connector.config.load import Config
    from connector.wire import App


def alerting(config: Config, house: App) -> AbstractContextManager[None]:
    """Alerts behind the sweep, where there are addresses."""
    if not config.settings.alerts.to:
        return nullcontext()
    from connector.alerts.start import behind

    return behind(config, house.ledger, house.sweep.ways.keys, house.sweep.wall)


@click.command("once")
@config_option
@json_option
def command(config_path: str | None, as_json: bool) -> int:
    """One sweep over every mapping (poll, recover, handle, look after), then exit: for cron and CI.

    Refused and deferred tickets are no errors. Exit codes: 1 a ticket is stuck, a sign-in is refused or
    something unexpected happened, 2 the configuration is wrong, 3 a service could not be reached.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that goes away takes nothing with it
    from connector.cli.table import sweep_table
    from connector.wire import as_worker
    from connector.worker.care import HeadLog
    from connector.worker.service import heartbeat, remember, stopping

    config = configured(config_path, secrets=True)
    tell_unbuilt(config)
    with (
        as_worker(config) as house,
        heartbeat(house.ledger, house.config.settings.lease),
        stopping(house.sweep.stop),
        alerting(config, house),
    ):
        house.read_only.privilege_map.on_demand()
        began, report = steady(), house.sweep.report()
        with shown(report.progress, lambda words: log.event(Event.PROGRESS, far=words)):
            house.sweep.once(report)
        seconds = steady() - began
        remember(house.sweep, report, seconds, "once")
        if house.notifier:
            house.notifier.rounds()
        HeadLog().say(house.ledger, last=True)
    if as_json:
        click.echo(json.dumps(report.as_json(seconds)))
    else:
        sweep_table(report, seconds)
    if report.unwritten:
        click.echo(report.unwritten, err=True)
    return report.exit_code()
