"""The live stream of a lane while the real CLI answers in it."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.asyncio.client import connect

from operate.launch.valkey import EmbeddedValkey
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT, free_port
from tests.acceptance.stack import SUPPORT, Stack
from tests.integration.ingress.live.watching import ADMIN, BEARER, PATH, Event, watch
from tests.patience import PATIENCE_S


def text(events: list[Event]) -> str:
    return "".join(event.text for event in events if event.kind == "text_delta")


async def test_a_turn_is_seen_from_queued_to_settled(watched_stack: Stack) -> None:
    """Every step in order under one job, the text as it was posted, and where it stands."""
    stack = watched_stack
    async with watch(stack.web_url) as watching:
        asked = await stack.say("slow 1; echo every word of it")
        events = await watching.until("settled")
    kinds = [event.kind for event in events]
    assert kinds[:2] == ["queued", "started"]
    assert kinds[-2:] == ["posted", "settled"]
    assert set(kinds[2:-2]) == {"text_delta"}
    assert text(events) == "every word of it"
    assert {event.data["job"] for event in events} == {
        f"{stack.prefix}:assistant:{SUPPORT}:{asked['after']}"
    }
    assert await stack.answer(asked) == "every word of it"
    answers = [m for m in await stack.campfire.messages(SUPPORT) if m["id"] > asked["after"]]
    assert events[-2].data["post"] in [str(message["id"]) for message in answers]
    assert (events[-1].data["outcome"], events[-1].data["tier"]) == ("completed", "cold")


async def test_a_tool_is_seen_to_begin_and_to_end(new_stack: NewStack, tmp_path: Path) -> None:
    """Its name and how it ended, between the text before it and the text after it."""
    bots = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", bots)
    file = bots / "assistant.yaml"
    file.write_text(file.read_text().replace("tools: []", "tools: [Write]"))
    stack = new_stack(ADMIN_TOKEN=ADMIN, BOTS_DIR=str(bots))
    await stack.start()
    await stack.ready()
    async with watch(stack.web_url) as watching:
        await stack.say('tool Write {"file_path": "note.txt", "content": "x"}')
        events = await watching.until("settled")
    [began, ended] = [event for event in events if event.kind.startswith("tool_")]
    assert (began.kind, began.data["name"], ended.kind) == ("tool_started", "Write", "tool_ended")
    assert (ended.data["id"], ended.data["failed"]) == (began.data["id"], False)


async def test_cut_off_in_the_middle_and_resumed_by_id(watched_stack: Stack) -> None:
    """Six connections one after the other see together what one sees alone."""
    stack = watched_stack
    async with watch(stack.web_url) as steady:
        await stack.say("slow 3; long 3000")
        pieces: list[Event] = []
        after = (await steady.next()).id
        while not pieces or pieces[-1].kind != "settled":
            async with watch(stack.web_url, after=after) as watching:
                for _ in range(4):
                    pieces.append(await watching.next(30))
                    if pieces[-1].kind == "settled":
                        break
            after = pieces[-1].id
        whole = await steady.until("settled")
    assert pieces == whole
    assert len(whole) > 12


async def test_said_over_the_websocket_it_is_answered_there_and_in_the_room(
    watched_stack: Stack,
) -> None:
    """A link made by an operator talks: accepted, then the deltas; the room has the answer."""
    stack = watched_stack
    made = await stack.http.post(
        f"/lanes/{SUPPORT}/assistant/link?rights=talk&name=Ada", headers=BEARER
    )
    link = made.headers["location"]
    url = stack.web_url.replace("http", "ws") + link
    async with connect(url, proxy=None) as socket:
        await socket.send(json.dumps({"say": "echo over the wire", "name": "Ada"}))
        told: list[dict[str, Any]] = []
        while not told or told[-1].get("event", {}).get("kind") != "settled":
            async with asyncio.timeout(PATIENCE_S):
                told.append(json.loads(await socket.recv()))
    [job] = [message["accepted"] for message in told if "accepted" in message]
    events = [message["event"] for message in told if "event" in message]
    assert {event["job"] for event in events} == {job}
    deltas = (event["text"] for event in events if event["kind"] == "text_delta")
    assert "".join(deltas) == "over the wire"
    assert await stack.answers() == ["over the wire"]
    # No boost or look-up was tried for an id that Campfire never gave.
    assert not stack.worker.log.events("progress_failed")
    signature = parse_qs(urlsplit(link).query)["signature"][0]
    lines = [line for process in stack.processes.values() for line in process.log.lines]
    assert not [line for line in lines if signature in line or ADMIN in line]
    assert not [line for line in lines if "over the wire" in line]


@pytest.mark.long
async def test_stop_over_the_websocket_ends_the_turn(watched_stack: Stack) -> None:
    """The order is accepted and the running turn settles as cancelled, seen on the same socket."""
    stack = watched_stack
    url = stack.web_url.replace("http", "ws") + PATH
    async with (
        connect(url, additional_headers=BEARER, proxy=None) as socket,
        asyncio.timeout(PATIENCE_S),
    ):
        await socket.send(json.dumps({"say": "slow 30; long 3000", "name": "Ada"}))
        while "text_delta" not in str(await socket.recv()):
            pass
        await socket.send(json.dumps({"control": "stop"}))
        settled: dict[str, Any] = {}
        while settled.get("outcome") != "cancelled":
            told = json.loads(await socket.recv()).get("event", {})
            settled = told if told.get("kind") == "settled" else settled


async def test_redis_dies_in_the_middle_of_a_watched_turn(
    new_stack: NewStack, tmp_path: Path
) -> None:
    """The turn ends, and its watcher, still connected, sees that it did."""
    valkey = EmbeddedValkey(tmp_path / "own", port=free_port(), appendfsync="always")
    valkey.start()
    stack = new_stack(redis_url=valkey.url, ADMIN_TOKEN=ADMIN)
    await stack.start()
    await stack.ready()
    async with watch(stack.web_url) as watching:
        asked = await stack.say("slow 4; echo it lived")
        assert (await watching.until("text_delta"))[-1].kind == "text_delta"
        valkey.kill()
        await stack.worker.log.event("redis_unavailable")
        valkey.start()
        events = await watching.until("settled")
    assert events[-1].data["outcome"] == "completed"
    assert await stack.answer(asked) == "it lived"
    await stack.stop()
    valkey.stop()


async def test_without_a_right_nobody_watches(watched_stack: Stack) -> None:
    """No token, a wrong one, a link for another lane: empty refusals."""
    stack = watched_stack
    made = await stack.http.post("/lanes/1/assistant/link", headers=BEARER)
    stolen = made.headers["location"].replace("/lanes/1/", f"/lanes/{SUPPORT}/")
    for path, headers in (
        (PATH, {}),
        (PATH, {"Authorization": "Bearer wrong-token"}),
        (stolen, {}),
    ):
        answer = await stack.http.get(path, headers=headers)
        assert (answer.status_code, answer.content) == (401, b"")
