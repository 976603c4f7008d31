"""What the agent is told in a turn: who asks, where, when, and what. Pure."""

from datetime import datetime

from consumer.boundary import Boundary
from consumer.local_time import zone_in_words
from consumer.turn.one_line import named
from shared.inbound import InboundMessage

NOTHING_SAID = "(They mentioned you without saying anything else. Greet them and offer your help.)"

Said = tuple[str, str]
"""A message of a turn that answers several: when it was said, and its words."""


def prompt(
    message: InboundMessage, now: datetime, boundary: Boundary, said: tuple[Said, ...] = ()
) -> str:
    """The turn's prompt; `now` carries its time zone. What was said before stands above (talk.py).

    `said`: all messages of the turn, where they are several.
    """
    name = message.room_name
    where = f"room: {boundary.around(named(name))}" if name else "a direct conversation"
    facts = [
        boundary.line,
        f"[date: {now:%A %Y-%m-%d %H:%M} ({zone_in_words(now)})]",
        f"[{where}]",
        f"[from: {boundary.around(named(message.user_name))}]",
    ]
    asked = [f"[said at {at}]\n{_words(text, boundary)}" for at, text in said]
    return "\n".join([*facts, "", "\n\n".join(asked) or _words(message.text, boundary)])


def _words(text: str, boundary: Boundary) -> str:
    return boundary.block(text.strip()) if text.strip() else NOTHING_SAID
