"""The metrics: a row each, in one table, from which docs/metrics.md is made. No label names a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from connector.domain.outcome import State
from connector.web.tally import Spread, Tally

if TYPE_CHECKING:
    from connector.web.window import Window

Labels = tuple[str, ...]
Sample = tuple[Labels, float | Spread]
_OPEN: Final = (State.WAITING, State.CLAIMED, State.ISSUING, State.DELIVERING, State.REVOKING, State.SETTLING)


@dataclass(frozen=True)
class Seen:
    """What one scrape looks at, read once. `known`: what `passdesk status --json` tells."""

    window: Window
    known: Mapping[str, Any]

    @property
    def tally(self) -> Tally:
        return self.window.tally

    @property
    def sweep(self) -> Mapping[str, Any]:
        return self.known["last_sweep"] or {}


@dataclass(frozen=True)
class Metric:
    """A row. `samples`: each with the values of its labels, in their order."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    labels: Labels
    meaning: str
    samples: Callable[[Seen], Iterable[Sample]]


def _one(value: Callable[[Seen], float | None]) -> Callable[[Seen], Iterator[Sample]]:
    """A metric without labels; None: there is nothing to tell yet."""

    def samples(seen: Seen) -> Iterator[Sample]:
        found = value(seen)
        if found is not None:
            yield (), float(found)

    return samples


def _decisions(seen: Seen) -> Iterator[Sample]:
    with seen.tally.lock:
        yield from list(seen.tally.decisions.items())


def _calls(seen: Seen) -> Iterator[Sample]:
    with seen.tally.lock:
        yield from list(seen.tally.calls.items())


def _hints(seen: Seen) -> Iterator[Sample]:
    with seen.tally.lock:
        yield from list(seen.tally.hints.items())


def _stages(seen: Seen) -> Iterator[Sample]:
    yield from (((name,), spread) for name, spread in list(seen.tally.stages.items()))


def _services(seen: Seen) -> Iterator[Sample]:
    yield from (((name,), spread) for name, spread in list(seen.tally.services.items()))


def _up(seen: Seen) -> Iterator[Sample]:
    for each in seen.known["services"]:
        if each["reachable"] is not None or each["sign_in_refused"]:
            yield (each["service"],), float(bool(each["reachable"]) and not each["sign_in_refused"])


def _exposed(seen: Seen) -> int:
    now = seen.window.now()
    out = [each for each in seen.window.reader.passes_out() if each.delivered_at is None]
    return sum(each.claim.current_attempt.start <= now < each.claim.current_attempt.end for each in out)


def _oldest(seen: Seen) -> float:
    ages = [each["age_s"] for each in seen.known["waiting"]]
    return float(max(ages, default=0))


METRICS: Final = (
    Metric(
        "passdesk_decisions", "counter", ("mapping", "outcome", "reason"),
        "Decisions of this process since it started; deferred: each time for a new reason.", _decisions,
    ),
    Metric(
        "passdesk_stage_seconds", "histogram", ("stage",),
        "How long a ticket took from the step before to this one.", _stages,
    ),
    Metric(
        "passdesk_calls", "counter", ("service", "status"),
        "Calls to services; status none: there was no answer.", _calls,
    ),
    Metric(
        "passdesk_call_seconds", "histogram", ("service",), "How long calls to a service took.", _services,
    ),
    Metric(
        "passdesk_hints", "counter", ("desk", "outcome"),
        "Calls to /hooks; taken: the ticket is looked at. Desk empty: of no desk that may call.", _hints,
    ),
    Metric(
        "passdesk_tickets", "gauge", ("state",), "Tickets in the ledger by their state, counted each minute.",
        lambda seen: (((str(state),), float(count)) for state, count in seen.window.figures.states.items()),
    ),
    Metric(
        "passdesk_backlog", "gauge", (), "Tickets that may still get a pass, and those being worked on.",
        _one(lambda seen: sum(seen.window.figures.states.get(each, 0) for each in _OPEN)),
    ),
    Metric(
        "passdesk_oldest_wait_seconds", "gauge", (), "How long the ticket waits that waits longest; 0: none.",
        _one(_oldest),
    ),
    Metric(
        "passdesk_stuck", "gauge", (), "Tickets that need a person.",
        _one(lambda seen: len(seen.known["stuck"])),
    ),
    Metric(
        "passdesk_passes_out", "gauge", (), "Passes that may be out.",
        _one(lambda seen: len(seen.known["live"])),
    ),
    Metric(
        "passdesk_passes_exposed", "gauge", (),
        "Passes that work now, and that nobody is known to hold. More than 90 seconds of it is an alarm.",
        _one(_exposed),
    ),
    Metric(
        "passdesk_paused", "gauge", ("by_itself",), "1 while no pass is issued.",
        lambda seen: [
            ((said,), float(bool(seen.known["paused"]) and bool(seen.known["paused"]["cause"]) is itself))
            for said, itself in (("no", False), ("yes", True))
        ],
    ),
    Metric(
        "passdesk_sweep_age_seconds", "gauge", (), "Since the last sweep ended.",
        _one(lambda seen: seen.sweep.get("ago_s")),
    ),
    Metric(
        "passdesk_sweep_seconds", "gauge", (), "How long the last sweep took.",
        _one(lambda seen: seen.sweep.get("duration_s")),
    ),
    Metric("passdesk_service_up", "gauge", ("service",), "1 where the last sweep could use it.", _up),
    Metric(
        "passdesk_route_resting", "gauge", ("service",), "1 while it refuses every ticket, and one tries.",
        lambda seen: (((each["service"],), float(bool(each["rest"]))) for each in seen.known["services"]),
    ),
    Metric(
        "passdesk_mapping", "gauge", ("mapping", "version"), "1 for each version in force.",
        lambda seen: (((name, version), 1.0) for name, version in seen.known["mappings"]["in_force"].items()),
    ),
    Metric(
        "passdesk_mapping_mistakes", "gauge", (), "Mistakes in mapping files: the old ones stay.",
        _one(lambda seen: len(seen.known["mappings"]["refused"])),
    ),
    Metric(
        "passdesk_leases", "gauge", (), "Tickets in the hands of this process.",
        _one(lambda seen: len(seen.window.ledger.mine)),
    ),
    Metric(
        "passdesk_audit_lines", "gauge", (), "The number of the last line of the audit trail.",
        _one(lambda seen: int(seen.window.reader.head().partition(":")[0])),
    ),
)  # fmt: skip


def metrics_page() -> str:
    """docs/metrics.md."""
    head = (
        "# Metrics\n\nMade from the code by `make docs`. `GET /metrics` of the status page (`web.listen`) "
        "has them in Prometheus' text format. Where others than this machine reach the page, it asks for "
        "a token of `web.operators`: `Authorization: Bearer TOKEN`. No label names a person or a ticket. "
        "Counters and histograms begin anew with the process; the rest is read from the ledger at each "
        "scrape.\n\n"
        "| metric | kind | labels | meaning |\n|---|---|---|---|\n"
        "| `passdesk_ledger_readable` | gauge | – | 1 where the ledger can be read; else it is alone. |\n"
    )
    rows = (
        f"| `{each.name}{'_total' if each.kind == 'counter' else ''}` | {each.kind} | "
        f"{', '.join(f'`{label}`' for label in each.labels) or '–'} | {each.meaning} |\n"
        for each in METRICS
    )
    return head + "".join(rows)
