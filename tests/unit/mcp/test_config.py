"""What the CLI of a bot with MCP servers is told."""

import json
from pathlib import Path

import pytest

from consumer.mcp.config import cli_environment, server_config
from shared.bots import Bot
from tests.bots import bot_with

BOT = bot_with(
    Bot(id="ops", name="Ops", system_prompt="You help."),
    mcp_servers={
        "tickets": {
            "url": "https://mcp.example/${TENANT}/mcp",
            "headers": {"Authorization": "Bearer ${TICKETS_TOKEN}"},
            "timeout_seconds": 20,
        },
        "billing": {"command": ["billing-mcp", "--fast"], "env": {"DB": "${BILLING_DB}"}},
    },
)
VARIABLES = {"TENANT": "acme", "TICKETS_TOKEN": 'a"b', "BILLING_DB": "pg://x", "OTHER": "other-1"}


def test_variables_have_their_values_and_nothing_else_comes_along() -> None:
    """Each server is told what its lines name; another variable of ours is in neither."""
    config = json.loads(server_config(BOT, VARIABLES, []))["mcpServers"]
    assert config["tickets"] == {
        "type": "http",
        "url": "https://mcp.example/acme/mcp",
        "headers": {"Authorization": 'Bearer a"b'},
        "timeout": 20_000,
    }
    assert config["billing"]["env"]["DB"] == "pg://x"
    assert "other-1" not in json.dumps(config)


def test_a_program_starts_in_a_cage_that_hides_what_is_ours(tmp_path: Path) -> None:
    """Its own words come last, and no secret is among them."""
    (tmp_path / "data").mkdir()
    (tmp_path / "key").touch()
    hidden = [tmp_path / "data", tmp_path / "key", tmp_path / "not there"]
    billing = json.loads(server_config(BOT, VARIABLES, hidden))["mcpServers"]["billing"]
    assert billing["command"].endswith("/cage/bin/bwrap")
    words = " ".join(billing["args"])
    assert words.endswith("-- billing-mcp --fast")
    assert f"--tmpfs {tmp_path}/data" in words
    assert f"--ro-bind /dev/null {tmp_path}/key" in words
    assert "not there" not in words
    assert "--unshare-pid" in words
    assert "--cap-drop ALL" in words
    assert "pg://x" not in words


def test_what_lies_in_a_hidden_folder_is_hidden_with_it(tmp_path: Path) -> None:
    """bubblewrap could not make it in a folder that is read-only by then."""
    inside = tmp_path / "data" / "run"
    inside.mkdir(parents=True)
    config = server_config(BOT, VARIABLES, [inside, tmp_path / "data"])
    assert str(inside) not in config


def test_a_value_that_is_missing_is_no_empty_one() -> None:
    """The bot file was checked; a server with half a header would be worse than none."""
    with pytest.raises(KeyError):
        server_config(BOT, {}, [])


def test_a_cli_without_servers_is_told_nothing() -> None:
    """And one with servers waits for the slowest call that its file allows, and not for ever."""
    assert cli_environment(bot_with(BOT, mcp_servers={})) == {}
    told = cli_environment(BOT)
    assert told["MCP_TOOL_TIMEOUT"] == "60000"
    assert told["CLAUDE_CODE_MCP_ALLOWLIST_ENV"] == "1"
