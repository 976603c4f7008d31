"""The fault suite's short form, real processes and all: every row of the failure table once.

`make test` takes the quicker ones and two bugs, `make long` the others; `make faults` runs the long
form.
`FAULTS_SEED=…` repeats a run; the seed is in every failure.
"""

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.mutants import MUTANTS, Mutant
from tests.faults.processes import Fleet
from tests.faults.report import excerpt
from tests.faults.scenarios import ALL
from tests.faults.suite import Scenario, run
from tests.zygote import Zygote

SEED = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))
SHORT = [scenario for scenario in ALL if scenario.short]
QUICK = (
    "kill -9 at turn.answered",
    "kill -9 at turn.posted",
    "kill -9 at ingress.accepted",
    "kill -9 while refusing, turn.posted, main",
    "kill -9 at progress.message_posted with PROGRESS=edit",
    "SIGTERM during turns",
    "a lane is full",
    "kill -9 at on_time.fired of what is due, main",
    "Redis killed and back",
    "Redis away and disk full",
    "a message kills its process",
    "three consumers, all at once",
    "cancelled messages",
    "event loop blocked past the lease",
    "Campfire main: cut after it stored",
    "Campfire: key rotated",
    "what is no message",
    "kill -9 at approval.taken of an approved call",
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet(zygote: Zygote) -> AsyncIterator[Fleet]:
    """Of this worker's zygote, which has imported the service for the stacks as a rule."""
    async with Fleet(zygote) as fleet:
        yield fleet


@pytest.mark.short_form(*QUICK)
@pytest.mark.parametrize("scenario", SHORT, ids=lambda scenario: scenario.name)
async def test_every_promise_is_kept(scenario: Scenario, fleet: Fleet, tmp_path: Path) -> None:
    """I1 to I15 hold in the history of this fault."""
    result = await run(scenario, SEED, fleet, tmp_path)
    assert result.good, f"{scenario.name}\n{excerpt(result)}"


@pytest.mark.short_form("no dedupe", "order by score")
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.bug)
async def test_the_checker_finds_a_deliberate_bug(
    mutant: Mutant, fleet: Fleet, tmp_path: Path
) -> None:
    """With the bug in, one of the promises it breaks is reported; without it, none is."""
    for number in range(mutant.tries):
        folder = tmp_path / f"buggy-{number}"
        buggy = await run(mutant.scenario(bug=True), SEED + number, fleet, folder)
        found = {violation.invariant for violation in buggy.violations}
        if found & mutant.breaks:
            break
    assert found & mutant.breaks, f"{mutant.bug}: found {found or 'nothing'}\n{excerpt(buggy)}"
    mended = await run(mutant.scenario(bug=False), SEED, fleet, tmp_path / "mended")
    assert mended.good, excerpt(mended)
