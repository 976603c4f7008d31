"""Ask the parts of the service until each says that it is ready."""

import asyncio
import time
from collections.abc import Callable, Mapping

import httpx

POLL_SECONDS = 0.1
PATIENCE_SECONDS = 30.0
"""A machine that does much else takes half a minute to start two processes."""


async def until_ready(probes: Mapping[str, str], say: Callable[[str], None]) -> float:
    """Poll each URL until it answers 200; the seconds that took.

    After PATIENCE_SECONDS it says once what is still missing, and goes on asking.
    """
    started = time.monotonic()
    missing = dict(probes)
    patient = True
    async with httpx.AsyncClient(timeout=2.0, trust_env=False) as client:
        while True:
            missing = {name: url for name, url in missing.items() if await _asked(client, url)}
            elapsed = time.monotonic() - started
            if not missing:
                return elapsed
            if patient and elapsed > PATIENCE_SECONDS:
                patient = False
                say(await _still_missing(client, missing, elapsed))
            await asyncio.sleep(POLL_SECONDS)


async def _asked(client: httpx.AsyncClient, url: str) -> str | None:
    """None when it is ready, else what it answers."""
    try:
        answer = await client.get(url)
    except httpx.HTTPError as error:
        return f"{url} does not answer ({type(error).__name__})"
    return None if answer.status_code == httpx.codes.OK else f"{url} answers {answer.status_code}"


async def _still_missing(
    client: httpx.AsyncClient, missing: Mapping[str, str], elapsed: float
) -> str:
    answers = [f"{name}: {await _asked(client, url) or 'ready'}" for name, url in missing.items()]
    waits = f"Still waiting after {elapsed:.0f} s: {'; '.join(answers)}."
    return f"{waits} If that does not end, the lines above say why."
