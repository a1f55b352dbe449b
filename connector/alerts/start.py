"""The lane of alerts as the configuration wants it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from connector import log
from connector.alerts.board import Board
from connector.alerts.child import UNKNOWN
from connector.alerts.lane import SETTLE, Lane, hearing
from connector.alerts.sending import unknown
from connector.config.load import Config
from connector.domain.errors import PassdeskError
from connector.forms.marked_yaml import Span
from connector.forms.mistakes import Mistake, Mistakes
from connector.ledger.alert_facts import Asking
from connector.ledger.alert_verbs import Alerting
from connector.ledger.limiting import IN_ALL, PER_REQUESTER, PER_SUBJECT
from connector.ledger.sql import SqlLedger

GRACE = 150.0  # s for which a trouble of another worker stands, which says so each minute


def lane(
    config: Config,
    ledger: SqlLedger,
    mappings: Callable[[], Collection[str]],
    *,
    runs: bool,
    wall: Callable[[], float] | None = None,
) -> Lane:
    """The lane beside a worker. `mappings`: the names of those in force. `runs`: for `passdesk run`, which
    looks again and again; else it is asked once, and tells at once. `wall`: the machine's clock.
    """
    settings, up_since = config.settings, ledger.clock()
    floor = settings.floor
    limits = {
        PER_SUBJECT: floor.passes_per_subject,
        PER_REQUESTER: floor.passes_per_requester,
        IN_ALL: floor.passes_in_all,
    }
    spans = {name: float(each.seconds) for name, each in limits.items()}

    def asking() -> Asking:
        grace = GRACE if ledger.shared else 0.0
        return Asking(
            settings.alerts_after, settings.poll.every, up_since, frozenset(mappings()), spans, grace, runs
        )

    board = Board(lambda: (wall or time.time)() - ledger.clock())
    made = Lane(
        Alerting(ledger),
        asking,
        board,
        settings.alerts.to,
        settings.alerts.names,
        SETTLE if runs else 0.0,
    )
    board.wake = made.woken.set
    return made


@contextmanager
def beside(
    config: Config,
    ledger: SqlLedger,
    mappings: Callable[[], Collection[str]],
    wall: Callable[[], float] | None = None,
) -> Iterator[None]:
    """Alerts beside `passdesk run`, until the block ends."""
    made = lane(config, ledger, mappings, runs=True, wall=wall)
    with hearing(made.board), made.beside(lambda error: log.failed("alerts", error)):
        yield


@contextmanager
def behind(
    config: Config,
    ledger: SqlLedger,
    mappings: Callable[[], Collection[str]],
    wall: Callable[[], float] | None = None,
) -> Iterator[None]:
    """Alerts of `passdesk once`: told when the block, with its sweep, is over."""
    made = lane(config, ledger, mappings, runs=False, wall=wall)
    with hearing(made.board):
        yield
        try:
            made.round()
        except PassdeskError:
            pass  # what the ledger lacks is said elsewhere
        except Exception as error:  # noqa: BLE001  # an alert is no reason to fail
            log.failed("alerts", error)


def known_addresses(config: Config) -> None:
    """Raises Mistakes where apprise doesn't know an address that is there, at its line, without the
    address.
    """
    wrong = unknown(config.settings.alerts.to)
    if wrong:
        raise Mistakes([_unknown(config, place) for place in wrong])


def _unknown(config: Config, place: int) -> Mistake:
    values = config.source.config.values
    spans = [values[key] for key in (("alerts", place), ("alerts", "to", place)) if key in values]
    span = spans[0] if spans else Span(1, 1, 1)
    sentence = f"{UNKNOWN}; write one as apprise's documentation shows it, where this points to"
    return Mistake(config.path, span.line, span.column, "alerts", sentence)
