"""The transcripts as the Claude SDK mirrors and resumes them: a SessionStore with one project.

The SDK's project key is the working directory, which differs from machine to machine; session
ids are unique by themselves.
"""

import asyncio
from collections.abc import Sequence

from consumer.agent.errors import UnknownSession
from consumer.archive.redis_transcripts import PROJECT, Key, RedisTranscripts, TranscriptEntry


class MirroredTranscripts:
    """A store that knows of no folder; one for each client.

    The SDK (0.2) drops a batch that failed three times, or once took too long: here it goes with
    the next one, so that an outage leaves no gap, which would cut off all that was said before.
    """

    def __init__(self, store: RedisTranscripts) -> None:
        self._store = store
        self._owed: dict[tuple[str, str], list[TranscriptEntry]] = {}
        self._appending = asyncio.Lock()
        self._is_closed = False

    async def append(self, key: Key, entries: Sequence[TranscriptEntry]) -> None:
        """See RedisTranscripts. A batch that is repeated is owed once."""
        async with self._appending:
            if self._is_closed:
                return
            name = (key["session_id"], key.get("subpath") or "")
            owed = self._owed.get(name, [])
            self._owed[name] = owed = owed + [entry for entry in entries if entry not in owed]
            await self._store.append({**key, "project_key": PROJECT}, owed)
            del self._owed[name]

    async def close(self) -> None:
        """Add nothing any more: the client is gone, and its conversation may be forgotten.

        The SDK (0.2) mirrors what it still has when it notices that its CLI was killed. Waits for
        a batch that is on its way.
        """
        self._is_closed = True
        async with self._appending:
            pass

    async def load(self, key: Key) -> list[TranscriptEntry] | None:
        """See RedisTranscripts; raises UnknownSession for a conversation that is not there.

        Told of none, the SDK would let the CLI look into its own folder, where what this machine
        knew of the conversation long ago may lie.
        """
        entries = await self._store.load({**key, "project_key": PROJECT})
        if entries is None and not key.get("subpath"):
            raise UnknownSession
        return entries

    async def list_subkeys(self, key: Key) -> list[str]:
        """See RedisTranscripts."""
        return await self._store.list_subkeys({**key, "project_key": PROJECT})
