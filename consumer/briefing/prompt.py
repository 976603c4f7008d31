"""What the agent is told in a turn: who asks, where, when, and what. Pure."""

from collections.abc import Sequence
from datetime import datetime

from consumer.boundary import Boundary
from consumer.briefing.one_line import named
from consumer.briefing.words import Words
from consumer.local_time import zone_in_words
from shared.inbound import InboundMessage

NOTHING_SAID = "(They mentioned you without saying anything else. Greet them and offer your help.)"

FILE = "(They sent a file: {name}, {kind}. Campfire gives you no way to open it.{more})"
ALONE = " It may belong to what they wrote just before it."

SaidAt = tuple[str, Words]
"""A message of a turn that answers several: when it was said, and its words."""


def prompt(
    message: InboundMessage,
    words: Words,
    now: datetime,
    boundary: Boundary,
    said: Sequence[SaidAt] = (),
) -> str:
    """The turn's prompt; `now` carries its time zone. What was said before stands above (talk.py).

    `words` are the message's; `said`: all messages of the turn, where they are several.
    """
    name = message.room_name
    where = f"room: {boundary.around(named(name))}" if name else "a direct conversation"
    facts = [
        boundary.line,
        f"[date: {now:%A %Y-%m-%d %H:%M} ({zone_in_words(now)})]",
        f"[{where}]",
        f"[from: {boundary.around(named(message.user_name))}]",
    ]
    asked = [f"[said at {at}]\n{_told(each, boundary)}" for at, each in said]
    return "\n".join([*facts, "", "\n\n".join(asked) or _told(words, boundary, ALONE)])


def _told(words: Words, boundary: Boundary, more: str = "") -> str:
    text = words.text.strip()
    if words.file is not None:
        name = boundary.around(" ".join(text.split()))
        return FILE.format(name=name, kind=words.file, more=more)
    return boundary.block(text) if text else NOTHING_SAID
