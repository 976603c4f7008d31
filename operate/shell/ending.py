"""How a command ends that cannot do what it was asked: with a sentence, and a code that says so."""

from typing import NoReturn

import typer

from shared.startup.process import EXIT_CONFIGURATION


def end(why: str) -> NoReturn:
    """Tell the operator why, on standard error."""
    typer.echo(why, err=True)
    raise typer.Exit(EXIT_CONFIGURATION)
