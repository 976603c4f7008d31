"""A bot's skills: what the CLI calls them, and where the copy lies that its agents read."""

from pathlib import Path

from shared.bots import Bot

PLUGIN = "own"
"""The plugin that a bot's skills are: the CLI (2.1.330) names each `<plugin>:<skill>`."""


def skill_names(bot: Bot) -> list[str]:
    """The bot's skills, as the CLI and its hook name them."""
    return [f"{PLUGIN}:{name}" for name in bot.skills.names] if bot.skills else []


def skills_folders(run_dir: Path, bot: Bot) -> tuple[Path, ...]:
    """Where the plugin lies, one for all of the bot's agents; none where it has no skills."""
    if bot.skills is None:
        return ()
    return (run_dir.absolute() / f"skills-{bot.id}-{bot.skills.state[:16]}",)
