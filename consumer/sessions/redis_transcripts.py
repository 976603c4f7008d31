"""Transcripts in Redis, in the shape of the SDK's SessionStore: any consumer can resume them.

The SDK mirrors what the CLI writes, and materializes it again for a resume elsewhere. Its
project key is the working directory, which differs from machine to machine; session ids are
unique by themselves, so `for_any_folder` gives the SDK a store with one project for all.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

Entry = Mapping[str, Any]
Key = Mapping[str, Any]
PROJECT = "lanes"
COMPACTED = "compact_boundary"
"""The subtype of the entry that begins a compacted conversation (CLI 2.1.330)."""

APPEND = """
local function drop_before(first)
  for _, line in ipairs(redis.call('LRANGE', KEYS[1], 0, first - 1)) do
    local entry = cjson.decode(line)
    if type(entry.uuid) == 'string' then redis.call('SREM', KEYS[2], entry.uuid) end
  end
  redis.call('LTRIM', KEYS[1], first, -1)
end
for i = 2, #ARGV, 3 do
  if ARGV[i] == '' or redis.call('SADD', KEYS[2], ARGV[i]) == 1 then
    local at = redis.call('RPUSH', KEYS[1], ARGV[i + 2]) - 1
    if ARGV[i + 1] == '1' then
      local before = tonumber(redis.call('GET', KEYS[3]) or '0')
      if before > 0 then drop_before(before) end
      redis.call('SET', KEYS[3], at - before)
    end
  end
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[1]) end
"""
"""One atomic step: a batch that is repeated after a lost answer adds nothing twice.

Where the CLI compacts a conversation, what lies before the compaction before that one goes: a
resume reads from the last one on, and the few messages before it that it carried over. So a
transcript holds two context windows at most.
"""


class RedisTranscripts:
    """A list of entries for each transcript, kept for the sessions' longest TTL after the last."""

    def __init__(self, redis: Redis, prefix: str, ttl: Callable[[], timedelta]) -> None:
        self._redis = redis
        self._prefix = f"{prefix}:transcript"
        self._ttl = ttl
        self._append = redis.register_script(APPEND)

    def for_any_folder(self) -> "OneProject":
        """The same store for the SDK, whatever folder the agent works in."""
        return OneProject(self)

    async def forget(self, session_id: str) -> None:
        """See Transcripts."""
        await self.delete({"project_key": PROJECT, "session_id": session_id})

    async def append(self, key: Key, entries: Sequence[Entry]) -> None:
        """Add the entries in order; one whose uuid is there already is left out."""
        if not entries:
            return
        ttl_ms = int(self._ttl().total_seconds() * 1000)
        arguments: list[str | int] = [ttl_ms]
        for entry in entries:
            compacted = entry.get("subtype") == COMPACTED
            arguments += [str(entry.get("uuid") or ""), int(compacted), json.dumps(entry)]
        await self._append(keys=_keys(self._name(key)), args=arguments)
        await self._note(key)

    async def load(self, key: Key) -> list[Entry] | None:
        """All entries in order; None when there are none."""
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
                all_of_it.zrem(self._sessions(key["project_key"]), key["session_id"])
            for name in names:
                all_of_it.delete(*_keys(name))
            await all_of_it.execute()

    async def list_sessions(self, project_key: str) -> list[dict[str, Any]]:
        """Session ids and when each was last written, in ms; expired ones are dropped."""
        sessions = self._sessions(project_key)
        expired = _now_ms() - self._ttl().total_seconds() * 1000
        await self._redis.zremrangebyscore(sessions, "-inf", expired)
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
                sessions = self._sessions(key["project_key"])
                both.zadd(sessions, {key["session_id"]: _now_ms()})
                both.pexpire(sessions, self._ttl())
            await both.execute()

    def _name(self, key: Key) -> str:
        parts = [self._prefix, key["project_key"], key["session_id"], key.get("subpath") or "main"]
        return ":".join(parts)

    def _subkeys(self, key: Key) -> str:
        return f"{self._prefix}-subkeys:{key['project_key']}:{key['session_id']}"

    def _sessions(self, project_key: str) -> str:
        return f"{self._prefix}-sessions:{project_key}"


class OneProject:
    """A SessionStore that puts every session into one project."""

    def __init__(self, store: RedisTranscripts) -> None:
        self._store = store

    async def append(self, key: Key, entries: Sequence[Entry]) -> None:
        """See RedisTranscripts."""
        await self._store.append({**key, "project_key": PROJECT}, entries)

    async def load(self, key: Key) -> list[Entry] | None:
        """See RedisTranscripts."""
        return await self._store.load({**key, "project_key": PROJECT})

    async def list_subkeys(self, key: Key) -> list[str]:
        """See RedisTranscripts."""
        return await self._store.list_subkeys({**key, "project_key": PROJECT})


def _keys(name: str) -> list[str]:
    """The entries, their uuids, and where among them the last compaction stands."""
    return [name, f"{name}:uuids", f"{name}:compacted"]


def _now_ms() -> int:
    return int(time.time() * 1000)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
