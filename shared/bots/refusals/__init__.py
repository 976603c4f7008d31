"""What a bot file may not say though each value alone is right: by its place in the file."""

from shared.bots.beside import Beside
from shared.bots.bot import Bot
from shared.bots.refusals.budgets import of_budgets
from shared.bots.refusals.events import of_events
from shared.bots.refusals.found import Found
from shared.bots.refusals.grants import of_agents, of_pairs, of_rooms, of_schedules
from shared.bots.refusals.people import of_people, of_permissions
from shared.bots.refusals.servers import of_servers


def refusals(bot: Bot, here: Beside) -> Found:
    """What no bot file may say, and this one does, kind by kind."""
    if bot.fallback_model == bot.model:
        yield ("fallback_model",), "must be another one than model"
    yield from of_servers(bot, here)
    yield from of_agents(bot)
    yield from of_rooms(bot)
    yield from of_schedules(bot)
    yield from of_pairs(bot)
    yield from of_people(bot)
    yield from of_permissions(bot)
    yield from of_events(bot)
    yield from of_budgets(bot)
