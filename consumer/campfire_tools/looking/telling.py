"""Messages of the room, as a tool tells the agent of them: other people's words, a line each. Pure.

Their numbers are Campfire's own, so that other tools can be told which one is meant.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from consumer.boundary import Boundary
from consumer.briefing.content import Content, content_of
from consumer.briefing.one_line import one_line, who
from consumer.campfire.messages import Message
from consumer.local_time import zone_in_words
from consumer.reading import Known

LONGEST_READ = 20_000
"""Characters of a body that is read; 25 of them take a second."""


def told(head: str, lines: Sequence[str], boundary: Boundary) -> str:
    """Lines of others' words under a head of ours."""
    block = [boundary.block("\n".join(lines))] if lines else []
    return "\n".join([boundary.line, f"[{head}]", *block])


async def lines(messages: Sequence[tuple[Message, int]], now: datetime) -> list[str]:
    """A line each, with so many characters of it at the most; `now` has the time zone.

    Beside the loop: to read many long bodies takes seconds.
    """
    return await asyncio.to_thread(lambda: [_line(it, now, longest) for it, longest in messages])


def _line(message: Message, now: datetime, longest: int) -> str:
    """On a line that nobody can make look like another's."""
    content = _content(message)
    text = one_line(f"[file: {content.text}]" if content.file else content.text, longest)
    return f"> #{message.id} {at(message.created_at, now)} {who(message.creator)}: {text}"


def _content(message: Message) -> Content:
    """As it was written; of a long body Campfire's own plain text, which drops its tables."""
    if len(message.html) > LONGEST_READ:
        return Content(message.text.strip())
    return content_of(message, Known())


def at(time: datetime, now: datetime) -> str:
    """A time to the minute, in the zone of `now`."""
    return f"{time.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"


def zone(now: datetime) -> str:
    """Which zone the times are in."""
    return f"times in {zone_in_words(now)}"
