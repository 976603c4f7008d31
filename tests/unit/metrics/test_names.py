"""The names of the metrics: documented, bounded in their labels, and known to alerts and panels."""

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

import consumer.instruments as of_consumer
import ingress.instruments as of_ingress
from consumer.metrics.state import State
from shared.between_processes.service_status import ServiceStatus

OPERATIONS = Path("docs/operations")
LABELS = {"bot", "outcome", "tier", "reason"}
STATE = State(
    status=ServiceStatus, running=lambda: 0, slots=1, renewed_s=lambda: 0.0, lag_s=lambda: 0.0
)
NAME = re.compile(r"campfire_[a-z_]+")


def instruments() -> list[MetricWrapperBase]:
    modules = (of_consumer, of_ingress)
    found = [value for module in modules for value in vars(module).values()]
    return [it for it in found if isinstance(it, MetricWrapperBase)]


def shown() -> set[str]:
    """Every name as Prometheus knows it."""
    metrics = [metric for it in (*instruments(), STATE) for metric in it.collect()]
    assert len(metrics) > 25
    return {m.name + ("_total" if m.type == "counter" else "") for m in metrics}


def without_suffix(names: Iterable[str]) -> set[str]:
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in names}


def panels() -> list[dict[str, Any]]:
    dashboard: dict[str, Any] = json.loads((OPERATIONS / "grafana.json").read_text())
    return list(dashboard["panels"])


def expressions() -> list[str]:
    return [it["expr"] for panel in panels() for it in panel["targets"]]


def test_every_metric_stands_in_the_documentation_and_nothing_else_does() -> None:
    """A name is a promise as soon as somebody's alert rests on it."""
    rows = [line for line in (OPERATIONS / "metrics.md").read_text().splitlines() if "|" in line]
    cells = " ".join(row.split("|")[1] for row in rows)
    named = re.findall(r"`(campfire_\w+|_\w+)`", cells)
    told = {name if name.startswith("campfire") else f"campfire_sessions{name}" for name in named}
    assert told == shown()


def test_no_label_grows_with_rooms_or_people() -> None:
    """A thousand rooms would be a thousand series of each."""
    labels = [set(it._labelnames) for it in instruments()]
    assert set().union(*labels) == LABELS


def test_alerts_and_panels_ask_for_metrics_that_exist() -> None:
    """A wrong name is an alert that never goes off."""
    rules = yaml.safe_load((OPERATIONS / "alerts.yml").read_text())["groups"][0]["rules"]
    asked = [rule["expr"] for rule in rules] + expressions()
    names = {name for expression in asked for name in NAME.findall(expression)}
    assert len(names) > 15
    assert without_suffix(names) <= shown()


@pytest.mark.parametrize("command", ["check rules alerts.yml", "test rules alerts_test.yml"])
def test_promtool_takes_the_alerts_and_each_goes_off(command: str) -> None:
    """`alerts_test.yml` has a case for each."""
    promtool("check" if "check" in command else "test", *command.split()[1:])
    rules = yaml.safe_load((OPERATIONS / "alerts.yml").read_text())["groups"][0]["rules"]
    cases = yaml.safe_load((OPERATIONS / "alerts_test.yml").read_text())["tests"]
    tested = {it["alertname"] for case in cases for it in case["alert_rule_test"]}
    assert tested == {rule["alert"] for rule in rules}


def test_promtool_takes_the_dashboards_expressions(tmp_path: Path) -> None:
    """As rules: it has no other way to read an expression."""
    rules = [{"record": f"panel:{n}", "expr": it} for n, it in enumerate(expressions())]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    promtool("check", "rules", str(file))


def test_each_panel_has_a_place_of_its_own_and_tells_bots_apart() -> None:
    """24 columns wide, over whichever Prometheus the reader picks; what is counted by bot says
    whose it is."""
    places = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in panels()
        for x in range(panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24
    assert len({panel["id"] for panel in panels()}) == len(panels()) >= 10
    assert {panel["datasource"]["uid"] for panel in panels()} == {"${prometheus}"}
    told = {it["expr"]: it["legendFormat"] for panel in panels() for it in panel["targets"]}
    spent = [it for it in told if re.search("tokens|cost", it)]
    assert len(spent) == 3
    for expression in spent:
        assert "by (bot)" in expression
        assert "{{bot}}" in told[expression]


def test_the_text_is_what_a_prometheus_reads() -> None:
    """promtool's own reading of it, for the names and their help too."""
    from prometheus_client import generate_latest

    text = b"".join(
        line + b"\n" for line in generate_latest(REGISTRY).splitlines() if b"campfire_" in line
    )
    found = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, check=False
    )
    assert found.returncode == 0, found.stderr.decode() + found.stdout.decode()


def promtool(*arguments: str) -> None:
    found = subprocess.run(
        ["promtool", *arguments], cwd=OPERATIONS, capture_output=True, check=False, timeout=60
    )
    assert found.returncode == 0, found.stdout.decode() + found.stderr.decode()
