"""Many messages and session records in Redis, within seconds: by the product's own scripts."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from consumer.archive.lua import STORE_SCRIPTS
from consumer.archive.record_json import encode
from consumer.archive.records import SessionRecord
from consumer.archive.redis_index import used_ms
from shared.acceptance.waiting import waiting_names, waiting_values
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.redis.scripts import Scripts, lua_scripts

Call = tuple[str, list[str], list[Any]]

_SCRIPTS = lua_scripts(Path(__file__).parent / "lua") | STORE_SCRIPTS
_A_PAGE = 500
"""In one round trip."""
_A_DAY = round(timedelta(days=1) / timedelta(milliseconds=1))


async def have_wait(redis: Redis, keys: Keys, messages: Iterable[InboundMessage]) -> None:
    """Have them wait, each in its line."""
    calls: Iterable[Call] = (
        ("wait", waiting_names(keys, message), waiting_values(keys, message))
        for message in messages
    )
    await _run(redis, calls)


async def have_on_record(redis: Redis, keys: Keys, records: Iterable[SessionRecord]) -> None:
    """Have them on record for a day."""
    calls: Iterable[Call] = (
        (
            "save",
            [keys.session(it.lane), keys.sessions_used],
            [_A_DAY, 1, encode(it), str(it.lane), used_ms(it)],
        )
        for it in records
    )
    await _run(redis, calls)


async def _run(redis: Redis, calls: Iterable[Call]) -> None:
    waiting, scripts = iter(calls), Scripts(redis, _SCRIPTS)
    while page := list(islice(waiting, _A_PAGE)):
        pipe = redis.pipeline(transaction=False)
        for name, keys, arguments in page:
            await scripts.queue(pipe, name, keys, arguments)
        await pipe.execute()
