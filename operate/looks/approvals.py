"""`python -m operate approvals list`, `show ops 3`: calls that wait for a person's yes, or did."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from operate.shell.ending import end
from operate.shell.in_redis import in_redis
from operate.shell.named import doubt
from operate.shell.saying import say, say_each
from shared.approvals import WAITING, Request, Requests, visible

approvals = typer.Typer(no_args_is_help=True, help="Calls that wait for a person's yes, or did.")

MOST = 1_000
"""Of those that have ended, the newest; of a bot."""


@approvals.command("list")
def list_(
    bot: Annotated[str | None, typer.Option(help="The `id` in its file; else all bots.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Those that have ended too.")] = False,
) -> None:
    """One line a request: which, where it stands, for whom, until when. No input is shown."""
    found = in_redis(lambda redis, keys: _found(Requests(redis, keys), bot, every=every))
    if not found:
        doubt(bot)
    none = "no request is on record" if every else "no request waits for anybody"
    say_each(map(in_words, found), none=none)


@approvals.command()
def show(
    bot: Annotated[str, typer.Argument(help="The `id` in its file.")],
    number: Annotated[int, typer.Argument(help="The request's, as `list` shows it.")],
) -> None:
    """One request with all of its input."""
    request = in_redis(lambda redis, keys: Requests(redis, keys).of(bot, number))
    if request is None:
        doubt(bot)
        end(f"{bot} has no request {number}, or it ended more than a week ago")
    for line in told(request):
        say(line)


def in_words(request: Request) -> str:
    """One line for people."""
    state = f"{request.state} {request.why}".strip()
    until = f"until {_at(request.expires_ms)}" if request.state in WAITING else ""
    by = f"by {request.by}" if request.by is not None else ""
    who = f"room {request.room_id}  asked by {request.asker_id}"
    parts = (f"{request.bot_id} {request.number}", state, request.tool, who, by, until)
    return "  ".join(filter(None, parts))


def told(request: Request) -> Iterator[str]:
    """All that is on record of it."""
    yield in_words(request)
    yield f"asked at {_at(request.at_ms)} by {request.asker_name} ({request.asker_id})"
    yield f"may be answered by {', '.join(map(str, request.approvers))}"
    if request.answered_ms is not None:
        yield f"answered at {_at(request.answered_ms)} by {request.by_name} ({request.by})"
    if request.ended_ms is not None:
        yield f"ended at {_at(request.ended_ms)}"
    yield f"input, SHA-256 {request.input_digest}:"
    yield visible(request.input)


async def _found(requests: Requests, bot: str | None, *, every: bool) -> list[Request]:
    found: list[Request] = []
    for bot_id in [bot] if bot else await requests.bots():
        found += await (requests.kept(bot_id, MOST) if every else requests.waiting(bot_id))
    return found


def _at(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
