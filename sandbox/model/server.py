"""The stand-in as a server of its own on a free port of the loopback, for tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn

from sandbox.listening import listen
from sandbox.model.app import create_model_app
from sandbox.model.recorder import Recorder


@dataclass(frozen=True, slots=True)
class ModelServer:
    """A running stand-in."""

    base_url: str
    """For ANTHROPIC_BASE_URL."""
    recorder: Recorder


@asynccontextmanager
async def running_model(host: str = "127.0.0.1") -> AsyncIterator[ModelServer]:
    """Serve the stand-in in this event loop until the block ends; hanging requests are cut."""
    recorder = Recorder()
    config = uvicorn.Config(
        create_model_app(recorder),
        log_level="critical",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        loop="none",
    )
    server = uvicorn.Server(config)
    with listen(host) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            url = f"http://{host}:{listener.getsockname()[1]}"
            yield ModelServer(url, recorder)
        finally:
            server.should_exit = True
            await serving
