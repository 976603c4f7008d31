"""`python -m operate budgets`: what was used of the bots' budgets, of how much, and until when."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer
from redis.asyncio import Redis

from operate.shell.in_redis import in_redis, operator_settings
from operate.shell.named import doubt
from shared.bots.reading import bot_ids
from shared.budgets import Used, used_by
from shared.budgets.counters import MICRO
from shared.keys import Keys
from shared.printable import printable
from shared.redis.clock import now_ms

_NAMES = {"tokens": "tokens", "messages": "messages"}


def budgets(
    bot: Annotated[str | None, typer.Option(help="The `id` in its file; else of all.")] = None,
) -> None:
    """List what was used of the bots' budgets in the times that they are in now."""
    ids = [bot] if bot else sorted(bot_ids(operator_settings().bots_dir))

    async def read(redis: Redis, keys: Keys) -> list[Used]:
        at_ms = await now_ms(redis)
        return [it for bot_id in ids for it in await used_by(redis, keys, bot_id, at_ms)]

    used = in_redis(read)
    if not used:
        doubt(bot)
    typer.echo("\n".join(map(in_words, used)) if used else "nothing was used of any budget")


def in_words(used: Used) -> str:
    """One line for people."""
    ends = datetime.fromtimestamp(used.ends_ms / 1000, UTC)
    whose = f"{used.scope} {used.subject}".strip()
    until = f"until {ends:%Y-%m-%d %H:%M} UTC"
    return printable(
        f"{used.bot_id}  {whose}  per {used.per}: {', '.join(_amounts(used))}; {until}"
    )


def _amounts(used: Used) -> Iterator[str]:
    """What is not bounded is told too."""
    for unit, spent in used.spent.items():
        known = spent + used.running[unit]
        limit = f" of {_amount(unit, used.limits[unit])}" if unit in used.limits else ""
        yield f"{_amount(unit, known)}{limit} {_NAMES.get(unit, '')}".strip()


def _amount(unit: str, amount: int) -> str:
    return f"US${amount / MICRO:,.2f}" if unit == "micro_usd" else f"{amount:,}"
