"""The doctor over a real Redis, the stand-in Campfire in both modes and the stand-in model."""

import asyncio
import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner

from operate.__main__ import app
from operate.doctor.groups import storage
from operate.doctor.waiting import Watch
from operate.launch.bot_keys import key_file
from operate.launch.valkey import EmbeddedValkey
from sandbox.campfire.campfire import Campfire as StandIn
from sandbox.campfire.rails.signed_ids import sgid_of
from sandbox.campfire.stored.seed import BotSeed
from sandbox.model.server import running_model
from sandbox.server import SandboxServer
from shared.keys import Keys
from shared.operating.bots import Refusal
from tests.campfire_storage import Storage
from tests.sandbox_client import SandboxClient

TOKEN = "52d8d3ea9c87"
BOTS = [BotSeed("ops", 3, TOKEN, "")]
CONTAINERS = (
    "701 528 0:64 / / rw,relatime master:253 - overlay overlay rw,lowerdir=/l,upperdir=/u\n"
    "702 701 0:67 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw\n"
    "703 701 0:68 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755\n"
    "709 701 254:1 /docker/4711/hosts /etc/hosts rw,relatime - ext4 /dev/vda1 rw\n"
)
"""/proc/self/mountinfo within a container of Docker's."""
VOLUME = "710 701 254:1 /docker/volumes/data/_data {} rw,relatime master:1 - ext4 /dev/vda1 rw\n"
LATER_MS = 4_000_000_000_000
"""Later than any test runs, ms."""


@pytest.fixture
async def campfire(
    valkey: EmbeddedValkey, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SandboxClient]:
    """All that a service needs, and its settings; the service itself does not run."""
    (tmp_path / "bots").mkdir()
    (tmp_path / "bots" / "ops.yaml").write_text("id: ops\nname: Ops\nsystem_prompt: x\n")
    monkeypatch.chdir(tmp_path)
    async with SandboxServer(StandIn(BOTS)) as server, running_model() as model:
        for name, value in {
            "REDIS_URL": valkey.url,
            "REDIS_PREFIX": keys.prefix,
            "CAMPFIRE_URL": server.url,
            "ANTHROPIC_API_KEY": "sk-ant-0123456789",
            "ANTHROPIC_BASE_URL": model.base_url,
            "BOT_KEY_OPS": f"3-{TOKEN}",
            "PORT": "1",
        }.items():
            monkeypatch.setenv(name, value)
        async with SandboxClient(server.url) as client:
            yield client


async def _found(*options: str) -> tuple[int, dict[str, list[dict[str, Any]]], str]:
    """The command, in a thread: it has a loop of its own."""
    result = await asyncio.to_thread(CliRunner().invoke, app, ["doctor", "--json", *options])
    output = result.output[result.output.index('{\n  "exit"') :]  # the stand-ins log before it
    told = json.loads(output)
    by_group = {group["name"]: group["findings"] for group in told["groups"]}
    return result.exit_code, by_group, output


@pytest.mark.parametrize(("mode", "said"), [("main", "accepted"), ("v1.4.9", "not checkable")])
async def test_what_is_well_is_told_on_both_campfires(
    campfire: SandboxClient, redis: Redis, keys: Keys, mode: str, said: str
) -> None:
    """Only that nothing runs yet is a warning; nothing is posted, stored or shown."""
    await campfire.change_mode(mode)
    code, found, output = await _found()
    marks = {name: {it["mark"] for it in them} for name, them in found.items()}
    assert marks["Bot keys"] == marks["Campfire"] == marks["Model"] == {"ok"}
    assert said in found["Bot keys"][0]["found"]
    assert "broken" not in output
    assert code == 1
    assert [it["found"] for it in found["Redis"] if it["mark"] != "ok"] == [
        "no worker works on the queue: messages are taken in, and wait"
    ]
    assert await campfire.messages(1) == await campfire.messages(2) == []
    assert await redis.keys(f"*{keys.prefix}*") == []
    assert TOKEN not in output


@pytest.mark.parametrize(("runs", "code"), [(True, 1), (False, 2)])
async def test_beside_make_run_the_sandbox_is_what_is_looked_at(
    campfire: SandboxClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    runs: bool,
    code: int,
) -> None:
    """With the keys that the launcher made; where it does not run, what is not set is missing."""
    file = key_file(tmp_path / "data")
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"BOT_KEY_OPS": f"3-{TOKEN}"}))
    port = urlsplit(os.environ["CAMPFIRE_URL"]).port if runs else 1
    monkeypatch.setenv("SANDBOX_PORT", str(port))
    for name in ("CAMPFIRE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "BOT_KEY_OPS"):
        monkeypatch.delenv(name)
    found_code, found, output = await _found()
    assert found_code == code
    assert ("broken" not in output) is runs
    assert ("CAMPFIRE_URL is not set: `make run`'s sandbox stands in" in output) is runs
    if runs:
        for name in ("Bot keys", "Campfire", "Model"):
            assert {it["mark"] for it in found[name]} == {"ok"}
        assert "accepted" in found["Bot keys"][0]["found"]
        assert TOKEN not in output


async def test_a_redis_in_place_of_campfire_is_told(
    campfire: SandboxClient, valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hangs up on HTTP."""
    monkeypatch.setenv("CAMPFIRE_URL", f"http://127.0.0.1:{valkey.port}")
    code, found, _ = await _found()
    assert (code, found["Campfire"][0]["mark"]) == (2, "broken")
    assert {it["mark"] for it in found["Bot keys"]} == {"unknown"}


@pytest.mark.parametrize("mode", ["main", "v1.4.9"])
async def test_why_no_second_bot_can_type_it_is_told(
    campfire: SandboxClient, redis: Redis, keys: Keys, tmp_path: Path, mode: str
) -> None:
    """A person is asked to, and the reason is told, one after the other; nothing is posted."""
    await campfire.change_mode(mode)
    send = ("--send", "--room", "2", "--seconds", "1")

    async def why() -> str:
        _, found, _ = await _found(*send)
        assert found["Calls"][0]["mark"] == "unknown"
        return str(found["Calls"][0]["found"])

    assert "its file does not say `answers_bots: true`" in await why()
    with (tmp_path / "bots" / "ops.yaml").open("a") as file:
        file.write("answers_bots: true\n")
    assert "its signed id is not known" in await why()
    entry = {"sgid": sgid_of(3), "name": "Ops", "sure": True}
    await redis.hset(keys.mentions, "3", json.dumps(entry))  # type: ignore[misc]
    assert "no other bot of ours is in room 2" in await why()
    assert [it for it in await campfire.messages(2) if it["creator"]["role"] == "bot"] == []


async def test_calls_and_other_services_are_read_from_redis(
    campfire: SandboxClient, redis: Redis, keys: Keys
) -> None:
    """When Campfire called last, and for bots that nobody has here."""
    await redis.hset(keys.deliveries, mapping={"ops": "5", "stranger": "6"})  # type: ignore[misc]
    _, found, _ = await _found()
    assert found["Webhook"][-1]["mark"] == "ok"
    assert any("stranger" in it["found"] for it in found["Redis"])


@pytest.mark.parametrize(
    ("kept", "value", "mark", "words"),
    [
        ("deliveries", str(LATER_MS), "ok", "ops: Campfire called"),
        ("refusals", Refusal(at_ms=LATER_MS, status=401).model_dump_json(), "broken", "401"),
        ("deliveries", "5", "broken", "Campfire did not call in 1 s"),
    ],
)
async def test_a_call_for_each_bot_is_waited_for(
    campfire: SandboxClient,
    keys: Keys,
    monkeypatch: pytest.MonkeyPatch,
    kept: str,
    value: str,
    mark: str,
    words: str,
) -> None:
    """One that comes, one that is turned away, none: the predecessor's wrong port."""
    begin = Watch.begin

    async def and_then(redis: Redis, *others: Any) -> Watch:
        watch = await begin(redis, *others)
        await redis.hset(getattr(keys, kept), "ops", value)  # type: ignore[misc]
        return watch

    monkeypatch.setattr(Watch, "begin", and_then)
    _, found, _ = await _found("--wait", "--seconds", "1")
    (call,) = found["Calls"]
    assert call["mark"] == mark
    assert words in call["found"]
    assert mark == "ok" or "http://127.0.0.1:1/webhook/ops" in call["mend"]


@pytest.mark.parametrize(
    ("name", "value", "group"),
    [
        ("BOT_KEY_OPS", "3-000000000000", "Bot keys"),
        ("CAMPFIRE_URL", "http://127.0.0.1:1", "Campfire"),
        ("ANTHROPIC_BASE_URL", "http://127.0.0.1:1", "Model"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "Redis"),
        ("BOTS_DIR", "wrong_tool", "Tools"),
    ],
)
async def test_what_once_started_ready_is_told(
    campfire: SandboxClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    group: str,
) -> None:
    """A wrong key, a dead address, an unreachable model, no Redis, `tools: [Bassh]`: each is the
    one thing that keeps the bot from answering, and no other group is blamed for it."""
    (tmp_path / "wrong_tool").mkdir()
    file = tmp_path / "wrong_tool" / "ops.yaml"
    file.write_text("id: ops\nname: Ops\nsystem_prompt: x\ntools: [Bassh]\n")
    monkeypatch.setenv(name, value)
    code, found, _ = await _found()
    assert code == 2
    assert {name for name, them in found.items() if any(it["mark"] == "broken" for it in them)} == {
        group
    }


@pytest.mark.parametrize("has_volume", [False, True])
async def test_a_folder_that_goes_with_its_container_is_told(
    campfire: SandboxClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_volume: bool
) -> None:
    """The predecessor's fifth mistake, no volume: it answers until the container is replaced. With
    the container's mounts as Docker makes them."""
    folder = tmp_path / "of a container" / "data"
    folder.mkdir(parents=True)
    mounts = tmp_path / "mountinfo"
    at = str(folder).replace(" ", r"\040")
    mounts.write_text(CONTAINERS + (VOLUME.format(at) if has_volume else ""))
    monkeypatch.setattr(storage, "MOUNTS", mounts)
    monkeypatch.setenv("DATA_DIR", str(folder))
    code, found, output = await _found()
    assert ("broken" in output, code) == (False, 1)
    told = [it for it in found["Storage"] if "lies in the container itself" in it["found"]]
    assert [it["mark"] for it in told] == ([] if has_volume else ["warning"])
    assert all(f"-v campfire-bot:{folder}" in it["mend"] for it in told)


async def test_the_url_that_campfire_has_is_read_where_its_storage_is_mounted(
    campfire: SandboxClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its port is none of ours: the predecessor's mistake, found without a call."""
    storage = Storage(tmp_path / "storage").make()
    with closing(sqlite3.connect(storage.database)) as database, database:
        database.execute("CREATE TABLE webhooks (user_id INTEGER, url TEXT)")
        database.execute("INSERT INTO webhooks VALUES (3, 'http://127.0.0.1:2/webhook/ops')")
    monkeypatch.setenv("CAMPFIRE_STORAGE", str(storage.folder))
    code, found, _ = await _found()
    assert code == 2
    assert [it["found"] for it in found["Webhook"] if it["mark"] == "broken"] == [
        "ops: Campfire calls http://127.0.0.1:2/webhook/ops, where nobody answers; the web process"
        " listens on port 1"
    ]
