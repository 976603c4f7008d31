"""`python -m operate doctor`: what keeps the bots from answering, and what mends it."""

import asyncio
from typing import Annotated

import typer

from operate.doctor.examination import examine
from operate.doctor.printing import as_json, exit_code, lines
from operate.doctor.told import told
from operate.saying import say


def doctor(
    json: Annotated[bool, typer.Option("--json", help="For a program.")] = False,
    base: Annotated[str, typer.Option(help="What Campfire calls the web process.")] = "",
) -> None:
    """Look for what keeps the bots from answering, and say what mends it. Changes nothing.

    Ends with 0 where there is nothing to mend, 1 with warnings, 2 where a bot cannot answer.
    """
    groups = asyncio.run(examine(told(), base))
    if json:
        say(as_json(groups))
    else:
        for line in lines(groups):
            say(line)
    raise typer.Exit(exit_code(groups))
