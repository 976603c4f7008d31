"""A server with tools that look around, answer too much, hang and die.

python -m tests.mcp_servers.odd            on standard input and output
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from mcp.server.mcpserver import MCPServer
from mcp_types import ToolAnnotations

READ_ONLY = ToolAnnotations(read_only_hint=True)
INSTRUCTIONS = "CAMPFIRE_TEST_INSTRUCTIONS"
"""Says by environment what the server wants of the model."""


def say(text: str) -> str:
    """Say it back."""
    return f"said: {text}"


def environment() -> str:
    """What the server itself was started with."""
    return "\n".join(f"{name}={value}" for name, value in os.environ.items())


def read(what: str) -> str:
    """A file, or why not. No input says by its name that it is a path: the hook looks at those."""
    try:
        return Path(what).read_bytes().decode(errors="replace").replace("\0", "\n")
    except OSError as error:
        return f"no: {error.strerror}"


def look(where: str, pattern: str) -> str:
    """The files below a folder, with what can be read of each."""
    found = sorted(Path(where).glob(pattern))
    return "\n".join(f"{path}: {read(str(path))}" for path in found if not path.is_dir()) or "none"


def write(what: str, text: str) -> str:
    """Put a text into a file."""
    try:
        Path(what).write_text(text, encoding="utf-8")
    except OSError as error:
        return f"no: {error.strerror}"
    return "written"


def much(characters: int) -> str:
    """So many characters."""
    return "much " * (characters // 5)


def hang(seconds: float) -> str:
    """Answer late."""
    time.sleep(seconds)
    return "at last"


def die() -> str:
    """End the process in the middle of the call."""
    os._exit(3)


TOOLS: tuple[Callable[..., str], ...] = (say, environment, read, look, write, much, hang, die)


def odd_server(*, instructions: str | None = None, more: int = 0) -> MCPServer:
    """One with all those tools, and so many more that say something."""
    server = MCPServer("odd", instructions=instructions, log_level="CRITICAL")
    for tool in TOOLS:
        server.add_tool(tool, annotations=READ_ONLY)
    for number in range(more):
        server.add_tool(say, name=f"say_{number}", description=f"Say it back, in way {number}.")
    return server


if __name__ == "__main__":
    odd_server(instructions=os.environ.get(INSTRUCTIONS)).run("stdio")
