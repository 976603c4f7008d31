"""`python -m operate.once`: what ONCE's one container runs; see docs/deploy.md.

It starts nothing itself: what is different there is set right, and the launcher takes its place.
"""

from shared.startup.process import begin

if __name__ == "__main__":
    begin()

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

FIRST_BOT = "assistant.yaml"
SHIPPED = Path(__file__).parents[1] / "bots"


def main() -> None:
    """Never returns; raises OSError where the folder of the bots cannot be written."""
    environment = prepared(os.environ)
    first_bot(Path(environment["BOTS_DIR"]))
    command = [sys.executable, "-m", "operate.launch", "--overlap"]
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own module


def prepared(environment: Mapping[str, str]) -> dict[str, str]:
    """ONCE's secret signs links where none is set for that, and goes no further by its own name."""
    ready = dict(environment)
    secret = ready.pop("SECRET_KEY_BASE", "")
    if secret and not ready.get("LINK_SECRET"):
        ready["LINK_SECRET"] = secret
    return ready


def first_bot(folder: Path) -> None:
    """On an empty volume somebody has to answer; a folder that is there is its owner's."""
    if folder.exists():
        return
    folder.mkdir(parents=True)
    shutil.copy(SHIPPED / FIRST_BOT, folder / FIRST_BOT)


if __name__ == "__main__":
    main()
