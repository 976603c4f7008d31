"""Starts the real bwrap with what the CLI leaves open closed: its arguments, calls and limits.

Run by `bin/bwrap` at each command of a shell and at each start of an MCP server's program, in a
process of its own with the standard library alone.
"""

import os
import sys
from collections.abc import Sequence

from consumer.cage.control_groups import enter
from consumer.cage.limits import SERVER, limit_this_process, with_few_processes
from consumer.cage.system_calls import MissingLibrary, filter_file
from consumer.cage.tightening import tightened


def main() -> None:
    """Become the next bwrap on the PATH; the first argument is the program we were started as.

    Ends the process with a sentence where the cage cannot be closed.
    """
    own, *given = sys.argv[1:]
    try:
        program = _real(own)
        # Without a command it is a question: --version and the like.
        arguments = tightened(given, filter_file()) if "--" in given else given
    except (FileNotFoundError, MissingLibrary) as error:
        sys.exit(f"bwrap: {error}")
    limit_this_process(os.environ)
    if SERVER not in given[:3]:  # what an MCP server takes is no command's
        enter(os.environ)
        arguments = _few_processes(arguments)
    os.execv(program, [program, *arguments])  # noqa: S606 - no shell wanted


def _few_processes(arguments: Sequence[str]) -> list[str]:
    if "--" not in arguments:
        return list(arguments)
    at = arguments.index("--") + 1
    return [*arguments[:at], *with_few_processes(arguments[at:], os.environ)]


def _real(own: str) -> str:
    """The next bwrap on the PATH; raises FileNotFoundError where there is none."""
    ours = os.path.realpath(own)
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        found = os.path.join(folder, "bwrap")
        if os.path.realpath(found) != ours and os.access(found, os.X_OK):
            return found
    raise FileNotFoundError("there is no other on the PATH")
