"""`python -m operate dead list`, `show`, `requeue`, `drop`: what no attempt could answer."""

import time
from typing import NoReturn

import typer
from redis.asyncio import Redis

from operate.in_redis import in_redis
from operate.saying import say
from shared.keys import Keys
from shared.operating.dead_letters import DeadLetter, DeadLetters

dead = typer.Typer(no_args_is_help=True, help="Messages that no attempt could answer.")


@dead.command("list")
def list_() -> None:
    """One line a dead letter: job id, when it died, why, attempts."""
    for letter in in_redis(lambda redis, keys: DeadLetters(redis, keys).all()):
        say(_line(letter))


@dead.command()
def show(job_id: str) -> None:
    """Everything that is kept of one, its text included."""
    letter = in_redis(lambda redis, keys: DeadLetters(redis, keys).get(keys.stored(job_id)))
    if letter is None:
        _none(job_id)
    say(_line(letter))
    if letter.message is not None:
        say(f"{letter.message.user_name}: {letter.message.text}")


@dead.command()
def requeue(job_id: str) -> None:
    """Try it again, in its lane, before what was said later."""
    now_ms = round(time.time() * 1000)

    async def again(redis: Redis, keys: Keys) -> bool:
        return await DeadLetters(redis, keys).requeue(keys.stored(job_id), now_ms)

    if not in_redis(again):
        _none(job_id)
    say(f"requeued {job_id}")


@dead.command()
def drop(job_id: str) -> None:
    """Forget it for good."""
    if not in_redis(lambda redis, keys: DeadLetters(redis, keys).drop(keys.stored(job_id))):
        _none(job_id)
    say(f"dropped {job_id}")


def _line(letter: DeadLetter) -> str:
    attempts = f"{letter.starts} starts, {letter.failures} failures, {letter.crashes} crashes"
    return f"{letter.job_id}  {letter.died:%Y-%m-%d %H:%M:%S} UTC  {letter.reason}  ({attempts})"


def _none(job_id: str) -> NoReturn:
    say(f"there is no dead letter {job_id}", err=True)
    raise typer.Exit(1)
