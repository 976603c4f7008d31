"""The environment of the agent's process: a short list of what it may inherit, and our own.

The SDK starts its CLI with all of `os.environ`; `launch.sh` drops what is not on the list
before the CLI starts, so neither a bot key nor a stray CLAUDE variable of ours reaches it.
"""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from consumer.agent.agent_memory import AgentMemory
from consumer.agent.settings import SessionSettings
from consumer.cage.bounds import CageBounds
from consumer.cage.control_groups import GROUP
from consumer.cage.limits import FILES, MEMORY, PROCESSES
from consumer.cage.our_paths import OUR_BWRAP, PYTHON
from consumer.claude.files.private_file import write_private
from shared.secret_names import may_be_secret, named_in_bot_files

LAUNCHER = Path(__file__).with_name("launch.sh")
PID_FILE = "CAMPFIRE_AGENT_PID_FILE"
"""Where the launcher writes the agent's process id; inherited, so it marks its tools too."""

INHERITED = (
    *("PATH", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE"),
    *("TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
)
SET_BY_THE_SDK = (
    *("CLAUDE_CODE_ENTRYPOINT", "CLAUDE_AGENT_SDK_VERSION", "CLAUDE_AGENT_SDK_CLIENT_APP"),
    *("CLAUDE_CODE_SDK_READS_SESSION_STATE", "PWD"),
)
QUIET = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_ERROR_REPORTING": "1",
    # A command in the background, once finished, makes the CLI begin a turn that nobody asked for.
    "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1",
    # What an agent wrote into its memory folder would stand in front of every later conversation.
    "CLAUDE_CODE_DISABLE_AUTO_MEMORY": "1",
}
# Bun, in which the CLI runs, calls these unstable: consumer/start_check/agent_memory.py tries them.
SMALL = {
    "BUN_JSC_forceRAMSize": str(192 * 1024 * 1024),  # its heap grows as on so small a machine
    "BUN_JSC_useBaselineJIT": "0",
    "BUN_OPTIONS": "--smol",
    "MIMALLOC_PURGE_DELAY": "0",
}
"""What makes a CLI small; what it gains and costs stands in docs/performance.md."""
KEY_FILE = "api-key"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def agent_environment(
    settings: SessionSettings,
    *,
    cli: str,
    pid_file: Path,
    temp: Path,
    more: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """The variables of one agent, for the SDK's `env`; `more` are its bot's own.

    The API key is not among them: /proc would show it, and commands inherit it. The CLI asks
    `key_helper`. Source of the names: the CLI's documentation and
    docs/claude-agent-sdk.md, "The child".
    """
    silence = max(10.0, settings.turn_timeout * 0.6)
    env = {
        **QUIET,
        **(SMALL if settings.agent_memory is AgentMemory.SMALL else {}),
        # Its sockets: a CLI that is killed leaves them, here they go with the folder.
        "XDG_RUNTIME_DIR": str(pid_file.absolute().parent),
        # In ours, the cage of a shell would need empty files: .bashrc, .netrc, .npmrc and more.
        "HOME": str(settings.home_dir.absolute()),
        "CLAUDE_CONFIG_DIR": str(settings.claude_dir.absolute()),
        "CLAUDE_CODE_MAX_RETRIES": str(settings.api_retries),
        "API_TIMEOUT_MS": str(int(silence * 1000)),
        "CLAUDE_CODE_TMPDIR": str(temp),
        "TMPDIR": str(temp),
        # Later than ours, which tells the room.
        "BASH_DEFAULT_TIMEOUT_MS": str(int(settings.cage.seconds * 1000) + 30_000),
        "BASH_MAX_TIMEOUT_MS": str(int(settings.cage.seconds * 1000) + 30_000),
        PID_FILE: str(pid_file.absolute()),
        **_tightened_cage(settings.cage, pid_file.stem),
        **more,
    }
    if settings.base_url:
        env["ANTHROPIC_BASE_URL"] = settings.base_url.rstrip("/")
    env |= _no_proxy_to(settings.base_url, settings.telemetry_url)
    # Not CLAUDE_CODE_SUBPROCESS_ENV_SCRUB, which would hide it too: with it (CLI 2.1.330) the cage
    # lets a command write in /home, /root, /opt, /var and /tmp.
    kept = " ".join((*INHERITED, *SET_BY_THE_SDK, *env))
    return {**env, "CAMPFIRE_AGENT_KEEP": kept, "CAMPFIRE_AGENT_CLI": cli}


def _tightened_cage(bounds: CageBounds, name: str) -> dict[str, str]:
    """Our bwrap goes before Debian's: the CLI (2.1.330) takes the first one on its PATH."""
    path = os.pathsep.join([str(OUR_BWRAP), os.environ.get("PATH", os.defpath)])
    limits = {FILES: bounds.files_mb, MEMORY: bounds.memory_mb, PROCESSES: bounds.processes}
    as_text = {variable: str(most) for variable, most in limits.items()}
    return {"PATH": path, PYTHON: sys.executable, GROUP: name, **as_text}


def _no_proxy_to(*urls: str | None) -> dict[str, str]:
    """A server on this machine is not asked for through a proxy elsewhere."""
    hosts = [urlsplit(url).hostname or "" for url in urls if url]
    here = sorted({host for host in hosts if host in LOOPBACK})
    if not here:
        return {}
    kept = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    without = ",".join(filter(None, [kept, *here]))
    return {"NO_PROXY": without, "no_proxy": without}


def keep_key(settings: SessionSettings) -> None:
    """Put the API key where only the CLIs of this process look for it: see `key_helper`."""
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    write_private(settings.run_dir / KEY_FILE, settings.api_key)


def key_helper(settings: SessionSettings) -> str:
    """The command by which a CLI gets the key; the cage of its shell hides the file."""
    return f"cat {shlex.quote(str(settings.run_dir.absolute() / KEY_FILE))}"


def forget_secrets() -> None:
    """Take our secrets out of this process's own environment, once the settings are read.

    Call it in the composition root: what is not there cannot leak by a child or a dump.
    """
    named = named_in_bot_files(os.environ)
    for name in list(os.environ):
        if may_be_secret(name.upper(), named):
            del os.environ[name]
