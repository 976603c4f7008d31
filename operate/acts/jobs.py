"""`python -m operate cancel`, `stop`, `catch-up`, `reset`, `drain`: what the consumer is to do."""

from typing import Annotated

import typer

from operate.shell.ending import end
from operate.shell.in_redis import act
from operate.shell.named import doubt
from operate.shell.saying import say
from shared.lane import Lane


def cancel(
    job_id: Annotated[str, typer.Argument(help="As the log and the operator's page show it.")],
) -> None:
    """Cancel a message that waits or runs; of one that has ended that is said."""
    if not act(lambda actions: actions.cancel_open(job_id)):
        end(f"no message {job_id} waits or runs: it has ended, or its job id is not written right")
    say(f"asked the consumer to cancel {job_id}")


def stop(
    room: Annotated[int, typer.Argument(help="Campfire's room number.")],
    bot: Annotated[str, typer.Argument(help="The `id` in its file.")],
) -> None:
    """End what a bot is answering in a room now; what waits behind it goes on."""
    job_id = act(lambda actions: actions.stop(Lane(room, bot)))
    if job_id is None:
        doubt(bot)
        end(f"{bot} is answering nothing in room {room}")
    say(f"asked the consumer to cancel {job_id}")


def catch_up() -> None:
    """Look in the rooms we know for messages that Campfire could not deliver, and answer them."""
    act(lambda actions: actions.catch_up())
    say("asked the consumer to catch up")


def drain() -> None:
    """Have the consumer finish what runs and end; what waits is a successor's."""
    act(lambda actions: actions.drain())
    say("asked the consumer to finish what runs and to end")


def reset(
    room: Annotated[int | None, typer.Option(help="In this room only.")] = None,
    bot: Annotated[str | None, typer.Option(help="Of this bot only.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="In all rooms, of all bots.")] = False,
) -> None:
    """Forget conversations, even while one is being answered; the next message begins anew."""
    if room is None and bot is None and not everything:
        say("say which: --room, --bot, both, or --all", err=True)
        raise typer.Exit(2)
    doubt(bot)
    act(lambda actions: actions.reset(room_id=room, bot_id=bot, everything=everything))
    say("asked the consumer to reset")
