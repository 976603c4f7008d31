"""Transcripts in Redis, in the shape of the SDK's SessionStore: any consumer can resume them.

The SDK mirrors what the CLI writes, and materializes it again for a resume elsewhere; what it is
given is a MirroredTranscripts over this.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from redis.asyncio import Redis

log = structlog.get_logger(__name__)

Entry = Mapping[str, Any]
Key = Mapping[str, Any]
PROJECT = "lanes"
COMPACTED = "compact_boundary"
"""The subtype of the entry that begins a compacted conversation (CLI 2.1.330)."""

MOST_BYTES = 32 * 1024 * 1024
"""Of one transcript: a context of a million tokens is about 4 MB of text, and two are kept."""
OVERGROWN = 2

APPEND = """
local entries, uuids, compacted, size = unpack(KEYS)
local ttl, most = ARGV[1], tonumber(ARGV[2])
if redis.call('GET', size) == 'overgrown' then return 0 end

local function drop_before(first)
  for _, line in ipairs(redis.call('LRANGE', entries, 0, first - 1)) do
    local entry = cjson.decode(line)
    if type(entry.uuid) == 'string' then redis.call('SREM', uuids, entry.uuid) end
    redis.call('DECRBY', size, #line)
  end
  redis.call('LTRIM', entries, first, -1)
end

for i = 3, #ARGV, 3 do
  local uuid, begins, line = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if uuid == '' or redis.call('SADD', uuids, uuid) == 1 then
    local at = redis.call('RPUSH', entries, line) - 1
    redis.call('INCRBY', size, #line)
    if begins == '1' then
      local before = tonumber(redis.call('GET', compacted) or '0')
      if before > 0 then drop_before(before) end
      redis.call('SET', compacted, at - before)
    end
  end
end
if tonumber(redis.call('GET', size) or '0') > most then
  redis.call('DEL', entries, uuids, compacted)
  redis.call('SET', size, 'overgrown', 'PX', ttl)
  return 2
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ttl) end
return 1
"""
"""One atomic step: a batch that is repeated after a lost answer adds nothing twice.

Where the CLI compacts a conversation, what lies before the compaction before that one goes: a
resume reads from the last one on, and the few messages before it that it carried over. So a
transcript holds two context windows at most.

One that passes its bound all the same is given up whole, for as long as it would have been kept:
with a part of it, a resume would seem to work and remember half. Its client goes on; once that is
gone the lane begins anew with a recap.
"""


class RedisTranscripts:
    """A list of entries for each transcript, kept for the sessions' longest TTL after the last."""

    def __init__(
        self,
        redis: Redis,
        prefix: str,
        ttl: Callable[[], timedelta],
        *,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._redis = redis
        self._most_bytes = most_bytes
        self._prefix = f"{prefix}:transcript"
        self._ttl = ttl
        self._append = redis.register_script(APPEND)

    async def forget(self, session_id: str) -> None:
        """See Transcripts."""
        await self.delete({"project_key": PROJECT, "session_id": session_id})

    async def counted(self, session_id: str) -> float:
        """See Transcripts: nothing. The SDK (0.2) does not mirror the CLI's `cost-state`."""
        del session_id
        return 0.0

    async def append(self, key: Key, entries: Sequence[Entry]) -> None:
        """Add the entries in order; one whose uuid is there already is left out."""
        if not entries:
            return
        ttl_ms = int(self._ttl().total_seconds() * 1000)
        arguments: list[str | int] = [ttl_ms, self._most_bytes]
        for entry in entries:
            compacted = entry.get("subtype") == COMPACTED
            arguments += [str(entry.get("uuid") or ""), int(compacted), json.dumps(entry)]
        if await self._append(keys=_keys(self._name(key)), args=arguments) == OVERGROWN:
            log.warning("transcript_overgrown", session_id=key["session_id"])
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


def _keys(name: str) -> list[str]:
    """The entries, their uuids, where among them the last compaction stands, and their bytes."""
    return [name, f"{name}:uuids", f"{name}:compacted", f"{name}:bytes"]


def _now_ms() -> int:
    return int(time.time() * 1000)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
