"""What a client that is gone still mirrors is not added to a conversation that may be forgotten."""

import asyncio
from collections.abc import Sequence
from typing import Any

from consumer.archive.redis_transcripts import Key, RedisTranscripts, TranscriptEntry
from consumer.claude.mirrored_transcripts import MirroredTranscripts

KEY: Key = {"project_key": "x", "session_id": "s"}


class Store(RedisTranscripts):
    """Keeps batches, each once it may."""

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self.may, self.begun = asyncio.Event(), asyncio.Event()

    async def append(self, key: Key, entries: Sequence[TranscriptEntry]) -> None:
        self.begun.set()
        await self.may.wait()
        self.kept += entries


async def test_a_batch_on_its_way_is_waited_for_and_none_follows() -> None:
    """So that whoever forgets the conversation after the close forgets all of it."""
    store = Store()
    mirrored = MirroredTranscripts(store)
    on_its_way = asyncio.create_task(mirrored.append(KEY, [{"uuid": "1"}]))
    await store.begun.wait()
    closing = asyncio.create_task(mirrored.close())
    late = asyncio.create_task(mirrored.append(KEY, [{"uuid": "2"}]))
    await asyncio.sleep(0)
    assert not closing.done()
    store.may.set()
    await asyncio.gather(on_its_way, closing, late)
    await mirrored.append(KEY, [{"uuid": "3"}])
    assert store.kept == [{"uuid": "1"}]
