"""What the agent is told in a turn: who asks, where, when, and what. Pure."""

from datetime import datetime

from shared.inbound import InboundMessage

NOTHING_SAID = "(They mentioned you without saying anything else. Greet them and offer your help.)"


def prompt(message: InboundMessage, now: datetime) -> str:
    """The turn's prompt; `now` carries its time zone. Names and text are the chat's, unescaped.

    The facts come first, on lines of their own, so that a message that imitates them stands
    below the real ones.
    """
    where = (
        f"room: {_one_line(message.room_name)}" if message.room_name else "a direct conversation"
    )
    facts = [
        f"[date: {now:%A %Y-%m-%d %H:%M %Z}]",
        f"[{where}]",
        f"[from: {_one_line(message.user_name) or 'somebody'}]",
    ]
    return "\n".join([*facts, "", message.text.strip() or NOTHING_SAID])


def _one_line(name: str) -> str:
    return " ".join(name.split())
