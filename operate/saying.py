"""What commands print."""

import typer

from shared.printable import printable


def say(line: str, *, err: bool = False) -> None:
    """Print it; other people's words in it may hold what a terminal obeys."""
    typer.echo(printable(line), err=err)
