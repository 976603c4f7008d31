"""`python -m operate link`: a signed link to a lane's live stream, from a shell."""

import time
from typing import Annotated, get_args

import typer

from ingress.live.grants import MOST_HOURS
from ingress.live.links import Rights
from ingress.settings import IngressSettings
from operate.shell.in_redis import settings_here
from shared.lane import Lane
from shared.startup.admin_token import admin_token


def link(
    room: int,
    bot: str,
    rights: Annotated[str, typer.Option(help="read, or talk: to send messages too")] = "read",
    hours: Annotated[float, typer.Option(min=0.01, max=MOST_HOURS)] = 24.0,
    name: Annotated[str, typer.Option(help="Who talks by it speaks as this")] = "",
    base: Annotated[str, typer.Option(help="What people call the web process")] = "",
) -> None:
    """Print a link that lets whoever has it watch one bot in one room until it expires."""
    settings = settings_here(IngressSettings)
    known = next((right for right in get_args(Rights) if right == rights), None)
    if known is None or bot not in settings.bots():
        typer.echo("needs a bot that exists, and rights read or talk", err=True)
        raise typer.Exit(2)
    links = settings.links(admin_token(settings))
    try:
        path = links.path(Lane(room, bot), known, round(time.time() + hours * 3600), name)
    except ValueError as error:
        typer.echo(f"{error} (--name)", err=True)
        raise typer.Exit(2) from None
    typer.echo(base.rstrip("/") + path)
