"""The fake agent: answers `answer to <id>`, or does the harm that the message orders.

A message's text is `say-<id>` and, after a space, an order with an argument: `slow=0.3` takes
its time, `block=4` blocks the event loop, `crash=2` kills the process in the first two attempts
(`crash=99`: always), `flaky=1` fails in a way that may pass, `raise` is a bug, `hang` never ends,
`files=2` answers in two parts and with two files, `name=1` names who asked, `post=2` has its tools
post two messages and, where Campfire has boosts, put up one; `repost=2` words them by its attempt;
`ask=2` has a person asked for two calls. A call that was approved it makes twice, as a model may.
`spend=9` makes nine calls of a model, each of which costs, until it is stopped.
"""

import asyncio
import os
import re
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from consumer.agent import Meter, Spent
from consumer.agent.errors import AgentOverloaded, AgentTimedOut
from consumer.approvals.approvals import Approvals
from consumer.sessions import GetAsking
from consumer.toolboxes import Asking, Toolbox
from shared.between_processes.service_status import ServiceStatus
from shared.bots import Bot
from shared.lane import Lane

log = structlog.get_logger()

ORDER = re.compile(
    r"say-(?P<id>\d+)"
    r"(?: (?P<verb>ask|slow|block|crash|flaky|raise|hang|files|name|post|repost|spend)"
    r"(?:=(?P<by>[\d.]+))?)?"
)

APPROVED = re.compile(r"^\[request \d+ was approved", re.MULTILINE)
ASKED, ADA = "Write", frozenset({1})
RAN = "approved_calls_that_ran"
"""A file beside the working directories: a line for each."""

A_CALL = 1000
"""Tokens."""
CALL_S = 0.03
PAGE = "more " * 600
"""Two of them make two posts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What consumer.turn.agent.Answer asks for."""

    text: str
    tier: str = "hot"
    folder: Path | None = None
    cut: bool = False


class FaultyAgent:
    """Implements the agent's port; `turn_timeout_s` ends a turn as the session manager would."""

    def __init__(self, folder: Path, *, turn_timeout_s: float) -> None:
        self._folder = folder
        self._turn_timeout_s = turn_timeout_s
        self._turns = 0
        self._toolboxes: Sequence[Toolbox] = ()

    def take(self, toolboxes: Sequence[Toolbox], approvals: Approvals) -> None:
        """From now on it may call these, and ask for more."""
        self._toolboxes, self._approvals = toolboxes, approvals

    def stats(self) -> ServiceStatus:
        """What `/session/stats` shows."""
        return ServiceStatus(active_sessions=0, sessions=(), turns=self._turns)

    async def run_turn(
        self, lane: Lane, bot: Bot, prompt: str, get_asking: GetAsking, meter: Meter, **_: Any
    ) -> Answer:
        """Obey the last order in the prompt."""
        self._turns += 1
        if APPROVED.search(prompt):
            return await self._carry_out(get_asking())
        order = list(ORDER.finditer(prompt))[-1]
        act = _ACTS.get(order["verb"] or "")
        if act is not None:
            try:
                async with asyncio.timeout(self._turn_timeout_s):
                    await act(float(order["by"] or 0))
            except TimeoutError:
                raise AgentTimedOut from None
        if order["verb"] == "spend":
            await _spend(meter, int(order["by"] or 0))
        if order["verb"] == "files":
            return self._with_files(lane, order["id"], int(order["by"] or 0))
        if order["verb"] in ("post", "repost", "ask"):
            await self._use_tools(order, bot, get_asking())
        named = "@Ada Admin: " if order["verb"] == "name" else ""
        return Answer(f"{named}answer to {order['id']}.")

    async def _use_tools(self, order: re.Match[str], bot: Bot, asking: Asking) -> None:
        words = f" in {_attempt()}" if order["verb"] == "repost" else ""
        for number in range(1, int(order["by"] or 0) + 1):
            if order["verb"] == "ask":
                values = {"message": order["id"], "call": number}
                await self._approvals.ask(asking, ASKED, values, f"{number}", ADA)
            else:
                await self._call(bot, "post", asking, text=f"note {order['id']}-{number}{words}")
        if order["verb"] != "ask":
            await self._call(bot, "boost", asking, text="👍")

    async def _carry_out(self, asking: Asking) -> Answer:
        """Both calls of a message are let through side by side, up to the last step."""
        request = await self._approvals.approved(asking, ASKED)
        assert request is not None, "nothing is approved"
        for call in ("one", "two"):
            if await self._approvals.take(asking, request, call):
                _note_run(self._folder, request.number)
                await asyncio.sleep(0.3)
                await self._approvals.ran(call, failed=False)
        return Answer("The approved call was made.")

    async def _call(self, bot: Bot, name: str, asking: Asking, **values: Any) -> None:
        for tool in (tool for box in self._toolboxes for tool in box.tools(bot)):
            if tool.name == name:
                await tool.run(tool.input.model_validate(values), asking)

    def _with_files(self, lane: Lane, message: str, count: int) -> Answer:
        folder = self._folder / f"{lane.room_id}_{lane.bot_id}"
        (folder / "outbox").mkdir(parents=True, exist_ok=True)
        for number in range(1, count + 1):
            (folder / "outbox" / f"{message}-{number}.txt").write_text(f"file {number}")
        return Answer(f"answer to {message}.\n\n{PAGE}\n\n{PAGE}", folder=folder)


def _note_run(folder: Path, number: int) -> None:
    """As a tool of another program would have it: it stays, whatever becomes of ours."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / RAN).open("a") as file:
        file.write(f"{time.time()} {number}\n")
        file.flush()
        os.fsync(file.fileno())


async def _spend(meter: Meter, calls: int) -> None:
    """What was used is on record before anybody can have counted it."""
    stopped, used = asyncio.Event(), 0
    meter.begins(stopped.set)
    try:
        for _ in range(calls):
            if stopped.is_set():
                return
            log.info("agent_spent", tokens=A_CALL)
            used += A_CALL
            meter.uses(A_CALL, goes_on=True)
            await asyncio.sleep(CALL_S)
    finally:
        meter.spent(Spent(read=used))


async def _slow(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def _block(seconds: float) -> None:
    if _attempt() == 1:
        time.sleep(seconds)  # noqa: ASYNC251 - the harm that is ordered


async def _crash(times: float) -> None:
    if _attempt() <= times:
        # A moment, so that what runs beside it does run when the process goes down.
        await asyncio.sleep(0.1)
        os.kill(os.getpid(), signal.SIGKILL)


async def _flaky(times: float) -> None:
    if _attempt() <= times:
        raise AgentOverloaded


async def _raise(_: float) -> None:
    raise RuntimeError("a bug, on order")


async def _hang(_: float) -> None:
    await asyncio.Event().wait()


def _attempt() -> int:
    return int(structlog.contextvars.get_contextvars().get("attempt", 1))


_ACTS: dict[str, Callable[[float], Awaitable[None]]] = {
    "slow": _slow,
    "block": _block,
    "crash": _crash,
    "flaky": _flaky,
    "raise": _raise,
    "hang": _hang,
}
