"""/metrics in Prometheus' text format, each metric made as it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connector.domain.errors import PassdeskError
from connector.web.metrics import METRICS, Metric
from connector.web.scrape import Seen
from connector.web.tally import BOUNDS, Spread

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family

    from connector.web.window import Window


@dataclass(eq=False)
class Collector:
    """Makes each metric as it is asked for. Where the ledger can't be read, only what needs none is there."""

    window: Window

    def describe(self) -> list[Family]:
        return []

    def collect(self) -> Iterator[Family]:
        from prometheus_client.core import GaugeMetricFamily

        readable = GaugeMetricFamily("passdesk_ledger_readable", "1 where the ledger can be read.")
        try:
            seen = Seen(self.window, self.window.standing())
            found = [family(each, seen) for each in METRICS]
        except PassdeskError:
            found = []
        readable.add_metric([], float(bool(found)))
        yield readable
        yield from found


def family(metric: Metric, seen: Seen) -> Family:
    """A row as the library has it."""
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

    made: Any = {
        "counter": CounterMetricFamily,
        "gauge": GaugeMetricFamily,
        "histogram": HistogramMetricFamily,
    }[metric.kind](metric.name, metric.meaning, labels=metric.labels)
    for labels, value in metric.samples(seen):
        if isinstance(value, Spread):
            made.add_metric(labels, _buckets(value), value.total)
        else:
            made.add_metric(labels, value)
    return made  # type: ignore[no-any-return]  # one of three classes of a library


def _buckets(spread: Spread) -> list[tuple[str, float]]:
    so_far, found = 0, []
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), spread.counts, strict=True):
        so_far += count
        found.append((bound, float(so_far)))
    return found


def exposition(window: Window) -> bytes:
    """All metrics, in Prometheus' text format, from a registry of their own."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector(window))
    return generate_latest(registry)
