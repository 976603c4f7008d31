"""A backup holds what was there, and nothing else is ever overwritten by a restore."""

import asyncio
import os
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner, Result

from operate.__main__ import app
from operate.backup import archive
from operate.launch.valkey import EmbeddedValkey
from operate.take_over import take_over
from shared.keys import Keys
from tests.membership import join

USER = 10001


@pytest.fixture(autouse=True)
def settings(
    valkey: EmbeddedValkey, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    (tmp_path / "bots").mkdir()
    (tmp_path / "bots" / "ops.yaml").write_text("id: ops\nname: Ops\nsystem_prompt: x\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REDIS_URL", valkey.url)
    monkeypatch.setenv("REDIS_PREFIX", keys.prefix)
    monkeypatch.setenv("DATA_DIR", "data")
    return tmp_path


async def operate(*words: str) -> Result:
    """The command, in a thread: it has a loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, app, list(words))


async def fill(redis: Redis, keys: Keys, folder: Path) -> None:
    await redis.zadd(keys.queue, {keys.stored(f"{keys.prefix}:ops:2:7"): 5})
    await redis.hset(keys.message("7"), mapping={"body": b"\xff\x00words"})  # type: ignore[misc]
    await redis.set(keys.named("outcome", "7"), "done", ex=500)
    await redis.set(keys.lease, "members")
    await join(redis, keys, "me:1")
    for name, text in {"claude/a.jsonl": "one", "keys/ops": "3-key", "run/x": "no"}.items():
        file = folder / "data" / name
        file.parent.mkdir(parents=True)
        file.write_text(text)
    (folder / "data" / "keys" / "ops").chmod(0o600)
    (folder / "data" / "claude" / "out").symlink_to("/etc/passwd")


async def emptied(redis: Redis, keys: Keys, folder: Path) -> None:
    found = [key async for key in redis.scan_iter(match=f"*{keys.tag}*")]
    await redis.delete(*found)
    os.rename(folder / "data", folder / "away")


async def test_what_was_there_is_there_again(redis: Redis, keys: Keys, settings: Path) -> None:
    """Words, scores, times to live and files' modes; no lease, no run folder, no link."""
    await fill(redis, keys, settings)
    assert (result := await operate("backup", "b.tar")).exit_code == 0, result.output
    assert "3 keys of Redis and 2 files" in result.output
    assert (settings / "b.tar").stat().st_mode & 0o077 == 0
    await emptied(redis, keys, settings)
    assert (result := await operate("restore", "b.tar")).exit_code == 0, result.output
    assert await redis.zrange(keys.queue, 0, -1, withscores=True)
    assert await redis.hget(keys.message("7"), "body") == b"\xff\x00words"  # type: ignore[misc]
    assert 400 < await redis.ttl(keys.named("outcome", "7")) <= 500
    assert not await redis.exists(keys.lease, keys.members)
    assert (settings / "data" / "claude" / "a.jsonl").read_text() == "one"
    assert (settings / "data" / "keys" / "ops").stat().st_mode & 0o777 == 0o600
    assert not (settings / "data" / "run").exists()
    assert not (settings / "data" / "claude" / "out").is_symlink()


async def test_nothing_is_overwritten(redis: Redis, keys: Keys, settings: Path) -> None:
    """Neither a file of a backup, nor a folder in use, nor keys that are there."""
    await fill(redis, keys, settings)
    assert (await operate("backup", "b.tar")).exit_code == 0
    assert "there already" in (await operate("backup", "b.tar")).output
    assert "is not empty" in (await operate("restore", "b.tar")).output
    refused = await operate("restore", "b.tar", "--redis-only")
    assert (refused.exit_code, "in this Redis already" in refused.output) == (2, True)


async def test_no_backup_holds_itself(redis: Redis, keys: Keys, settings: Path) -> None:
    """Nor the one before it: a file in DATA_DIR is refused."""
    await fill(redis, keys, settings)
    refused = await operate("backup", "data/claude/../b.tar")
    assert (refused.exit_code, "would lie in DATA_DIR" in refused.output) == (2, True)
    assert not (settings / "data" / "b.tar").exists()


async def test_another_deployments_keys_stay_out(
    redis: Redis, keys: Keys, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where its prefix only begins alike; and theirs are not put into ours."""
    await fill(redis, keys, settings)
    other = Keys(f"{keys.prefix}2")
    await redis.set(other.named("x"), "theirs", ex=60)
    assert (await operate("backup", "b.tar")).exit_code == 0
    names = {row.name for row in archive.read_keys(settings / "b.tar")}
    assert other.named("x").encode() not in names
    monkeypatch.setenv("REDIS_PREFIX", f"{keys.prefix}3")
    refused = await operate("restore", "b.tar", "--redis-only")
    assert (refused.exit_code, "not of" in refused.output) == (2, True)


@pytest.mark.parametrize("name", ["data/../../evil", "data/", "/etc/evil", "other/x"])
async def test_a_file_that_leaves_the_folder_is_refused(settings: Path, name: str) -> None:
    """Whoever made it."""
    with tarfile.open(settings / "b.tar", "w") as tar:
        for member, content in ((archive.KEYS, b""), (name, b"x")):
            info = tarfile.TarInfo(member)
            info.size = len(content)
            tar.addfile(info, BytesIO(content))
    refused = await operate("restore", "b.tar")
    assert (refused.exit_code, "is no file of a backup" in refused.output) == (2, True)
    assert not (settings.parent / "evil").exists()


async def test_what_is_no_backup_is_said(settings: Path) -> None:
    """In a sentence."""
    (settings / "b.tar").write_text("hello")
    refused = await operate("restore", "b.tar")
    assert (refused.exit_code, "no backup of ours" in refused.output) == (2, True)


async def test_without_a_redis_of_ones_own_the_launchers_is_used(
    redis: Redis, keys: Keys, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is started for the restore, and stopped again: the service finds all of it."""
    await fill(redis, keys, settings)
    assert (await operate("backup", "b.tar")).exit_code == 0
    os.rename(settings / "data", settings / "away")
    monkeypatch.delenv("REDIS_URL")
    assert (result := await operate("restore", "b.tar")).exit_code == 0, result.output
    folder = settings / "data" / "valkey"
    with EmbeddedValkey(folder, socket=folder / "valkey.sock") as own:
        async with Redis.from_url(own.url) as theirs:
            assert await theirs.hget(keys.message("7"), "body") == b"\xff\x00words"


async def test_over_what_a_containers_first_start_leaves_it_is_put_back(
    redis: Redis, keys: Keys, settings: Path
) -> None:
    """The mark of `operate.take_over`, which goes before every start there: it stays, whether or
    not the backup has one."""
    await fill(redis, keys, settings)
    (settings / "data" / "taken-over").touch()
    assert (await operate("backup", "b.tar")).exit_code == 0
    await emptied(redis, keys, settings)
    await asyncio.to_thread(take_over, settings / "old", _made(settings / "data"))
    assert (result := await operate("restore", "b.tar")).exit_code == 0, result.output
    assert (settings / "data" / "claude" / "a.jsonl").read_text() == "one"
    assert (settings / "data" / "taken-over").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else's operator")
async def test_what_root_makes_is_its_owners(
    redis: Redis, keys: Keys, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both commands over a folder of the service's user, whose Valkey they start, as systemd's page
    has it: the service finds nothing there that it could not write to."""
    await fill(redis, keys, settings)
    assert (await operate("backup", "b.tar")).exit_code == 0
    os.rename(settings / "data", settings / "away")
    monkeypatch.delenv("REDIS_URL")
    os.chown(_made(settings / "data"), USER, USER)
    (elsewhere := settings / "elsewhere").write_text("root's")
    os.link(elsewhere, settings / "data" / "second-name.lock")
    for words in (("restore", "b.tar"), ("backup", "again.tar")):
        assert (result := await operate(*words)).exit_code == 0, result.output
        found = {it.name: it.lstat().st_uid for it in (settings / "data").rglob("*")}
        assert "a.jsonl" in found
        assert any(name.endswith(".aof") for name in found)
        assert [name for name, user in found.items() if user != USER] == ["second-name.lock"]


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
