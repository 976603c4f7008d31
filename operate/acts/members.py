"""`python -m operate members`: the consumers that share the queue, and whose each lane is."""

from typing import Annotated

import typer
from redis.asyncio import Redis

from operate.shell.ending import end
from operate.shell.in_redis import act, in_redis
from operate.shell.named import doubt
from operate.shell.saying import say
from shared.keys import Keys
from shared.lane import Lane
from shared.operating.machines import ConsumerRow
from shared.operating.reading.machine_list import read_machines
from shared.operating.reading.members import homes

members = typer.Typer(help="The consumers that share the queue, and whose each lane is.")


@members.callback(invoke_without_command=True)
def listed(context: typer.Context) -> None:
    """List them; with `drain` or `move`, do that."""
    if context.invoked_subcommand is None:
        rows, lanes = in_redis(_read)
        if not rows:
            say("no consumer works on the queue")
        for row in rows:
            say(_line(row))
            for lane in sorted(lane for lane, name in lanes.items() if name == row.name):
                say(f"  {lane.room_id} {lane.bot_id}")


@members.command()
def drain(
    name: Annotated[str, typer.Argument(help="Its MEMBER, as `members` lists it.")],
) -> None:
    """Have one consumer finish what runs and end; the others go on with its lanes."""
    try:
        act(lambda actions: actions.drain(name))
    except KeyError:
        end(f"no consumer called {name} works")
    say(f"asked {name} to finish what runs and to end")


@members.command()
def move(
    room: Annotated[int, typer.Argument(help="Campfire's room number.")],
    bot: Annotated[str, typer.Argument(help="The `id` in its file.")],
) -> None:
    """Close a conversation where it is open; whoever has room answers its next message."""
    try:
        name = act(lambda actions: actions.move(Lane(room, bot)))
    except KeyError:
        end("the consumer that had it does not live any more: the next message goes elsewhere")
    if name is None:
        doubt(bot)
        end(f"{bot}'s conversation in room {room} is open nowhere")
    say(f"asked {name} to close it")


async def _read(redis: Redis, keys: Keys) -> tuple[tuple[ConsumerRow, ...], dict[Lane, str]]:
    return (await read_machines(redis, keys)).consumers, await homes(redis, keys)


def _line(row: ConsumerRow) -> str:
    state = "drains" if row.draining else "works" if row.lease_s is not None else "gone"
    first = " first" if row.first else ""
    lanes = "all" if row.lanes is None else str(row.lanes)
    return (
        f"{row.name or '-'} {state}{first} running={row.running} hot={row.hot} lanes={lanes} "
        f"memory={row.memory_mb}MB"
    )
