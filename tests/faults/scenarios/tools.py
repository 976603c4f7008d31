"""kill -9 between the steps of what a turn's tools do: each message and each boost stands once.

Asked anew in the same words or in others; on v1.4.9, where nobody can look or change a word, the
first words stay, and a copy of what may have arrived says that it may be one.
"""

import random
import signal

from sandbox.campfire.bot_api.answers import Mode
from tests.conftest import eventually
from tests.faults.scenarios.ledger import LABEL
from tests.faults.suite import Scenario
from tests.faults.world import BOT_USER, World

POSTS = 2
STEPS = [
    *(f"tool.{step}#{n}" for n in (1, 2) for step in ("posting", "posted", "recorded")),
    *("tool.boosting", "tool.boosted", "tool.boost_recorded", "turn.answered"),
]
SHORT = {"tool.posted#2", "tool.recorded#1", "tool.boosted"}


def killed_at(step: str, verb: str, mode: Mode) -> Scenario:
    """A consumer dies at this step of a turn's tools; the next one runs the turn again."""

    async def run(world: World, dice: random.Random) -> None:
        await world.ingress()
        doomed = await world.consumer(ready=False, KILL_AT=step)
        room, other = world.rooms(2)
        message = await world.say(room, f"{verb}={POSTS}")
        assert await doomed.gone(20) == -signal.SIGKILL, f"{step} was never reached"
        await world.say(dice.choice([room, other]))
        await world.consumer()
        await world.settled()
        _check(_notes(world, room), message, verb, step, mode)
        if mode == "main":
            await eventually(lambda: _only_these_stand(world, message))

    return Scenario(
        name=f"kill -9 at {step} of a turn whose tools {verb}, {mode}",
        run=run,
        fault="kill -9 at a step",
        short=step in SHORT and verb == "repost",
        world={"mode": mode},
    )


def _check(shown: list[str], message: str, verb: str, step: str, mode: Mode) -> None:
    numbers = range(1, POSTS + 1)
    now = " in 2" if verb == "repost" else ""
    wanted = [f"note {message}-{number}{now}" for number in numbers]
    if mode == "main":
        assert shown == wanted, shown
        return
    before = " in 1" if verb == "repost" else ""
    known, unclear = _when_it_died(step)
    first = [f"note {message}-{number}{before}" for number in numbers]
    arrived = first[known : known + 1] if unclear == "arrived" else []
    copy = [f"{LABEL} {wanted[known]}"] if unclear else []
    assert [_plain(text) for text in shown] == [
        *first[:known],
        *arrived,
        *copy,
        *wanted[known + bool(unclear) :],
    ], shown


def _when_it_died(step: str) -> tuple[int, str]:
    """How many posts were on record with their numbers; and what nobody knows of the next."""
    name, _, number = step.partition("#")
    if not number:
        return POSTS, ""
    if name == "tool.recorded":
        return int(number), ""
    return int(number) - 1, "arrived" if name == "tool.posted" else "sent"


def _plain(text: str) -> str:
    """A label as its few words."""
    label, _, words = text.rpartition("note ")
    return f"{LABEL} note {words}" if LABEL in label else text


def _notes(world: World, room: int) -> list[str]:
    """What tools posted there, in order."""
    chat = world.campfire.chat
    posts = [post for post in chat.messages.before(room, None, 100) if post.creator_id == BOT_USER]
    texts = [chat.plain_text(post).strip() for post in posts]
    return [text for text in texts if "note " in text]


async def _only_these_stand(world: World, message: str) -> bool:
    """The tool's boost, once, and the sign of the message's end."""
    boosts = [boost.content for boost in world.campfire.chat.boosts.of(int(message))]
    return sorted(boosts) == ["✅", "👍"]


MODES: tuple[Mode, ...] = ("main", "v1.4.9")
SCENARIOS = [
    killed_at(step, verb, mode)
    for step in STEPS
    for verb in ("post", "repost")
    for mode in MODES
    if mode == "main" or not step.startswith("tool.boost")
]
