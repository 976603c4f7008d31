"""`make bench` works: its short form measures everything and writes what it measured."""

import asyncio
import inspect
import json
import math
import sys
from pathlib import Path

import pytest

from tests.acceptance.environment import ROOT
from tests.benchmarks.benchmark import benchmarks

PIPELINE = (
    *("accept_to_start", "hot_turn", "hot_turn_briefed", "knowledge", "rendering"),
    *("no_op_message", "tiers", "tools", "webhook"),
)
"""The pipeline's own; the queue's are long, and shown where they are made."""
GROWTH = ("growth_queue", "growth_sessions")
MEASURED = {
    "accept → turn start ÷ hop, p50",
    "accept → turn start ÷ hop, p99",
    "accept → turn start ÷ hop by redis-py, p50",
    "accept → turn start ÷ hop by redis-py, p99",
    "hot turn, p50",
    "hot turn, briefed, p50",
    "knowledge, a lane meanwhile, p99",
    "knowledge, a search, p50",
    "knowledge, memory of the child",
    "knowledge, taking in",
    "cold turn, p50",
    "warm turn, p50",
    "hot turn, 50 tools, p50",
    "no-op message, CPU, one at a time",
    "no-op message, commands from clients",
    "rendering a 10 KB answer, p50",
    "webhook, requests/s",
    "webhook, p99",
}


def test_every_benchmark_can_be_run() -> None:
    """Each module in `measured/` has the one function that the registry calls."""
    found = benchmarks()
    assert set(PIPELINE) <= set(found)
    for name, benchmark in found.items():
        assert inspect.iscoroutinefunction(benchmark.measure), name


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_a_quick_run_measures_every_ratio_and_writes_them(tmp_path: Path) -> None:
    """Each is a finite number above 0 with its two sides named; none is held to a time."""
    file = tmp_path / "bench.json"
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "tests.benchmarks",
            "--quick",
            "--output",
            str(file),
            *PIPELINE,
            *GROWTH,
        ),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()
    run = json.loads(file.read_text(encoding="utf-8"))
    assert run["quick"] is True
    assert {ratio["name"] for ratio in run["ratios"]} >= MEASURED
    assert {"claim of ten", "settle", "prewarm's choice"} <= {it["name"] for it in run["curves"]}
    for curve in run["curves"]:
        assert [point["ratio"] > 0 for point in curve["points"]].count(True) >= 3, curve
    assert "claim of ten" in file.with_suffix(".svg").read_text(encoding="utf-8")
    for ratio in run["ratios"]:
        assert math.isfinite(ratio["value"]), ratio
        assert ratio["value"] > 0, ratio
        assert ratio["count"] >= 4, ratio
        assert ratio["of"] != ratio["over"]
        assert ratio["name"] in printed.decode()
