"""The recordings of Campfire, in `tests/recordings`."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3] / "recordings"

Json = dict[str, Any]


def load(name: str) -> Json:
    """One recording by its file name without `.json`."""
    return json.loads((FOLDER / f"{name}.json").read_text())  # type: ignore[no-any-return]


def names(kind: str) -> list[str]:
    """All recordings of a kind: `a` bot API, `r` answers, `t` Ruby's libraries, `w` webhooks."""
    found = sorted(path.stem for path in FOLDER.glob(f"{kind}[0-9]*.json"))
    if not found:
        raise FileNotFoundError(f"There are no recordings {kind}*.json in {FOLDER}.")
    return found
