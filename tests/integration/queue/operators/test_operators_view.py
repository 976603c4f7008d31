"""What operators see of real messages: the board, the lists, and one message's timeline."""

import asyncio

import pytest

from consumer.queue.claim import Claim
from shared.between_processes.live_events import Posted, Started, ToolEnded, ToolStarted
from shared.keys import plain
from shared.operating.messages import Filter
from shared.operating.reading.board import read_board
from shared.operating.reading.by_room import CountedByRoom
from shared.operating.reading.days import KEPT_S, utc_day
from shared.operating.reading.lane_list import read_lanes
from shared.operating.reading.message_list import PAGE, Messages
from tests.deliveries import inbound
from tests.integration.queue.conftest import POSTPONED, Bench, Consumer
from tests.patience import PATIENCE_S

BOTS = ["assistant"]


async def with_a_tool(consumer: Consumer, claim: Claim) -> str | None:
    job = plain(claim.job_id)
    for event in (
        Started(job=job, at_ms=1, tier="warm"),
        ToolStarted(job=job, at_ms=2, id="call", name="Read"),
        ToolEnded(job=job, at_ms=3, id="call", failed=False, seconds=0.5),
        Posted(job=job, at_ms=4, post="77", part=1, parts=1),
    ):
        consumer.lanes.stories.note(event)
    await consumer.lanes.ledger.record_post(claim, ["77"])
    return None


async def test_the_board_tells_what_waits(bench: Bench) -> None:
    """Without a consumer: how many wait, where, since when, and that nobody is there."""
    await bench.lane(3)
    await bench.lane(1, room_id=9, first=4)
    now = await read_board(bench.redis, bench.keys)
    assert (now.waiting, now.running, now.lanes) == (4, 0, 2)
    assert [(lane.room_id, lane.waiting) for lane in now.waiting_lanes] == [(2, 3), (9, 1)]
    assert {sign.part: sign.ok for sign in now.signs}["consumer"] is False
    assert now.oldest_s is not None


async def test_a_lane_in_which_all_run_does_not_wait(bench: Bench) -> None:
    """Two lanes with a turn each, one of them with a message behind it: in that one it waits."""
    over = asyncio.Event()

    async def until_over(*_: object) -> None:
        await over.wait()

    consumer = await bench.start(until_over)
    await bench.lane(2)
    await bench.lane(1, room_id=9, first=4)
    await consumer.until(lambda: len(consumer.started) == 2)
    now = await read_board(bench.redis, bench.keys)
    assert (now.waiting, now.running, now.lanes) == (1, 2, 1)
    over.set()
    await consumer.until_settled(3)


async def test_an_ended_message_has_a_timeline(bench: Bench) -> None:
    """Each step of it stands there in order, the tool with its seconds, the post with its id; and
    what its room is called now."""
    consumer = await bench.start(with_a_tool)
    await bench.lane(1)
    await consumer.until_settled(1)
    await bench.redis.hset(bench.keys.room_names, "2:assistant", '"Support"')  # type: ignore[misc]
    [row] = await Messages(bench.redis, bench.keys, BOTS).find("/rooms/2/@1")
    [listed] = (await Messages(bench.redis, bench.keys, BOTS).ended(Filter())).rows
    assert (row.room, listed.room) == ("Support", "Support")
    assert (row.state, row.outcome, row.attempts, row.posts) == ("ended", "completed", 1, ("77",))
    told = [(step.what, step.name, step.seconds) for step in row.steps]
    assert told == [
        ("delivered", "", None),
        ("accepted", "", None),
        ("claimed", "1", None),
        ("started", "warm", None),
        ("tool", "Read", 0.5),
        ("posted", "77", None),
        ("settled", "completed", None),
    ]


async def test_ended_messages_come_by_the_page(bench: Bench) -> None:
    """Each once, the newest first, whatever ended in the same moment and whatever the filter."""
    consumer = await bench.start()
    for room in (2, 3):
        await bench.lane(PAGE + 10, room_id=room, first=1000 * room)
    await consumer.until_settled(2 * PAGE + 20)
    messages = Messages(bench.redis, bench.keys, BOTS)
    seen: list[str] = []
    for wanted, count in ((Filter(), 2 * PAGE + 20), (Filter(room_id=3), PAGE + 10)):
        seen.clear()
        after = None
        while True:
            page = await messages.ended(wanted, after)
            seen += [row.job for row in page.rows]
            if (after := page.further) is None:
                break
        assert len(seen) == len(set(seen)) == count
    assert (await messages.ended(Filter(outcome="failed"))).rows == ()


async def test_a_day_is_counted(bench: Bench) -> None:
    """Outcomes, tokens, money and times of each bot's messages, of each room's, and of all; no
    control word's."""
    consumer = await bench.start(_of_cost)
    await bench.accept(
        *(inbound(number, room_id=2) for number in (1, 2, 3)),
        inbound(4, room_id=3, control="status"),
    )
    await consumer.until_settled(4)
    now = await read_board(bench.redis, bench.keys)
    [each] = now.today_by_bot
    assert (each.bot_id, each.outcomes) == ("assistant", {"completed": 3})
    assert (each.input_tokens, each.output_tokens, each.micro_usd) == (300, 60, 27)
    assert each.took_s == (1.0, 1.0)
    assert each.waited_s == (3600.0, 3600.0)  # since 1970
    assert now.today == each.model_copy(update={"bot_id": None})
    counted = CountedByRoom()
    for _ in range(2):  # the second look counts nothing twice
        days = await counted.look(bench.redis, bench.keys, now.at_ms)
        [room] = days.shown
        assert (days.rooms, days.messages, room.room_id, room.bots) == (1, 3, 2, ("assistant",))
        assert (room.outcomes, room.tokens, room.micro_usd) == ({"completed": 3}, 360, 27)
    await bench.accept(inbound(5, room_id=7))
    await consumer.until_settled(5)
    days = await counted.look(bench.redis, bench.keys, now.at_ms)
    assert [(it.room_id, it.micro_usd) for it in days.shown] == [(2, 27), (7, 9)]
    day = bench.keys.day(utc_day(now.at_ms))
    assert 0 < await bench.redis.ttl(day) <= KEPT_S


async def _of_cost(consumer: Consumer, claim: Claim) -> str | None:
    consumer.lanes.stories.spent(claim.job_id, input_tokens=100, output_tokens=20, micro_usd=9)
    return None


async def test_what_is_tried_again_says_when_and_why(bench: Bench) -> None:
    """Of a message that was given back the board tells its next try, and the failure."""

    given_back = asyncio.Event()

    async def give_back(consumer: Consumer, claim: Claim) -> str:
        await consumer.lanes.postpone(claim, delay_s=600, failed=True, reason="AgentOverloaded")
        given_back.set()
        return POSTPONED

    await bench.start(give_back)
    await bench.lane(1)
    async with asyncio.timeout(PATIENCE_S):
        await given_back.wait()
    now = await read_board(bench.redis, bench.keys)
    [again] = now.next_tries
    assert (again.message_id, again.attempts, again.reason) == ("1", 1, "AgentOverloaded")
    assert 590_000 < again.again_ms - now.at_ms <= 600_000


async def test_of_ended_messages_the_oldest_are_let_go(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many of the newest stay, in the index and in what is kept of each: looked at with every
    tenth of a kind."""
    monkeypatch.setattr("consumer.queue.ended.MOST_ENDED", 3)
    consumer = await bench.start()
    await bench.lane(12)
    await consumer.until_settled(12)
    newest = {bench.keys.named("assistant", 2, number).encode() for number in (8, 9, 10, 11, 12)}
    assert set(await bench.redis.zrange(bench.keys.ended, 0, -1)) == newest
    assert set(await bench.redis.hkeys(bench.keys.ended_messages)) == newest  # type: ignore[misc]


async def test_lanes_are_listed(bench: Bench) -> None:
    """A lane stays in the list when its messages have ended; a filter leaves the others out."""
    await bench.lane(2)
    await bench.lane(1, room_id=9, first=4)
    page = await read_lanes(bench.redis, bench.keys, room_id=2)
    assert [(row.room_id, row.waiting, row.running) for row in page.rows] == [(2, 2, None)]


async def test_a_lane_says_how_its_last_message_ended(bench: Bench) -> None:
    """The one that was answered last or not; a control word says nothing of that."""
    has_failed = asyncio.Event()

    async def fail_the_second(consumer: Consumer, claim: Claim) -> str | None:
        if claim.message.message_id != "2":
            return None
        await consumer.lanes.settle(claim, {"outcome": "failed", "reason": "refused"})
        has_failed.set()
        return POSTPONED

    consumer = await bench.start(fail_the_second)
    await bench.lane(2)
    await bench.lane(1, room_id=3, first=3)
    async with asyncio.timeout(PATIENCE_S):
        await has_failed.wait()
    await bench.accept(inbound(4, control="status"))
    await consumer.until_settled(3)
    rows = (await read_lanes(bench.redis, bench.keys)).rows
    assert {row.room_id: row.outcome for row in rows} == {2: "failed", 3: "completed"}


async def test_a_refused_message_is_found(bench: Bench) -> None:
    """Who looks for a message that was never taken in is told why."""
    await bench.redis.set(bench.keys.seen(inbound(5)), "full")
    [row] = await Messages(bench.redis, bench.keys, BOTS).find("5")
    assert (row.state, row.outcome) == ("refused", "full")
