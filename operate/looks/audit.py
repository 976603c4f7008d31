"""`python -m operate audit export`: who asked for what, what ran, who approved, what it cost."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer
from redis.asyncio import Redis

from operate.shell.ending import end
from operate.shell.in_redis import in_redis
from operate.shell.saying import say
from shared.audit import AuditTrail, Entry, Which
from shared.keys import Keys
from shared.printable import printable

audit = typer.Typer(no_args_is_help=True, help="Who asked for what, and what was done.")

_AGO = re.compile(r"([0-9]{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Form(StrEnum):
    """How entries are written."""

    JSONL = "jsonl"
    TEXT = "text"


@audit.callback()
def several() -> None:
    """Who asked for what, and what was done."""


@audit.command()
def export(
    form: Annotated[Form, typer.Option(help="A JSON object a line, or lines to read.")] = Form.TEXT,
    bot: Annotated[str | None, typer.Option(help="The `id` in its file.")] = None,
    room: Annotated[int | None, typer.Option(help="Campfire's room number.")] = None,
    person: Annotated[int | None, typer.Option(help="Who asked or decided: a user id.")] = None,
    since: Annotated[str, typer.Option(help="As 2h, 7d, or 2026-11-28T14:00 (UTC).")] = "",
) -> None:
    """Write all entries that are kept, the oldest first. No chat text is in them."""
    which = Which(bot=bot, room=room, person=person, since_ms=_ms(since))
    line = _json if form is Form.JSONL else in_words

    async def write(redis: Redis, keys: Keys) -> int:
        count = 0
        async for kept in AuditTrail(redis, keys).read(which):
            typer.echo(line(kept.entry))
            count += 1
        return count

    if not in_redis(write):
        say("no entry fits", err=True)  # standard output is for a program


def in_words(entry: Entry) -> str:
    """One line for people; what an entry does not have is left out."""
    at = datetime.fromtimestamp(entry.at_ms / 1000, UTC)
    return printable(f"{at:%Y-%m-%d %H:%M:%S} UTC  {entry.what:<13} {'  '.join(_said(entry))}")


def _said(entry: Entry) -> Iterator[str]:
    for name in ("bot", "room", "person", "tool", "right", "by", "tokens"):
        if (value := getattr(entry, name)) is not None:
            yield f"{name} {value}" if name not in ("tool", "right") else str(value)
    if entry.micro_usd is not None:
        yield f"${entry.micro_usd / 1_000_000:.4f}"
    if entry.detail is not None:
        yield entry.detail
    if entry.job is not None:
        yield f"({entry.job})"


def _json(entry: Entry) -> str:
    return entry.model_dump_json(exclude_none=True)


def _ms(since: str) -> int:
    if not since:
        return 0
    if ago := _AGO.fullmatch(since):
        length = timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        return round((datetime.now(UTC) - length).timestamp() * 1000)
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        end("--since: say 90m, 2h, 7d, or a time as 2026-11-28T14:00 (UTC)")
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
