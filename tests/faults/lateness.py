"""How late this machine is, at each moment of a run: no time in its history is more exact."""

import asyncio
import time
from collections.abc import Callable

EVERY_S = 0.02
WORTH_TELLING_S = 0.02


async def follow_lateness(tell: Callable[[float, float], None]) -> None:
    """Never returns; `tell` gets when it was (seconds since the epoch), and how late it was, s."""
    while True:
        due = time.time() + EVERY_S
        await asyncio.sleep(EVERY_S)
        if (late := time.time() - due) > WORTH_TELLING_S:
            tell(due, late)
