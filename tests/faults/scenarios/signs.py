"""kill -9 between the steps of a turn's signs of life: one answer, and none of them is left over.

Each dies at its first and at a later pass: at 👀, at a boost with the time, at the sign that stays.
"""

import random
import signal
from collections.abc import Iterator

from tests.conftest import eventually
from tests.faults.suite import Scenario
from tests.faults.world import BOT_USER, World

TAKES_S = 1.0
"""Longer than 👀 takes to come, and than a progress message where its pace is hurried."""
STEPS = {
    "steps": [
        *(f"progress.boosted#{n}" for n in (1, 2, 3)),
        *(f"progress.boost_recorded#{n}" for n in (1, 2, 3)),
        *(f"progress.unboosted#{n}" for n in (1, 2)),
    ],
    "edit": ["progress.message_posted", "progress.message_deleted", "turn.posting", "turn.posted"],
}
SHORT = {
    *("progress.boosted#1", "progress.boosted#2", "progress.boosted#3"),
    *("progress.unboosted#1", "progress.message_posted", "progress.message_deleted"),
}


def killed_at(step: str, progress: str) -> Scenario:
    """A consumer dies at this step of a turn's signs; the next one goes on."""

    async def run(world: World, dice: random.Random) -> None:
        await world.ingress()
        doomed = await world.consumer(
            ready=False, KILL_AT=step, PROGRESS=progress, HURRIED_SIGNS="1"
        )
        room = world.rooms(1)[0]
        message = await world.say(room, f"slow={TAKES_S}")
        assert await doomed.gone(20) == -signal.SIGKILL, f"{step} was never reached"
        await world.pause(dice.uniform(0, 0.2))
        await world.consumer(PROGRESS=progress, HURRIED_SIGNS="1")
        await world.settled()
        await eventually(lambda: _only_the_end_stands(world, room, message))

    return Scenario(
        name=f"kill -9 at {step} with PROGRESS={progress}",
        run=run,
        fault="kill -9 at a step",
        short=step in SHORT,
    )


async def _only_the_end_stands(world: World, room: int, message: str) -> bool:
    """✅ alone under the question, and one post of the bot below it: the answer."""
    boosts = [boost.content for boost in world.campfire.chat.boosts.of(int(message))]
    return boosts == ["✅"] and list(_posts(world, room)) == [f"answer to {message}."]


def _posts(world: World, room: int) -> Iterator[str]:
    for post in world.campfire.chat.messages.before(room, None, 100):
        if post.creator_id == BOT_USER:
            yield world.campfire.chat.plain_text(post).strip()


SCENARIOS = [killed_at(step, progress) for progress, steps in STEPS.items() for step in steps]
