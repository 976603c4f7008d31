"""The rows of docs/architecture.md, "Failures", each as scenarios."""

from tests.faults.scenarios import (
    approvals,
    budgets,
    campfires,
    deliveries,
    deploys,
    endings,
    failovers,
    floods,
    kills,
    ledger,
    members,
    on_time,
    outages,
    poison,
    refusals,
    signs,
    takeovers,
    tools,
)
from tests.faults.suite import Scenario

ALL: list[Scenario] = [
    *kills.SCENARIOS,
    *ledger.SCENARIOS,
    *signs.SCENARIOS,
    *tools.SCENARIOS,
    *approvals.SCENARIOS,
    *on_time.SCENARIOS,
    *deploys.SCENARIOS,
    *takeovers.SCENARIOS,
    *members.SCENARIOS,
    *outages.SCENARIOS,
    *failovers.SCENARIOS,
    *deliveries.SCENARIOS,
    *poison.SCENARIOS,
    *endings.SCENARIOS,
    *refusals.SCENARIOS,
    *campfires.SCENARIOS,
    *floods.SCENARIOS,
    *budgets.SCENARIOS,
]
