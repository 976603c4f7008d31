"""Transcripts in Redis, in the shape of the SDK's SessionStore: any consumer can resume them.

The SDK mirrors what the CLI writes, and materializes it again for a resume elsewhere; what it is
given is a MirroredTranscripts over this.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from redis.asyncio import Redis

from consumer.agent.spending import Spent
from consumer.archive.lua import STORE_SCRIPTS
from shared.keys import Keys

log = structlog.get_logger(__name__)

TranscriptEntry = Mapping[str, Any]
Key = Mapping[str, Any]
"""The SDK's: `project_key`, `session_id` and, of a subagent, `subpath`."""
PROJECT = "lanes"
COMPACTED = "compact_boundary"
"""The subtype of the entry that begins a compacted conversation (CLI 2.1.330)."""

MOST_BYTES = 32 * 1024 * 1024
"""Of one transcript: a context of a million tokens is about 4 MB of text, and two are kept."""
OVERGROWN = 2


class RedisTranscripts:
    """A list of entries for each transcript, kept for the sessions' longest TTL after the last.

    Where the CLI compacts a conversation, what lies before the compaction before that one goes: a
    resume reads from the last one on, and the few messages before it that it carried over. So a
    transcript holds two context windows at most.

    One that passes its bound all the same is given up whole, for as long as it would have been
    kept: with a part of it, a resume would seem to work and remember half. Its client goes on;
    once that is gone the lane begins anew with a recap.
    """

    def __init__(
        self,
        redis: Redis,
        keys: Keys,
        ttl: Callable[[], timedelta],
        *,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._redis = redis
        self._most_bytes = most_bytes
        self._keys = keys
        self._ttl = ttl
        self._append = redis.register_script(STORE_SCRIPTS["append"])

    async def forget(self, session_id: str, folder: Path | None = None) -> None:
        """See Transcripts."""
        del folder
        await self.delete({"project_key": PROJECT, "session_id": session_id})

    async def counted(self, session_id: str, folder: Path) -> Spent:
        """See Transcripts: nothing. The SDK (0.2) does not mirror the CLI's `cost-state`."""
        del session_id, folder
        return Spent()

    async def append(self, key: Key, entries: Sequence[TranscriptEntry]) -> None:
        """Add the entries in order; one whose uuid is there already is left out."""
        if not entries:
            return
        ttl_ms = int(self._ttl().total_seconds() * 1000)
        arguments: list[str | int] = [ttl_ms, self._most_bytes]
        for entry in entries:
            compacted = entry.get("subtype") == COMPACTED
            arguments += [str(entry.get("uuid") or ""), int(compacted), json.dumps(entry)]
        if (
            await self._append(keys=self._keys.transcript_parts(self._name(key)), args=arguments)
            == OVERGROWN
        ):
            log.warning("transcript_overgrown", session_id=key["session_id"])
        await self._note(key)

    async def load(self, key: Key) -> list[TranscriptEntry] | None:
        """A transcript's entries in their order; None where it has none."""
        lines = await self._redis.lrange(self._name(key), 0, -1)  # type: ignore[misc]
        return [json.loads(line) for line in lines] or None

    async def delete(self, key: Key) -> None:
        """Delete one transcript; a session's main one takes its subagents' with it."""
        subkeys = [key["subpath"]] if key.get("subpath") else await self.list_subkeys(key)
        names = [self._name({**key, "subpath": subkey}) for subkey in subkeys]
        async with self._redis.pipeline(transaction=True) as all_of_it:
            if key.get("subpath"):
                all_of_it.srem(self._subkeys(key), key["subpath"])
            else:
                names.append(self._name(key))
                all_of_it.delete(self._subkeys(key))
                all_of_it.zrem(
                    self._keys.transcript_sessions(key["project_key"]), key["session_id"]
                )
            for name in names:
                all_of_it.delete(*self._keys.transcript_parts(name))
            await all_of_it.execute()

    async def list_sessions(self, project_key: str) -> list[dict[str, Any]]:
        """Session ids and when each was last written, in ms; expired ones are dropped."""
        sessions = self._keys.transcript_sessions(project_key)
        await self._redis.zremrangebyscore(sessions, "-inf", self._expired_ms())
        found = await self._redis.zrange(sessions, 0, -1, withscores=True)
        return [{"session_id": _text(name), "mtime": int(score)} for name, score in found]

    async def list_subkeys(self, key: Key) -> list[str]:
        """The subagents' transcripts of a session."""
        return [_text(name) for name in await self._redis.smembers(self._subkeys(key))]  # type: ignore[misc]

    async def _note(self, key: Key) -> None:
        """Keep the indexes: which sessions there are, and which subagents' transcripts."""
        async with self._redis.pipeline(transaction=True) as both:
            if key.get("subpath"):
                both.sadd(self._subkeys(key), key["subpath"])
                both.pexpire(self._subkeys(key), self._ttl())
            else:
                sessions = self._keys.transcript_sessions(key["project_key"])
                both.zadd(sessions, {key["session_id"]: _now_ms()})
                both.zremrangebyscore(sessions, "-inf", self._expired_ms())
                both.pexpire(sessions, self._ttl())
            await both.execute()

    def _expired_ms(self) -> float:
        """What was written last before this has expired."""
        return _now_ms() - self._ttl().total_seconds() * 1000

    def _name(self, key: Key) -> str:
        subpath = key.get("subpath") or "main"
        return self._keys.transcript(key["project_key"], key["session_id"], subpath)

    def _subkeys(self, key: Key) -> str:
        return self._keys.transcript_subkeys(key["project_key"], key["session_id"])


def _now_ms() -> int:
    return int(time.time() * 1000)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
