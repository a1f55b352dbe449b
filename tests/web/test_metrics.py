"""/healthz, /readyz and /metrics: what machines ask, without a person's name."""

from __future__ import annotations

from unittest.mock import patch

from prometheus_client.parser import text_string_to_metric_families

from connector.demo.cast import PEOPLE
from connector.domain.errors import Unwritten
from connector.domain.events import Event
from connector.domain.outcome import State
from connector.domain.ticket import Claim
from connector.ledger.sql import SqlLedger
from connector.lifecycle.events import TicketEvent
from connector.web.metrics import METRICS
from connector.web.tally import Tally
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


def test_waits_are_told_by_reason_and_all_of_them(site: Site) -> None:
    found = scraped(site)
    waiting = {labels["reason"]: value for labels, value in found["passdesk_waiting"]}
    known = [each["reason"] for each in site.window.standing()["waiting"]]
    assert known and waiting == {reason: known.count(reason) for reason in known}
    ages = {labels["reason"]: value for labels, value in found["passdesk_waiting_seconds"]}
    assert set(ages) == set(waiting)
    assert found["passdesk_oldest_wait_seconds"][0][1] == max(ages.values())
    assert found["passdesk_stuck"][0][1] == len(site.window.standing()["stuck"])


def test_the_way_that_passes_end_is_counted_by_its_reason(site: Site) -> None:
    counted = scraped(site)["passdesk_decisions_total"]
    ended = {labels["reason"] for labels, value in counted if labels["outcome"] == "ended" and value}
    assert ended and ended <= {"used", "expired", "cancelled", "revoked"}


def test_how_long_a_pass_took_is_told_of_the_last_hour(site: Site) -> None:
    site.window.figures.refresh()
    told = {labels["quantile"]: value for labels, value in scraped(site)["passdesk_time_to_pass_seconds"]}
    assert 0 < told["0.5"] <= told["0.95"]


def test_an_alarm_is_counted_from_the_first_one() -> None:
    tally, claim = Tally(), Claim("https://contoso", "1", "INC1", "incidents", State.LIVE, "me", 1, "TAP-1")
    assert tally.alarms["used_unconfirmed"] == 0 and "used_unconfirmed" in tally.alarms
    tally.heard(TicketEvent(Event.USED_UNCONFIRMED, claim))
    tally.heard(TicketEvent(Event.REVOCATION_REFUSED, claim, news=False))
    assert dict(tally.alarms) == {"used_unconfirmed": 1, "revocation_refused": 0}
