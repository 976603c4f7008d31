"""What one process of a cage may take by itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

from consumer.cage.limits import FILES, LATER, MEMORY, MIB

CODE = """
import json, os, resource
from consumer.cage.limits import limit_this_process
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
limit_this_process({given!r})
kinds = ("CORE", "NOFILE", "FSIZE", "DATA")
limits = {{kind: resource.getrlimit(getattr(resource, "RLIMIT_" + kind)) for kind in kinds}}
last = [open("/proc/self/oom_score_adj").read().strip(), os.nice(0)]
print(json.dumps([limits, last]))
"""
ROOT = Path(__file__).parents[3]


def test_the_limits_are_the_lanes_bounds_and_stay() -> None:
    """Soft and hard alike, none raised; last to run, and out of memory the first to go."""
    given = {FILES: "20", MEMORY: "300"}
    ran = subprocess.run(
        [sys.executable, "-c", CODE.format(given=given)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    limits, last = json.loads(ran.stdout)
    assert limits == {
        "CORE": [0, 0],
        "NOFILE": [100, 100],
        "FSIZE": [20 * MIB] * 2,
        "DATA": [600 * MIB] * 2,
    }
    assert last == ["1000", os.nice(0) + LATER]
