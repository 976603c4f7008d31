"""What a test closed is closed, also in its loop's last moment (tests/conftest.py)."""

import asyncio
import gc
import os


def test_a_pipe_that_was_closed_last_leaves_nothing_open() -> None:
    """Else it complains when it is taken for garbage, which is an error of whatever test then runs:
    here, of this one."""

    async def leave() -> None:
        reader, writer = os.pipe()
        loop, file = asyncio.get_running_loop(), os.fdopen(writer, "wb", buffering=0)
        pipe, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, file)
        pipe.write(b"x" * 1_000_000)  # more than it holds, and nobody reads
        pipe.close()
        readers.append(reader)

    readers: list[int] = []
    with asyncio.Runner() as runner:
        runner.run(leave())
    gc.collect()
    os.close(readers[0])
