"""Completes the history: reads the logs, the stand-in Campfire's record, Redis and the spool."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from consumer.queue.ticket import ending_of
from sandbox.campfire.bot_api.call_log import BotCall
from shared.approvals import Requests
from shared.redis.wire import from_wire
from tests.faults.agent import RAN
from tests.faults.history import Event, History, Kind
from tests.faults.processes import Process
from tests.faults.world import BOT, World

ANSWER = re.compile(r"answer to (\d+)\.")
LABEL = re.compile(r"may be a repeat")
"""How a second copy says that it may be one."""
FIRES = ("reminder-", "schedule-", "event-")
"""How the ids of messages begin that come by the clock, or from a program."""
LOGGED: dict[str, Kind] = {
    "turn_claimed": "started",
    "turn_postponed": "postponed",
    "turn_fenced": "fenced",
    "turn_handed_back": "handed_back",
    "agent_spent": "spent",
}
CLIENTS: dict[str, Kind] = {"client_opened": "opened", "client_closed": "closed"}
RECORDS: dict[str, Kind] = {"record_owned": "owned", "record_saved": "saved"}
KEPT = (
    *(
        "seen:",
        "dead-letter",
        "token",
        "wake",
        "last-post:",
        "not-answered:",
        "event:",
        "event-rate:",
        "last-tool-post:",
        "events",
        "format",
    ),
    *("recent-lanes", "room-names", "first-accepted:", "mentions", "boosts", "audit"),
    *(
        "ended",
        "deliveries",
        "refusals",
        "day:",
        "pauses",
        "approval:",
        "approval-count:",
        "approvals-",
    ),
    *("due", "schedules", "last-fired"),
    *("budget:", "budgets:", "budget-mean:", "budget-told:"),
    *("session:", "sessions-used", "commands-of:", "commands-taken-by:", "briefed:", "reset:"),
)
"""What is meant to stay: bounded by its age, or one key a deployment."""


async def complete(world: World) -> History:
    """Everything that happened in this world so far, in order."""
    history = world.history
    for process in world.processes:
        history.events += of_process(process)
    history.events += [event for call in world.campfire.calls.all() if (event := of_call(call))]
    await add_endings(world)
    await add_requests(world)
    history.sort()
    return history


def of_process(process: Process) -> list[Event]:
    """One process's log, and its end."""
    lines = process.events()
    events = [_logged(line, process.name) for line in lines if line["event"] in LOGGED]
    events += [_of_client(line, process.name) for line in lines if line["event"] in CLIENTS]
    events += [_of_record(line, process.name) for line in lines if line["event"] in RECORDS]
    events += [_lapsed(line, process.name) for line in lines if _is_lapse(line)]
    if process.died is not None:
        end = Event(
            at=process.died, kind="died", process=process.name, detail=f"code {process.code}"
        )
        events.append(end)
    return events


def _logged(line: dict[str, Any], process: str) -> Event:
    return Event(
        at=datetime.fromisoformat(line["timestamp"]).timestamp(),
        kind=LOGGED[line["event"]],
        lane=f"{line['room']}:{line['bot']}",
        message=str(line["message"]),
        token=_count(line["fence"]) if "fence" in line else None,
        attempt=line.get("attempt"),
        process=process,
        detail=str(line.get("reason") or line.get("tokens", "")),
    )


def _of_client(line: dict[str, Any], process: str) -> Event:
    return Event(
        at=datetime.fromisoformat(line["timestamp"]).timestamp(),
        kind=CLIENTS[line["event"]],
        message=line["session"],
        number=line["client"],
        process=process,
    )


def _of_record(line: dict[str, Any], process: str) -> Event:
    at = line.get("began") or datetime.fromisoformat(line["timestamp"]).timestamp()
    kind = RECORDS[line["event"]]
    return Event(at=at, kind=kind, lane=line["lane"], number=line["number"], process=process)


def _is_lapse(line: dict[str, Any]) -> bool:
    return line["event"] == "part_stopped" and "LeaseLost" in line.get("error", "")


def _lapsed(line: dict[str, Any], process: str) -> Event:
    at = datetime.fromisoformat(line["timestamp"]).timestamp()
    return Event(at=at, kind="lapsed", process=process)


def of_call(call: BotCall) -> Event | None:
    """A call of the bot API, when it put something in a room."""
    if call.method != "POST" or call.path != "/messages" or call.message_id is None:
        return None
    signature = dict(re.findall(r"; (fence|message|pid)=([\w-]*)", call.content_type or ""))
    answered = ANSWER.search(call.body)
    message = signature.get("message", "")
    fires = message.startswith(FIRES)  # many times of a schedule have the same answer
    message = answered[1] if answered and not fires else message
    told = "told" if signature.get("fence") else "notice"
    return Event(
        at=datetime.fromisoformat(call.at).timestamp(),
        kind="posted",
        lane=f"{call.room}:{call.bot_id}",
        message=message,
        token=_count(signature["fence"]) if signature.get("fence") else None,
        process=f"pid {signature.get('pid', '')}",
        number=call.message_id,
        detail="reply" if answered else told,
        labelled=bool((answered or fires) and LABEL.search(ANSWER.sub("", call.body))),
    )


def _count(fence: str) -> int:
    """Of a token the count of claims: the newest has the highest."""
    return int(fence.partition(".")[0])


async def add_endings(world: World) -> None:
    """The outcomes that Redis holds, and which messages it holds still."""
    history = world.history
    sent = {event.message: event.lane for event in history.of("sent", "due")}
    for message, lane in sent.items():
        job = world.job_id(lane, message)
        ending, at_ms, held = await _read(world, job)
        if ending:
            history.events.append(settled(lane, message, ending, at_ms))
        elif held:
            history.pending.add(message)
    history.pending |= _spooled(world)


async def add_requests(world: World) -> None:
    """Where requests for approval stand, and the calls that their tool saw."""
    prefix = world.keys.approval_prefix(BOT)
    async for key in world.redis.scan_iter(f"{prefix}*"):
        number = key.decode().removeprefix(prefix)
        request = await Requests(world.redis, world.keys).of(BOT, int(number))
        if request is not None:
            world.history.requests[number] = request.state
            await _add_ending(world, str(request.lane), f"approval-{number}")
    for file in world.folder.rglob(RAN):
        for line in file.read_text().splitlines():
            at, number = line.split()
            world.history.events.append(Event(at=float(at), kind="ran", message=number))


async def _add_ending(world: World, lane: str, message: str) -> None:
    """Of a message of the service's own."""
    ending, at_ms, _ = await _read(world, world.job_id(lane, message))
    if ending:
        world.history.events.append(settled(lane, message, ending, at_ms))


async def _read(world: World, job: str) -> tuple[dict[str, Any], float, bool]:
    """Its ending, when it was settled, and whether it is held still."""
    keys, pipe = world.keys, world.redis.pipeline(transaction=False)
    pipe.zscore(keys.ended, job)
    pipe.get(keys.result(job))
    pipe.exists(keys.message(job))
    ended_ms, result, held = await pipe.execute()
    return ending_of(result), settled_ms(ended_ms, result), bool(held)


def settled_ms(ended_ms: float | None, result: bytes | None) -> float:
    """By Redis, in the step that let the lane's next one begin: arq finishes the job only then, on
    a busy machine half a second later. By arq where ten thousand have ended since."""
    if ended_ms is not None:
        return ended_ms
    return float(from_wire(result)["ft"]) if result else 0.0


def settled(lane: str, message: str, ending: Mapping[str, Any], at_ms: float) -> Event:
    """The end of a message, as it stands in Redis."""
    return Event(
        at=at_ms / 1000,
        kind="settled",
        lane=lane,
        message=message,
        attempt=ending.get("attempts"),
        detail=ending["outcome"],
    )


def _spooled(world: World) -> set[str]:
    """Messages in files of the spool, whatever their form: their text names them."""
    found: set[str] = set()
    for file in (world.folder / "one").rglob("*"):
        if file.is_file() and "spool" in str(file.relative_to(world.folder)):
            found.update(re.findall(rb"say-(\d+)".decode(), file.read_text(errors="replace")))
    return found


async def leftovers(world: World) -> list[str]:
    """Redis keys that no settled message should leave; a lane's own are gone with its last."""
    tag = world.keys.tag
    found = [name.decode() async for name in world.redis.scan_iter("*")]
    ours = (name for name in found if not name.startswith("arq:result:"))
    return sorted(
        f"Redis key {name}"
        for name in ours
        if not name.removeprefix(f"{tag}:").startswith(KEPT) and not _of_the_living(name, tag)
    )


def _of_the_living(name: str, tag: str) -> bool:
    """Keys that running consumers hold, and that expire with them or are few."""
    own = (
        "lease",
        "heartbeat",
        "session-stats",
        "turns",
        "members",
        "homes",
        "places",
        "offers",
        "web-processes",
    )
    return name.removeprefix(f"{tag}:").startswith(own) or name.endswith("health-check")
