"""`python -m operate page`: a link that opens the operator's page once, within five minutes."""

import time
from typing import Annotated

import typer

from ingress.operator.page.door.codes import Codes
from ingress.operator.page.door.log_in import ENTER
from ingress.settings import IngressSettings
from shared.startup.admin_token import admin_token
from shared.startup.settings import load_settings


def page(
    base: Annotated[str, typer.Option(help="What browsers call the web process.")] = "",
    view: Annotated[bool, typer.Option("--view", help="To look, without buttons.")] = False,
) -> None:
    """Print a link to the operator's page. It logs in once, within five minutes."""
    settings = load_settings(IngressSettings)
    code = Codes.of(admin_token(settings)).new("view" if view else "act", time.time())
    address = base.rstrip("/") or f"http://{_host(settings.host)}:{settings.port}"
    typer.echo(f"{address}{ENTER}#{code}")


def _host(host: str) -> str:
    """Where it listens on every address, a browser on this machine finds it by this one."""
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
