"""One scenario's world: Valkey, the stand-in Campfire, ingress and consumers, and what we sent.

`say()` is a person who writes in a room; everything that happened ends up in `history`.
"""

import asyncio
import signal
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError

from consumer.on_time.fired import of_reminder
from consumer.on_time.lateness import MISSED_MS
from consumer.queue.ticket import ending_of
from ingress.outside.identity import named
from ingress.outside.proof import EVENT_ID
from operate.launch.valkey import EmbeddedValkey
from sandbox.campfire.bot_api.answers import Mode
from sandbox.campfire.bot_api.faults import Fault
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.stored.seed import BotSeed
from sandbox.server import SandboxServer
from shared.keys import Keys
from shared.on_time import Reminder
from shared.redis.client import redis_client
from tests.conftest import eventually
from tests.deliveries import delivery
from tests.faults.history import Deaf, Event, History
from tests.faults.lateness import follow_lateness
from tests.faults.processes import ROOT, Fleet, Process
from tests.sentinels import SentinelSet

BOT, BOT_USER, TOKEN = "assistant", 3, "abcdefABCDEF"
KEY = f"{BOT_USER}-{TOKEN}"
PATIENCE_S = 7.0
"""What Campfire gives a webhook (docs/campfire.md, "The answer to a webhook")."""
DOWN_AFTER_MS = 2000
"""How long a master is silent before it is taken for gone; a busy machine is, for a second."""
LEASE_S = 1.5
HEARS_S = 2.0
"""What it takes to hear that others went on, and to close what is open, on a busy machine."""
SCHEDULE = f"schedule:{BOT}:tick"
"""That of the consumers which are told a SCHEDULE_ROOM."""
EVENT_SECRET = "a-secret-of-the-fault-runs-0123456789"
EVENT_TRIES = 5
OPERATOR = "operator-of-the-fault-runs"


class World:
    """Use as an async context manager; `settings` are further environment variables."""

    def __init__(
        self,
        folder: Path,
        fleet: Fleet,
        *,
        mode: Mode = "main",
        settings: Mapping[str, str] | None = None,
        valkey_options: Mapping[str, str] | None = None,
        replicas: int = 0,
    ) -> None:
        """With `replicas` Redis is `sentinels`, a master that others may take the place of."""
        self.folder, self.fleet = folder, fleet
        self.keys = Keys("faults")
        self.valkey = EmbeddedValkey(
            folder / "valkey", appendfsync="always", options=valkey_options
        )
        self._set = (
            SentinelSet(folder / "sentinels", replicas=replicas, down_after_ms=DOWN_AFTER_MS)
            if replicas
            else None
        )
        self.campfire = Campfire([BotSeed(BOT, BOT_USER, TOKEN, "")], mode=mode)
        self.history = History(index=mode == "main")
        self.processes: list[Process] = []
        self.replies: dict[str, str] = {}
        """The sentence the ingress had for the room, by message."""
        self._server = SandboxServer(self.campfire)
        self._settings = dict(settings or {})
        self._port = 0
        self._ingress_starts = False
        self._sent: set[str] = set()
        self._supervising: list[asyncio.Task[None]] = []
        self._lifetime = AsyncExitStack()
        self._rooms: list[int] = []
        self._reminders = 0
        self._numbers = count(1)

    async def __aenter__(self) -> Self:
        self._lifetime.callback(self.valkey.kill if self._set is None else self._set.close)
        (self.valkey if self._set is None else self._set).start()
        await self._lifetime.enter_async_context(self._server)
        lateness = follow_lateness(lambda due, late: self.history.late.append((due, late)))
        self._lifetime.callback(asyncio.create_task(lateness, name="lateness").cancel)
        self.redis: Redis = redis_client(self.redis_url)
        self._lifetime.push_async_callback(self.redis.aclose)
        # Campfire says Connection: close (docs/campfire.md, "The webhook").
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=0)
        self._http = httpx.AsyncClient(timeout=30, limits=limits, trust_env=False)
        await self._lifetime.enter_async_context(self._http)
        self._lifetime.push_async_callback(self.stop_everything)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._lifetime.aclose()

    # -- Redis

    def deaf(self, since: float, process: str = "", *, hears_s: float = HEARS_S) -> None:
        """Until now this process, or each, could not hear whether it has its lease still."""
        until = time.time() + hears_s
        self.history.deaf.append(Deaf(process=process, since=since, until=until))

    @property
    def sentinels(self) -> SentinelSet:
        """What keeps the master, in a world with `replicas`."""
        assert self._set is not None, "this world has one server"
        return self._set

    @property
    def unasked(self) -> str:
        """What broke that nobody here has broken; empty: nothing.

        A master that is replaced while it lives goes on taking writes for a second or two, and
        throws them away (docs/operations/redis.md): what was claimed, posted and settled there is
        done again, and no promise holds that.
        """
        if self._set is None or self._set.failovers <= self._set.broken:
            return ""
        return f"{self._set.failovers} masters were chosen where {self._set.broken} broke"

    @property
    def redis_url(self) -> str:
        """As the processes are told it."""
        return self.valkey.url if self._set is None else self._set.url

    def redis_returns(self) -> None:
        """Whatever of it does not run starts again."""
        if self._set is None:
            self.valkey.start()
        else:
            self._set.start_again()

    # -- processes

    async def ingress(self, **settings: str) -> Process:
        """Start the ingress and wait until it listens; always at the same port."""
        self._ingress_starts = True
        process = await self._start("ingress", PORT=str(self._port), **settings)
        listening = await process.logged("ingress_listening", within_s=30)
        self._port = listening["port"]
        await eventually(self._ingress_answers, within_s=15)
        self._ingress_starts = False
        return process

    async def another_ingress(self, **settings: str) -> Process:
        """A second one beside the first, at a port of its own, which is used from now on."""
        self._port = 0
        return await self.ingress(**settings)

    async def consumer(
        self, *, ready: bool = True, machine: str = "one", **settings: str
    ) -> Process:
        """Start a consumer; `machine` tells whose lock files it sees."""
        data = {"DATA_DIR": str(self.folder / machine)}
        process = await self._start("consumer", **{**data, **settings})
        if ready:
            await process.logged("consumer_ready", within_s=30)
        return process

    async def service(self) -> tuple[Process, Process]:
        """An ingress and a consumer, ready."""
        return await self.ingress(), await self.consumer()

    async def freeze(self, process: Process, seconds: float) -> None:
        """SIGSTOP for so long."""
        since = time.time()
        process.signal(signal.SIGSTOP)
        await self.pause(seconds)
        process.signal(signal.SIGCONT)
        self.deaf(since, process.name)

    async def supervised(self, *, ready: bool = True, **settings: str) -> None:
        """A consumer that is started again whenever it ends, as its supervisor would."""
        first = await self.consumer(ready=ready, **settings)

        async def supervise() -> None:
            running = first
            while True:
                await running.ended.wait()
                running = await self.consumer(ready=False, **settings)

        self._supervising.append(asyncio.create_task(supervise(), name="supervisor"))

    async def _start(self, role: str, **settings: str) -> Process:
        name = f"{role}-{next(self._numbers)}"
        env = {**self._environment(), **self._settings, **settings}
        process = await self.fleet.start(role, name, env, self.folder / f"{name}.log")
        self.processes.append(process)
        return process

    def _environment(self) -> dict[str, str]:
        return {
            "REDIS_URL": self.redis_url,
            "REDIS_PREFIX": self.keys.prefix,
            "BOTS_DIR": str(ROOT / "bots"),
            "BOT_KEY_ASSISTANT": KEY,
            "DATA_DIR": str(self.folder / "one"),
            "CAMPFIRE_URL": self._server.url,
            "ANTHROPIC_API_KEY": "none",
            "HOST": "127.0.0.1",
            "LOG_FORMAT": "json",
            "LEASE_SECONDS": str(LEASE_S),
            "STUCK_AFTER_SECONDS": "4",
            # Long enough for a second attempt, 2 s after the first (consumer.outcome.classify).
            "TURN_TIMEOUT_SECONDS": "8",
            "ADMIN_TOKEN": OPERATOR,
            "SHUTDOWN_GRACE_SECONDS": "3",
            "LANE_MAX_WAITING": "100000",
        }

    async def stop_everything(self) -> None:
        """End every process as it is."""
        for task in self._supervising:
            task.cancel()
        await asyncio.gather(*self._supervising, return_exceptions=True)
        for process in self.processes:
            await process.kill()

    # -- people

    def rooms(self, wanted: int) -> list[int]:
        """So many rooms with the bot in them; the same ones every time."""
        while len(self._rooms) < wanted:
            room = self.campfire.chat.rooms.create("open", f"Room {len(self._rooms) + 1}")
            for member in (1, BOT_USER):
                self.campfire.chat.rooms.add_member(room.id, member)
            self._rooms.append(room.id)
        return self._rooms[:wanted]

    def number(self, room: int) -> str:
        """A new message's id: Campfire counts people's and bots' messages in one sequence."""
        chat = self.campfire.chat
        author, known = chat.people.get(1), chat.rooms.get(room) or chat.rooms.all()[0]
        assert author is not None, "the sandbox seeds Ada"
        return str(chat.post(author, known, "<p>said</p>").id)

    async def say(self, room: int, order: str = "", *, message: str = "") -> str:
        """Deliver one message, as Campfire does: once, without a retry; gives its id.

        With `message` an earlier delivery is repeated, or a number of one's own is used.
        """
        message = message or self.number(room)
        self._note("sent", room, message, "again" if message in self._sent else "first")
        self._sent.add(message)
        began = time.monotonic()
        try:
            answer = await self._http.post(self._url, json=self._body(room, message, order))
        except httpx.HTTPError as error:
            await self._excuse(room, message, type(error).__name__)
        else:
            self._judge(room, message, answer, time.monotonic() - began)
        return message

    async def type(self, room: int, text: str, *, lost: bool = False) -> str:
        """Deliver a control word; its answer is no reply, and is not looked for. `lost`: it may be,
        with whatever is broken meanwhile."""
        message = self.number(room)
        self.sent_by_the_service(room, message)
        self.history.words.add(message)
        body = delivery(key=KEY, room_id=room, message_id=int(message), plain=text)
        try:
            answer = await self._http.post(self._url, json=body)
            assert lost or answer.status_code == 204, answer.status_code
        except httpx.HTTPError:
            if not lost:
                raise
        return message

    async def event(self, room: int, order: str = "") -> str:
        """A program outside tells the bot something, again and again until it is taken, or not any
        more: by its id it is one event. Gives the id of its message."""
        number = self.number(room)
        headers = {"X-Event-Id": number, "Authorization": f"Bearer {EVENT_SECRET}"}
        proven = named({EVENT_ID: number}, b"", "shown", room) or ""
        self._note("sent", room, proven, "first")
        for _ in range(EVENT_TRIES):
            url = f"http://127.0.0.1:{self._port}/events/{BOT}/{room}"
            body = f"say-{number} {order}".strip()
            with suppress(httpx.HTTPError):
                answer = await self._http.post(url, content=body, headers=headers)
                if answer.content or "content-type" in answer.headers:
                    self._note("refused", room, proven, f"{answer.status_code} with Content-Type")
                if answer.status_code == 202:
                    self._note("acknowledged", room, proven)
                    break
            await self.pause(0.3)
        return proven

    async def nothing_waits(self) -> bool:
        """No line holds a message, the service's own included."""
        try:
            return not await self.redis.exists(self.keys.lanes)
        except (RedisError, OSError):
            return False

    def sent_by_the_service(self, room: int, message: str) -> None:
        """A message of which only its end is looked for."""
        self._note("sent", room, message, "first")

    async def say_all(self, room: int, orders: list[str]) -> list[str]:
        """Deliver several, one after the other."""
        return [await self.say(room, order) for order in orders]

    async def cancel(self, room: int, message: str) -> None:
        """Cancel a message, as an operator does."""
        job = self.job_id(f"{room}:{BOT}", message)
        operator = {"Authorization": f"Bearer {OPERATOR}"}
        url = f"http://127.0.0.1:{self._port}/jobs/{job}"
        answer = await self._http.delete(url, headers=operator)
        assert answer.status_code == 202, answer.status_code

    async def _ingress_answers(self) -> bool:
        try:
            answer = await self._http.get(f"http://127.0.0.1:{self._port}/health")
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    async def refused(self, name: str, body: bytes, *, bot: str = BOT) -> None:
        """Deliver what is no message: the answer must be an empty 4xx."""
        url = f"http://127.0.0.1:{self._port}/webhook/{bot}"
        answer = await self._http.post(url, content=body)
        if not 400 <= answer.status_code < 500:
            self._note("refused", 0, name, f"{answer.status_code} for what is no message")
        if answer.content or "content-type" in answer.headers:
            self._note("refused", 0, name, f"{answer.status_code} with Content-Type")

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self._port}/webhook/{BOT}"

    @staticmethod
    def _body(room: int, message: str, order: str) -> dict[str, Any]:
        text = f"say-{message} {order}".strip()
        return delivery(key=KEY, room_id=room, message_id=int(message), plain=text)

    async def _excuse(self, room: int, message: str, error: str) -> None:
        """No answer is the ingress's fault unless it died: then its supervisor starts another."""
        self._note("unanswered", room, message, error)
        if self._ingress_starts:
            return  # in place of one that died: nobody listens yet
        ingress = [process for process in self.processes if process.role == "ingress"][-1]
        try:
            await ingress.gone(0.3)
        except TimeoutError:
            self._note("refused", room, message, f"no answer at all: {error}")

    def _judge(self, room: int, message: str, answer: httpx.Response, took_s: float) -> None:
        kind = answer.headers.get("content-type")
        if took_s > PATIENCE_S:
            self._note("refused", room, message, f"late, after {took_s:.1f} s")
        elif answer.status_code == 204 and kind is None:
            self._note("acknowledged", room, message)
        elif answer.status_code == 200 and (kind or "").startswith("text/plain") and answer.text:
            self.replies[message] = answer.text
            self._note("bounced", room, message)
        else:
            detail = f"{answer.status_code}{' with Content-Type' if kind else ''}"
            self._note("refused", room, message, detail)

    def _note(self, kind: Any, room: int, message: str, detail: str = "") -> None:
        lane = f"{room}:{BOT}"
        event = Event(at=time.time(), kind=kind, lane=lane, message=message, detail=detail)
        self.history.events.append(event)

    # -- the clock

    async def reminder_comes(
        self, room: int, *, run: bool = False, late_s: float = 0.0, in_s: float = 0.0
    ) -> str:
        """A reminder that an earlier answer kept is due; gives the id of its message.

        `run`: the agent is asked then; `late_s`: it was due so long ago; `in_s`: it is only then.
        """
        self._reminders += 1
        number, due_ms = self._reminders, round((time.time() - late_s + in_s) * 1000)
        reminder = Reminder(
            number=number,
            room_id=room,
            bot_id=BOT,
            room_name="Room",
            user_id=1,
            by="Ada Admin",
            text=f"say-{number}",
            due_ms=due_ms,
            zone="Europe/Berlin",
            run=run,
        )
        pipe = self.redis.pipeline()
        key = self.keys.reminders(reminder.lane)
        pipe.hset(key, str(number), reminder.model_dump_json())
        pipe.sadd(self.keys.reminders_of(1), reminder.called)
        pipe.zadd(self.keys.due, {reminder.called: due_ms})
        await pipe.execute()
        return self._due(room, of_reminder(reminder).message_id, late_s)

    async def schedule_planned(self) -> None:
        """Wait until a consumer has found the next time of the schedule in its bot's file."""
        await eventually(lambda: self.redis.zscore(self.keys.due, SCHEDULE))

    async def schedule_comes(self, room: int) -> str:
        """The schedule of the bot's file is due now; gives the id of its message."""
        due_ms = round(time.time() * 1000)
        await self.redis.zadd(self.keys.due, {SCHEDULE: due_ms})
        return self._due(room, f"schedule-tick-{due_ms}", 0.0)

    def _due(self, room: int, message: str, late_s: float) -> str:
        self._note("due", room, message, "missed" if late_s * 1000 >= MISSED_MS else "")
        return message

    # -- Campfire

    def trouble(self, kind: str, **fault: Any) -> None:
        """Order a fault of the stand-in's bot API (sandbox.campfire.bot_api.faults.Fault)."""
        self.campfire.faults.add(Fault.model_validate({"kind": kind, **fault}))

    # -- what came of it

    async def settled(self, *messages: str, within_s: float = 30.0) -> None:
        """Wait until these messages, or all that were acknowledged, have an outcome."""
        taken = {event.message: event.lane for event in self.history.of("acknowledged", "due")}
        wanted = [message for message in taken if not messages or message in messages]
        names = [self.keys.result(self.job_id(taken[message], message)) for message in wanted]
        await eventually(lambda: self._all_exist(names), within_s=within_s)

    def job_id(self, lane: str, message: str) -> str:
        """The job of a message in a lane (`room:bot`)."""
        room, _, bot = lane.partition(":")
        return self.keys.named(bot, room, message)

    async def _all_exist(self, names: list[str]) -> bool:
        try:
            for start in range(0, len(names), 500):
                part = names[start : start + 500]
                if await self.redis.exists(*part) < len(part):
                    return False
        except (RedisError, OSError):
            return False
        return True

    async def endings(self) -> dict[str, str]:
        """How each acknowledged message ended so far."""
        found = {}
        for event in list(self.history.of("acknowledged")):
            stored = await self.redis.get(self.keys.result(self.job_id(event.lane, event.message)))
            if stored is not None:
                found[event.message] = str(ending_of(stored)["outcome"])
        return found

    async def running(self, message: str, *, within_s: float = 15.0) -> Process:
        """Wait until a consumer has claimed the message; gives the consumer."""

        async def claimed() -> Process | None:
            for process in self.processes:
                if process.role == "consumer" and process.alive:
                    lines = (line for line in process.events() if line["event"] == "turn_claimed")
                    if any(line.get("message") == message for line in lines):
                        return process
            return None

        found: Process = await eventually(claimed, within_s=within_s)
        return found

    def consumers(self) -> list[Process]:
        """Those that live, oldest first."""
        return [p for p in self.processes if p.role == "consumer" and p.alive]

    async def vitals(self, consumer: Process) -> dict[str, int]:
        """How many tasks and descriptors a consumer has now."""
        told = sum(1 for line in consumer.events() if line["event"] == "vitals")
        consumer.signal(signal.SIGUSR2)
        return await consumer.logged("vitals", times=told + 1)

    async def pause(self, seconds: float) -> None:
        """Let an outage last: time itself is the fault here, there is nothing to wait for."""
        await asyncio.sleep(seconds)
