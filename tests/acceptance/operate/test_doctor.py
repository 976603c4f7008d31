"""`python -m operate doctor` beside a running service."""

import asyncio
import re
import shlex

from tests.acceptance.environment import SECRETS
from tests.acceptance.stack import Stack
from tests.patience import PATIENCE_S


async def test_the_legs_of_a_message_are_timed(stack: Stack) -> None:
    """A person types what it says; what the service answered well on has no fault at all."""
    doctor = await asyncio.create_subprocess_exec(
        *shlex.split(f"python -m operate doctor --send --bot assistant --seconds {PATIENCE_S}"),
        env=stack.worker.environment,
        cwd=stack.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert doctor.stdout is not None
    assert doctor.stderr is not None
    async with asyncio.timeout(PATIENCE_S):
        asked = (await doctor.stderr.readline()).decode()
        typed = re.search(r"type: @Assistant (doctor [0-9]{4})$", asked.strip())
        assert typed is not None, asked
        await stack.ask(typed[1])
        told = (await doctor.stdout.read()).decode()
        await doctor.wait()
    assert "[ok] Calls\n" in told
    for leg in ("it was stored", "it was its turn", "its agent had it", "its answer was posted"):
        assert re.search(rf"\[ok\] assistant: [0-9.]+ s .*{leg}", told), told
    assert re.search(r"\[ok\] the worker \S+ has the queue", told)
    assert "the web process listens on port" in told
    assert "[X]" not in told.rpartition("To mend")[0], told
    assert doctor.returncode in (0, 1)
    assert not any(secret in told for secret in SECRETS)
