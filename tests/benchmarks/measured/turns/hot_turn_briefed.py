"""The hot turn in a room that talks: what others said in between is read, and told with the prompt.

From the webhook to the reply over the same turn by the bare SDK, with a model that answers at once;
and over our own turn in the same room where nobody spoke in between.
"""

from collections.abc import Sequence

from claude_agent_sdk import ClaudeSDKClient

from tests.acceptance.stack import SUPPORT, Stack
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.measured.turns.hot_turn import webhook_to_reply
from tests.benchmarks.results.ratio import Ratio, latency_ratios, median_ratio
from tests.benchmarks.sdk import bare_client, turn_seconds

TURNS, WARM_UP = 80, 5
IN_THE_INDEX = 40
"""Messages that the room shows before the first turn: a page."""
TALK = ("lunch at 12?", "the printer is on fire again", "who has the key of the cellar?")
MIKE = 2


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """By turns: one with talk before it, the SDK alone, one without talk."""
    folder = workshop.folder / "stack"
    folder.mkdir()
    async with Stack(folder, redis_url=workshop.valkey.url) as stack:
        for number in range(IN_THE_INDEX):
            await stack.campfire.post(
                SUPPORT, f"{TALK[number % 3]} {number}", user_id=1 + number % 2
            )
        model = f"{stack.sandbox_url}/model"
        async with bare_client(workshop.folder / "sdk", model) as client:
            await _by_turns(stack, client, WARM_UP)
            turns = workshop.times(TURNS)
            briefed, quiet, bare = await _by_turns(stack, client, turns)
        await _was_told(stack, turns)
    ours = ("webhook → reply, after talk", briefed)
    return [
        *latency_ratios("hot turn, briefed", ours, ("bare SDK", bare)),
        median_ratio("hot turn, what the talk costs", ours, ("webhook → reply, without", quiet)),
    ]


async def _by_turns(
    stack: Stack, client: ClaudeSDKClient, turns: int
) -> tuple[list[float], list[float], list[float]]:
    """The seconds of each, in the order of the module's first sentence."""
    briefed, quiet, bare = list[float](), list[float](), list[float]()
    for number in range(turns):
        words = f"echo answer {number}"
        for said in TALK:
            await stack.campfire.post(SUPPORT, said, user_id=MIKE)
        briefed.append(await webhook_to_reply(stack, words))
        bare.append(await turn_seconds(client, words))
        quiet.append(await webhook_to_reply(stack, words))
    return briefed, quiet, bare


async def _was_told(stack: Stack, turns: int) -> None:
    """Every second of our turns was told all the talk before it, and no other."""
    told = [request.prompts[-1] for request in await stack.model_requests() if request.prompts]
    ours = [prompt for prompt in told if "\n[from: " in prompt][-2 * turns :]
    with_talk = [all(f"Mike Member: {said}" in prompt for said in TALK) for prompt in ours]
    assert with_talk == [True, False] * turns
