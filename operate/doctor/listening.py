"""A real call of Campfire's for each bot, and the legs of its way: somebody types, we wait."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from redis.asyncio import Redis
from redis.exceptions import RedisError

from operate.doctor.finding import Finding, Group, broken, ok, unknown
from operate.doctor.legs import way
from operate.doctor.setup import Setup
from operate.doctor.speaking import CannotSay, Typed, say
from operate.doctor.waiting import Watch
from shared.bots import Bot
from shared.keys import Keys
from shared.operating.bots import Refusal
from shared.redis.client import redis_client


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """What is waited for."""

    url: str
    """What webhook URLs begin with."""
    within_s: float
    word: str = ""
    """What is to be typed, and its answer waited for; empty: a call is enough."""
    room_id: int | None = None
    """Where a second bot of ours types it; None: a person does."""
    tell: Callable[[str], None]
    """Says what the person should do."""


async def listen(told: Setup, bots: Sequence[Bot], how: Listening) -> Group:
    """One finding for a call, one for each leg; all bots at once."""
    if told.redis_url is None:
        return Group("Calls", (unknown("nothing runs that could take a call"),))
    redis, keys = redis_client(told.redis_url, max_connections=8), Keys(told.prefix)
    try:
        looks = [_Look(redis, keys, told, bot, how) for bot in bots]
        found = await asyncio.gather(*(look.findings() for look in looks))
    except RedisError as error:
        return Group("Calls", (unknown(f"Redis does not answer ({type(error).__name__})"),))
    finally:
        await redis.aclose()
    return Group("Calls", tuple(chain.from_iterable(found)))


class _Look:
    """One bot."""

    def __init__(self, redis: Redis, keys: Keys, told: Setup, bot: Bot, how: Listening) -> None:
        self._redis, self._keys, self._told, self._bot, self._how = redis, keys, told, bot, how
        self._enter = (
            f"Enter {how.url}/webhook/{bot.id} as the webhook URL on its page in Campfire exactly,"
        )

    async def findings(self) -> Sequence[Finding]:
        """Of the call and, where an answer is waited for, of each leg."""
        watch = await Watch.begin(self._redis, self._keys, self._bot.id)
        said, first = await self._typed()
        return [*first, *await self._came(watch, said)]

    async def _typed(self) -> tuple[Typed | None, list[Finding]]:
        bot, how = self._bot, self._how
        if how.room_id is not None:
            try:
                said = await say(self._redis, self._told, bot, how.room_id, how.word)
            except CannotSay as error:
                why = unknown(f"{bot.id}: a person had to type it: {error}")
                how.tell(f"{bot.id}: a person has to type it: {error}.")
                self._ask()
                return None, [why]
            return said, [ok(f"{bot.id}: {said.by} mentioned it in room {how.room_id}")]
        self._ask()
        return None, []

    def _ask(self) -> None:
        name, word = self._bot.name, self._how.word
        self._how.tell(f"In Campfire, in a room that {name} is in, type: @{name} {word}")

    async def _came(self, watch: Watch, said: Typed | None) -> Sequence[Finding]:
        bot_id, within_s = self._bot.id, self._how.within_s
        called = False
        try:
            async with asyncio.timeout(within_s):
                call = await watch.call()
                if isinstance(call, Refusal):
                    turned = f"{bot_id}: Campfire called, and was turned away with {call.status}"
                    return [broken(turned, f"{self._enter} and keep this very bot's key.")]
                called = True
                seconds = (call - watch.since_ms) / 1000
                after = ok(f"{bot_id}: Campfire called after {seconds:.1f} s")
                if not self._how.word:
                    return [after]
                message = await (watch.heard(said.message_id) if said else watch.first())
                return [after, *way(bot_id, await watch.end(message))]
        except TimeoutError:
            if called:
                late = f"{bot_id}: no answer in {within_s:.0f} s"
                return [broken(late, "Look at its message on the operator's page (/operator).")]
            silent = f"{bot_id}: Campfire did not call in {within_s:.0f} s"
            reach = f"{self._enter} see that Campfire's machine reaches it, and add the bot."
            return [broken(silent, reach)]
