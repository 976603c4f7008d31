"""How a process of ours begins: what it makes is its user's alone, what is wrong is sentences.

Light on purpose: a process calls `begin` before it imports what takes a second.
"""

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from shared.errors import ConfigurationError
from shared.printable import printable

EXIT_CONFIGURATION = 2


def begin() -> None:
    """Call it first of all: nothing that this process makes is for other users of the machine."""
    os.umask(0o077)


def exit_on_bad_configuration(start: Callable[[], None]) -> None:
    """Run `start`; a ConfigurationError ends the process with its sentences and code 2."""
    try:
        start()
    except ConfigurationError as error:
        refuse(error)


def refuse(error: ConfigurationError) -> NoReturn:
    """Print every problem, a line each, and exit with 2."""
    for problem in error.problems:
        print(printable(problem), file=sys.stderr)  # noqa: T201 - before logging is set up
    raise SystemExit(EXIT_CONFIGURATION)
