"""From a mention to the first sign of life in the room, over what Campfire's webhook call takes.

Both begin with the call: it ends with the ingress's answer (accepted), the sign is the 👀 that
arrives at Campfire, a moment into a turn that is not over at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.acceptance.stack import Stack
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.results.ratio import Ratio, latency_ratios

MENTIONS, WARM_UP = 60, 3


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """Mentions one after the other, each answered before the next."""
    accepted, signs = list[float](), list[float]()
    async with Stack(workshop.folder, redis_url=workshop.valkey.url) as stack:
        for number in range(WARM_UP + workshop.times(MENTIONS)):
            await stack.campfire.clear_calls()
            asked = await stack.say(f"slow 0.5; echo {number}")
            assert await stack.answer(asked) == str(number)
            call_s, sign_s = await _seconds(stack, asked["after"])
            accepted.append(call_s)
            signs.append(sign_s)
    return latency_ratios(
        "first sign of life",
        ("webhook call → 👀 in Campfire", signs[WARM_UP:]),
        ("webhook call → its answer", accepted[WARM_UP:]),
    )


async def _seconds(stack: Stack, message_id: int) -> tuple[float, float]:
    """How long the webhook call of this message took, and until when its first sign came."""
    (call,) = [
        delivery
        for delivery in await stack.campfire.deliveries()
        if delivery["message_id"] == message_id
    ]
    began = _at(call)
    sign = next(c for c in await stack.campfire.calls() if c["path"].endswith("/boosts"))
    return float(call["seconds"]), _at(sign) - began


def _at(entry: dict[str, Any]) -> float:
    return datetime.fromisoformat(entry["at"]).timestamp()
