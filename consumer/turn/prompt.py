"""What the agent is told in a turn: who asks, where, when, and what. Pure."""

from datetime import datetime

from consumer.turn.quoting import named, whole
from shared.inbound import InboundMessage

NOTHING_SAID = "(They mentioned you without saying anything else. Greet them and offer your help.)"


def prompt(message: InboundMessage, now: datetime) -> str:
    """The turn's prompt; `now` carries its time zone. What was said before stands above (talk.py).

    The facts come first, on lines of their own, so that a message that imitates them stands
    below the real ones; and no line of a message looks like them (quoting.py).
    """
    where = f"room: {named(message.room_name)}" if message.room_name else "a direct conversation"
    facts = [
        f"[date: {now:%A %Y-%m-%d %H:%M %Z}]",
        f"[{where}]",
        f"[from: {named(message.user_name)}]",
    ]
    return "\n".join([*facts, "", whole(message.text) or NOTHING_SAID])
