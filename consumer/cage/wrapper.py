"""Starts the real bwrap with what the CLI leaves open closed: its arguments, calls and limits.

Run by `bin/bwrap` at each command of a shell and at each start of an MCP server's program, in a
process of its own with the standard library alone.
"""

import os
import sys

from consumer.cage.limits import limit_this_process
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
    os.execv(program, [program, *arguments])  # noqa: S606 - no shell wanted


def _real(own: str) -> str:
    """The next bwrap on the PATH; raises FileNotFoundError where there is none."""
    ours = os.path.realpath(own)
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        found = os.path.join(folder, "bwrap")
        if os.path.realpath(found) != ours and os.access(found, os.X_OK):
            return found
    raise FileNotFoundError("there is no other on the PATH")
