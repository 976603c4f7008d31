"""Budgets: none in US dollars where nobody knows the price, and no two for the same."""

from collections.abc import Iterator

from shared.bots.bot import Bot
from shared.bots.priced_models import is_priced
from shared.bots.refusals.found import Found
from shared.bots.yaml_file import KeyPath


def of_budgets(bot: Bot) -> Found:
    """What is wrong with the bot's budgets."""
    if bot.budgets is None:
        return
    seen: set[tuple[str, str]] = set()
    for scope, number, budget in bot.budgets.all():
        place: KeyPath = ("budgets", scope, number)
        if (scope, budget.per) in seen:
            yield place, f"has a second budget per {budget.per}: say both bounds in one"
        seen.add((scope, budget.per))
    if any(budget.usd is not None for *_, budget in bot.budgets.all()):
        for place, model in _models(bot):
            if not is_priced(model):
                why = "the Claude CLI knows no price: bound tokens instead, or take another model"
                yield place, f"is {model}, for which a budget in usd cannot be kept, since {why}"


def _models(bot: Bot) -> Iterator[tuple[KeyPath, str]]:
    """All that may answer for it, each with where it stands."""
    yield ("model",), bot.model
    if bot.fallback_model:
        yield ("fallback_model",), bot.fallback_model
    for name, agent in bot.agents.items():
        yield ("agents", name, "model"), agent.model
    for room, own in bot.room_overrides.items():
        if own.model:
            yield ("room_overrides", room, "model"), own.model
