"""`python -m operate doctor`: what keeps the bots from answering, and what mends it."""

import asyncio
import secrets
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer

from operate.doctor.examination import examine
from operate.doctor.finding import Group
from operate.doctor.listening import Listening, listen
from operate.doctor.printing import as_json, exit_code, lines
from operate.doctor.setup import Setup, told
from operate.launch.environment import local_url
from operate.shell.ending import end
from operate.shell.saying import say
from shared.bots import Bot


def doctor(
    json: Annotated[bool, typer.Option("--json", help="For a program.")] = False,
    base: Annotated[str, typer.Option(help="What Campfire calls the web process.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="For a call for each bot.")] = False,
    send: Annotated[bool, typer.Option("--send", help="For an answer, and time its way.")] = False,
    room: Annotated[int | None, typer.Option(help="With --send: a second bot types there.")] = None,
    bot: Annotated[str, typer.Option(help="Wait for this one alone.")] = "",
    seconds: Annotated[float, typer.Option(help="How long to wait.", min=1)] = 600,
) -> None:
    """Look for what keeps the bots from answering, and say what mends it.

    It changes nothing, but that with --send and --room a message is posted. Ends with 0
    where there is nothing to mend, 1 with warnings, 2 where a bot cannot answer.
    """
    found = told()
    waited_for = _waited_for(found, bot) if wait or send else ()
    groups: Sequence[Group] = asyncio.run(examine(found, base))
    if wait or send:
        how = Listening(
            url=base.rstrip("/") or local_url(found.host, found.port or 0),
            within_s=seconds,
            word=f"doctor {secrets.randbelow(9000) + 1000}" if send else "",
            room_id=room if send else None,
            tell=partial(say, err=True),  # standard output is for what was found
        )
        groups = (*groups, asyncio.run(listen(found, waited_for, how)))
    for line in [as_json(groups)] if json else lines(groups):
        say(line)
    raise typer.Exit(exit_code(groups))


def _waited_for(found: Setup, bot_id: str) -> list[Bot]:
    """The bots that take part, or this one of them."""
    bots = [bot for bot in found.bots if bot.id in found.keys and bot_id in ("", bot.id)]
    if not bots:
        end(f"no bot {bot_id} takes part" if bot_id else "no bot takes part: none has a key")
    return bots
