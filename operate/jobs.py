"""`python -m operate cancel`, `catch-up`, `reset`: what the running consumer is asked to do."""

from typing import Annotated

import typer

from operate.in_redis import ask_the_consumer
from operate.saying import say
from shared.between_processes.commands import Cancel, CatchUp, Reset


def cancel(job_id: str) -> None:
    """Cancel a message, waiting or running; it has no effect on one that has ended."""
    ask_the_consumer(Cancel(job_id=job_id))
    say(f"asked the consumer to cancel {job_id}")


def catch_up() -> None:
    """Look in the rooms we know for messages that Campfire could not deliver, and answer them."""
    ask_the_consumer(CatchUp(asked_by="operator"))
    say("asked the consumer to catch up")


def reset(
    room: Annotated[int | None, typer.Option(help="In this room only.")] = None,
    bot: Annotated[str | None, typer.Option(help="Of this bot only.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="In all rooms, of all bots.")] = False,
) -> None:
    """Forget conversations, even while one is being answered; the next message begins anew."""
    if room is None and bot is None and not everything:
        say("say which: --room, --bot, both, or --all", err=True)
        raise typer.Exit(2)
    ask_the_consumer(Reset(room_id=room, bot_id=bot, all=everything))
    say("asked the consumer to reset")
