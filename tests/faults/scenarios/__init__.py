"""The rows of design.md's failure table, each as scenarios."""

from tests.faults.scenarios import kills
from tests.faults.suite import Scenario

ALL: list[Scenario] = [*kills.SCENARIOS]
