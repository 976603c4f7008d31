"""From the webhook to the reply in Campfire, over the same turn by the bare SDK.

With a model that answers at once, so that all that is left is ours and the CLI's; with one that is
quicker than any real one; and with one that takes as long as a quick real one.
"""

import time
from collections.abc import Sequence
from datetime import datetime

from claude_agent_sdk import ClaudeSDKClient

from tests.acceptance.notices import is_notice
from tests.acceptance.stack import SUPPORT, Stack
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.results.ratio import Ratio, latency_ratios, median_ratio
from tests.benchmarks.sdk import bare_client, turn_seconds
from tests.deliveries import RECORDED_KEY, delivery

TURNS, WARM_UP = 80, 5
SLOWER_TURNS, SLOWER_S = 20, (0.1, 1)
"""Turns with a model that takes its time, and how long: seconds."""


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """A turn through all processes and a turn of the SDK alone, by turns, both hot."""
    folder = workshop.folder / "stack"
    folder.mkdir()
    async with Stack(folder, redis_url=workshop.valkey.url) as stack:
        model = f"{stack.sandbox_url}/model"
        async with bare_client(workshop.folder / "sdk", model) as client:
            turns = workshop.times(TURNS)
            await _by_turns(stack, client, ["echo warm-up"] * WARM_UP)
            ours, theirs = await _by_turns(stack, client, ["echo answer"] * turns)
            slower = [await _slower(stack, client, workshop, seconds) for seconds in SLOWER_S]
    at_once = latency_ratios("hot turn", ("webhook → reply", ours), ("bare SDK", theirs))
    return [*at_once, *slower]


async def _slower(
    stack: Stack, client: ClaudeSDKClient, workshop: Workshop, seconds: float
) -> Ratio:
    """The same with a model that takes so long."""
    orders = [f"slow {seconds}; echo answer"] * workshop.times(SLOWER_TURNS)
    ours, theirs = await _by_turns(stack, client, orders)
    name = f"hot turn, of a model that takes {seconds} s"
    return median_ratio(name, ("webhook → reply", ours), ("bare SDK", theirs))


async def _by_turns(
    stack: Stack, client: ClaudeSDKClient, orders: Sequence[str]
) -> tuple[list[float], list[float]]:
    """Each order through all processes, and then by the SDK alone; the seconds of both."""
    ours, theirs = list[float](), list[float]()
    for number, order in enumerate(orders):
        words = f"{order} {number}"
        ours.append(await webhook_to_reply(stack, words))
        theirs.append(await turn_seconds(client, words))
    return ours, theirs


async def webhook_to_reply(stack: Stack, words: str, *, room_id: int = SUPPORT) -> float:
    """Seconds until Campfire has the bot's post in hand, by the clock that both sides share.

    The message stands in the room, as a real one does; its delivery is ours, to time it.
    """
    await stack.campfire.clear_calls()
    asked: int = (await stack.campfire.post(room_id, words))["id"]
    body = delivery(key=RECORDED_KEY, room_id=room_id, message_id=asked, plain=words)
    began = time.time()
    (await stack.http.post("/webhook/assistant", json=body)).raise_for_status()
    await stack.campfire.wait_for_message(
        room_id, after=asked, such_that=lambda found: not is_notice(found["body"]["plain_text"])
    )
    # Beside the answer there may be signs of life: boosts, and a message before it.
    *_, post = [
        call
        for call in await stack.campfire.calls()
        if (call["method"], call["path"]) == ("POST", "/messages")
    ]
    return datetime.fromisoformat(post["at"]).timestamp() - began
