"""What this machine knows to have had its outcome, here or at another member, whatever Redis
remembers.

A Redis restored from a backup has forgotten what was accepted since, and a catch-up would find
that unanswered. Its count of claims, which only rises, has gone back then: from that moment on
nothing up to the last settled message of each lane is ours to answer. Kept in DATA_DIR.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from redis.asyncio import Redis

from consumer.catch_up.elsewhere import Elsewhere
from consumer.queue.ticket import Ticket
from consumer.replaced_files import make_durable, replace_file
from shared.keys import Keys
from shared.lane import Lane
from shared.numbers import whole_number
from shared.redis.outages import despite_outages

LOOK_EVERY_S = 1.0
MOST_LANES = 500
"""As many as are known to a catch-up, those settled last."""

log = structlog.get_logger()


@dataclass(slots=True)
class _Marks:
    """As the file holds them; of each lane Campfire's number of a message."""

    claims: int = 0
    """The highest count of claims that Redis has shown."""
    settled: dict[str, int] = field(default_factory=dict)
    forgotten: dict[str, int] = field(default_factory=dict)
    """What was settled when Redis went back."""


class Answered:
    """Run `run()` beside the service; give `settled` every message that ends."""

    def __init__(
        self, file: Path, redis: Redis, keys: Keys, elsewhere: Elsewhere | None = None
    ) -> None:
        """`elsewhere`: where others answer beside us."""
        self._file, self._redis, self._keys = file, redis, keys
        self._elsewhere = elsewhere
        self._changed = False
        self._writing = Lock()
        """A write in its thread goes on when `run` is cancelled; the last one comes after it."""

    @cached_property
    def _marks(self) -> _Marks:
        """Read when they are needed: before, another consumer may own the queue, and the file."""
        with suppress(OSError, ValueError, TypeError):
            return _Marks(*json.loads(self._file.read_text(encoding="ascii")))
        return _Marks()

    def settled(self, ticket: Ticket, ending: Mapping[str, Any]) -> None:
        """Note that this message had its outcome."""
        del ending
        if self._elsewhere:
            self._elsewhere.is_own(ticket.job_id)
        if not ticket.line.control:
            self._note(ticket.lane, ticket.message_id)

    def is_past(self, lane: Lane, message_id: str) -> bool:
        """Whether the message was settled by a Redis that has forgotten it."""
        number = whole_number(message_id)
        return number is not None and number <= self._marks.forgotten.get(str(lane), 0)

    async def look(self) -> None:
        """Notice whether Redis went back, else what has ended elsewhere; raises RedisError."""
        claims = int(await self._redis.get(self._keys.token) or 0)
        if claims < self._marks.claims:
            log.warning("redis_went_back", lanes=len(self._marks.settled))
            self._marks.forgotten |= self._marks.settled
        if claims != self._marks.claims:
            self._marks.claims, self._changed = claims, True
        for message in await self._elsewhere.ended() if self._elsewhere else ():
            self._note(Lane(message.room_id, message.bot_id), message.message_id)

    async def run(self) -> None:
        """Keep what was settled, now and then and when it is cancelled; never returns."""
        try:
            while True:
                await despite_outages("answered", self.look)
                if self._changed:
                    self._changed = False
                    await asyncio.to_thread(self._write, self._text())
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            if self._changed:
                self._write(self._text())

    def _note(self, lane: Lane, message_id: str) -> None:
        number = whole_number(message_id)
        if number is not None:
            newest = max(number, self._marks.settled.pop(str(lane), 0))
            self._marks.settled[str(lane)] = newest
            self._changed = True

    def _text(self) -> str:
        marks = self._marks
        for numbers in (marks.settled, marks.forgotten):
            for lane in list(numbers)[:-MOST_LANES]:
                del numbers[lane]
        return json.dumps([marks.claims, marks.settled, marks.forgotten])

    def _write(self, text: str) -> None:
        """A full disk costs the memory of what was settled, not the service."""
        try:
            with self._writing:
                replace_file(self._file, text)
                make_durable(self._file)
        except OSError as error:
            log.warning("answered_not_kept", reason=error.strerror)
