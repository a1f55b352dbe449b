"""The metrics: a row each, in one table, from which docs/metrics.md is made. No label names a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from connector.domain.outcome import State
from connector.web.scrape import (
    OPEN,
    Labels,
    Sample,
    Seen,
    alone,
    calls_of,
    decisions_of,
    exposed,
    hints_of,
    lately,
    services_of,
    stages_of,
    up,
)

Source = Literal["process", "ledger"]


@dataclass(frozen=True)
class Metric:
    """A row. `samples`: each with the values of its labels, in their order. `source`: this process, so that
    what several say adds up; or the ledger, of which all replicas say the same.
    """

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    source: Source
    labels: Labels
    meaning: str
    samples: Callable[[Seen], Iterable[Sample]]


METRICS: Final = (
    Metric(
        "passdesk_decisions", "counter", "process", ("mapping", "outcome", "reason"),
        "Decisions of this process since it started; deferred: each time for a new reason.", decisions_of,
    ),
    Metric(
        "passdesk_alarms", "counter", "process", ("event",),
        "What somebody must look into at once: docs/events.md has each event.",
        lambda seen: (((event,), float(count)) for event, count in seen.tally.alarms.items()),
    ),
    Metric(
        "passdesk_stage_seconds", "histogram", "process", ("stage",),
        "How long a ticket took from the step before to this one.", stages_of,
    ),
    Metric(
        "passdesk_calls", "counter", "process", ("service", "status"),
        "Calls to services; status none: there was no answer.", calls_of,
    ),
    Metric(
        "passdesk_call_seconds", "histogram", "process", ("service",),
        "How long calls to a service took.", services_of,
    ),
    Metric(
        "passdesk_hints", "counter", "process", ("desk", "outcome"),
        "Calls to /hooks; taken: the ticket is looked at. Desk empty: of no desk that may call.", hints_of,
    ),
    Metric(
        "passdesk_tickets", "gauge", "ledger", ("state",),
        "Tickets in the ledger by their state, counted each minute.",
        lambda seen: (((str(state),), float(count)) for state, count in seen.window.figures.states.items()),
    ),
    Metric(
        "passdesk_backlog", "gauge", "ledger", (),
        "Tickets that may still get a pass, and those being worked on.",
        alone(lambda seen: seen.count(*OPEN)),
    ),
    Metric(
        "passdesk_oldest_wait_seconds", "gauge", "ledger", (),
        "How long the ticket waits that waits longest; 0: none.",
        alone(lambda seen: max((age for _, age in seen.waiting.values()), default=0.0)),
    ),
    Metric(
        "passdesk_waiting", "gauge", "ledger", ("reason",),
        "Tickets that may still get a pass, by why they wait.",
        lambda seen: (((reason,), float(count)) for reason, (count, _) in seen.waiting.items()),
    ),
    Metric(
        "passdesk_waiting_seconds", "gauge", "ledger", ("reason",),
        "How long the ticket waits that waits longest for this reason.",
        lambda seen: (((reason,), max(0.0, age)) for reason, (_, age) in seen.waiting.items()),
    ),
    Metric(
        "passdesk_time_to_pass_seconds", "gauge", "ledger", ("quantile",),
        "From a ticket's first line to its pass, over the last hour; counted each minute.", lately,
    ),
    Metric(
        "passdesk_stuck", "gauge", "ledger", (), "Tickets that need a person.",
        alone(lambda seen: seen.count(State.STUCK)),
    ),
    Metric(
        "passdesk_passes_out", "gauge", "ledger", (), "Passes that may be out.",
        alone(lambda seen: len(seen.known["live"])),
    ),
    Metric(
        "passdesk_passes_exposed", "gauge", "ledger", (),
        "Passes that work now, and that nobody is known to hold. More than 90 seconds of it is an alarm.",
        alone(exposed),
    ),
    Metric(
        "passdesk_paused", "gauge", "ledger", ("by_itself",), "1 while no pass is issued.",
        lambda seen: [
            ((said,), float(bool(seen.known["paused"]) and bool(seen.known["paused"]["cause"]) is itself))
            for said, itself in (("no", False), ("yes", True))
        ],
    ),
    Metric(
        "passdesk_sweep_age_seconds", "gauge", "ledger", (), "Since the last sweep ended.",
        alone(lambda seen: seen.sweep.get("ago_s")),
    ),
    Metric(
        "passdesk_sweep_seconds", "gauge", "ledger", (), "How long the last sweep took.",
        alone(lambda seen: seen.sweep.get("duration_s")),
    ),
    Metric(
        "passdesk_service_up", "gauge", "ledger", ("service",), "1 where the last sweep could use it.", up,
    ),
    Metric(
        "passdesk_route_resting", "gauge", "ledger", ("service",),
        "1 while it refuses every ticket, and one tries.",
        lambda seen: (((each["service"],), float(bool(each["rest"]))) for each in seen.known["services"]),
    ),
    Metric(
        "passdesk_mapping", "gauge", "ledger", ("mapping", "version"), "1 for each version in force.",
        lambda seen: (((name, version), 1.0) for name, version in seen.known["mappings"]["in_force"].items()),
    ),
    Metric(
        "passdesk_mapping_mistakes", "gauge", "process", (), "Mistakes in mapping files: the old ones stay.",
        alone(lambda seen: len(seen.known["mappings"]["refused"])),
    ),
    Metric(
        "passdesk_leases", "gauge", "process", (), "Tickets in the hands of this process.",
        alone(lambda seen: len(seen.window.ledger.mine)),
    ),
    Metric(
        "passdesk_audit_lines", "gauge", "ledger", (), "The number of the last line of the audit trail.",
        alone(lambda seen: int(seen.window.reader.head().partition(":")[0])),
    ),
)  # fmt: skip


def metrics_page() -> str:
    """docs/metrics.md."""
    head = (
        "# Metrics\n\nMade from the code by `make docs`. `GET /metrics` of the status page (`web.listen`) "
        "has them in Prometheus' text format. Where others than this machine reach the page, it asks for "
        "a token of `web.operators`: `Authorization: Bearer TOKEN`. No label names a person or a ticket. "
        "A dashboard and alert rules: "
        "[monitoring.md](monitoring.md).\n\n"
        "Of the process: it begins anew with each, and what several replicas say adds up (`sum`). Of the "
        "ledger: read at each scrape, right after a restart, and the same from each replica (`max`).\n\n"
        "| metric | kind | of the | labels | meaning |\n|---|---|---|---|---|\n"
        "| `passdesk_ledger_readable` | gauge | process | – | 1 where it can be read; else it is alone. |\n"
    )
    rows = (
        f"| `{each.name}{'_total' if each.kind == 'counter' else ''}` | {each.kind} | "
        f"{each.source} | {', '.join(f'`{label}`' for label in each.labels) or '–'} | {each.meaning} |\n"
        for each in METRICS
    )
    return head + "".join(rows)
