"""`python -m operate link`: a signed link to a lane's live stream, from a shell."""

import time
from typing import Annotated

import typer

from ingress.live.grants import MOST_HOURS
from ingress.live.links import Rights
from ingress.settings import IngressSettings
from operate.launch.environment import local_url
from operate.shell.ending import end
from operate.shell.in_redis import settings_here
from shared.lane import Lane
from shared.startup.admin_token import admin_token


def link(
    room: Annotated[int, typer.Argument(help="Campfire's room number.")],
    bot: Annotated[str, typer.Argument(help="The `id` in its file.")],
    rights: Annotated[Rights, typer.Option(help="talk: to send messages too.")] = "read",
    hours: Annotated[
        float, typer.Option(min=0.01, max=MOST_HOURS, help="Until it expires.")
    ] = 24.0,
    name: Annotated[str, typer.Option(help="Who talks by it speaks as this.")] = "",
    base: Annotated[str, typer.Option(help="What people call the web process.")] = "",
) -> None:
    """Print a link that lets whoever has it watch one bot in one room until it expires."""
    settings = settings_here(IngressSettings)
    if bot not in settings.bots():
        end(f"no bot file in {settings.bots_dir} has the id {bot}")
    links = settings.links(admin_token(settings))
    try:
        path = links.path(Lane(room, bot), rights, round(time.time() + hours * 3600), name)
    except ValueError as error:
        end(f"{error} (--name)")
    typer.echo((base.rstrip("/") or local_url(settings.host, settings.port)) + path)
