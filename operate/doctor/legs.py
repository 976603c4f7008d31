"""The way of one message, leg by leg, as its timeline has it. Pure."""

from collections.abc import Sequence

from operate.doctor.finding import Finding, broken, ok
from shared.operating.messages import Message

LEGS = (
    ("delivered", "accepted", "from Campfire's call until it was stored"),
    ("accepted", "claimed", "until it was its turn"),
    ("claimed", "started", "until its agent had it"),
    ("started", "posted", "until its answer was posted"),
    ("posted", "settled", "until that was on record"),
)


def way(bot_id: str, message: Message) -> Sequence[Finding]:
    """What there is to say of a message that ended, or was refused."""
    if message.state == "refused":
        said = f"{bot_id}: its message was not taken in: {message.outcome}"
        return [broken(said, "Write to it yourself: bots may not go on among themselves.")]
    if message.outcome != "completed":
        said = f"{bot_id}: message {message.message_id} ended as {message.outcome}"
        return [broken(said, "Look at it on the operator's page (/operator), and in the log.")]
    return [ok(f"{bot_id}: {seconds:.1f} s {words}") for words, seconds in legs(message)]


def legs(message: Message) -> list[tuple[str, float]]:
    """Each leg of a message's way and its seconds, as far as its timeline says."""
    at: dict[str, int] = {}
    for step in message.steps:
        at.setdefault(step.what, step.at_ms)
    if message.ended_ms is not None:
        at["settled"] = message.ended_ms
    return [
        (words, max(0, at[end] - at[begin]) / 1000)
        for begin, end, words in LEGS
        if begin in at and end in at
    ]
