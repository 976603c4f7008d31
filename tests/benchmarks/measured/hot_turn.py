"""From the webhook to the reply in Campfire, over the same turn by the bare SDK."""

import time
from collections.abc import Sequence
from datetime import datetime
from itertools import count

from tests.acceptance.stack import SUPPORT, Stack
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.ratio import Ratio, latency_ratios
from tests.benchmarks.sdk import bare_client, turn_seconds
from tests.deliveries import RECORDED_KEY, delivery

TURNS, WARM_UP = 80, 5
FIRST_ID = 1_000_000


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """A turn through all processes and a turn of the SDK alone, by turns, both hot."""
    folder = workshop.folder / "stack"
    folder.mkdir()
    ours, theirs, ids = list[float](), list[float](), count(FIRST_ID)
    async with Stack(folder, redis_url=workshop.valkey.url) as stack:
        model = f"{stack.sandbox_url}/model"
        async with bare_client(workshop.folder / "sdk", model) as client:
            for number in range(workshop.times(TURNS) + WARM_UP):
                words = f"echo answer {number}"
                ours.append(await _webhook_to_reply(stack, next(ids), words))
                theirs.append(await turn_seconds(client, words))
    return latency_ratios(
        "hot turn", ("webhook → reply", ours[WARM_UP:]), ("bare SDK", theirs[WARM_UP:])
    )


async def _webhook_to_reply(stack: Stack, message_id: int, words: str) -> float:
    """Seconds until Campfire has the bot's post in hand, by the clock that both sides share."""
    body = delivery(key=RECORDED_KEY, room_id=SUPPORT, message_id=message_id, plain=words)
    await stack.campfire.clear_calls()
    newest = max((message["id"] for message in await stack.campfire.messages(SUPPORT)), default=0)
    began = time.time()
    (await stack.http.post("/webhook/assistant", json=body)).raise_for_status()
    await stack.campfire.wait_for_message(SUPPORT, after=newest)
    [post] = [call for call in await stack.campfire.calls() if call["method"] == "POST"]
    return datetime.fromisoformat(post["at"]).timestamp() - began
