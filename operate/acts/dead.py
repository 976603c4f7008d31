"""`python -m operate dead list`, `show`, `requeue`, `drop`: what no attempt could answer."""

from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from operate.shell.in_redis import act, in_redis
from operate.shell.saying import say, say_each
from shared.catalogue import catalogue
from shared.keys import plain
from shared.operating.dead_letters import DeadLetter, DeadLetters

dead = typer.Typer(no_args_is_help=True, help="Messages that no attempt could answer.")

JobId = Annotated[str, typer.Argument(help="A job id, as `list` shows it.")]
JobIds = Annotated[list[str], typer.Argument(help="One or more job ids, as `list` shows them.")]


@dead.command("list")
def list_() -> None:
    """One line a dead letter: job id, when it died, why, attempts."""
    say_each(
        map(_line, in_redis(lambda redis, keys: DeadLetters(redis, keys).all())),
        none="there are no dead letters",
    )


@dead.command()
def show(job_id: JobId) -> None:
    """Everything that is kept of one, its text included; that you looked goes into the audit."""
    letter = act(lambda actions: actions.show(job_id))
    if letter is None:
        _none([job_id])
    say(_line(letter))
    if letter.message is not None:
        say(f"{letter.message.user_name}: {letter.message.text}")


@dead.command()
def requeue(job_ids: JobIds) -> None:
    """Try them again, each in its lane, before what was said later."""
    _tell("requeued", job_ids, act(lambda actions: actions.requeue(job_ids)))


@dead.command()
def drop(job_ids: JobIds) -> None:
    """Forget them for good."""
    _tell("dropped", job_ids, act(lambda actions: actions.drop(job_ids)))


def _tell(what: str, asked: Sequence[str], done: Sequence[str]) -> None:
    for job_id in done:
        say(f"{what} {job_id}")
    known = {plain(job_id) for job_id in done}
    if left := [job for job in asked if plain(job) not in known]:
        _none(left)


def _line(letter: DeadLetter) -> str:
    tries = f"starts: {letter.starts}, failures: {letter.failures}, crashes: {letter.crashes}"
    died = f"{letter.died:%Y-%m-%d %H:%M:%S} UTC"
    return f"{plain(letter.job_id)}  {died}  {letter.reason}{_why(letter.reason)}  ({tries})"


def _why(reason: str) -> str:
    """In a sentence, where there is one."""
    sentences, name = catalogue("en"), f"page.reason.{reason}"
    return f": {sentences.say(name)}" if sentences.knows(name) else ""


def _none(job_ids: Sequence[str]) -> NoReturn:
    for job_id in job_ids:
        say(f"there is no dead letter {job_id}", err=True)
    raise typer.Exit(1)
