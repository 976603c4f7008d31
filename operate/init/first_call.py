"""The end of a first set-up: Campfire's first call for the bot, and its answer."""

import asyncio
from collections.abc import Mapping

from redis.exceptions import RedisError

from operate.doctor.waiting import Watch, when_served, when_there
from operate.shell.ending import end
from operate.shell.saying import say


async def first_call(values: Mapping[str, str], bot: str, url: str, within_s: float) -> None:
    """Wait, and say what happens; ends the command where nothing does in time."""
    reached = "the service did not start"
    try:
        async with asyncio.timeout(within_s), when_there(values) as (redis, keys):
            watch = await Watch.begin(redis, keys, bot)
            await when_served(redis, keys)
            reached = "Campfire did not call"
            say("The service runs. In Campfire, mention the bot in a room that it is in.")
            message = await watch.first()
            say(f"Campfire called: message {message.message_id}. The bot is at work.")
            reached = "the bot did not answer"
            ended = await watch.end(message)
    except RedisError as error:
        end(f"Redis went away ({type(error).__name__}): python -m operate doctor")
    except TimeoutError:
        end(
            f"In {within_s:.0f} s {reached}. Its webhook URL has to be {url}; what else it may be:"
            " python -m operate doctor"
        )
    if ended.outcome != "completed":
        end(f"The bot could not answer ({ended.outcome}): python -m operate doctor")
    say("The bot has answered. You are done.")
