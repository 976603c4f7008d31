"""A conversation that goes on from a backup: taken while it runs, put back where nothing is."""

import asyncio
from pathlib import Path

from operate.launch.valkey import EmbeddedValkey
from tests.acceptance.conftest import NewStack


async def test_a_conversation_goes_on_from_a_backup(new_stack: NewStack, tmp_path: Path) -> None:
    """On another machine: another Redis, another DATA_DIR; nothing is answered twice."""
    stack = new_stack()
    await stack.start()
    await stack.ready()
    assert "turnip" in await stack.ask("remember turnip")
    tar = tmp_path / "backup.tar"
    assert (await stack.operate("backup", str(tar)))[0] == 0
    await asyncio.gather(stack.web.terminate(), stack.worker.terminate())
    with EmbeddedValkey(tmp_path / "elsewhere", socket=tmp_path / "v.sock") as valkey:
        for process in (stack.web, stack.worker):
            process.environment["REDIS_URL"] = valkey.url
            process.environment["DATA_DIR"] = str(tmp_path / "moved")
        assert (await stack.operate("restore", str(tar)))[0] == 0
        await stack.start()
        await stack.ready()
        assert "I remember 1 earlier message" in await stack.ask("what did I say?")
        assert len(await stack.answers()) == 2
        await asyncio.gather(stack.web.terminate(), stack.worker.terminate())
