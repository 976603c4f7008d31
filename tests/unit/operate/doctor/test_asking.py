"""What the doctor asks of neighbours, and what it makes of their answers."""

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from consumer.messages_api import MessagesApi
from operate.doctor.at_redis import of_redis
from operate.doctor.finding import Mark
from operate.doctor.groups.campfire import Hindrance, _hindrance, origin
from operate.doctor.groups.model import model_findings
from operate.doctor.groups.storage import disk
from operate.doctor.groups.tools import tool_findings
from operate.doctor.setup import Setup
from shared.bots import Bot, McpServer
from shared.startup.campfire_keys import CampfireKeys
from shared.startup.environment import Environment

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BOT = Bot(
    id="ops",
    name="Ops",
    system_prompt="x",
    mcp_servers={
        "tickets": McpServer(command=("no-such-program-4711",)),
        "rooms": McpServer(url="http://127.0.0.1:1/mcp"),
    },
)


@pytest.mark.parametrize(
    ("cause", "hindrance"),
    [
        (socket.gaierror(-2, "Name or service not known"), Hindrance.NAME),
        (ConnectionRefusedError(), Hindrance.REFUSED),
        (ssl.SSLCertVerificationError("self-signed"), Hindrance.CERTIFICATE),
        (ssl.SSLError("wrong version number"), Hindrance.NO_TLS),
    ],
)
def test_why_nothing_is_reached_is_read_from_the_causes(
    cause: Exception, hindrance: Hindrance
) -> None:
    """httpx names none of them itself."""
    error = httpx.ConnectError("x")
    error.__cause__ = cause
    assert _hindrance(error) is hindrance


def test_silence_and_a_broken_connection_are_told_apart() -> None:
    """A firewall, and a server that hangs up."""
    assert _hindrance(httpx.ConnectTimeout("x")) is Hindrance.SILENT
    assert _hindrance(httpx.RemoteProtocolError("x")) is Hindrance.OTHER


def test_of_an_address_neither_password_nor_path_is_shown() -> None:
    """A key may stand in a path."""
    assert origin("https://a:b@chat.example:8443/rooms/1/3-abc") == "https://chat.example:8443"
    assert origin("/session/new") == ""


@pytest.mark.parametrize(
    ("status", "said", "mark", "mend"),
    [
        (200, '{"input_tokens": 1}', Mark.OK, ""),
        (401, '{"error": {"type": "authentication_error"}}', Mark.BROKEN, "ANTHROPIC_API_KEY"),
        (
            404,
            '{"error": {"type": "not_found_error", "message": "model: m"}}',
            Mark.BROKEN,
            "model",
        ),
        (429, '{"error": {"type": "rate_limit_error"}}', Mark.WARNING, "again"),
        (529, '{"error": {"type": "overloaded_error"}}', Mark.WARNING, "again"),
    ],
)
async def test_what_the_model_answers_is_told(
    status: int, said: str, mark: Mark, mend: str
) -> None:
    """A wrong key and an old model keep a bot from answering; a busy API does not."""
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text=said))
    (found,) = await model_findings(MessagesApi(None, "sk-secret", transport), ["m"])
    assert found.mark is mark
    assert mend in found.mend
    assert "secret" not in found.found + found.mend


async def test_an_api_that_nobody_reaches_is_told_once_with_its_address() -> None:
    """Not once for each model; what else stands in the address may be a password."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    api = MessagesApi("http://me:hush@gateway:8080/v", "k", httpx.MockTransport(refuse))
    (found,) = await model_findings(api, ["a", "b"])
    assert found.mark is Mark.BROKEN
    assert found.found == "a, b at gateway:8080: not reachable: ConnectError"


async def test_servers_that_are_not_there_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is not installed, an address where nobody listens."""
    monkeypatch.setattr("operate.doctor.groups.tools.uncaged", lambda bot: [])
    _, program, address = await tool_findings([BOT], {})
    assert (program.mark, address.mark) == (Mark.WARNING, Mark.WARNING)
    assert "no program no-such-program-4711" in program.found
    assert "rooms is unreachable" in address.found


async def test_what_a_shell_needs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line to type."""
    monkeypatch.setenv("PATH", "/nowhere")
    shell = Bot(id="ops", name="Ops", system_prompt="x", tools=("Bash",))
    missing, _ = await tool_findings([shell], {})
    assert missing.mark is Mark.BROKEN
    assert "bubblewrap and socat" in missing.found
    assert missing.mend.startswith("Type `apt-get install bubblewrap socat`")


async def test_where_no_shell_is_possible_what_to_use_instead_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ONCE's container: there is nothing to install there, and nobody who could."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("NO_CAGE", "ONCE")
    shell = Bot(id="ops", name="Ops", system_prompt="x", tools=("Bash",))
    refused, _ = await tool_findings([shell], {})
    assert refused.mark is Mark.BROKEN
    assert refused.found == "bot ops is granted Bash, which ONCE cannot cage"
    assert refused.mend.startswith("Take that from the bot's file, or run the service by compose")


def test_the_disk_is_looked_at_and_left_as_it_was(tmp_path: Path) -> None:
    """A folder that is missing is not made."""
    found = disk(tmp_path)
    assert (found.exists, found.fault) == (True, "")
    assert found.free_mb > 0
    assert found.kind
    assert list(tmp_path.iterdir()) == []
    assert not disk(tmp_path / "data").exists
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("values", "found", "mend"),
    [
        ({"REDIS_URL": "redis://r"}, "REDIS_URL: Redis does not answer", "set REDIS_URL right"),
        ({}, "the launcher's Valkey does not answer", "Stop the service and start it again"),
    ],
)
def test_a_silent_redis_is_called_by_what_its_operator_knows(
    values: dict[str, str], found: str, mend: str
) -> None:
    """Who set no REDIS_URL cannot set it right: the launcher brought that server."""
    told = Setup(Environment(values, (), {}), (), (), CampfireKeys({}, Path("data")))
    (told_of,) = of_redis(told, RedisConnectionError())
    assert told_of.mark is Mark.BROKEN
    assert found in told_of.found
    assert mend in told_of.mend
