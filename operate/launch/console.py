"""What the person at the terminal sees: each process's lines behind its name, and ours."""

import os
import signal
import sys
from collections.abc import Collection, Mapping
from typing import TextIO

from honcho.colour import get_colours

LAUNCHER = "make run"


class Console:
    """Prefixes lines with the name of who wrote them; in colour on a terminal, unless NO_COLOR.

    When nobody reads it any more it has the launcher end everything."""

    def __init__(self, names: Collection[str], out: TextIO, *, colour: bool) -> None:
        self._out: TextIO | None = out
        self._width = max(map(len, [*names, LAUNCHER]))
        self._colours = dict(zip(names, get_colours(), strict=False)) if colour else {}

    @classmethod
    def on(cls, names: Collection[str], environ: Mapping[str, str] = os.environ) -> "Console":
        """The one on our standard output."""
        return cls(names, sys.stdout, colour=sys.stdout.isatty() and not environ.get("NO_COLOR"))

    def say(self, sentence: str) -> None:
        """A line of the launcher itself."""
        self.write(LAUNCHER, sentence)

    def write(self, name: str, line: str) -> None:
        """A line of the process `name`."""
        if self._out is None:
            return
        prefix = f"{name:<{self._width}} |"
        if colour := self._colours.get(name):
            prefix = f"\033[{colour}m{prefix}\033[0m"
        try:
            print(prefix, line, file=self._out, flush=True)
        except OSError:  # nobody reads us any more, as in `make run | head`
            self._out = None
            signal.raise_signal(signal.SIGTERM)
