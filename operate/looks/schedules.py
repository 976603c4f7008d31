"""`python -m operate schedules`: what is due, and when."""

from collections.abc import Iterator
from datetime import UTC, datetime

from redis.asyncio import Redis

from operate.shell.in_redis import in_redis
from operate.shell.saying import say
from shared.keys import Keys
from shared.on_time import Due, DueTimes

MOST = 1_000


def schedules() -> None:
    """What is due first, by bot: schedules, and people's reminders without their words."""
    for line in in_redis(_lines):
        say(line)


async def _lines(redis: Redis, keys: Keys) -> list[str]:
    times = DueTimes(redis, keys)
    first, count, now_ms = await times.first(MOST), await times.count(), await times.now_ms()
    return list(told(first, count, now_ms))


def told(first: list[Due], count: int, now_ms: int) -> Iterator[str]:
    """A line each; what is due and not done says so."""
    for due in first:
        at = datetime.fromtimestamp(due.at_ms / 1000, UTC)
        room = "" if due.room_id is None else f" room {due.room_id}"
        late = " due" if due.at_ms <= now_ms else ""
        yield f"{at:%Y-%m-%d %H:%M} UTC  {due.bot_id}{room} {due.kind} {due.name}{late}"
    if count > len(first):
        yield f"and {count - len(first)} more"
    if not count:
        yield "nothing is due"
