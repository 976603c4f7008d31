"""Every recorded case of Rails Campfire, in both releases, comes out the same on the stand-in.

`make test` does each case in one release, by turns; `make long` those that it leaves out.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from unittest.mock import AsyncMock

import httpx
import pytest

from sandbox.campfire.bot_api.answers import Mode
from sandbox.server import SandboxServer
from tests.integration.sandbox.campfire.answering_server import AnsweringServer
from tests.integration.sandbox.campfire.divergences import (
    NOT_COMPARED,
    NotCompared,
    not_compared,
)
from tests.integration.sandbox.campfire.replay import bot_calls, person_posts
from tests.integration.sandbox.campfire.replay.comparing import differences, facts
from tests.integration.sandbox.campfire.replay.recordings import (
    MODES,
    load,
    names,
    short_form,
)
from tests.integration.sandbox.campfire.replay.world import World

CASES = {kind: [(mode, name) for mode in MODES for name in names(mode, kind)] for kind in "aprw"}


def recorded(kinds: str) -> pytest.MarkDecorator:
    """A test of every case of these kinds, those of the long form marked."""
    return pytest.mark.parametrize(
        ("mode", "name"),
        [
            pytest.param(*case, marks=() if case in short_form(kind) else pytest.mark.long)
            for kind in kinds
            for case in CASES[kind]
        ],
    )


@pytest.fixture
async def world(server: SandboxServer, webhook: AnsweringServer) -> AsyncIterator[World]:
    """A stand-in that can be made like the recorded Campfire."""
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as http:
        yield World(server, webhook, http)


@recorded("ap")
async def test_bot_api(world: World, mode: Mode, name: str) -> None:
    """A call of the bot API is answered as recorded, and leaves what it left."""
    recording = load(mode, name)
    observed = await bot_calls.replay(world, mode, name, recording)
    found = differences(name, recording, observed)
    assert not found, "\n".join(found)


@recorded("w")
async def test_webhooks(world: World, mode: Mode, name: str) -> None:
    """What somebody posts calls the bots it called, byte for byte, and tells whom it told."""
    recording = load(mode, name)
    observed = await person_posts.replay(world, mode, name, recording)
    found = differences(name, recording, observed)
    assert not found, "\n".join(found)


@recorded("r")
async def test_answers(
    world: World, mode: Mode, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a webhook answers becomes the message, file, failed job or nothing that it became."""
    if name.startswith("r30c"):  # tests ask no resolver: this is what one says of such a name
        unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        monkeypatch.setattr(asyncio, "open_connection", AsyncMock(side_effect=unknown))
    recording = load(mode, name)
    observed = await person_posts.replay(world, mode, name, recording)
    found = differences(name, recording, observed)
    assert not found, "\n".join(found)


def test_what_is_not_compared_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Every fact of every recording is compared or has its reason; every reason is needed."""
    compared = listed = 0
    needed: set[NotCompared] = set()
    for mode, name in [pair for cases in CASES.values() for pair in cases]:
        for path, _ in facts(load(mode, name)):
            row = not_compared(name, path)
            compared, listed = compared + (row is None), listed + (row is not None)
            needed |= {row} if row else set()
    with capsys.disabled():
        cases = sum(map(len, CASES.values()))
        print(f"\nRails contract: {cases} cases, {compared} facts compared, {listed} listed")  # noqa: T201
    assert needed == set(NOT_COMPARED)
    assert listed < compared / 10
