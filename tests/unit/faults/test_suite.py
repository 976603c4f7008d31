"""A scenario speaks of the fault it makes: where another came between, it is run again."""

from pathlib import Path
from typing import Any

import pytest

from tests.faults import suite
from tests.faults.history import History
from tests.faults.scenarios import ALL
from tests.faults.suite import MOST_TRIES, Result, run


@pytest.mark.parametrize(
    ("unasked", "tries", "good"),
    [(0, 1, True), (1, 2, True), (MOST_TRIES - 1, MOST_TRIES, True), (9, MOST_TRIES, False)],
)
async def test_a_run_that_met_another_fault_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unasked: int, tries: int, good: bool
) -> None:
    """It is told how often; one that never came to what it is for has failed."""
    folders = list[Path]()

    async def once(scenario: Any, seed: int, fleet: Any, folder: Path) -> Result:
        folders.append(folder)
        return Result(
            scenario=scenario,
            seed=seed,
            history=History(),
            violations=[],
            trouble="",
            noise=[],
            seconds=1.0,
            unasked="2 masters were chosen where 1 broke" if len(folders) <= unasked else "",
        )

    monkeypatch.setattr(suite, "_once", once)
    fleet: Any = None
    result = await run(ALL[0], 1, fleet, tmp_path)
    assert (result.tries, result.good, len(set(folders))) == (tries, good, tries)
