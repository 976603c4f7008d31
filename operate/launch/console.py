"""What the person at the terminal sees: each process's lines behind its name, and ours."""

import json
import os
import signal
import sys
from collections.abc import Collection, Mapping
from typing import TextIO

from honcho.colour import get_colours


class Console:
    """Prefixes lines with the name of who wrote them; in colour on a terminal, unless NO_COLOR.

    With `json_lines` a machine reads them: each line is an object, with its process in it. When
    nobody reads any more it has the launcher end everything."""

    def __init__(
        self,
        names: Collection[str],
        out: TextIO,
        *,
        launcher: str,
        colour: bool = False,
        json_lines: bool = False,
    ) -> None:
        self._out: TextIO | None = out
        self._launcher = launcher
        self._json = json_lines
        self._width = max(map(len, [*names, launcher]))
        self._colours = dict(zip(names, get_colours(), strict=False)) if colour else {}

    @classmethod
    def on(
        cls,
        names: Collection[str],
        environ: Mapping[str, str] = os.environ,
        *,
        launcher: str,
        json_lines: bool = False,
    ) -> "Console":
        """The one on our standard output."""
        colour = sys.stdout.isatty() and not environ.get("NO_COLOR")
        return cls(names, sys.stdout, launcher=launcher, colour=colour, json_lines=json_lines)

    def say(self, sentence: str) -> None:
        """A line of the launcher itself."""
        self.write(self._launcher, sentence)

    def write(self, name: str, line: str) -> None:
        """A line of the process `name`."""
        if self._out is None:
            return
        try:
            print(self._shown(name, line), file=self._out, flush=True)
        except OSError:  # nobody reads us any more, as in `make run | head`
            self._out = None
            signal.raise_signal(signal.SIGTERM)

    def _shown(self, name: str, line: str) -> str:
        if self._json:
            return line if _is_object(line) else json.dumps({"process": name, "event": line})
        prefix = f"{name:<{self._width}} |"
        if colour := self._colours.get(name):
            prefix = f"\033[{colour}m{prefix}\033[0m"
        return f"{prefix} {line}"


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
