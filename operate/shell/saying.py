"""What commands print."""

from collections.abc import Iterable

import typer

from shared.printable import printable


def say(line: str, *, err: bool = False) -> None:
    """Print it; other people's words in it may hold what a terminal obeys."""
    typer.echo(printable(line), err=err)


def say_each(lines: Iterable[str], *, none: str) -> None:
    """A line each; where there is none, this: who reads nothing does not know that it worked."""
    said = False
    for line in lines:
        say(line)
        said = True
    if not said:
        say(none)
