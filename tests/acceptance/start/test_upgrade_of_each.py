"""Today's processes start over what each release since left: nothing that was promised is lost."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from operate.launch.valkey import EmbeddedValkey
from shared.audit import AuditTrail
from shared.keys import Keys
from shared.numbers import whole_number
from shared.redis.client import redis_client
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import free_port
from tests.acceptance.stack import SUPPORT, Stack
from tests.conftest import eventually
from tests.fixtures.releases.left import HERE, PREFIX, RELEASES, TEN_YEARS, Left

MIKE = 2
SCHEDULE = "schedule:assistant:stand-up"


@pytest.fixture
def valkey_of_its_own(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    valkey = EmbeddedValkey(tmp_path / "valkey", port=free_port())
    yield valkey
    valkey.stop()


@pytest.mark.short_form(RELEASES[-1])
@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", RELEASES)
async def test_what_it_left_is_gone_on_with(
    new_stack: NewStack, valkey_of_its_own: EmbeddedValkey, name: str
) -> None:
    """Waiting, claimed, stored and spooled messages have one answer each, conversations go on;
    dead letters, notes, reminders, schedules, requests for approval, budgets, the audit and pauses
    stand, where it had them."""
    left, valkey = Left(HERE / name), valkey_of_its_own
    settings = {"BOTS_DIR": str(left.bots_dir), **TEN_YEARS}
    stack = new_stack(redis_url=valkey.url, prefix=PREFIX, **settings)
    await left.restore(stack.folder / "data")
    shutil.copytree(stack.folder / "data" / "valkey", valkey.folder, dirs_exist_ok=True)
    valkey.start()
    before = await _in_redis(valkey)
    await stack.start()
    await stack.ready()
    await _everything_settled(valkey, left)
    await _expect_answers(stack, left)
    code, dead = await stack.operate("dead", "list")
    assert (code, f"assistant:{left.rooms['Gone']}:" in dead) == (0, True), dead
    for feature, expect in EXPECTED.items():
        if feature in left.has:
            await expect(stack, left)
    if "audit" in left.has:
        await _everything_settled(valkey, left)  # the call that was asked for is a turn's
        await _expect_records(stack, before, await _in_redis(valkey))
    await stack.stop()


@dataclass
class Records:
    """What a release counts, plans and notes, as it stands in Redis."""

    due_ms: dict[str, int]
    used: dict[str, dict[str, int]] = field(default_factory=dict)
    """Budgets: by the key of each."""
    audit: list[str] = field(default_factory=list)


async def _in_redis(valkey: EmbeddedValkey) -> Records:
    redis, keys = redis_client(valkey.url), Keys(PREFIX)
    due = await redis.zrange(keys.due, 0, -1, withscores=True)
    found = Records({called.decode(): round(at) for called, at in due})
    async for key in redis.scan_iter(keys.named("budget", "assistant", "*")):
        row = await redis.hgetall(key)  # type: ignore[misc]
        found.used[key.decode()] = {
            name.decode(): whole_number(value) or 0 for name, value in row.items()
        }
    async for kept in AuditTrail(redis, keys).read():
        found.audit.append(kept.entry.model_dump_json(exclude_none=True))
    await redis.aclose()
    return found


async def _expect_records(stack: Stack, before: Records, after: Records) -> None:
    """Schedules come when they were to, budgets go on, the audit goes on below what it had."""
    assert after.due_ms[SCHEDULE] == before.due_ms[SCHEDULE]
    _, planned = await stack.operate("schedules")
    assert "assistant schedule stand-up" in planned
    assert before.used
    for key, row in before.used.items():
        assert 0 < row["tokens"] <= after.used[key]["tokens"]
        left = {
            unit: after.used[key].get(unit, 0) for unit in ("reserved_tokens", "running_tokens")
        }
        assert not any(left.values()), "of a killed turn"
    code, told = await stack.operate("audit", "export", "--form", "jsonl")
    assert (code, told.splitlines()[: len(before.audit)]) == (0, before.audit)
    for what in ("turn", "reminder_set", "approval_asked", "operator_action"):
        assert any(f'"what":"{what}"' in line for line in before.audit), what


async def _everything_settled(valkey: EmbeddedValkey, left: Left) -> None:
    """But for what is paused, which waits on."""
    redis, keys = redis_client(valkey.url), Keys(PREFIX)
    held = {f"{left.rooms['Held']}:assistant".encode()} if "pauses" in left.has else set()

    async def is_over() -> bool:
        last = keys.named("assistant", left.rooms["Spooled"], "*")
        spooled = [key async for key in redis.scan_iter(keys.result(last))]
        lanes = await redis.smembers(keys.lanes)  # type: ignore[misc]
        return bool(spooled) and lanes == held and not await redis.exists(keys.running)

    await eventually(is_over, within_s=90)
    await redis.aclose()


async def _expect_answers(stack: Stack, left: Left) -> None:
    said = await _lines(stack, SUPPORT)
    waited = next(it for it in said if "I remember 2 earlier messages" in it)
    rest = said[said.index(waited) + 1 :]
    assert [it for it in rest if "Support" in it] == [
        "second in Support",
        "third in Support, from the spool",
    ]
    running = await _lines(stack, left.rooms["Running"])
    assert running == ["the killed turn", "behind the killed turn"]
    assert await _lines(stack, left.rooms["Spooled"]) == ["a new lane from the spool"]
    posted = await stack.campfire.messages(left.rooms["Stored"])
    files = [each["attachment"]["filename"] for each in posted if each["attachment"]]
    assert files == ["stored.txt"]


async def _expect_notes(stack: Stack, left: Left) -> None:
    assert "teal it is" in await stack.ask("notes", room_id=left.rooms["Noted"])


async def _expect_reminder(stack: Stack, left: Left) -> None:
    """It comes when it was to, as it was written, once."""
    room_id = left.rooms["Reminded"]

    async def reminded() -> bool:
        return any(it.startswith("⏰") for it in await stack.answers(room_id))

    await eventually(reminded)
    (said,) = [it for it in await stack.answers(room_id) if it.startswith("⏰")]
    assert said.endswith("Ada Admin: water the plants"), said


async def _expect_request(stack: Stack, left: Left) -> None:
    """It is still open, Mike's yes counts, and the call runs with what he has seen."""
    room_id = left.rooms["Asked"]
    await stack.campfire.post(room_id, "yes 1", mentions=["assistant"], user_id=MIKE)

    asked = stack.folder / "data" / "workspaces" / f"{room_id}_assistant" / "asked.txt"

    async def has_run() -> bool:
        assert not any("did not do it" in it for it in await stack.answers(room_id))
        return asked.exists() and asked.stat().st_size > 0

    await eventually(has_run)
    assert asked.read_text() == "asked for"


async def _lines(stack: Stack, room_id: int) -> list[str]:
    """The bot's answers, without the mention above where something was said in between."""
    return [text.split("\n")[-1] for text in await stack.answers(room_id)]


async def _expect_silence(stack: Stack, left: Left) -> None:
    """Its room is told of the pause and nothing else, though all the others have been answered."""
    said = await stack.answers(left.rooms["Held"])
    assert all("I am paused just now" in it for it in said), said


EXPECTED = {
    "notes": _expect_notes,
    "on_time": _expect_reminder,
    "approvals": _expect_request,
    "pauses": _expect_silence,
}
