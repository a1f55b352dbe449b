"""/healthz, /readyz and /metrics: what machines ask, without a person's name."""

from __future__ import annotations

from unittest.mock import patch

from prometheus_client.parser import text_string_to_metric_families

from connector.demo.cast import PEOPLE
from connector.domain.errors import Unwritten
from connector.ledger.sql import SqlLedger
from connector.web.metrics import METRICS
from tests.searching import SEARCH
from tests.web.conftest import Site, demo


def scraped(site: Site) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Samples by their names."""
    answer = site.get("/metrics")
    assert answer.status_code == 200
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def test_each_metric_of_the_table_is_there_and_no_other(site: Site) -> None:
    families = {each.name: each.type for each in text_string_to_metric_families(site.get("/metrics").text)}
    assert families == {each.name: each.kind for each in METRICS} | {"passdesk_ledger_readable": "gauge"}


def test_they_count_what_became_of_the_demos_tickets(site: Site) -> None:
    found = scraped(site)
    states = {labels["state"]: value for labels, value in found["passdesk_tickets"]}
    assert (states["refused"], states["ended"]) == (10, 2)
    counted = found["passdesk_decisions_total"]
    assert sum(value for labels, value in counted if labels["reason"] == "subject_privileged") == 2
    assert sum(value for labels, value in counted if labels["outcome"] == "delivered") == 9
    out = {name: found[name][0][1] for name in ("passdesk_passes_out", "passdesk_passes_exposed")}
    assert out == {"passdesk_passes_out": 7, "passdesk_passes_exposed": 0}
    calls = {labels["service"] for labels, _ in found["passdesk_calls_total"]}
    assert calls == {"entra", "contoso-servicenow", "contoso-topdesk"}
    stages = {labels["stage"] for labels, _ in found["passdesk_stage_seconds_count"]}
    assert stages >= {"proved", "issued", "delivered"}
    assert found["passdesk_audit_lines"][0][1] == len(site.house.ledger.history())


def test_no_label_names_a_person_or_a_ticket(site: Site) -> None:
    values = {value for every in scraped(site).values() for labels, _ in every for value in labels.values()}
    people = {part.casefold() for name in PEOPLE for part in name.split()}
    assert "entra" in values and "demo-incidents" in values
    assert not {
        each for each in values if "@" in each or "INC" in each or people & {*each.casefold().split()}
    }


def test_the_metrics_of_a_pause_and_a_resting_ledger(site: Site) -> None:
    site.house.ledger.pause("a drill")
    paused = {labels["by_itself"]: value for labels, value in scraped(site)["passdesk_paused"]}
    site.house.ledger.resume()
    assert paused == {"no": 1.0, "yes": 0.0}
    assert [value for _, value in scraped(site)["passdesk_paused"]] == [0.0, 0.0]


def test_a_ledger_that_cannot_be_read_is_said_everywhere_and_stops_no_answer(site: Site) -> None:
    assert (site.get("/readyz").status_code, site.get("/readyz").text) == (200, "ready\n")
    with patch.object(SqlLedger, "read", side_effect=Unwritten("the ledger x can't be read: mend the disk")):
        ready, metrics, page = site.get("/readyz"), scraped(site), site.get("/history")
        now = site.get("/")
    assert (ready.status_code, ready.text) == (503, "not ready: the ledger x can't be read: mend the disk\n")
    assert metrics == {"passdesk_ledger_readable": [({}, 0.0)]}
    assert now.status_code == 503 and "mend the disk" in now.text
    assert page.status_code == 503
    assert site.get("/healthz").text == "ok\n"


@SEARCH
def test_it_is_not_ready_before_the_first_sweep_and_when_none_comes() -> None:
    with demo() as site:
        site.scene.clock.moved += 24 * 3600
        late = site.get("/readyz")
        assert (late.status_code, "no sweep has ended for 1 d" in late.text) == (503, True)
        site.sweep()
        assert site.get("/readyz").status_code == 200
