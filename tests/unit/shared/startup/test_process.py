"""What is there when a process has begun is looked at by no collection of garbage any more."""

import asyncio
import gc
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.startup.process import begun
from tests.acceptance.environment import ROOT, stack_environment

FROZEN = "print(gc.get_freeze_count() > 50_000)"
WEB = f"""
import gc, ingress.__main__ as web
class Server:
    def __init__(self, *_): pass
    def run(self, **_): {FROZEN}
web.Server = Server
web.main()
"""
WORKER = f"""
import asyncio, gc
from consumer.composition import running
from consumer.service.service import Service
from consumer.__main__ import main
async def run(_): {FROZEN}
Service.run = run
main()
"""


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.freeze()  # as tests/conftest.py has it


def test_what_is_built_is_not_looked_at_again() -> None:
    built = [[number] for number in range(1000)]
    begun()
    looked_at = {id(it) for it in gc.get_objects()}
    assert not {id(it) for it in built} & looked_at


def test_what_comes_later_is() -> None:
    begun()
    later = [object()]
    assert any(it is later for it in gc.get_objects())


@pytest.mark.parametrize("program", [WEB, WORKER])
async def test_both_processes_are_begun_before_they_serve(tmp_path: Path, program: str) -> None:
    """At the moment at which the one listens and the other waits for its lease."""
    environment = stack_environment(
        tmp_path, redis_url="redis://127.0.0.1:1", prefix="begun", web_port=0, sandbox_port=1
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program), env=environment, cwd=ROOT, stdout=PIPE
    )
    said, _ = await process.communicate()
    assert b"True" in said.splitlines()
