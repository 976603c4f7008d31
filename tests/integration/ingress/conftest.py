"""An ingress as the process serves it: uvicorn, a real socket, a real Valkey."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from redis.asyncio import Redis

from ingress.__main__ import UNREAD_MS, listen
from ingress.access import Access, OperatorAccess
from ingress.app import create_app
from ingress.connections.descriptors import shared_out
from ingress.intake.deliveries import Deliveries
from ingress.intake.reception import Reception
from ingress.intake.spool import Spool
from ingress.live.hub import Hub
from ingress.live.links import Links
from ingress.operator.page.page_parts import PageParts
from ingress.parts import Parts
from ingress.server import Server
from operate.launch.valkey import EmbeddedValkey
from shared.acceptance.loop_guard import LoopGuard
from shared.acceptance.queue import RedisQueue
from shared.audit import AuditTrail
from shared.bots import Bot, Roster
from shared.catalogue import catalogue
from shared.keys import Keys
from shared.redis.client import SOCKET_TIMEOUT_S, redis_client
from shared.startup.event_secrets import EventSecrets
from tests.bots import bot_with
from tests.deliveries import RECORDED_KEY
from tests.integration.ingress.live.watching import ADMIN
from tests.patience import PATIENCE_S

TOKEN = "webhook-token"
SCRAPER = "metrics-token"
LINK_SECRET = "link-secret-0123456789"
BOTS = {
    "assistant": Bot(
        id="assistant",
        name="Assistant",
        system_prompt="x",
        schedules={"morning": {"at": "every weekday at 9:00", "room": 2, "ask": "what is new"}},  # type: ignore[dict-item]
    ),
    "other": Bot(id="other", name="Other", system_prompt="x"),
}
BOT_KEYS = {"assistant": RECORDED_KEY, "other": "8-otherotherot"}


@dataclass(frozen=True, slots=True)
class RunningIngress:
    """Where it listens, and the Redis it writes to."""

    port: int
    redis: Redis
    keys: Keys

    @property
    def base(self) -> str:
        """Where an HTTP client finds it."""
        return f"http://127.0.0.1:{self.port}"

    async def talk(self, request: bytes) -> "Answer":
        """Send raw bytes over a socket of its own and read the answer to its end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return Answer.parse(await reader.read())
        finally:
            writer.close()
            await writer.wait_closed()

    async def post(self, path: str, body: bytes, method: str = "POST") -> "Answer":
        """Deliver as Campfire does: its very headers (docs/campfire.md, "The webhook"; t02)."""
        head = (
            f"{method} {path} HTTP/1.1\r\nContent-Type: application/json\r\nAccept: */*\r\n"
            f"User-Agent: Ruby\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return await self.talk(head.encode() + body)

    async def queued(self) -> int:
        """How many messages are in the queue."""
        return int(await self.redis.zcard(self.keys.queue))


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it stood on the wire."""

    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes

    @classmethod
    def parse(cls, raw: bytes) -> "Answer":
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        return cls(int(first.split()[1]), {k.lower(): v for k, v in headers.items()}, body)

    @property
    def silent(self) -> bool:
        """Campfire would post nothing of it."""
        return self.body == b"" and "content-type" not in self.headers


@pytest.fixture
async def ingress(
    request: pytest.FixtureRequest,
    valkey: EmbeddedValkey,
    redis: Redis,
    keys: Keys,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[RunningIngress]:
    """Serves bots `assistant` (the recorded one) and `other`; parametrise for other access."""
    ended: list[int] = []  # instead of the process, which is the tests' own here
    monkeypatch.setattr("ingress.app.os", SimpleNamespace(_exit=ended.append))
    options = getattr(request, "param", {})
    sentences = catalogue(options.get("language", "en"))
    answers_bots = options.get("answers_bots", True)
    more = {"answers_bots": answers_bots, "events": options.get("events")}
    bots = {name: bot_with(bot, **more) for name, bot in BOTS.items()}
    auth_off = options.get("open", False)
    roster = Roster(bots, BOT_KEYS)
    access = Access(roster, BOT_KEYS, options.get("token", TOKEN), auth_off)
    url = options.get("redis_url", valkey.url)
    client = redis_client(url, socket_timeout_s=options.get("redis_s", SOCKET_TIMEOUT_S))
    guard = LoopGuard(bots=roster, hop_limit=4, rate_per_hour=options.get("rate", 20))
    queue = RedisQueue(client, keys, lane_max_waiting=options.get("most", 1000), guard=guard)
    reception = options.get("reception") or Reception(queue, Spool(tmp_path / "spool"))
    share = replace(shared_out(8192), **options.get("share", {}))
    hub = Hub(redis_client(url, max_connections=5, socket_timeout_s=10), keys, most=share.streams)
    app = create_app(
        Parts(
            access=access,
            operators=OperatorAccess(ADMIN, auth_off),
            scrapers=OperatorAccess(SCRAPER),
            reception=reception,
            deliveries=Deliveries(client, keys),
            redis=client,
            keys=keys,
            replicas=options.get("replicas", 0),
            sentences=sentences,
            hub=hub,
            links=Links.of(LINK_SECRET),
            event_secrets=EventSecrets(options.get("secrets", {}), tmp_path),
            audit=AuditTrail(client, keys),
            page=PageParts.of(
                sentences, ADMIN, options.get("view_token"), options.get("hosts", ())
            ),
        )
    )
    server = Server(app, hub, share, options.get("trusted_proxies", ()))
    server.config.timeout_keep_alive = 2  # uvicorn's 5 s are waited for by whoever is to be let go
    listener = listen("127.0.0.1", 0, share.backlog)
    unread_ms = options.get("unread_ms", UNREAD_MS)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, unread_ms)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    if url == valkey.url:  # it says first that it takes deliveries again (test_announcement)
        assert await redis.blpop([keys.commands], timeout=10)  # type: ignore[misc]
    yield RunningIngress(listener.getsockname()[1], redis, keys)
    server.should_exit = True
    await serving
    listener.close()
    assert ended == [], "a part of the web process died, and the process would have ended"
