"""The bots: what each may do, which of them take part, and their files as they change.

`bot` is what a file may say, with its sections (`mcp_server`, `web`, …) and `fields`; `reading`
turns a file into a bot or into sentences with file and line, `refusals` are those about several
values together; `roster` is who takes part now; `watching` keeps it up to date.
"""

from shared.bots.bot import DEFAULT_MODEL, Bot, campfire_user_id, key_variable
from shared.bots.fields import Busy, Progress
from shared.bots.reading import bot_ids, load_bot, load_bots
from shared.bots.roster import Roster
from shared.bots.sections.abilities.campfire_tools import CAMPFIRE_TOOLS, NOTES, REMIND
from shared.bots.sections.abilities.mcp_server import McpServer
from shared.bots.sections.abilities.posted_files import PostedFiles
from shared.bots.sections.abilities.skills import Skills
from shared.bots.sections.abilities.subagent import Subagent
from shared.bots.sections.abilities.web import Web

__all__ = [
    "DEFAULT_MODEL",
    "CAMPFIRE_TOOLS",
    "NOTES",
    "Bot",
    "Busy",
    "McpServer",
    "PostedFiles",
    "Progress",
    "REMIND",
    "Roster",
    "Skills",
    "Subagent",
    "Web",
    "bot_ids",
    "campfire_user_id",
    "key_variable",
    "load_bot",
    "load_bots",
]
