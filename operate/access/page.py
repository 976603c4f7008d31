"""`python -m operate page`: a link that opens the operator's page once, within five minutes.

It asks for as little as it can: what `make run` makes up beside the admin token is not needed.
"""

import time
from pathlib import Path
from typing import Annotated

import typer

from ingress.operator.page.authentication.codes import Codes
from ingress.operator.page.authentication.log_in import ENTER
from operate.launch.environment import INGRESS_PORT, local_url
from shared.startup.admin_token import kept_token
from shared.startup.environment import read_environment


def page(
    base: Annotated[str, typer.Option(help="What browsers call the web process.")] = "",
    view: Annotated[bool, typer.Option("--view", help="To look, without buttons.")] = False,
) -> None:
    """Print a link to the operator's page. It logs in once, within five minutes."""
    told = read_environment().values
    token = told.get("ADMIN_TOKEN") or kept_token(Path(told.get("DATA_DIR") or "data"))
    code = Codes.of(token).new("view" if view else "act", time.time())
    here = local_url(told.get("HOST", "127.0.0.1"), told.get("PORT", INGRESS_PORT))
    typer.echo(f"{base.rstrip('/') or here}{ENTER}#{code}")
