"""`python -m operate pause`, `resume`: a bot, a room, or all stand still for a while."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from operate.shell.ending import end
from operate.shell.in_redis import act, in_redis
from operate.shell.named import doubt
from operate.shell.saying import say, say_each
from shared.operating.pauses import Pause, Scope, pauses

What = Annotated[str, typer.Argument(help="all, bot:ID or room:NUMBER", show_default=False)]


def pause(what: Annotated[str, typer.Argument(help="all, bot:ID or room:NUMBER")] = "") -> None:
    """Begin no turn there: messages are taken in and wait. Without a word: what is paused now."""
    if not what:
        say_each(map(_line, in_redis(pauses)), none="nothing is paused")
        return
    scope = _scope(what)
    new = act(lambda actions: actions.pause(scope))
    doubt(scope.bot_id)
    say(f"paused {scope.name}" if new else f"{scope.name} is paused already")


def resume(what: What) -> None:
    """Go on: what waits is answered, those who waited longest first."""
    scope = _scope(what)
    if not act(lambda actions: actions.resume(scope)):
        end(f"{scope.name} is not paused")
    say(f"resumed {scope.name}")


def _line(it: Pause) -> str:
    since = datetime.fromtimestamp(it.since_ms / 1000, UTC)
    return f"{it.scope.name}  since {since:%Y-%m-%d %H:%M:%S} UTC"


def _scope(what: str) -> Scope:
    try:
        return Scope.parse(what)
    except ValueError:
        end("say what: all, bot:ID or room:NUMBER")
