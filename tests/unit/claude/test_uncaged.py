"""Who may have a shell, or a program as an MCP server: nobody where no cage can be built."""

import pytest

from consumer.cage import system_calls
from consumer.claude.uncaged import check_shell_tools
from shared.bots import Bot
from shared.errors import ConfigurationError
from tests.bots import bot_with


def test_a_shell_without_a_cage_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where bubblewrap is missing a bot with Bash stops the start, named with the remedy."""
    monkeypatch.setenv("PATH", "/nonexistent")
    reader = Bot(id="reader", name="Reader", system_prompt="x", tools=("Read",))
    sheller = Bot(id="sheller", name="Sheller", system_prompt="x", tools=("Bash", "Read"))
    serving = bot_with(reader, mcp_servers={"odd": {"command": ["odd"]}})
    check_shell_tools(reader)
    with pytest.raises(ConfigurationError, match="reader is granted the server odd") as programs:
        check_shell_tools(serving)
    assert "apt-get install bubblewrap" in str(programs.value)
    with pytest.raises(ConfigurationError, match="bot sheller is granted Bash") as refusal:
        check_shell_tools(reader, sheller)
    assert "apt-get install bubblewrap socat" in str(refusal.value)
    monkeypatch.setattr(system_calls, "LIBRARY", "libseccomp-of-nowhere.so")
    with pytest.raises(ConfigurationError, match="install bubblewrap socat libseccomp2"):
        check_shell_tools(sheller)
    monkeypatch.setenv("NO_CAGE", "ONCE")
    with pytest.raises(ConfigurationError, match="Bash, which ONCE cannot cage: take") as instead:
        check_shell_tools(sheller)
    assert "apt-get" not in str(instead.value)
    assert "by compose or systemd" in str(instead.value)
