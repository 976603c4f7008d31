"""A consumer in this process, on a real Valkey and a stand-in Campfire; its agent is faked."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from consumer.agent import Memory
from consumer.agent.events import TurnEvent
from consumer.agent.spending import Meter, Spent
from consumer.campfire.client import Campfire as CampfireApi
from consumer.campfire_tools.from_settings import campfire_toolbox, room_from_settings
from consumer.composition.agent_parts import AgentParts
from consumer.composition.consumer import Consumer
from consumer.foundation import foundation
from consumer.service.service import Service
from consumer.sessions.turn_request import GetAsking, GetBrief
from consumer.settings import ConsumerSettings
from consumer.toolboxes import Asking
from consumer.turn.agent import Answer
from operate.launch.valkey import EmbeddedValkey
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.stored.people import People
from sandbox.campfire.stored.seed import BotSeed
from sandbox.server import SandboxServer
from shared.acceptance.queue import RedisQueue
from shared.between_processes.service_status import ServiceStatus
from shared.bots import Bot
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.lane import Lane
from shared.redis.client import redis_client
from shared.startup.settings import load_settings
from tests.bots import bot_with
from tests.conftest import eventually
from tests.patience import PATIENCE_S
from tests.sandbox_client import SandboxClient
from tests.zygote import ROOT, Zygote

BOT = Bot(id="assistant", name="Assistant", system_prompt="x", tools=("Write",))
ROOM = 2
TOKEN = "52d8d3ea9c87"
CARRY_OUT = "carry out"
"""What stands for the words of a turn that carries out what somebody approved."""
STRANGER = 9
"""A bot of this Campfire whose key we do not have."""


@dataclass(frozen=True)
class Said:
    """A fake turn's answer."""

    text: str
    tier: str = "hot"
    folder: Path | None = None
    cut: bool = False


class ScriptedAgent:
    """Answers `answer to <text>`, unless told otherwise for a text; records what it was asked."""

    def __init__(self) -> None:
        self.memory: Memory = "kept"
        self.briefs: list[str] = []
        self.askings: list[Asking] = []
        """For whom each turn's tools would be called."""
        self.prompts: list[str] = []
        """The last line of each: the message."""
        self.whole: list[str] = []
        self.does: dict[str, Callable[[], Awaitable[str]]] = {}
        self.folder: Path | None = None
        """Its working directory."""
        self.cut = False
        """Whether its answers end in the middle."""
        self.within: list[float] = []
        """Seconds that each turn was given."""
        self.spends: Spent | None = None
        """What each of its turns costs."""
        self.meters: list[Meter] = []
        self.events: list[TurnEvent] = []
        """What happens in each of its turns."""
        self.asked = asyncio.Condition()

    async def run_turn(
        self,
        lane: Lane,
        bot: Bot,
        prompt: str,
        *,
        on_event: Callable[[TurnEvent], None],
        brief: GetBrief,
        get_asking: GetAsking,
        job: str,
        within_s: float,
        meter: Meter,
    ) -> Answer:
        """One scripted turn."""
        self.within.append(within_s)
        self.briefs.append(await brief(self.memory))
        self.askings.append(get_asking())
        for event in self.events:
            on_event(event)
        text = prompt.splitlines()[-2]  # the boundary's end is the last
        if "\n[request " in prompt:
            text = CARRY_OUT
        async with self.asked:
            self.prompts.append(text)
            self.whole.append(prompt)
            self.asked.notify_all()
        self.meters.append(meter)
        act = self.does.get(text)
        try:
            said = await act() if act else f"answer to {text}"
        finally:
            if self.spends:
                meter.spent(self.spends)
        return Said(said, folder=self.folder, cut=self.cut)

    def hold(self, text: str, answer: str) -> asyncio.Event:
        """Let the turn of this text take until the event is set, and then give the answer."""
        go_on = asyncio.Event()

        async def act() -> str:
            await go_on.wait()
            return answer

        self.does[text] = act
        return go_on

    async def until_asked(self, text: str) -> None:
        """Wait until a turn with this text has begun."""
        async with asyncio.timeout(PATIENCE_S), self.asked:
            await self.asked.wait_for(lambda: text in self.prompts)


class Clock:
    """Campfire's clock; a test may set `now`."""

    def __init__(self) -> None:
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now()


class Stage:
    """The consumer, the room it answers in, and a way to speak to it."""

    def __init__(
        self,
        valkey: EmbeddedValkey,
        redis: Redis,
        keys: Keys,
        folder: Path,
        sandbox: SandboxClient,
        url: str,
        clock: "Clock",
    ) -> None:
        self.redis, self.keys, self.sandbox = redis, keys, sandbox
        self.agent, self.clock = ScriptedAgent(), clock
        self.queue = RedisQueue(redis, keys)
        self.people: People
        """Campfire's own."""
        self.opens_files = False
        """Whether there is a storage for bots whose files grant to open what people post."""
        self.url, self._valkey, self.folder = url, valkey, folder
        self.bots, self.bot_keys = {"assistant": BOT}, {"BOT_KEY_ASSISTANT": f"3-{TOKEN}"}
        self._running: list[tuple[Service, asyncio.Task[None], Redis]] = []

    async def start(self, **changes: Any) -> Service:
        """Start a consumer with these settings changed."""
        settings = load_settings(
            ConsumerSettings,
            redis_url=self._valkey.url,
            redis_prefix=self.keys.prefix,
            campfire_url=self.url,
            anthropic_api_key="unused",
            data_dir=self.folder,
            bot_keys=self.bot_keys,
            lease_seconds=1,
            **changes,
        )
        redis = redis_client(self._valkey.url, socket_timeout_s=10)
        self.roster = roster = settings.roster(self.bots)
        campfire = CampfireApi(self.url, keys=settings.campfire_keys(roster))
        agent = AgentParts(agent=self.agent, stats=ServiceStatus, opens_files=self._opens_files)
        base = foundation(settings, roster, redis, campfire)
        self.approvals = base.approvals
        room = room_from_settings(base)
        self.on_time = room.on_time
        self._toolbox = campfire_toolbox(base, room)
        built = Consumer(base, room, agent)

        async def run() -> None:
            async with campfire:
                await built.service.run()

        running = asyncio.create_task(run())
        self._running.append((built.service, running, redis))
        return built.service

    async def tool(self, tool_name: str, /, **values: Any) -> str:
        """Call a tool of the toolbox "campfire" in the newest turn; what the model is told."""
        asking = self.agent.askings[-1]
        (tool,) = [tool for tool in self._toolbox.tools(asking.bot) if tool.name == tool_name]
        return (await tool.run(tool.input.model_validate(values), asking)).text

    def _opens_files(self, bot: Bot) -> bool:
        return self.opens_files and bot.files is not None

    def change_the_key(self) -> None:
        """Somebody resets the bot's key in Campfire; the next consumer is given the new one."""
        bot = self.people.get(3)
        assert bot is not None
        self.people.save(replace(bot, token="y" * 12))
        self.bot_keys = {**self.bot_keys, "BOT_KEY_ASSISTANT": f"3-{'y' * 12}"}

    def moved(self, valkey: EmbeddedValkey, redis: Redis) -> "Stage":
        """The same Campfire, before another Redis."""
        return Stage(valkey, redis, self.keys, self.folder, self.sandbox, self.url, self.clock)

    def take_in_the_stranger(self) -> None:
        """The consumer has its key after all, and a file for it."""
        bot_id = "financial_analyst"  # a bot file has to have the id
        self.bots = {**self.bots, bot_id: bot_with(BOT, id=bot_id, name="Stranger")}
        self.bot_keys = {**self.bot_keys, "BOT_KEY_FINANCIAL_ANALYST": f"{STRANGER}-{'x' * 12}"}

    async def say(self, text: str, *, number: int = 0, **changes: Any) -> str:
        """Somebody says it in the room, and it is accepted; gives the job id."""
        message_id = str(number or await self._post(text))
        message = self.message(text, message_id, **changes)
        assert await self.queue.accept(message) == "accepted"
        return self.keys.job_id(message)

    @staticmethod
    def now_ms() -> int:
        """The service's clock."""
        return round(time.time() * 1000)

    async def offer(self, text: str, message_id: int) -> str:
        """The delivery of a message that is in the room comes; gives what became of it."""
        return await self.queue.accept(self.message(text, str(message_id)))

    def message(self, text: str, message_id: str, **changes: Any) -> InboundMessage:
        """What the web process would make of a delivery."""
        message = InboundMessage(
            bot_id=changes.pop("bot_id", "assistant"),
            room_id=changes.pop("room_id", ROOM),
            room_name=changes.pop("room_name", "Support"),
            user_id=changes.pop("user_id", 1),
            user_name=changes.pop("user_name", "Ada Admin"),
            message_id=message_id,
            text=text,
            from_bot=changes.pop("from_bot", False),
            html=changes.pop("html", None),
            is_file=changes.pop("is_file", False),
            control=changes.pop("control", None),
            control_number=changes.pop("control_number", None),
            control_text=changes.pop("control_text", None),
            accepted_ms=changes.pop("accepted_ms", round(time.time() * 1000)),
        )
        assert not changes
        return message

    async def heard(self, text: str) -> str:
        """Wait until the bot has posted something with this text; gives its plain text."""
        message = await self.sandbox.wait_for_message(
            ROOM, creator_id=3, such_that=lambda m: text in m["body"]["plain_text"]
        )
        plain: str = message["body"]["plain_text"]
        return plain

    async def bot_said(self) -> list[str]:
        """Everything the bot has posted, in order."""
        messages = await self.sandbox.messages(ROOM)
        return [m["body"]["plain_text"] for m in messages if m["creator"]["role"] == "bot"]

    async def until_idle(self) -> None:
        """Wait until every accepted message has its outcome."""
        await eventually(self._idle)

    async def _idle(self) -> bool:
        return not await self.redis.exists(self.keys.lanes)

    async def stop(self) -> None:
        """Stop every consumer."""
        for service, task, redis in self._running:
            service.stop()
            await asyncio.gather(task, return_exceptions=True)
            await redis.aclose()
        self._running.clear()

    async def _post(self, text: str) -> int:
        return int((await self.sandbox.post(ROOM, text=text))["id"])


@pytest.fixture(params=["main"])
async def stage(
    request: pytest.FixtureRequest,
    valkey: EmbeddedValkey,
    redis: Redis,
    keys: Keys,
    tmp_path: Path,
) -> AsyncIterator[Stage]:
    """A stage whose Campfire is `main`; parametrise for v1.4.9."""
    clock = Clock()
    nowhere = "http://127.0.0.1:9/none"
    bots = [
        BotSeed("assistant", 3, TOKEN, nowhere),
        BotSeed("stranger", STRANGER, "x" * 12, nowhere),
    ]
    campfire = Campfire(bots, mode=request.param, clock=clock)
    async with SandboxServer(campfire) as server, SandboxClient(server.url) as sandbox:
        stage = Stage(valkey, redis, keys, tmp_path, sandbox, server.url, clock)
        stage.people = campfire.chat.people
        yield stage
        await stage.stop()


Operate = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def operate(zygote: Zygote, valkey: EmbeddedValkey, keys: Keys) -> Operate:
    """Runs `python -m operate …` with these settings changed; gives its exit code and what it
    said."""

    async def run(*words: str, **changes: str) -> tuple[int, str]:
        environment = {
            "PATH": "",
            "REDIS_URL": valkey.url,
            "REDIS_PREFIX": keys.prefix,
            "BOT_KEY_ASSISTANT": f"3-{TOKEN}",
        }
        return await zygote.run("operate", *words, env=environment | changes, folder=ROOT)

    return run


async def has_signs(stage: Stage, job_id: str, signs: list[str]) -> bool:
    """Whether exactly these boosts stand on the message."""
    number = int(job_id.rpartition(":")[2])
    messages = await stage.sandbox.messages(ROOM)
    (found,) = [message for message in messages if message["id"] == number]
    return [boost["content"] for boost in found["boosts"]] == signs
