"""passdesk run: unattended."""

from __future__ import annotations

import signal
import sys
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from typing import TYPE_CHECKING

import click

from connector.cli.options import config_option, configured, known_addresses, tell_unbuilt

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from connector.config.load import Config
    from connector.lifecycle.events import Listener, TicketEvent
    from connector.wire import App
    from connector.worker.hints import Hints


@click.command("run")
@config_option
def command(config_path: str | None) -> int:
    """Run unattended, until SIGTERM or SIGINT: sweep at the interval of `poll`, and recover at once.

    Mapping files that change are reloaded between two sweeps; if one has a mistake, the old ones stay in
    force, and the log says so. A change of config.yaml needs a restart. SIGHUP and a log that nobody reads
    any more change nothing.

    What is in flight at the end is finished within `stop_within`, or left as a crash would leave it: the next
    start recovers it.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that goes away takes nothing with it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until it works there is nothing to finish
    from connector.wire import as_worker
    from connector.worker.background import Rounds
    from connector.worker.hints import Hints, Mailbox
    from connector.worker.notifying import OFTEN
    from connector.worker.reload import Reloading
    from connector.worker.service import Runner

    config = configured(config_path, secrets=True)
    known_addresses(config)
    tell_unbuilt(config)
    with page(config) as (listener, serve), as_worker(config, listener) as house:
        every, jitter = config.settings.poll.every, config.settings.poll.jitter
        between = Reloading(house).between
        lease, stop_within = config.settings.lease, config.settings.stop_within
        rounds = Rounds(house.read_only.privilege_map.refresh)
        notices = Rounds(house.notifier.round, OFTEN, name="notices") if house.notifier else None
        hints = Hints({name: Mailbox() for name in config.settings.hooks})
        runner = Runner(
            house.sweep,
            every,
            jitter,
            lease,
            stop_within,
            between,
            trail=house.ledger,
            rounds=rounds,
            notices=notices,
            hints=hints,
        )
        with serve(house, hints), alerting(config, house, lambda: list(runner.sweep.ways)):
            return runner.run()


def alerting(
    config: Config, house: App, mappings: Callable[[], Collection[str]]
) -> AbstractContextManager[None]:
    """The lane of alerts, where there are addresses."""
    if not config.settings.alerts.to:
        return nullcontext()
    from connector.alerts.start import beside

    return beside(config, house.ledger, mappings, house.sweep.wall)


@contextmanager
def page(config: Config) -> Iterator[tuple[Listener, Callable[[App, Hints], AbstractContextManager[object]]]]:
    """The page's address, taken at once; what hears the tickets' events, and a way to serve the page. Raises
    Mistakes where the address can't be had.
    """
    from connector import log

    web = config.settings.web
    if web is None:
        yield log.ticket, lambda house, hints: nullcontext()
        return
    from connector.web.server import listening, public_served, served
    from connector.web.tally import Tally

    tally = Tally()

    @contextmanager
    def serve(house: App, hints: Hints) -> Iterator[None]:
        page = served(house, bound, tally, hints=hints)
        with page, public_served(house, public) if public else nullcontext():
            yield

    def both(happened: TicketEvent) -> None:
        log.ticket(happened)
        tally.heard(happened)

    with ExitStack() as stack:
        bound = stack.enter_context(closing(listening(config, web)))
        public = stack.enter_context(closing(listening(config, web.public))) if web.public else None
        yield both, serve
