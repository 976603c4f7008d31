"""`doctor --send --room 2`: a second bot of ours types what else a person has to.

Campfire tells a bot of nothing that it wrote itself, and calls it only where its signed id is
mentioned (docs/campfire.md, "The webhook", "Mentions").
"""

from collections.abc import Iterator
from dataclasses import dataclass

from redis.asyncio import Redis

from consumer.campfire.client import Campfire
from consumer.campfire.errors import CampfireFailed, NotInRoom, NotOffered
from consumer.mentions.book import MentionBook
from consumer.rendering import render
from operate.doctor.setup import Setup
from shared.bots import Bot
from shared.errors import CampfireError
from shared.keys import Keys
from shared.lane import Lane


@dataclass(frozen=True, slots=True)
class Typed:
    """A message to a bot, in the room."""

    by: str
    """The bot that said it."""
    message_id: str


class CannotSay(Exception):
    """A person has to type it; the message is the sentence that says why."""


async def say(redis: Redis, told: Setup, bot: Bot, room_id: int, words: str) -> Typed:
    """Have another bot of ours mention `bot`. Raises CannotSay, RedisError."""
    if not bot.answers_bots:
        raise CannotSay("its file does not say `answers_bots: true`")
    book = MentionBook(redis, Keys(told.prefix))
    await book.load()
    sgid = book.sgid(told.user_id(bot.id))
    if not sgid:
        raise CannotSay("nobody has mentioned it yet, so its signed id is not known")
    (html,) = render(f"@{bot.name} {words}", {bot.name: sgid})
    async with Campfire(told.get("CAMPFIRE_URL"), keys=told.keys) as campfire:
        try:
            return await _by_another(campfire, told, Lane(room_id, bot.id), html)
        except CampfireError as error:
            raise CannotSay(f"Campfire took no post ({type(error).__name__})") from None


async def _by_another(campfire: Campfire, told: Setup, lane: Lane, html: str) -> Typed:
    if not await _may_be_in(campfire, lane):
        raise CannotSay(f"it is not in room {lane.room_id}, where an administrator adds it")
    for other in _others(told, lane.bot_id):
        there = Lane(lane.room_id, other)
        if await _may_be_in(campfire, there):
            try:
                return Typed(other, await campfire.room(there).post(html))
            except (NotInRoom, CampfireFailed):
                continue  # CampfireFailed: how v1.4.9 says that (a22)
    raise CannotSay(f"no other bot of ours is in room {lane.room_id}")


async def _may_be_in(campfire: Campfire, lane: Lane) -> bool:
    """On v1.4.9 only a post tells."""
    try:
        await campfire.room(lane).page()
    except NotInRoom:
        return False
    except NotOffered:
        return True
    return True


def _others(told: Setup, bot_id: str) -> Iterator[str]:
    """Those first that the answer cannot call in turn."""
    bots = [bot for bot in told.bots if bot.id in told.keys]
    for bot in sorted(bots, key=lambda it: it.answers_bots):
        if told.user_id(bot.id) != told.user_id(bot_id):
            yield bot.id
