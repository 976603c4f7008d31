"""A real call of Campfire's for each bot, and the legs of its way: a person types, we wait.

A bot cannot call itself: Campfire tells a bot of nothing that it wrote.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from redis.asyncio import Redis
from redis.exceptions import RedisError

from operate.doctor.finding import Finding, Group, broken, ok, unknown
from operate.doctor.told import Told
from operate.doctor.waiting import Watch
from shared.bots import Bot
from shared.keys import Keys
from shared.operating.bots import Refusal
from shared.operating.messages import Message
from shared.redis import clock
from shared.redis.client import redis_client

LEGS = (
    ("delivered", "accepted", "from Campfire's call until it was stored"),
    ("accepted", "claimed", "until it was its turn"),
    ("claimed", "started", "until its agent had it"),
    ("started", "posted", "until its answer was posted"),
    ("posted", "settled", "until that was on record"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """What is waited for."""

    url: str
    """What webhook URLs begin with."""
    within_s: float
    word: str = ""
    """What is to be typed, and its answer waited for; empty: a call is enough."""
    tell: Callable[[str], None]
    """Says what the person should do."""


async def listen(told: Told, bots: Sequence[Bot], how: Listening) -> Group:
    """One finding for a call, one for each leg; all bots at once."""
    if told.redis_url is None:
        return Group("Calls", (unknown("nothing runs that could take a call"),))
    redis, keys = redis_client(told.redis_url, max_connections=8), Keys(told.prefix)
    try:
        since_ms = await clock.now_ms(redis)
        for bot in bots:
            how.tell(f"In Campfire, in a room that {bot.name} is in, type: @{bot.name} {how.word}")
        found = await asyncio.gather(*(_one(redis, keys, bot, since_ms, how) for bot in bots))
    except RedisError as error:
        return Group("Calls", (unknown(f"Redis does not answer ({type(error).__name__})"),))
    finally:
        await redis.aclose()
    return Group("Calls", tuple(chain.from_iterable(found)))


def legs(message: Message) -> list[tuple[str, float]]:
    """Each leg of a message's way and its seconds, as far as its timeline says."""
    at: dict[str, int] = {}
    for step in message.steps:
        at.setdefault(step.what, step.at_ms)
    if message.ended_ms is not None:
        at["settled"] = message.ended_ms
    return [
        (words, max(0, at[end] - at[begin]) / 1000)
        for begin, end, words in LEGS
        if begin in at and end in at
    ]


async def _one(
    redis: Redis, keys: Keys, bot: Bot, since_ms: int, how: Listening
) -> Sequence[Finding]:
    watch = Watch(redis, keys, bot.id, since_ms)
    enter = f"Enter {how.url}/webhook/{bot.id} as the webhook URL on its page in Campfire exactly,"
    called = False
    try:
        async with asyncio.timeout(how.within_s):
            call = await watch.call()
            if isinstance(call, Refusal):
                said = f"{bot.id}: Campfire called, and was turned away with {call.status}"
                return [broken(said, f"{enter} and keep this very bot's key.")]
            called = True
            after = ok(f"{bot.id}: Campfire called after {(call - since_ms) / 1000:.1f} s")
            return [after, *_way(bot, await _ended(watch))] if how.word else [after]
    except TimeoutError:
        if called:
            late = f"{bot.id}: no answer in {how.within_s:.0f} s"
            return [broken(late, "Look at its message on the operator's page (/operator).")]
        silent = f"{bot.id}: Campfire did not call in {how.within_s:.0f} s"
        return [broken(silent, f"{enter} see that Campfire's machine reaches it, and add the bot.")]


async def _ended(watch: Watch) -> Message:
    return await watch.end(await watch.first())


def _way(bot: Bot, message: Message) -> Sequence[Finding]:
    if message.outcome != "completed":
        said = f"{bot.id}: message {message.message_id} ended as {message.outcome}"
        return [broken(said, "Look at it on the operator's page (/operator), and in the log.")]
    return [ok(f"{bot.id}: {seconds:.1f} s {words}") for words, seconds in legs(message)]
