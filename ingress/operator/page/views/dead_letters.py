"""Dead letters: which there are, and one of them, its text on demand alone."""

import asyncio
import time
from dataclasses import dataclass
from typing import Self

from ingress.operator.page.authentication.cookies import PATH
from ingress.operator.page.views.addresses import address
from ingress.operator.page.views.showing import SINCE
from ingress.operator.page.views.view import Looking, Values, View
from shared.keys import plain
from shared.lane import Line
from shared.operating.dead_letters import DeadLetter, DeadLetters

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A dead letter as it is shown."""

    job: str
    message_id: str
    bot_id: str
    room_id: int
    room: str | None
    reason: str
    died_ms: int
    starts: int
    failures: int
    crashes: int
    who: str = ""
    text: str | None = None
    """Only where somebody with the right to it asked."""

    @classmethod
    def of(cls, letter: DeadLetter, *, with_text: bool = False) -> Self:
        """The row of a dead letter; without what was said, unless that is asked for."""
        lane, message = Line.parse(letter.lane).lane, letter.message
        return cls(
            job=plain(letter.job_id),
            message_id=message.message_id if message else letter.job_id.rpartition(":")[2],
            bot_id=lane.bot_id,
            room_id=lane.room_id,
            room=message.room_name if message else None,
            reason=letter.reason,
            died_ms=round(letter.died.timestamp() * 1000),
            starts=letter.starts,
            failures=letter.failures,
            crashes=letter.crashes,
            who=message.user_name if message and with_text else "",
            text=message.text if message and with_text else None,
        )


async def _read(looking: Looking) -> Values:
    parts, skip = looking.parts, looking.number("skip") or 0
    ids = await parts.redis.zrevrange(parts.keys.dead_letters, skip, skip + PAGE)
    letters = DeadLetters(parts.redis, parts.keys)
    found = await asyncio.gather(*(letters.get(job.decode()) for job in ids[:PAGE]))
    more = {"skip": str(skip + PAGE)}
    return {
        "rows": [Row.of(letter) for letter in found if letter is not None],
        "at": time.time(),
        SINCE: time.time_ns() // 1_000_000,
        "newer": 0,
        "further_href": address(f"{PATH}/dead-letters", more) if len(ids) > PAGE else "",
    }


async def _read_newer(looking: Looking) -> Values:
    parts, seen = looking.parts, looking.number(SINCE) or 0
    return {"newer": await parts.redis.zcount(parts.keys.dead_letters, f"({seen}", "+inf")}


async def _read_one(looking: Looking) -> Values:
    parts, job = looking.parts, looking.asked("job") or ""
    letter = await DeadLetters(parts.redis, parts.keys).get(parts.keys.stored(job))
    with_text = looking.may_read
    return {"row": Row.of(letter, with_text=with_text) if letter else None, "at": time.time()}


DEAD_LETTERS = View("dead-letters", _read, ("newer",), _read_newer)
DEAD_LETTER = View("dead-letter", _read_one, below="dead-letters")
