"""Attempts at one message whose tools a test calls, on a real Valkey and a stand-in Campfire."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from redis.asyncio import Redis

from consumer.campfire.client import Campfire
from consumer.campfire_tools.acts import boosts, posts
from consumer.campfire_tools.acts.acting import Acting, TurnActs
from consumer.campfire_tools.boosting import Boosting
from consumer.campfire_tools.noting import Noting
from consumer.campfire_tools.posting import Posting
from consumer.campfire_tools.toolbox import CampfireTools
from consumer.mentions.book import MentionBook
from consumer.notes.notes import Notes
from consumer.progress.marks.boost_ids import BoostIds
from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from consumer.queue.repairing.repairs import Repairs
from consumer.toolboxes import Asker, Asking
from sandbox.campfire.campfire import Campfire as StandIn
from sandbox.campfire.stored.seed import BotSeed
from sandbox.server import SandboxServer
from shared.acceptance.queue import RedisQueue
from shared.bots import Bot
from shared.catalogue import catalogue
from shared.inbound import InboundMessage
from shared.keys import Keys, plain
from tests.membership import join, leave_all
from tests.sandbox_client import SandboxClient

BOT_ID, TOKEN, ROOM = 3, "52d8d3ea9c87", 2
BOT = Bot(
    id="assistant",
    name="Assistant",
    system_prompt="x",
    campfire=("post", "mention", "edit", "boost", "notes"),
)
ME, SUCCESSOR = "this consumer", "who takes over"


class Killed(BaseException):
    """The process dies here, as far as its turn can tell."""


@dataclass
class Scene:
    """One message and whoever works on it."""

    campfire: Campfire
    sandbox: SandboxClient
    redis: Redis
    keys: Keys
    monkeypatch: pytest.MonkeyPatch
    message: InboundMessage
    lanes: Lanes
    book: MentionBook
    boost_ids: BoostIds
    made_way: list[str] = field(default_factory=list)
    """Job ids, each time a message was about to be posted."""

    async def claimed(self) -> Claim:
        """The next attempt; one before it is as dead as its process."""
        await leave_all(self.redis, self.keys)
        await join(self.redis, self.keys, SUCCESSOR)
        await Repairs(self.redis, self.keys, SUCCESSOR, lease_ms=60_000).reclaim()
        await leave_all(self.redis, self.keys)
        await join(self.redis, self.keys, ME)
        (claim,) = await self.lanes.claim(1)
        return claim

    @contextmanager
    def dying_at(self, step: str) -> Iterator[None]:
        """Within this block whoever reaches the step dies there."""

        def reached(here: str) -> None:
            if here == step:
                raise Killed

        died = False
        with self.monkeypatch.context() as patch:
            for module in (posts, boosts):
                patch.setattr(module, "reached", reached)
            try:
                yield
            except Killed:
                died = True
        assert died, f"{step} was never reached"

    @contextmanager
    def attempt(self, claim: Claim) -> Iterator["Attempt"]:
        """A turn of the message: what its tools do."""

        async def make_way(claim: Claim) -> None:
            self.made_way.append(claim.job_id)

        acting = Acting(self.campfire, self.lanes, self.boost_ids, make_way, catalogue("en"))
        notes = Noting(acting, Notes(self.redis, self.keys), lambda: datetime.now(UTC))
        posting, boosting = Posting(acting, self.campfire, self.book), Boosting(acting)
        grants = (posting.grants, boosting.grants, notes.grants)
        box = CampfireTools(self.campfire, *grants)
        with acting.of(claim) as acts:
            yield Attempt(box, claim, acts)

    async def said(self) -> list[str]:
        """What the bot has said in the room, in order."""
        found = await self.sandbox.messages(ROOM)
        return [m["body"]["plain_text"] for m in found if m["creator"]["id"] == BOT_ID]

    async def boosted(self) -> list[tuple[int, str]]:
        """The room's boosts, with the message each stands under."""
        found = await self.sandbox.messages(ROOM)
        return [(m["id"], boost["content"]) for m in found for boost in m["boosts"]]


@dataclass(frozen=True)
class Attempt:
    """Calls tools as the agent does."""

    box: CampfireTools
    claim: Claim
    acts: TurnActs
    bot: Bot = BOT

    def asking(self) -> Asking:
        """Of this turn."""
        message = self.claim.message
        asker = Asker(user_id=message.user_id or 0, name=message.user_name)
        return Asking(bot=BOT, lane=message.lane, job_id=plain(self.claim.job_id), asker=asker)

    async def call(self, tool_name: str, /, **values: Any) -> str:
        """What the model is told; raises ToolFailed."""
        (tool,) = [tool for tool in self.box.tools(BOT) if tool.name == tool_name]
        result = await tool.run(tool.input.model_validate(values), self.asking())
        return result.text


@pytest.fixture(params=["main"])
async def scene(
    request: pytest.FixtureRequest, redis: Redis, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    """A message that waits in a room of the Campfire that is named; main without a name."""
    bots = [BotSeed("assistant", BOT_ID, TOKEN, ""), BotSeed("other", 4, "4fe587476a1c", "")]
    async with (
        SandboxServer(StandIn(bots, mode=request.param)) as server,
        SandboxClient(server.url) as sandbox,
        Campfire(server.url, keys={"assistant": f"{BOT_ID}-{TOKEN}"}) as campfire,
    ):
        book = MentionBook(redis, keys)
        campfire.on_read = book.read
        await campfire.probe()
        await join(redis, keys, ME)
        asked = await sandbox.post(ROOM, "Please tell them", mentions=["assistant"])
        message = InboundMessage(
            bot_id="assistant",
            room_id=ROOM,
            room_name="Support",
            user_id=1,
            user_name="Ada Admin",
            message_id=str(asked["id"]),
            text="Please tell them",
            html=None,
            accepted_ms=1,
        )
        await RedisQueue(redis, keys).accept(message)
        lanes = Lanes(redis, keys, ME, lease_ms=60_000)
        yield Scene(
            campfire,
            sandbox,
            redis,
            keys,
            monkeypatch,
            message,
            lanes,
            book,
            BoostIds(redis, keys),
        )
        await asyncio.sleep(0)
