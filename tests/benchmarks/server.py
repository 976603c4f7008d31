"""A server under measurement: a process of its own whose output nobody has to read."""

import asyncio
import shlex
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.acceptance.environment import free_port, minimal_environment
from tests.conftest import eventually


@asynccontextmanager
async def running_server(
    command: str, folder: Path, settings: Mapping[str, str]
) -> AsyncIterator[tuple[int, int]]:
    """Run `command` with PORT set to a free one; gives the port, once it listens, and the pid."""
    port = free_port()
    environment = {**minimal_environment(folder), **settings, "PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        *shlex.split(command),
        env=environment,
        cwd=folder,
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=None,
    )
    try:
        await eventually(lambda: _listens(process, port), within_s=30)
        yield port, process.pid
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _listens(process: Process, port: int) -> bool:
    if process.returncode is not None:
        raise RuntimeError(f"the server ended with {process.returncode}")
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return False
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return True
