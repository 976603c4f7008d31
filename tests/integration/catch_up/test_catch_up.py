"""What Campfire could not deliver is found in its index and answered, once; its webhook leads to
a port where nobody listens."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from operate.launch.valkey import EmbeddedValkey
from shared.inbound import InboundMessage
from shared.redis.client import redis_client
from tests.conftest import eventually
from tests.integration.conftest import ROOM, STRANGER, Stage

PING = 5
SECOND = 4


async def mention(stage: Stage, text: str, room_id: int = ROOM, **changes: object) -> int:
    """Somebody mentions the bot, and its webhook is not reached."""
    said = await stage.sandbox.post(room_id, text, mentions=["assistant"], **changes)  # type: ignore[arg-type]
    return int(said["id"])


async def known(stage: Stage) -> None:
    """Both rooms are known: a message was accepted, and answered, in each."""
    await stage.start()
    await stage.say("known")
    said = await stage.sandbox.post(PING, "hi")
    await stage.queue.accept(
        InboundMessage(
            bot_id="assistant",
            room_id=PING,
            room_name=None,
            user_id=1,
            user_name="Ada Admin",
            message_id=str(said["id"]),
            text="hi",
            html=None,
            accepted_ms=round(time.time() * 1000),
        )
    )
    await stage.agent.until_asked("hi")
    await stage.until_idle()


async def said_by(stage: Stage, user_id: int) -> list[dict[str, Any]]:
    """What this user has posted in the room."""
    return [m for m in await stage.sandbox.messages(ROOM) if m["creator"]["id"] == user_id]


async def ask(stage: Stage) -> None:
    """Ask for a catch-up as the ingress does, and wait until it is over."""

    async def finished() -> bool:
        return any(line["event"] == "catch_up_finished" for line in lines)

    with capture_logs() as lines:
        await stage.redis.rpush(stage.keys.commands, json.dumps({"catch_up": "ingress"}))  # type: ignore[misc]
        await eventually(finished)
    await stage.until_idle()


async def test_what_never_came_is_answered_once_in_order(stage: Stage) -> None:
    """Mentions in a room, anything in a ping; asked for twice, answered once."""
    await known(stage)
    for text in ("one", "two", "three"):
        await mention(stage, text)
    await stage.sandbox.post(PING, "four")
    await ask(stage)
    await stage.agent.until_asked("four")
    await stage.agent.until_asked("three")
    await stage.until_idle()
    await ask(stage)
    said = [text for text in stage.agent.prompts if text not in ("known", "hi")]
    assert [text for text in said if text != "four"] == ["one", "two", "three"]
    assert len(said) == 4
    assert (await stage.bot_said())[1:] == [f"answer to {n}" for n in ("one", "two", "three")]


async def test_what_was_not_for_the_bot_is_left_alone(stage: Stage) -> None:
    """No mention, a typed name, its own words, another bot's, another's mention, another room."""
    await known(stage)
    await stage.sandbox.post(ROOM, "nobody is meant")
    await stage.sandbox.post(ROOM, html="<p>@Assistant typed</p>")
    await mention(stage, "by itself", user_id=3)
    await mention(stage, "in a room nobody knows", room_id=3)
    await stage.sandbox.post(ROOM, "another's", mentions=[1])
    await ask(stage)
    await mention(stage, "really")
    await ask(stage)
    assert stage.agent.prompts[2:] == ["really"]


async def test_what_is_too_old_is_left_alone(stage: Stage) -> None:
    """Nobody waits for it any more: no answer, and no word about it."""
    await known(stage)
    stage.clock.now = lambda: datetime.now(UTC) - timedelta(minutes=16)
    await mention(stage, "too old")
    stage.clock.now = lambda: datetime.now(UTC)
    await mention(stage, "young")
    await ask(stage)
    await stage.agent.until_asked("young")
    await stage.until_idle()
    assert stage.agent.prompts[2:] == ["young"]
    assert (await stage.bot_said())[1:] == ["answer to young"]


async def test_what_was_refused_and_told_is_left_alone(stage: Stage) -> None:
    """The lane was full, and the room was told to ask again."""
    await known(stage)
    let_go = stage.agent.hold("slow", "done")
    await stage.say("slow")
    await stage.agent.until_asked("slow")
    for number in range(21):
        message_id = await mention(stage, f"waiting {number}")
        taken = await stage.offer(f"waiting {number}", message_id)
    assert taken == "full"
    let_go.set()
    await stage.until_idle()
    await ask(stage)
    assert stage.agent.prompts[-1] == "waiting 19"


async def test_a_delivery_beside_the_catch_up_is_one_message(stage: Stage) -> None:
    """Whoever comes first; the other finds it accepted."""
    await known(stage)
    found = await mention(stage, "found first")
    await ask(stage)
    assert await stage.offer("found first", found) == "duplicate"
    came = await mention(stage, "came first")
    assert await stage.offer("came first", came) == "accepted"
    await ask(stage)
    assert stage.agent.prompts[2:] == ["found first", "came first"]


async def test_an_emptied_redis_answers_nothing_again(stage: Stage, tmp_path: Path) -> None:
    """Moved to an empty server after nineteen messages: what it takes first is the beginning."""
    await known(stage)
    for number in range(15):
        await stage.say(f"before {number}")
    for order in ("stop", "new"):
        await mention(stage, order)
    await stage.until_idle()
    await stage.stop()
    with EmbeddedValkey(tmp_path / "empty") as empty:
        redis = redis_client(empty.url)
        moved = stage.moved(empty, redis)
        await moved.start()
        await moved.say("first of the new one")
        await mention(stage, "never came")
        await mention(stage, "stop")
        await ask(moved)
        await moved.heard("answer to never came")
        await moved.stop()
        await redis.aclose()
    assert moved.agent.prompts == ["first of the new one", "never came"]


async def kept(stage: Stage, place: int, lanes: int) -> None:
    """Wait until DATA_DIR knows of so many lanes what was settled (1), or forgotten (2)."""
    file = stage.folder / f"answered-{stage.keys.prefix}.json"

    async def is_kept() -> bool:
        marks: list[Any] = json.loads(file.read_text()) if file.exists() else [-1, {}, {}]
        claims = int(await stage.redis.get(stage.keys.token) or 0)
        return bool(marks[0] == claims and len(marks[place]) == lanes)

    await eventually(is_kept)


@pytest.mark.parametrize("consumer", ["goes on", "is started anew"])
async def test_a_redis_restored_from_a_backup_answers_nothing_again(
    stage: Stage, tmp_path: Path, consumer: str
) -> None:
    """What it has forgotten was answered; what came after that is found."""
    with EmbeddedValkey(tmp_path / "own", aof=False, options={"dbfilename": "dump.rdb"}) as own:
        redis = redis_client(own.url)
        ours = stage.moved(own, redis)
        await known(ours)
        await redis.save()
        backup = (own.folder / "dump.rdb").read_bytes()
        for number in range(5):
            await mention(ours, f"since {number}")
        await ask(ours)
        await ours.agent.until_asked("since 4")
        await ours.until_idle()
        await kept(ours, 1, lanes=2)
        if consumer == "is started anew":
            await ours.stop()
        own.kill()
        (own.folder / "dump.rdb").write_bytes(backup)
        own.start()
        with suppress(RedisError):  # each connection finds out by itself
            await redis.ping()
        if consumer == "is started anew":
            await ours.start()
        await kept(ours, 2, lanes=2)
        await mention(ours, "never came")
        await ask(ours)
        await ours.agent.until_asked("never came")
        await ours.until_idle()
        await ours.stop()
        await redis.aclose()
    assert ours.agent.prompts[2:] == [*(f"since {number}" for number in range(5)), "never came"]


async def test_a_room_known_before_beginnings_were_kept_is_searched(stage: Stage) -> None:
    """By a Redis of the version before: there the age alone is the bound."""
    await known(stage)
    await stage.redis.delete(stage.keys.first_accepted(ROOM))
    await mention(stage, "never came")
    await ask(stage)
    await stage.agent.until_asked("never came")


async def test_a_bot_new_to_a_known_room_is_found_too(stage: Stage) -> None:
    """Mentioned there for the first time, while nobody listened; not where it is no member."""
    stage.take_in_the_stranger()
    await known(stage)
    await stage.sandbox.post(PING, "it is not in here", mentions=["stranger"])
    await stage.sandbox.post(ROOM, "newcomer", mentions=["stranger"])
    await ask(stage)
    await stage.agent.until_asked("newcomer")
    await stage.until_idle()
    by_stranger = [m["body"]["plain_text"] for m in await said_by(stage, STRANGER)]
    assert by_stranger == ["answer to newcomer"]
    assert sorted(stage.agent.prompts) == ["@Stranger it is not in here", "hi", "known", "newcomer"]


async def test_a_consumers_start_catches_up(stage: Stage) -> None:
    """Nobody has to ask: whoever takes over the queue looks for itself."""
    await known(stage)
    await stage.stop()
    await mention(stage, "while nobody was there")
    await stage.start()
    await stage.heard("answer to while nobody was there")


async def test_an_unreachable_campfire_is_caught_up_on_when_it_is_back(stage: Stage) -> None:
    """The rooms are asked for again until they answer; then nothing is missing."""
    await known(stage)
    await mention(stage, "in the dark")
    await stage.sandbox.order_fault(kind="drop", method="GET", times=2)
    await stage.redis.rpush(stage.keys.commands, json.dumps({"catch_up": ""}))  # type: ignore[misc]
    await stage.heard("answer to in the dark")


async def test_a_room_the_bot_was_taken_out_of_is_forgotten(stage: Stage) -> None:
    """It is looked into once more in vain; others go on."""
    await known(stage)
    await stage.sandbox.remove_member(PING, 3)
    await mention(stage, "still here")
    await ask(stage)
    await stage.heard("answer to still here")

    async def forgotten() -> bool:
        return not await stage.redis.hexists(stage.keys.room_names, f"{PING}:assistant")  # type: ignore[misc]

    await eventually(forgotten)


@pytest.mark.parametrize("stage", ["v1.4.9"], indirect=True)
async def test_without_an_index_nothing_happens(stage: Stage) -> None:
    """An old Campfire: no answer to what never came, and no word to the room."""
    await known(stage)
    await mention(stage, "never came")
    calls = len(await stage.sandbox.calls())
    await stage.redis.rpush(stage.keys.commands, json.dumps({"catch_up": ""}))  # type: ignore[misc]

    async def looked() -> bool:
        return len(await stage.sandbox.calls()) > calls

    await eventually(looked)
    await stage.say("came")
    await stage.heard("answer to came")
    assert stage.agent.prompts[2:] == ["came"]
    assert await stage.bot_said() == ["answer to known", "answer to came"]


async def test_off_means_off(stage: Stage) -> None:
    """`CATCH_UP=off`: the word is heard, and nothing is looked for."""
    await stage.start(catch_up="off")
    await stage.say("known")
    await stage.heard("answer to known")
    await mention(stage, "never came")
    await stage.redis.rpush(stage.keys.commands, json.dumps({"catch_up": ""}))  # type: ignore[misc]

    async def heard() -> bool:
        return not await stage.redis.exists(stage.keys.commands)

    await eventually(heard)
    await stage.say("came")
    await stage.heard("answer to came")
    assert stage.agent.prompts == ["known", "came"]
