"""Events for a room in which the bot does not answer."""

from shared.bots.bot import Bot
from shared.bots.refusals.found import Found


def of_events(bot: Bot) -> Found:
    """Rooms of events in which the bot does not answer: each event would be turned away."""
    answered = bot.rooms.answer
    if bot.events is None or answered is None:
        return
    for room in bot.events.rooms:
        if room not in answered:
            yield ("events", "rooms"), f"names {room}, which rooms.answer does not"
