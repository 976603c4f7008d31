"""Redis is not there when the processes start: they wait for it and come up by themselves."""

from pathlib import Path

from operate.launch.valkey import EmbeddedValkey
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import free_port


async def test_both_processes_come_up_when_redis_appears(
    new_stack: NewStack, tmp_path: Path
) -> None:
    """Neither ends; /ready says what is missing; then a message is answered."""
    valkey = EmbeddedValkey(tmp_path / "valkey", port=free_port())
    stack = new_stack(redis_url=valkey.url)
    await stack.start()
    await stack.web.log.event("ingress_listening")
    await stack.worker.log.event("redis_unavailable")
    missing = await stack.http.get("/ready")
    assert (missing.status_code, missing.headers["x-not-ready"]) == (503, "redis")
    assert (await stack.http.get("/health")).status_code == 200
    with valkey:
        await stack.ready()
        assert await stack.ask("echo hello") == "hello"
        await stack.stop()
