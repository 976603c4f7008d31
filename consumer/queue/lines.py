"""Reads the lines of messages in Redis: what waits, what was posted, how a message ended."""

import json
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Any, cast

from redis.asyncio import Redis

from consumer.queue.claim import Claim
from consumer.queue.ticket import Ticket, ending_of
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.lane import Lane, Line
from shared.numbers import whole_number
from shared.operating.pauses import pause_of
from shared.redis.message_hash import Field
from shared.redis.outages import despite_outages


class Lines:
    """Reads; who changes them needs a claim and asks Lanes. All but `find` outlive an outage."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def waiting(self, claim: Claim) -> list[Ticket]:
        """The messages behind this one in its lane, in order."""
        line = self._keys.lane(claim.message.line)
        return await despite_outages("waiting", self._tickets, line, 1)

    async def tickets(self, line: Line) -> list[Ticket]:
        """The messages in a line, in order; the head may be running."""
        return await despite_outages("tickets", self._tickets, self._keys.lane(line), 0)

    async def following(self, claim: Claim, most: int) -> list[tuple[str, InboundMessage]]:
        """Up to `most` messages directly behind this one, with their job ids; one that cannot be
        read ends the list."""
        line = self._keys.lane(claim.message.line)
        return await despite_outages("following", self._following, line, most)

    async def people_behind(self, claim: Claim) -> set[str]:
        """Whose messages wait behind this one: user ids, and "" for who has none."""
        line = self._keys.lane(claim.message.line)
        return await despite_outages("people_behind", self._people, line, 1)

    async def is_paused(self, lane: Lane) -> bool:
        """Whether no turn begins there now, because an operator says so."""
        return (
            await despite_outages("is_paused", pause_of, self._redis, self._keys, lane) is not None
        )

    async def find(self, job_id: str) -> Ticket | None:
        """The ticket of a message that has not ended; raises RedisError."""
        body = await cast(
            Awaitable[bytes | None], self._redis.hget(self._keys.message(job_id), Field.BODY)
        )
        return Ticket.read(job_id, body) if body else None

    async def outcome(self, job_id: str) -> dict[str, Any]:
        """How a message ended, within the last day; empty for one that has not."""
        return ending_of(await despite_outages("outcome", self._get, self._keys.result(job_id)))

    async def traces(self, job_id: str) -> dict[str, Any]:
        """What is recorded of a message's signs of life; empty for one that has none, or ended."""
        found = await despite_outages("traces", self._traces, job_id)
        return dict(json.loads(found)) if found else {}

    async def last_post(self, claim: Claim) -> str | None:
        """Campfire's id of the newest post that is known of this line."""
        key = self._keys.last_post(claim.message.line)
        found = await despite_outages("last_post", self._get, key)
        return found.decode() if found else None

    async def last_tool_post(self, claim: Claim) -> str | None:
        """Campfire's id of the newest message of this lane that a tool posted."""
        key = self._keys.last_tool_post(claim.message.lane)
        found = await despite_outages("last_tool_post", self._get, key)
        return found.decode() if found else None

    async def newest_known(self, claim: Claim, *ids: str) -> int:
        """The newest of Campfire's ids that are known to stand before what this message's attempts
        are posting: its own, the lane's last answer, the last post of a tool, and `ids`."""
        posts = await self.last_post(claim), await self.last_tool_post(claim)
        known = (claim.message.message_id, *posts, *ids)
        return max((whole_number(known) or 0 for known in known), default=0)

    async def _tickets(self, line: str, first: int) -> list[Ticket]:
        job_ids = await cast(Awaitable[list[bytes]], self._redis.lrange(line, first, -1))
        bodies = await self._each(job_ids, Field.BODY)
        return [
            Ticket.read(job_id.decode(), body)
            for job_id, body in zip(job_ids, bodies, strict=True)
            if body
        ]

    async def _people(self, line: str, first: int) -> set[str]:
        job_ids = await cast(Awaitable[list[bytes]], self._redis.lrange(line, first, -1))
        people = await self._each(job_ids, "person")
        return {person.decode() for person in people if person is not None}

    async def _following(self, line: str, most: int) -> list[tuple[str, InboundMessage]]:
        job_ids = await cast(Awaitable[list[bytes]], self._redis.lrange(line, 1, most))
        found: list[tuple[str, InboundMessage]] = []
        with suppress(ValueError):
            for job_id, body in zip(job_ids, await self._each(job_ids, Field.BODY), strict=True):
                message = InboundMessage.model_validate_json(body or b"")
                found.append((job_id.decode(), message))
        return found

    async def _each(self, job_ids: Sequence[bytes], field: str) -> list[bytes | None]:
        """This field of each message, in one round trip."""
        if not job_ids:
            return []
        pipe = self._redis.pipeline(transaction=False)
        for job_id in job_ids:
            pipe.hget(self._keys.message(job_id.decode()), field)
        return list(await pipe.execute())

    async def _traces(self, job_id: str) -> bytes | None:
        stored = self._redis.hget(self._keys.message(job_id), "traces")
        return await cast(Awaitable[bytes | None], stored)

    async def _get(self, key: str) -> bytes | None:
        return cast(bytes | None, await self._redis.get(key))
