"""The log tells what is wrong, once, and what became good; nothing of it ends or delays a start."""

import asyncio
import re
from collections.abc import Sequence
from itertools import chain, repeat

import httpx
import pytest
from structlog.testing import capture_logs
from tenacity.wait import wait_none

from consumer.messages_api import MessagesApi
from consumer.start_check.finding import Finding
from consumer.start_check.model import model_finding
from consumer.start_check.start_check import StartCheck, _tools
from shared.bots import Bot, McpServer
from shared.cli_tools import CLI_VERSION
from tests.bots import granted

BAD = Finding("campfire", "not reachable", good=False)
GOOD = Finding("campfire", "Campfire", good=True)


async def test_only_changes_are_told_and_it_ends_when_all_is_good() -> None:
    """Five looks, two lines; then it rests, for a part that ends would end the consumer."""
    found = chain([BAD, BAD, BAD, GOOD], repeat(GOOD))
    looks = 0

    async def look() -> Sequence[Finding]:
        nonlocal looks
        looks += 1
        return [next(found)]

    check = StartCheck(look, wait=wait_none())
    with capture_logs() as lines:
        running = asyncio.create_task(check.run())
        async with asyncio.timeout(5):
            while not any(line["event"] == "start_check_good" for line in lines):
                await asyncio.sleep(0)
    assert not running.done()
    running.cancel()
    told = [(line["log_level"], line["found"]) for line in lines if "found" in line]
    assert told == [("warning", "not reachable"), ("info", "Campfire")]
    assert looks == 4


async def test_a_check_that_fails_ends_nothing() -> None:
    """A fault of ours is told, the other checks go on, and it is tried again."""

    async def broken() -> Sequence[Finding]:
        raise ValueError

    async def fine() -> Sequence[Finding]:
        return [GOOD]

    with capture_logs() as lines:
        assert not await StartCheck(broken, fine).look()
    assert [line["event"] for line in lines] == ["start_check_failed", "start_check"]


@pytest.mark.parametrize(
    ("answer", "good", "told"),
    [
        ((200, '{"input_tokens": 9}'), True, "answers"),
        ((401, ""), False, "the API key is refused"),
        ((404, "model: claude-x"), False, "unknown there"),
        ((404, "no such path"), True, "reached, but counts no tokens"),
        ((405, ""), True, "reached, but counts no tokens"),
        ((200, "a page for everything"), True, "reached, but counts no tokens"),
        ((400, "Your credit balance is too low"), False, "the account has no credit"),
        ((529, ""), False, "overloaded"),
        ((302, ""), False, "answers (302)"),
        ((500, ""), False, "not reachable: 500"),
    ],
)
async def test_the_model_is_asked_without_cost(
    answer: tuple[int, str], good: bool, told: str
) -> None:
    """By a count of tokens, with the bot's own model and the service's key."""
    asked: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(answer[0], text=answer[1])

    base = "http://127.0.0.1:1/gateway/"
    api = MessagesApi(base, "sk-secret", httpx.MockTransport(answers))
    found = await model_finding(api, "claude-x")
    assert (found.subject, found.good) == ("model claude-x", good)
    assert found.found.startswith(told)
    (request,) = asked
    assert str(request.url) == "http://127.0.0.1:1/gateway/v1/messages/count_tokens"
    assert request.headers["x-api-key"] == "sk-secret"
    assert b'"claude-x"' in request.content


@pytest.mark.parametrize("key", ["sk-ant-…", "sk ant", "sk\u200bant", "sk\nant"])
async def test_a_key_that_nobody_can_send_is_told_as_one_that_is_refused(key: str) -> None:
    """Whoever asks beside the turns lives on: the service, and the doctor too."""
    found = await model_finding(MessagesApi("http://127.0.0.1:1", key), "m")
    assert not found.good
    assert re.fullmatch(r"the API key is refused: .* \(it holds signs .*\)", found.found)


async def test_a_model_out_of_reach_is_told_without_its_address() -> None:
    """The kind of the failure alone."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("http://secret.example failed", request=request)

    found = await model_finding(MessagesApi(None, "k", httpx.MockTransport(answer)), "m")
    assert found == Finding("model m", "not reachable: ConnectError", good=False)


def test_each_granted_tool_is_looked_up() -> None:
    """In the list that is kept of the CLI that is locked."""
    bot = granted(Bot(id="a", name="A", system_prompt="x"), "Read", "Bassh")
    found = _tools(bot)
    assert (found.subject, found.good) == ("tools of a", False)
    assert "'Bassh' is no tool" in found.found
    assert _tools(Bot(id="a", name="A", system_prompt="x", tools=("Read",))).good


def test_what_a_bot_was_granted_is_told_whosever_tools_they_are() -> None:
    """A bot with toolboxes and servers alone is not told of as one without tools."""
    served = {"desk": McpServer(url="http://127.0.0.1:1/mcp")}
    bot = Bot(id="a", name="A", system_prompt="x", campfire=("search",), mcp_servers=served)
    assert _tools(bot).found == "ours: campfire; of MCP servers: desk"
    read = Bot(id="a", name="A", system_prompt="x", tools=("Read",))
    assert _tools(read).found == f"of CLI {CLI_VERSION}: Read"
    assert _tools(Bot(id="a", name="A", system_prompt="x")).found == "none"
