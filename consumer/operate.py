"""`python -m consumer.operate`: what an operator can do to the queue from a shell."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn, TypeVar

import typer
from redis.asyncio import Redis

from consumer.queue.dead_letters import DeadLetter, DeadLetters
from shared.between_processes.commands import Cancel, CatchUp, Reset, send
from shared.between_processes.service_status import ServiceStatus
from shared.keys import Keys
from shared.printable import printable
from shared.redis.client import redis_client
from shared.redis.format import Format, OtherFormat
from shared.startup.process import begin, exit_on_bad_configuration
from shared.startup.settings import SharedSettings, load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
dead = typer.Typer(no_args_is_help=True, help="Messages that no attempt could answer.")
app.add_typer(dead, name="dead")
sessions = typer.Typer(no_args_is_help=True, help="The conversations that bots remember.")
app.add_typer(sessions, name="sessions")

Result = TypeVar("Result")


@app.command()
def cancel(job_id: str) -> None:
    """Cancel a message, waiting or running; it has no effect on one that has ended."""

    async def ask(redis: Redis, keys: Keys) -> None:
        await send(redis, keys, Cancel(job_id=job_id))

    _with_redis(ask)
    _print(f"asked the consumer to cancel {job_id}")


@app.command()
def catch_up() -> None:
    """Look in the rooms we know for messages that Campfire could not deliver, and answer them."""

    async def ask(redis: Redis, keys: Keys) -> None:
        await send(redis, keys, CatchUp(asked_by="operator"))

    _with_redis(ask)
    _print("asked the consumer to catch up")


@app.command()
def tools() -> None:
    """Which bot called which tool how often since the consumer's start, and how that ended."""

    async def board(redis: Redis, keys: Keys) -> ServiceStatus:
        return ServiceStatus.model_validate_json(await redis.get(keys.session_stats) or "{}")

    for it in _with_redis(board).tools:
        ended = f"ok={it.ok} failed={it.failed} denied={it.denied} interrupted={it.interrupted}"
        _print(f"{it.bot_id} {it.tool} calls={it.calls} {ended} seconds={it.seconds:g}")


@dead.command("list")
def list_() -> None:
    """One line a dead letter: job id, when it died, why, attempts."""
    for letter in _with_redis(lambda redis, keys: DeadLetters(redis, keys).all()):
        _print(_line(letter))


@dead.command()
def show(job_id: str) -> None:
    """Everything that is kept of one, its text included."""
    letter = _with_redis(lambda redis, keys: DeadLetters(redis, keys).get(keys.stored(job_id)))
    if letter is None:
        _none(job_id)
    _print(_line(letter))
    if letter.message is not None:
        _print(f"{letter.message.user_name}: {letter.message.text}")


@dead.command()
def requeue(job_id: str) -> None:
    """Try it again, in its lane, before what was said later."""
    now_ms = round(time.time() * 1000)

    async def again(redis: Redis, keys: Keys) -> bool:
        return await DeadLetters(redis, keys).requeue(keys.stored(job_id), now_ms)

    if not _with_redis(again):
        _none(job_id)
    _print(f"requeued {job_id}")


@dead.command()
def drop(job_id: str) -> None:
    """Forget it for good."""
    if not _with_redis(lambda redis, keys: DeadLetters(redis, keys).drop(keys.stored(job_id))):
        _none(job_id)
    _print(f"dropped {job_id}")


@sessions.command()
def reset(
    room: Annotated[int | None, typer.Option(help="In this room only.")] = None,
    bot: Annotated[str | None, typer.Option(help="Of this bot only.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="In all rooms, of all bots.")] = False,
) -> None:
    """Forget conversations, even while one is being answered; the next message begins anew."""
    if room is None and bot is None and not everything:
        _print("say which: --room, --bot, both, or --all", err=True)
        raise typer.Exit(2)
    which = Reset(room_id=room, bot_id=bot, all=everything)

    async def ask(redis: Redis, keys: Keys) -> None:
        await send(redis, keys, which)

    _with_redis(ask)
    _print("asked the consumer to reset")


def _with_redis(act: Callable[[Redis, Keys], Awaitable[Result]]) -> Result:
    settings = load_settings(SharedSettings)

    async def run() -> Result:
        redis = redis_client(settings.redis_url)
        try:
            keys = Keys(settings.redis_prefix)
            await Format(redis, keys).check()
            return await act(redis, keys)
        finally:
            await redis.aclose()

    try:
        return asyncio.run(run())
    except OtherFormat as error:
        _print(str(error), err=True)
        raise typer.Exit(1) from error


def _print(line: str, *, err: bool = False) -> None:
    """The only way out: other people's words may hold what a terminal obeys."""
    typer.echo(printable(line), err=err)


def _line(letter: DeadLetter) -> str:
    attempts = f"{letter.starts} starts, {letter.failures} failures, {letter.crashes} crashes"
    return f"{letter.job_id}  {letter.died:%Y-%m-%d %H:%M:%S} UTC  {letter.reason}  ({attempts})"


def _none(job_id: str) -> NoReturn:
    _print(f"there is no dead letter {job_id}", err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    begin()
    exit_on_bad_configuration(app)
