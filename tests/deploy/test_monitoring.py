"""The dashboard and the alert rules ask for metrics that there are; each rule has its reason in the docs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml

from connector.web.metrics import METRICS

ROOT = Path(__file__).parents[2]
DEPLOY, DOCS = ROOT / "deploy", ROOT / "docs" / "monitoring.md"
DASHBOARD, RULES = DEPLOY / "grafana" / "passdesk.json", DEPLOY / "prometheus" / "passdesk.rules.yml"
TARGET = {"job", "instance"}  # labels that Prometheus gives each series
FOREIGN = {"up": TARGET, "ALERTS": {"alertname", "alertstate"}}  # series of Prometheus itself
SUMS = {"sum", "avg", "count"}


def series() -> dict[str, tuple[str, set[str]]]:
    """Every series of /metrics: of what it is, and its labels."""
    found: dict[str, tuple[str, set[str]]] = {"passdesk_ledger_readable": ("process", TARGET)}
    for each in METRICS:
        labels = {*each.labels, *TARGET}
        match each.kind:
            case "counter":
                found[f"{each.name}_total"] = each.source, labels
            case "histogram":
                found |= {f"{each.name}_{part}": (each.source, labels) for part in ("sum", "count")}
                found[f"{each.name}_bucket"] = each.source, labels | {"le"}
            case "gauge":
                found[each.name] = each.source, labels
    return found


KNOWN = series()


def rules() -> list[dict[str, Any]]:
    return [each for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for each in group["rules"]]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DASHBOARD.read_text("utf-8"))
    return found


def panels() -> list[dict[str, Any]]:
    return [each for each in dashboard()["panels"] if each["type"] != "row"]


def queries() -> Iterator[str]:
    """Every expression of both files, as Prometheus gets it."""
    yield from (each["expr"] for each in rules())
    shown = dashboard()
    yield from (each["expr"] for each in shown["annotations"]["list"])
    for each in panels():
        yield from (target["expr"].replace("$__rate_interval", "5m") for target in each["targets"])
    for each in shown["templating"]["list"]:
        if asked := re.fullmatch(r"label_values\((.+), (\w+)\)", each.get("definition", "")):
            yield f"count by ({asked[2]}) ({asked[1]})"


def mistakes(query: str) -> list[str]:
    """What a query asks for that there isn't, and what it adds up that each replica says again."""
    found = list[str]()
    _walk(promql.parse(query), [], found)
    return found


def _walk(node: Any, around: list[tuple[str, set[str]]], found: list[str]) -> None:
    match node:
        case promql.AggregateExpr():
            labels = set(node.modifier.labels) if node.modifier else set()
            _walk(node.expr, [*around, (str(node.op), labels)], found)
        case promql.BinaryExpr():
            _walk(node.lhs, around, found)
            _walk(node.rhs, around, found)
        case promql.Call():
            for each in node.args:
                _walk(each, around, found)
        case promql.ParenExpr() | promql.UnaryExpr():
            _walk(node.expr, around, found)
        case promql.SubqueryExpr():
            _walk(node.expr, around, found)
        case promql.MatrixSelector():
            _walk(node.vector_selector, around, found)
        case promql.VectorSelector():
            _look(node, around, found)


def _look(node: Any, around: list[tuple[str, set[str]]], found: list[str]) -> None:
    if node.name not in KNOWN and node.name not in FOREIGN:
        found.append(f"there is no {node.name}")
        return
    source, labels = KNOWN.get(node.name, ("prometheus", FOREIGN.get(node.name, set())))
    asked = {each.name for each in node.matchers.matchers}.union(*(by for _, by in around))
    found += [f"{node.name} has no label {each}" for each in sorted(asked - labels)]
    if source == "ledger" and around and around[-1][0] in SUMS:
        found.append(f"{node.name} is the same of each replica: take its max")


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_every_query_asks_for_metrics_and_labels_that_there_are(query: str) -> None:
    assert mistakes(query) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("max(passdesk_pases_out)", "there is no passdesk_pases_out"),
        ("sum(rate(passdesk_decisions[5m]))", "there is no passdesk_decisions"),
        ('max(passdesk_waiting{why="x"})', "passdesk_waiting has no label why"),
        ("sum by (mapping) (rate(passdesk_calls_total[5m]))", "passdesk_calls_total has no label mapping"),
        ("1 - (sum(passdesk_stuck) > 0)", "passdesk_stuck is the same of each replica: take its max"),
        (
            "max_over_time(sum(passdesk_stuck)[1h:1m])",
            "passdesk_stuck is the same of each replica: take its max",
        ),
        (
            "-histogram_quantile(0.5, sum by (le) (passdesk_call_seconds))",
            "there is no passdesk_call_seconds",
        ),
    ],
)
def test_a_query_that_asks_for_something_else_is_found(query: str, said: str) -> None:
    assert mistakes(query) == [said]


def test_the_dashboard_shows_every_metric() -> None:
    shown = " ".join(queries())
    left = {each.name for each in METRICS if not re.search(rf"\b{each.name}(_total|_bucket)?\b", shown)}
    assert len(panels()) > 20
    assert left == set()


def test_every_panel_says_what_it_shows_and_lies_on_a_place_of_its_own() -> None:
    every = dashboard()["panels"]
    assert len({each["id"] for each in every}) == len(every)
    assert [each["title"] for each in panels() if not each.get("description", "").endswith(".")] == []
    sources = {target["datasource"]["uid"] for each in panels() for target in each["targets"]}
    assert sources == {"${datasource}"}
    for one, two in combinations((each["gridPos"] for each in every), 2):
        beside = one["x"] + one["w"] <= two["x"] or two["x"] + two["w"] <= one["x"]
        above = one["y"] + one["h"] <= two["y"] or two["y"] + two["h"] <= one["y"]
        assert beside or above, (one, two)
    assert max(each["gridPos"]["x"] + each["gridPos"]["w"] for each in every) == 24


def test_each_alert_says_what_to_do_and_why_it_is_there() -> None:
    page = DOCS.read_text("utf-8")
    in_docs = re.findall(r"^\| `(Passdesk\w+)` \|", page, re.MULTILINE)
    assert in_docs == [each["alert"] for each in rules()]
    for each in rules():
        assert set(each["annotations"]) == {"summary", "description", "runbook"}, each["alert"]
        assert each["labels"]["severity"] in ("critical", "warning")


def test_each_alert_is_seen_to_fire() -> None:
    tests = (RULES.parent / "passdesk.tests.yml").read_text("utf-8")
    assert set(re.findall(r'alertname="(\w+)"', tests)) == {each["alert"] for each in rules()}


def promtool(*asked: str) -> str:
    """What Prometheus' own tool says of the rules: that of make, of PROMTOOL, or on the path."""
    own = Path(sys.executable).parent / "promtool"
    tool = os.environ.get("PROMTOOL") or (str(own) if own.exists() else shutil.which("promtool"))
    assert tool, "promtool is needed: make .venv/promtool, or set PROMTOOL to one"
    ran = subprocess.run([tool, *asked], cwd=RULES.parent, capture_output=True, text=True, check=False)
    return (
        ran.stdout + ran.stderr if ran.returncode == 0 else f"exit {ran.returncode}: {ran.stdout}{ran.stderr}"
    )


def test_prometheus_takes_the_rules() -> None:
    assert f"SUCCESS: {len(rules())} rules found" in promtool("check", "rules", RULES.name)


def test_the_rules_fire_when_they_should_and_not_before() -> None:
    assert promtool("test", "rules", "passdesk.tests.yml").split() == [
        *("Unit", "Testing:", "passdesk.tests.yml", "SUCCESS")
    ]


def test_prometheus_takes_every_query_of_the_dashboard(tmp_path: Path) -> None:
    asked = [{"record": f"q{i}", "expr": each} for i, each in enumerate(sorted(set(queries())))]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": asked}]}))
    assert f"SUCCESS: {len(asked)} rules found" in promtool("check", "rules", str(file))
