"""What may stand in a bot file's `tools`: the Claude CLI's built-in tools and how far each reaches.

Names count exactly as they stand here. The CLI splits one string of `--tools` at blanks and commas
and takes `default` for all of its tools, so that a name nobody looked at could be a shell.
"""

from collections.abc import Mapping
from enum import Enum, auto

CLI_VERSION = "2.1.330"
"""The CLI these lists are of, bundled with the locked SDK.

tests/integration/sessions/tools/test_tools.py asks that CLI for its tools: an upgrade that brings
a new one must be decided on here."""


class Reach(Enum):
    """How far a tool that a bot may be granted reaches."""

    HARMLESS = auto()
    """Touches nothing on this machine."""
    FOLDER = auto()
    """Files, and the CLI itself confines it to the working directory of the lane."""
    CAGE = auto()
    """Runs commands: only inside the cage."""


GRANTABLE: Mapping[str, Reach] = {
    "Read": Reach.FOLDER,
    "Glob": Reach.FOLDER,
    "Grep": Reach.FOLDER,
    "Write": Reach.FOLDER,
    "Edit": Reach.FOLDER,
    "NotebookEdit": Reach.FOLDER,
    "Bash": Reach.CAGE,
    "WebSearch": Reach.HARMLESS,  # carried out by the Messages API
    "ToolSearch": Reach.HARMLESS,  # finds only what is granted
}

SKILL, AGENT = "Skill", "Agent"
"""Given by sections of a bot file, never by `tools`: which skills and subagents, stands there."""
BUILT_IN_AGENTS = (
    *("claude", "general-purpose", "Explore", "Plan", "statusline-setup"),
    "fork",  # no subagent, but a copy of the agent itself
)
"""The CLI's own subagents, which it lists unless each is disallowed by its name.

tests/integration/sessions/tools/test_subagents.py asks that CLI for those it has."""
_BY_SECTION = {SKILL: "skills", AGENT: "agents", "Task": "agents"}

_UNASKED = "it begins turns that nobody asked for"
_OTHERS = "it reaches the agents of other rooms"
_OUTSIDE = "it runs git outside of the cage"
_LEFTOVERS = "what it keeps lies outside of the lane's folder and survives the conversation"
_OWN_PROMPTS = "it starts agents with prompts of their own, which no bot file describes"
_GIVEN_OTHERWISE = "a bot file gives it by its section"
NEVER: Mapping[str, str] = {
    "WebFetch": "it runs outside of the cage and dials addresses of the private network",
    "SendMessage": _OTHERS,
    "ListAgents": _OTHERS,
    "Task": _GIVEN_OTHERWISE,
    "Workflow": _OWN_PROMPTS,
    "Skill": _GIVEN_OTHERWISE,
    "Monitor": _UNASKED,
    "ScheduleWakeup": _UNASKED,
    "CronCreate": _UNASKED,
    "CronDelete": _UNASKED,
    "CronList": _UNASKED,
    "EnterWorktree": _OUTSIDE,
    "ExitWorktree": _OUTSIDE,
    "TaskCreate": _LEFTOVERS,
    "TaskGet": _LEFTOVERS,
    "TaskList": _LEFTOVERS,
    "TaskUpdate": _LEFTOVERS,
    "TaskStop": "commands in the background are switched off",
    "ReportFindings": "it writes to a terminal that nobody looks at",
}
"""The rest of what the CLI offers, each with the reason why no bot may have it."""


def refusal(tool: str) -> str | None:
    """Why a bot cannot be granted a tool of this name; None when it can."""
    if tool in GRANTABLE:
        return None
    if tool in _BY_SECTION:
        return f"{tool} cannot be granted: {_GIVEN_OTHERWISE} `{_BY_SECTION[tool]}`"
    if tool in NEVER:
        return f"{tool} cannot be granted: {NEVER[tool]}"
    return f"{tool!r} is no tool that can be granted (those are {', '.join(GRANTABLE)})"
