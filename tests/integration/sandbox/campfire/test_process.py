"""`python -m sandbox` as a process: starts, says so, stops at once, or says why it cannot."""

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import httpx
import pytest

from tests.patience import PATIENCE_S

KEY = "3-52d8d3ea9c87"
ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_at_once_with_open_streams(tmp_path: Path, signal_number: int) -> None:
    """Told to stop, it ends with 0 although a page is listening; nothing secret is in its log."""
    process, url = await _started(tmp_path)
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as http:
        assert (await http.get("/health")).status_code == 200
        assert (await http.get("/model/requests")).status_code == 200
        await http.post(f"/rooms/2/{KEY}/messages", content=b"a private word")
        async with http.stream("GET", "/events") as events:
            started = time.monotonic()
            process.send_signal(signal_number)
            async for _ in events.aiter_lines():
                pass
        log = (await process.stdout.read()).decode() if process.stdout else ""
        assert await process.wait() == 0
    assert time.monotonic() - started < 5
    assert "bot_api_called" in log
    assert "sandbox_stopped" in log
    assert not [secret for secret in ("52d8d3ea9c87", "private") if secret in log]


async def test_ids_go_on_after_a_restart(tmp_path: Path) -> None:
    """A restarted process gives ids that no message had before: the bot deduplicates by them."""
    ids = []
    for _ in range(2):
        process, url = await _started(tmp_path)
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as http:
            answer = await http.post(f"/rooms/2/{KEY}/messages", content=b"hi")
            ids.append(int(answer.headers["location"].rpartition("/")[2]))
        process.kill()
        await process.communicate()
    assert ids[1] > ids[0]


async def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    """A second sandbox on the same port ends with 2 and names the port and the setting."""
    process, url = await _started(tmp_path)
    port = url.rpartition(":")[2]
    second = await _start(tmp_path, SANDBOX_PORT=port)
    _, errors = await second.communicate()
    process.terminate()
    await process.communicate()
    assert second.returncode == 2
    assert errors.decode().count("\n") == 1
    assert f"127.0.0.1:{port}" in errors.decode()
    assert "SANDBOX_PORT" in errors.decode()


async def test_bad_settings_are_named(tmp_path: Path) -> None:
    """A bad setting ends it with 2 and its name."""
    process = await _start(tmp_path, SANDBOX_MODE="v9", BOT_KEY_ASSISTANT="nodash")
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert "SANDBOX_MODE" in errors.decode()
    assert "BOT_KEY_ASSISTANT" in errors.decode()


async def _started(folder: Path) -> tuple[Process, str]:
    process = await _start(folder, SANDBOX_PORT="0")
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        while line := (await process.stdout.readline()).decode():
            if match := re.search(r"sandbox_ready.* url=(\S+)", line):
                return process, match[1]
    raise AssertionError("The sandbox ended before it was ready.")


async def _start(folder: Path, **settings: str) -> Process:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BOT_KEY_")}
    environment = {**kept, "DATA_DIR": str(folder), "BOT_KEY_ASSISTANT": KEY, **settings}
    environment.pop("LOG_FORMAT", None)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE
    )
