"""Two releases that name things otherwise never work on one Redis."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from ingress.intake.reception import Reception
from ingress.intake.spool import Spool
from operate.launch.valkey import EmbeddedValkey
from shared.acceptance.queue import RedisQueue
from shared.keys import Keys
from shared.keys.format_1 import Format1
from shared.redis.format import FORMAT, Format, NewerFormat, OlderFormat
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.zygote import ROOT, Zygote


async def test_an_empty_redis_becomes_todays(redis: Any, keys: Keys) -> None:
    """The web process of a new installation need not wait for its worker."""
    assert await RedisQueue(redis, keys).accept(inbound(1)) == "accepted"
    assert await redis.get(keys.format) == str(FORMAT).encode()


@pytest.mark.parametrize("sign", [0, 1])
async def test_an_older_releases_is_left_alone(redis: Any, keys: Keys, sign: int) -> None:
    """As long as one of its signs stands, nothing is accepted and no version is written."""
    await redis.sadd(Format1(keys.prefix).signs[sign], "2:assistant")
    with pytest.raises(OlderFormat):
        await RedisQueue(redis, keys).accept(inbound(1))
    assert [key async for key in redis.scan_iter(f"*{keys.tag}*")] == []


async def test_what_comes_meanwhile_waits_on_disk(redis: Redis, keys: Keys, tmp_path: Path) -> None:
    """Whichever release the other is: the message was acknowledged, and is fed in later."""
    queue, spool = RedisQueue(redis, keys), Spool(tmp_path)
    reception = Reception(queue, spool)
    await redis.set(keys.format, FORMAT + 1)
    assert await reception.take(inbound(1)) == "spooled"
    feeding = asyncio.create_task(reception.feed())
    await redis.set(keys.format, FORMAT)

    async def is_fed() -> bool:
        return spool.waiting == 0

    await eventually(is_fed)
    feeding.cancel()
    assert await redis.exists(keys.message(keys.job_id(inbound(1))))


async def test_a_newer_releases_is_refused(redis: Redis, keys: Keys) -> None:
    """With a sentence that says which version, and what to start."""
    await redis.set(keys.format, 7)
    for refused in (Format(redis, keys).check(), Format(redis, keys).refuse_newer()):
        with pytest.raises(NewerFormat, match=r"holds format 7, .* start the release"):
            await refused


@pytest.mark.parametrize(
    ("command", "code"),
    [(("consumer",), 70), (("operate", "cancel", "job"), 2)],
)
async def test_a_process_that_meets_a_newer_release_ends(
    zygote: Zygote,
    valkey: EmbeddedValkey,
    redis: Any,
    keys: Keys,
    tmp_path: Path,
    command: Any,
    code: int,
) -> None:
    """It says why, owns nothing and writes nothing."""
    await redis.set(keys.format, 7)
    ended, said = await zygote.run(
        *command,
        env={
            "REDIS_URL": valkey.url,
            "REDIS_PREFIX": keys.prefix,
            "BOT_KEY_ASSISTANT": "3-abcdef123456",
            "CAMPFIRE_URL": "http://127.0.0.1:9",
            "ANTHROPIC_API_KEY": "sk-ant-nobody",
            "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
            "DATA_DIR": str(tmp_path),
            "HOME": str(tmp_path),
            "PATH": "/usr/bin:/bin",
        },
        folder=ROOT,
    )
    assert ended == code, said
    assert "Redis holds format 7" in said
    assert "Traceback" not in said
    assert [key async for key in redis.scan_iter(f"*{keys.tag}*")] == [keys.format.encode()]
