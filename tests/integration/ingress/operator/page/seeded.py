"""A night in Redis as the page shows it: turns, waiting lanes, ended messages, dead letters."""

import json
import time

from redis.asyncio.client import Pipeline

from shared.approvals import canonical
from shared.approvals.request import Asked
from shared.audit import AuditTrail, Entry
from shared.between_processes.heartbeat import Heartbeat
from shared.between_processes.process_state import ProcessState
from shared.between_processes.service_status import (
    KnowledgeStatus,
    ServerStatus,
    ServiceStatus,
    SessionStatus,
    ToolStatus,
)
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.on_time import Planned, Reminder
from shared.operating.messages import Message
from shared.operating.now import TurnNow, TurnsTold
from shared.operating.reading.days import utc_day
from shared.operating.timeline import Step, to_wire
from shared.redis.message_hash import Field
from tests.deliveries import delivery
from tests.integration.ingress.conftest import BOT_KEYS, RunningIngress

SAID = "what Ada said in private"
MARGIN_MS = 50_000
"""So much later than the round number that a test asks for, and reads some seconds later."""
ROOMS = {2: "Support", 3: "All Talk", 7: "Engineering"}


async def seed(ingress: RunningIngress) -> None:
    """Fill what the readers of shared.operating read."""
    pipe, keys = ingress.redis.pipeline(), ingress.keys
    now_ms = time.time_ns() // 1_000_000
    for number, (bot, room) in enumerate(
        [
            ("assistant", 2),
            ("assistant", 2),
            ("assistant", 2),
            ("other", 3),
            ("other", 3),
            ("assistant", 7),
        ]
    ):
        body = json.dumps(
            delivery(
                key=BOT_KEYS[bot],
                room_id=room,
                message_id=100 + number,
                plain=SAID,
                room_name=ROOMS[room],
            )
        )
        assert (await ingress.post(f"/webhook/{bot}", body.encode())).status == 204
    _consumer(pipe, keys, now_ms)
    _again(pipe, keys, now_ms)
    _ended(pipe, keys, now_ms)
    _today(pipe, keys, now_ms)
    _dead(pipe, keys, now_ms)
    _approvals(pipe, keys, now_ms)
    _to_come(pipe, keys, now_ms)
    await pipe.execute()
    await _audit(AuditTrail(ingress.redis, keys))


def _consumer(pipe: Pipeline, keys: Keys, now_ms: int) -> None:
    running = keys.stored(f"{keys.prefix}:assistant:2:100")
    pipe.sadd(keys.running, running)
    pipe.hset(
        keys.message(running),
        mapping={Field.TOKEN: 5, Field.STARTS: 1, Field.BEGAN: now_ms - 41_000},
    )
    me = ProcessState(
        pid=4711,
        host="box-1.internal",
        release="2.0.0",
        since_ms=now_ms - 7_200_000,
        rss_mb=212,
        lag_s=0.041,
    )
    beat = Heartbeat(at=time.time(), running=1, failing=("campfire",), process=me)
    pipe.set(keys.heartbeat_of("box-1"), beat.wire(), ex=600)
    pipe.zadd(keys.members, {"box-1:4711aaaa": now_ms + 600_000})
    turn = TurnNow(
        job=f"{keys.prefix}:assistant:2:100",
        bot_id="assistant",
        room_id=2,
        claimed_ms=now_ms - 41_000,
        tier="warm",
        doing=Step(at_ms=now_ms - 12_000, what="tool", name="mcp__office__rooms"),
    )
    pipe.set(keys.turns_of("box-1"), TurnsTold(slots=10, turns=(turn,)).model_dump_json(), ex=600)
    status = ServiceStatus(
        active_sessions=2,
        busy_sessions=1,
        warm_sessions=9,
        max_hot_sessions=12,
        memory_mb=231,
        max_memory_mb=2300,
        turns=64,
        failed_turns=3,
        cost_usd=1.24,
        spares=2,
        sessions=(
            SessionStatus(
                room_id=2,
                bot_id="assistant",
                turns=14,
                cost_usd=0.41,
                input_tokens=18200,
                output_tokens=3100,
                memory_mb=118,
                connected=True,
                created_at="2026-11-28T09:00:00+00:00",
            ),
        ),
        servers=(
            ServerStatus(bot_id="assistant", server="office"),
            ServerStatus(bot_id="other", server="tickets", state="unreachable"),
        ),
        tools=(
            ToolStatus(bot_id="assistant", tool="mcp__office__rooms", calls=31, ok=29, failed=2),
        ),
        knowledge=(KnowledgeStatus(bot_id="assistant", files=212, unreadable=2),),
        refused_keys=("other",),
        broken_bot_files={"other": ("other.yaml: model: must be a model's name",)},
    )
    pipe.set(keys.session_stats_of("box-1"), status.wire(), ex=600)
    for lane in ("2:assistant", "3:other", "7:assistant"):
        pipe.hset(keys.room_names, lane, json.dumps(ROOMS[int(lane[0])]))
        pipe.zadd(keys.recent_lanes, {lane: now_ms - 30_000})
    pipe.hset(keys.paused, "room:7", json.dumps({"since": now_ms - 700_000, "by": "operator"}))


def _again(pipe: Pipeline, keys: Keys, now_ms: int) -> None:
    """The first of lane 3:other was given back."""
    job = keys.stored(f"{keys.prefix}:other:3:103")
    steps = (
        Step(at_ms=now_ms - 9000, what="claimed", name="1"),
        Step(at_ms=now_ms - 1000, what="postponed", name="AgentOverloaded", seconds=3600),
    )
    pipe.hset(
        keys.message(job),
        mapping={Field.STARTS: 1, Field.FAILURES: 1, Field.TIMELINE: to_wire(steps)},
    )
    pipe.zadd(keys.queue, {job: now_ms + 3_600_000 + MARGIN_MS})


def _today(pipe: Pipeline, keys: Keys, now_ms: int) -> None:
    """51 and 4 answered, $12.34; half in 10 s, 19 of 20 in 20 s. Also where midnight comes."""
    for day in {utc_day(now_ms), utc_day(now_ms + 600_000)}:
        counts = {
            "assistant:outcome:completed": 51,
            "assistant:outcome:failed": 5,
            "assistant:waited:0": 50,
            "assistant:waited:2": 6,
            "assistant:took:3": 30,
            "assistant:took:4": 26,
            "assistant:input_tokens": 61_000,
            "assistant:output_tokens": 9200,
            "assistant:micro_usd": 12_300_000,
            "other:ended:completed:0:0": 4,
            "other:micro_usd": 40_000,
            "other:turned-away:looping": 7,
        }
        pipe.hset(keys.day(day), mapping=counts)


def _ended(pipe: Pipeline, keys: Keys, now_ms: int) -> None:
    for number in range(60):
        job = keys.stored(f"{keys.prefix}:assistant:2:{number}")
        outcome = "failed" if number % 13 == 0 else "completed"
        at = now_ms - (60 - number) * 64_000
        steps = (
            Step(at_ms=at - 8600, what="claimed", name="1"),
            Step(at_ms=at - 8400, what="started", name="warm"),
            Step(at_ms=at - 7000, what="tool", name="mcp__office__rooms", seconds=1.2),
            Step(at_ms=at - 3000, what="tool", name="WebFetch", seconds=2.4, failed=True),
            Step(at_ms=at - 300, what="posted", name="712"),
            Step(at_ms=at, what="settled", name=outcome),
        )
        row = Message(
            job=f"{keys.prefix}:assistant:2:{number}",
            message_id=str(number),
            bot_id="assistant",
            room_id=2,
            accepted_ms=at - 9000,
            claimed_ms=at - 8600,
            ended_ms=at,
            attempts=1,
            outcome=outcome,
            reason="AgentOverloaded" if outcome == "failed" else None,
            tier="warm",
            input_tokens=1200,
            output_tokens=240,
            micro_usd=9100,
            posts=("712",),
            steps=steps,
        )
        pipe.zadd(keys.ended, {job: at})
        pipe.hset(keys.ended_messages, job, row.model_dump_json())
        pipe.set(keys.named("seen", "assistant", number), job)


def _dead(pipe: Pipeline, keys: Keys, now_ms: int) -> None:
    for number in (900, 901):
        job = keys.stored(f"{keys.prefix}:assistant:2:{number}")
        message = InboundMessage(
            bot_id="assistant",
            room_id=2,
            room_name="Support",
            user_id=1,
            user_name="Ada",
            message_id=str(number),
            text=SAID,
            html=None,
            accepted_ms=now_ms,
        )
        pipe.hset(
            keys.dead_letter(job),
            mapping={
                Field.LANE: "2:assistant",
                Field.OUTCOME: json.dumps({"reason": "crashed"}),
                Field.STARTS: 3,
                Field.CRASHES: 3,
                Field.BODY: message.model_dump_json(),
            },
        )
        pipe.zadd(keys.dead_letters, {job: now_ms - 1000 * number})


def _approvals(pipe: Pipeline, keys: Keys, now_ms: int) -> None:
    asked = Asked(
        bot_id="assistant",
        room_id=2,
        room_name="Support",
        tool="mcp__office__book",
        input=canonical({"room": "Blue", "note": SAID}),
        input_digest="0" * 64,
        call_id="toolu_1",
        job_id=f"{keys.prefix}:assistant:2:99",
        asker_id=1,
        asker_name="Ada",
        approvers=(1, 4),
        bot_state="x",
    )
    for number, state in ((1, "done"), (2, "open")):
        told = {"at_ms": now_ms - 200_000, "expires_ms": now_ms + 3_000_000, "state": state}
        stored = {"request": asked.model_dump_json(), **told}
        pipe.hset(keys.approval("assistant", number), mapping=stored)
    pipe.zadd(keys.approvals_open("assistant"), {"2": now_ms + 3_000_000})
    pipe.set(keys.approval_count("assistant"), 2)
    budget = keys.budget("assistant", "room", "2", "day", now_ms // 1000 - 3600)
    pipe.hset(budget, mapping={"messages": 30, "limit_messages": 40})
    pipe.zadd(keys.budgets("assistant"), {budget: now_ms + 7_200_000})


def _to_come(pipe: Pipeline, keys: Keys, now_ms: int) -> None:
    planned = Planned(at="every weekday at 9:00", zone="Europe/Berlin")
    pipe.hset(keys.schedules, "assistant:morning", planned.model_dump_json())
    pipe.hset(keys.last_fired, "schedule:assistant:morning", keys.named("assistant", 2, 58))
    pipe.zadd(keys.due, {"schedule:assistant:morning": now_ms + 14 * 3_600_000 + MARGIN_MS})
    for number, room in ((1, 3), (2, 7)):
        reminder = Reminder(
            number=number,
            room_id=room,
            bot_id="assistant",
            room_name=ROOMS[room],
            user_id=4,
            by="Ada",
            text=SAID,
            due_ms=now_ms + number * 2_400_000 + MARGIN_MS,
            zone="Asia/Tokyo",
            run=number == 2,
        )
        pipe.hset(keys.reminders(reminder.lane), str(number), reminder.model_dump_json())
        pipe.zadd(keys.due, {reminder.called: reminder.due_ms})


async def _audit(trail: AuditTrail) -> None:
    for entry in (
        Entry(what="control_word", bot="assistant", room=2, person=1, detail="status"),
        Entry(what="tool_denied", bot="other", room=3, person=1, tool="Bash", right="rule 2"),
        Entry(what="turn", bot="assistant", room=2, person=1, tokens=1440, micro_usd=9100),
    ):
        await trail.note(entry)
