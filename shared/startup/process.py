"""How a process of ours begins: what it makes is its user's alone, what is wrong is sentences.

Light on purpose: a process calls `begin` before it imports what takes a second.
"""

import gc
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from shared.errors import ConfigurationError
from shared.printable import printable
from shared.secret_names import secrets_of
from shared.startup.handover import handed, offered

EXIT_CONFIGURATION = 2
EXIT_FAILED = 70
"""EX_SOFTWARE: a part that must go on has stopped; whoever supervises starts the process again."""


def begin() -> None:
    """Call it first of all, and only in a process of its own: it may start that process anew.

    What the process makes is for no other user of the machine. Where it was started with secrets
    in its environment it starts once more without: they come along by a descriptor.
    """
    os.umask(0o077)
    if secrets_of(os.environ):
        exit_on_bad_configuration(_start_anew)


def begun() -> None:
    """Call it when all is imported and built, which stays as long as the process does.

    No collection of garbage looks at it again: at 160,000 objects one held the event loop, and with
    it every lane or webhook, for 85 ms (`gc.freeze`, measured with CPython 3.11).
    """
    gc.collect()
    gc.freeze()


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


def _start_anew() -> None:
    before = handed()
    nearer = {name: value for name, value in os.environ.items() if value}
    with offered({**before, **nearer}) as (environment, descriptor):
        os.set_inheritable(descriptor, True)
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)  # noqa: S606
