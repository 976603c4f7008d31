"""The child: one run over one folder. Its arguments are FOLDER, INDEX and BOUNDS, as JSON.

Tells on its output, as lines of JSON, how far it is; ends early when its input ends.
"""

import json
import os
import select
import sys
import time
from contextlib import suppress
from pathlib import Path

from consumer.documents.bounded import Bounds
from consumer.knowledge.indexing.run import Run

EVERY_S = 0.5


def main() -> None:
    """Bring the index up to date."""
    folder, index, bounds = sys.argv[1:]
    _stand_back()
    Run(Path(folder), Path(index), Bounds(**json.loads(bounds)), tell=Teller()).run()


def _stand_back() -> None:
    """Behind every other process, at the processor and, which follows from it, at the disk
    (sched(7), ioprio_set(2)); and first to go where memory is short."""
    os.nice(19)
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


class Teller:
    """Says how far it is: at the first file, at the last, and now and then between."""

    def __init__(self) -> None:
        self._told = float("-inf")

    def __call__(self, done: int, of: int) -> None:
        """Ends the process where nobody listens any more."""
        if select.select([0], [], [], 0)[0]:
            sys.exit("nobody listens any more")
        if done == of or time.monotonic() - self._told > EVERY_S:
            self._told = time.monotonic()
            sys.stdout.write(json.dumps({"done": done, "of": of}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
