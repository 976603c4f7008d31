"""What the Claude CLI is started with: lean, safe, and nothing the bot's file does not grant.

Plain values by the names of the SDK's `ClaudeAgentOptions`; `sdk` hands them over.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from consumer.agent.agent_client import ClientOptions
from consumer.agent.settings import SessionSettings
from consumer.claude.environment import LAUNCHER, agent_environment, key_helper
from consumer.claude.files.prompt_file import prompt_file
from consumer.claude.files.servers_file import servers_file
from consumer.claude.subagents import built_in_taken_away, subagents
from consumer.claude.telemetry import telemetry
from consumer.mcp.config import cli_environment
from consumer.tool_calls.decision import BUFFER_BYTES
from consumer.tool_calls.given import SEARCH
from consumer.tool_calls.rules import SHELLS, cage
from consumer.tool_calls.skills import skill_names, skills_folders
from shared.bots import Bot
from shared.cli_tools import AGENT, SKILL
from shared.program import PROGRAM


def claude_options(
    settings: SessionSettings, options: ClientOptions, cli: str, pid_file: Path, temp: Path
) -> dict[str, Any]:
    """The options of one client.

    `cli` is the program that its launcher starts, `temp` its own temporary folder.
    """
    bot = options.bot
    lent = skills_folders(settings.run_dir, bot)
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
            settings,
            cli=cli,
            pid_file=pid_file,
            temp=temp,
            more={**_bots_own(bot), **telemetry(settings.telemetry_url, bot.id)},
        ),
        "max_turns": bot.max_turns or settings.max_turns,
        "fallback_model": bot.fallback_model,
        "effort": bot.effort,
        "tools": list(_tools(bot)),
        "disallowed_tools": built_in_taken_away(bot),
        "agents": subagents(bot),
        # What the hook does not allow is denied; no rule beside it allows anything.
        "allowed_tools": [],
        "permission_mode": "dontAsk",
        "settings": _cli_settings(settings, (options.folder, temp) if shell else None, lent),
        "setting_sources": [],
        "skills": skill_names(bot),
        "plugins": [{"type": "local", "path": str(folder)} for folder in lent],
        "add_dirs": list(lent),
        "strict_mcp_config": True,
        "verbatim_prompts": True,
        "include_partial_messages": True,
        "max_buffer_size": BUFFER_BYTES,
        "client_app": PROGRAM,
        **_conversation(options),
    }


def _tools(bot: Bot) -> Iterator[str]:
    """All that exist for it, but for those of servers."""
    yield from bot.built_in
    yield from [SEARCH] * bool(bot.mcp_servers)
    yield from [SKILL] * bool(bot.skills)
    yield from [AGENT] * bool(bot.agents)


def _bots_own(bot: Bot) -> dict[str, str]:
    """The variables by which the CLI is told what it has no option for."""
    most = bot.max_output_tokens
    return {
        **cli_environment(bot),
        **({"CLAUDE_CODE_MAX_OUTPUT_TOKENS": str(most)} if most else {}),
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


def _cli_settings(
    settings: SessionSettings, own: tuple[Path, Path] | None, lent: Sequence[Path]
) -> str:
    """The CLI's settings: it deletes transcripts after 30 days unless told; never before us."""
    days = settings.ttl.longest() // timedelta(days=1) + 2
    kept: dict[str, Any] = {"cleanupPeriodDays": days, "apiKeyHelper": key_helper(settings)}
    if own is not None:
        kept |= cage(settings, *own, readable=lent)
    return json.dumps(kept)
