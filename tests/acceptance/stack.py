"""The whole service as a deployment runs it: the Procfile's processes and the sandbox.

    async with Stack(folder, redis_url=valkey.url) as stack:
        answer = await stack.ask("hello")
        await stack.worker.restart()
        await stack.ready()

Neighbours: `process` holds one process, `log_book` its lines, `environment` its settings.
"""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from shared.startup.admin_token import admin_token_file
from tests.acceptance.environment import BOT_KEYS, free_port, procfile, stack_environment
from tests.acceptance.leftovers import await_none
from tests.acceptance.model_requests import ModelRequest, model_requests
from tests.acceptance.notices import is_notice
from tests.acceptance.process import ServiceProcess
from tests.conftest import eventually
from tests.patience import PATIENCE_S
from tests.sandbox_client import SandboxClient
from tests.zygote import Zygote

Json = dict[str, Any]
SUPPORT = 2
"""The sandbox's open room "Support", where every bot is."""
ALL_TALK = 1
LEFT_S, LEFT_BY_KILL_S = 1.5, 10.0
"""What a worker that ended in order may leave running, and for how long, is nothing; a CLI whose
parent was killed by SIGKILL leaves by itself within about 3 s."""


class Stack:
    """Web, worker and sandbox on free ports of their own, over a Redis that is given.

    `settings` are further environment variables of all three, or other values for them; they may
    be changed between a stop and a start through `process.environment`. Without a `zygote` each
    process is executed anew, as a deployment's supervisor does.
    """

    def __init__(
        self,
        folder: Path,
        *,
        redis_url: str,
        prefix: str = "",
        web_port: int = 0,
        zygote: Zygote | None = None,
        **settings: str,
    ) -> None:
        self.folder = folder.absolute()
        self.prefix = prefix or f"a{uuid4().hex[:12]}"
        sandbox_port, web_port = free_port(), web_port or free_port()
        self.web_url = f"http://127.0.0.1:{web_port}"
        self.sandbox_url = f"http://127.0.0.1:{sandbox_port}"
        environment = stack_environment(
            self.folder,
            redis_url=redis_url,
            prefix=self.prefix,
            web_port=web_port,
            sandbox_port=sandbox_port,
        )
        self.zygote = zygote
        commands = {"sandbox": "python -m sandbox", **procfile()}
        self.processes = {
            name: ServiceProcess(
                name,
                command,
                environment={**environment, **settings},
                folder=self.folder,
                zygote=zygote,
            )
            for name, command in commands.items()
        }
        self.campfire = SandboxClient(self.sandbox_url)
        self.http = httpx.AsyncClient(base_url=self.web_url, trust_env=False, timeout=PATIENCE_S)

    @property
    def operator(self) -> dict[str, str]:
        """The header of who has read the token, where the log says that it stands."""
        environment = self.web.environment
        if (token := environment.get("ADMIN_TOKEN")) is None:
            token = admin_token_file(Path(environment["DATA_DIR"])).read_text().strip()
        return {"Authorization": f"Bearer {token}"}

    async def operate(self, *words: str) -> tuple[int, str]:
        """`python -m operate …` in the worker's environment: its exit code and what it said."""
        assert self.zygote is not None
        env = self.worker.environment
        return await self.zygote.run("operate", *words, env=env, folder=self.folder)

    @property
    def web(self) -> ServiceProcess:
        """The ingress."""
        return self.processes["web"]

    @property
    def worker(self) -> ServiceProcess:
        """The consumer."""
        return self.processes["worker"]

    @property
    def sandbox(self) -> ServiceProcess:
        """The stand-ins for Campfire and the model."""
        return self.processes["sandbox"]

    async def __aenter__(self) -> Self:
        try:
            await self.start()
            await self.ready()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start every process that does not run; returns at once."""
        for process in self.processes.values():
            if not process.is_running:
                await process.start()

    async def ready(self, within_s: float = PATIENCE_S) -> None:
        """Wait until the service and the sandbox say that they are ready."""
        await self.sandbox.log.event("sandbox_ready", within_s=within_s)
        await self.web.log.event("ingress_listening", within_s=within_s)
        await self.worker.log.event("consumer_ready", within_s=within_s)
        await eventually(self._is_ready, within_s=within_s)

    async def stop(self) -> None:
        """End everything, the stand-ins last; raises AssertionError when a process stayed."""
        await self.campfire.__aexit__(None, None, None)
        await self.http.aclose()
        await asyncio.gather(self.web.close(), self.worker.close())
        await self.sandbox.close()
        patience = LEFT_BY_KILL_S if self.worker.was_killed else LEFT_S
        stayed = await asyncio.to_thread(await_none, self.folder, patience)
        assert not stayed, f"still running after the stack was stopped: {stayed}"

    async def ask(
        self,
        text: str,
        *,
        room_id: int = SUPPORT,
        bot: str = "assistant",
        within_s: float = PATIENCE_S,
    ) -> str:
        """Mention the bot in a room as Ada; the text of what it then posts there first."""
        asked = await self.say(text, room_id=room_id, bot=bot)
        return await self.answer(asked, within_s=within_s)

    async def say(self, text: str, *, room_id: int = SUPPORT, bot: str = "assistant") -> Json:
        """Mention the bot in a room and don't wait; gives what `answer` takes."""
        message = await self.campfire.post(room_id, text, mentions=[bot])
        return {"after": message["id"], "room_id": room_id, "creator_id": user_id(bot)}

    async def answer(self, asked: Json, *, within_s: float = PATIENCE_S) -> str:
        """The text of the first message of the bot after it was asked, notices left out."""
        message = await self.campfire.wait_for_message(
            **asked, such_that=lambda found: not is_notice(_text(found)), timeout=within_s
        )
        return _text(message)

    async def answers(self, room_id: int = SUPPORT, bot: str = "assistant") -> list[str]:
        """The texts of all that the bot has posted in a room, oldest first, notices left out."""
        found = await self.campfire.messages(room_id)
        mine = [_text(message) for message in found if message["creator"]["id"] == user_id(bot)]
        return [text for text in mine if not is_notice(text)]

    async def until_answers(self, wanted: list[str], *, within_s: float = PATIENCE_S) -> None:
        """Wait until the assistant has said exactly this in the room Support."""
        newest = 0
        async with asyncio.timeout(within_s):
            while len(texts := await self.answers()) < len(wanted):
                newest = (await self.campfire.wait_for_message(SUPPORT, after=newest))["id"]
        assert texts == wanted

    async def model_requests(self) -> list[ModelRequest]:
        """What the stand-in model was asked, oldest first."""
        return await model_requests(self.sandbox_url)

    def transcript(self) -> str:
        """All lines of all processes, for a test that failed."""
        return "\n".join(
            f"{name:8}| {line}"
            for name, process in self.processes.items()
            for line in process.log.lines
        )

    async def _is_ready(self) -> bool:
        try:
            return (await self.http.get("/ready")).status_code == 200
        except httpx.TransportError:
            return False


def _text(message: Json) -> str:
    return str(message["body"]["plain_text"])


def user_id(bot: str) -> int:
    """The bot's user id in the sandbox: the first half of its key."""
    return int(BOT_KEYS[bot].partition("-")[0])
