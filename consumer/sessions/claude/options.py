"""What the Claude CLI is started with: lean, safe, and nothing the bot's file does not grant.

Plain values by the names of the SDK's `ClaudeAgentOptions`; `sdk.py` hands them over.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from consumer.mcp.config import cli_environment
from consumer.sessions.claude.environment import LAUNCHER, agent_environment, key_helper
from consumer.sessions.claude.prompt_file import prompt_file
from consumer.sessions.claude.servers_file import servers_file
from consumer.sessions.session.agent_client import ClientOptions
from consumer.sessions.settings import SessionSettings
from consumer.sessions.tools.decision import BUFFER_BYTES
from consumer.sessions.tools.given import SEARCH
from consumer.sessions.tools.rules import SHELLS, cage
from shared.bots import Bot

APP = "campfire-ai-bot/2.0.0"


def claude_options(
    settings: SessionSettings, options: ClientOptions, cli: str, pid_file: Path, temp: Path
) -> dict[str, Any]:
    """The options of one client.

    `cli` is the program that its launcher starts, `temp` its own temporary folder.
    """
    bot = options.bot
    shell = bool(SHELLS & set(bot.tools))
    return {
        "cli_path": str(LAUNCHER),
        "model": bot.model,
        # Not as an argument, of which Linux takes 128 KiB at most. The SDK (0.2) has a form for a
        # file, but tells the CLI only in this one that a resumed conversation is not to keep the
        # prompt that stands in its transcript.
        "system_prompt": {"type": "preset", "preset": "claude_code", "snapshot": False},
        "extra_args": _files(bot, pid_file),
        "cwd": options.folder,
        "env": agent_environment(
            settings, cli=cli, pid_file=pid_file, temp=temp, more=cli_environment(bot)
        ),
        "max_turns": bot.max_turns or settings.max_turns,
        "tools": [*bot.built_in, *[SEARCH] * bool(bot.mcp_servers)],
        # What the hook does not allow is denied; no rule beside it allows anything.
        "allowed_tools": [],
        "permission_mode": "dontAsk",
        "settings": _cli_settings(settings, (options.folder, temp) if shell else None),
        "setting_sources": [],
        "skills": [],
        "strict_mcp_config": True,
        "verbatim_prompts": True,
        "include_partial_messages": True,
        "max_buffer_size": BUFFER_BYTES,
        "client_app": APP,
        **_conversation(options),
    }


def _files(bot: Bot, pid_file: Path) -> dict[str, str | None]:
    """What the CLI reads in files, since its arguments are everybody's to read."""
    files: dict[str, str | None] = {"system-prompt-file": str(prompt_file(pid_file))}
    if bot.mcp_servers:
        files["mcp-config"] = str(servers_file(pid_file))
    return files


def _conversation(options: ClientOptions) -> dict[str, str | None]:
    if options.resume:
        return {"resume": options.session_id, "resume_session_at": options.resume_at}
    # Chosen by us, so that a first turn that never ends leaves no transcript of unknown name.
    return {"session_id": options.session_id}


def _cli_settings(settings: SessionSettings, own: tuple[Path, Path] | None) -> str:
    """The CLI's settings: it deletes transcripts after 30 days unless told; never before us."""
    days = settings.ttl.longest() // timedelta(days=1) + 2
    kept: dict[str, Any] = {"cleanupPeriodDays": days, "apiKeyHelper": key_helper(settings)}
    if own is not None:
        kept |= cage(settings, *own)
    return json.dumps(kept)
