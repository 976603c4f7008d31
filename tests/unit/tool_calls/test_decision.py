"""The right to a tool call, as one table: what is denied, and what is left to the CLI's rules."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from consumer.tool_calls.decision import LARGEST_PDF, Allowed, Denied, ToolCall, decide
from consumer.tool_calls.given import Given
from consumer.tool_calls.paths import Ground
from consumer.toolboxes import Asker, Asking
from shared.bots import Bot
from shared.lane import Lane
from tests.bots import bot_with, granted

FILES = ("Read", "Write", "Edit", "NotebookEdit", "Glob", "Grep")
SESSION = "0aa0c2d1-0000-4000-8000-000000000000"


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """A DATA_DIR with two lanes, one of which has links that lead out of its folder."""
    ours = tmp_path / "data"
    folder, project = ours / "workspaces" / "1_bot", ours / "claude" / "projects" / "-1-bot"
    results = project / SESSION / "tool-results"
    for path in (folder / "sub", results, project / "memory", ours / "workspaces" / "2_bot"):
        path.mkdir(parents=True)
    (results / "long.txt").write_text("long")
    (folder / "to-memory").symlink_to(project / "memory")
    (folder / "relative").symlink_to("../../claude")
    (folder / "twice").symlink_to("relative/projects")
    (folder / "loop").symlink_to("loop")
    (folder / "to-etc").symlink_to("/etc")
    (folder / "process").symlink_to("/proc/self/cwd")
    temp = tmp_path / "temporary" / "1"
    places = (ours, temp.parent)
    home = ours / "home"
    return Ground(folder=folder, temp=temp, ours=places, home=home, readable=(), results=results)


BOT = Bot(id="bot", name="Bot", system_prompt="x")
ASKING = Asking(bot=BOT, lane=Lane(1, "bot"), job_id="1", asker=None)


def decided(ground: Ground, tool: str, values: Mapping[str, Any], tools: Any = FILES) -> bool:
    """Whether the call may run; `{data}` and `{folder}` in a text stand for those paths."""
    places = {
        "data": ground.ours[0],
        "folder": ground.folder,
        "results": ground.results,
        "temp": ground.temp,
    }
    filled = {
        name: value.format(**places) if isinstance(value, str) else value
        for name, value in values.items()
    }
    has = Given(granted(BOT, *tools), ())
    decision = decide(ToolCall(tool=tool, input=filled), has, ASKING, ground)
    assert isinstance(decision, Allowed | Denied)
    return isinstance(decision, Allowed)


@pytest.mark.parametrize(
    ("has", "tool", "allowed"),
    [
        ((), "Bash", False),
        (("Read",), "Bash", False),
        (("Read",), "read", False),
        (("Read",), "mcp__billing__close", False),
        (("Bash",), "Bash", True),
        (("Bash",), "SendMessage", False),
        (("Agent",), "Agent", False),
        (("Agent",), "Task", False),
        (("Read",), "ToolSearch", True),
        ((), "StructuredOutput", True),
        (("Read",), "Skill", False),
    ],
)
def test_only_tools_that_were_given_run(
    ground: Ground, has: tuple[str, ...], tool: str, allowed: bool
) -> None:
    """And those by which the CLI finds them; under the name it uses, not under a likeness of it."""
    assert decided(ground, tool, {}, has) is allowed


@pytest.mark.parametrize(
    ("tool", "values"),
    [
        ("Read", {"file_path": "{data}/claude/projects/-1-bot/memory/MEMORY.md"}),
        ("Read", {"file_path": "{data}/claude"}),
        ("Read", {"file_path": "{data}/claude/../claude/.claude.json"}),
        ("Read", {"file_path": "../../claude/.claude.json"}),
        ("Read", {"file_path": "sub/../../../claude/.claude.json"}),
        ("Read", {"file_path": "  {data}/claude/.claude.json\n"}),
        ("Read", {"file_path": "\ufeff{data}/claude/.claude.json"}),
        ("Read", {"file_path": "{data}//claude/./.claude.json"}),
        ("Read", {"file_path": "~/../claude/.claude.json"}),
        ("Read", {"file_path": "to-memory/MEMORY.md"}),
        ("Read", {"file_path": "relative/.claude.json"}),
        ("Read", {"file_path": "twice/-1-bot/memory/x"}),
        ("Read", {"file_path": "loop"}),
        ("Read", {"file_path": "process/../../claude/x"}),
        ("Read", {"file_path": "/proc/self/cwd/../../claude/x"}),
        ("Read", {"file_path": "/proc/self/root{data}/claude/x"}),
        ("Read", {"file_path": "/dev/fd/3"}),
        ("Read", {"file_path": "{data}/claude/x\0.txt"}),
        ("Read", {"file_path": "{data}/workspaces/2_bot/note.txt"}),
        ("Read", {"file_path": "{data}/session_cache/session_1_bot.json"}),
        ("Read", {"file_path": "{temp}/../2/secret.txt"}),
        ("Glob", {"pattern": "*/*", "path": "{temp}/.."}),
        ("Write", {"file_path": "{data}/claude/projects/-1-bot/memory/new.md", "content": "x"}),
        ("Write", {"file_path": "to-memory/new.md", "content": "x"}),
        ("Write", {"file_path": "{results}/new.txt", "content": "x"}),
        ("Edit", {"file_path": "relative/x", "old_string": "a", "new_string": "b"}),
        ("NotebookEdit", {"notebook_path": "{data}/claude/x.ipynb", "new_source": "x"}),
        ("Glob", {"pattern": "{data}/claude/**"}),
        ("Glob", {"pattern": "../../claude/*/*"}),
        ("Glob", {"pattern": "*/../../../claude/**"}),
        ("Glob", {"pattern": "to-memory/*"}),
        ("Glob", {"pattern": "*", "path": "{data}/claude"}),
        ("Glob", {"pattern": "claude/**", "path": "{data}"}),
        ("Glob", {"pattern": "**/MEMORY.md", "path": "/"}),
        ("Grep", {"pattern": "x", "path": "{data}/claude"}),
        ("Grep", {"pattern": "x", "path": "{data}/.."}),
        ("Grep", {"pattern": "x", "path": "to-memory"}),
        ("mcp__files__copy", {"sourcePath": "{data}/claude/x", "to": "y"}),
        ("mcp__files__copy", {"items": [{"file": "relative/x"}]}),
    ],
)
def test_what_is_the_services_own_is_out_of_reach(
    ground: Ground, tool: str, values: dict[str, Any]
) -> None:
    """Whichever tool names it, and whatever way its path takes."""
    assert decided(ground, tool, values, (*FILES, "mcp__files__copy")) is False


@pytest.mark.parametrize(
    ("tool", "values"),
    [
        ("Read", {"file_path": "{folder}/note.txt"}),
        ("Read", {"file_path": "note.txt"}),
        ("Read", {"file_path": "sub/../note.txt"}),
        ("Read", {"file_path": "../1_bot/note.txt"}),
        ("Read", {"file_path": "{results}/long.txt"}),
        ("Grep", {"pattern": "x", "path": "{results}/long.txt"}),
        ("Read", {"file_path": "{temp}/own.txt"}),
        ("Write", {"file_path": "outbox/new.md", "content": "{data}/claude is a path"}),
        ("Read", {"file_path": ".claude/settings.json"}),
        ("mcp__files__copy", {"sourcePath": "/etc/hostname"}),
        ("Glob", {"pattern": "**/*.py"}),
        ("Glob", {"pattern": "{folder}/sub/*"}),
        ("Grep", {"pattern": "{data}/claude"}),
        ("Grep", {"pattern": "x", "path": "sub"}),
        ("Bash", {"command": "ls {data}/claude", "path": "{data}/claude"}),
    ],
)
def test_everything_else_is_left_to_the_clis_rules(
    ground: Ground, tool: str, values: dict[str, Any]
) -> None:
    """Words that look like a path are no path; a shell's reach is its cage's affair."""
    assert decided(ground, tool, values, (*FILES, "Bash", "mcp__files__copy")) is True


@pytest.mark.parametrize(
    ("tool", "values"),
    [
        ("Read", {"file_path": "/etc/hostname"}),
        ("Read", {"file_path": "/proc/1/environ"}),
        ("Read", {"file_path": "~/.netrc"}),
        ("Read", {"file_path": "../../../elsewhere.txt"}),
        ("Write", {"file_path": "/etc/cron.d/new", "content": "x"}),
        ("Edit", {"file_path": "../new.txt", "old_string": "", "new_string": "x"}),
        ("Read", {"file_path": "to-etc/hostname"}),
        ("Write", {"file_path": "to-etc/new", "content": "x"}),
        ("Write", {"file_path": "{temp}/own.txt", "content": "x"}),
        ("Glob", {"pattern": "to-etc/*"}),
        ("Glob", {"pattern": "/etc/*"}),
        ("Grep", {"pattern": "x", "path": "/etc"}),
        ("Write", {"file_path": ".claude/settings.json", "content": "{{}}"}),
        ("Write", {"file_path": "sub/.CLAUDE/skills/x/SKILL.md", "content": "x"}),
        ("Write", {"file_path": ".mcp.json", "content": "{{}}"}),
        ("Write", {"file_path": ".git/hooks/post-checkout", "content": "x"}),
    ],
)
def test_file_tools_work_in_the_lanes_folder_alone(
    ground: Ground, tool: str, values: dict[str, Any]
) -> None:
    """Nothing below this decision keeps them there; and what a CLI would obey they do not write."""
    assert decided(ground, tool, values) is False


SERVERS = {
    "tickets": {"url": "https://mcp.example/t", "tools": ["find", "odd.name"]},
    "wiki": {"url": "https://mcp.example/w"},
}
OWN = ("mcp__campfire__search", "mcp__campfire__post")
READER = {
    "description": "Reads.",
    "model": "claude-haiku-4-5",
    "tools": ["Read", "campfire/search", "mcp__wiki__*"],
    "prompt": "Read.",
}


@pytest.mark.parametrize(
    ("tool", "agent", "subagent"),
    [
        ("Read", True, True),
        ("Write", True, False),
        ("mcp__campfire__search", True, True),
        ("mcp__campfire__post", True, False),
        ("mcp__campfire__delete", False, False),
        ("mcp__tickets__find", True, False),
        ("mcp__tickets__odd_name", True, False),
        ("mcp__tickets__close", False, False),
        ("mcp__tickets", False, False),
        ("mcp__wiki__anything", True, True),
        ("mcp__wikipedia__x", False, False),
        ("Skill", False, False),
    ],
)
def test_an_agent_has_what_its_file_grants_and_a_subagent_a_part_of_it(
    ground: Ground, tool: str, agent: bool, subagent: bool
) -> None:
    """By toolbox, by server, by name; of a server without a list it has every tool."""
    bot = bot_with(BOT, tools=("Read", "Write"), mcp_servers=SERVERS, agents={"reader": READER})
    has = Given(bot, OWN)
    for kind, expected in ((None, agent), ("reader", subagent), ("general-purpose", False)):
        call = ToolCall(tool=tool, input={}, subagent=kind)
        allowed = isinstance(decide(call, has, ASKING, ground), Allowed)
        assert allowed is expected, kind


@pytest.mark.parametrize(
    ("tool", "values", "allowed"),
    [
        ("Agent", {"subagent_type": "reader"}, True),
        ("Task", {"subagent_type": "reader"}, True),
        ("Agent", {"subagent_type": "general-purpose"}, False),
        ("Agent", {}, False),
    ],
)
def test_of_subagents_only_the_bots_own_are_called(
    ground: Ground, tool: str, values: dict[str, Any], allowed: bool
) -> None:
    """The CLI brings some along that are no bot's file's; and a subagent calls none."""
    has = Given(
        bot_with(BOT, tools=("Read",), agents={"reader": {**READER, "tools": ["Read"]}}), ()
    )
    mine = decide(ToolCall(tool=tool, input=values), has, ASKING, ground)
    assert isinstance(mine, Allowed) is allowed
    theirs = decide(ToolCall(tool=tool, input=values, subagent="reader"), has, ASKING, ground)
    assert isinstance(theirs, Denied)


def test_without_anybody_who_asks_no_tool_of_ours_runs(ground: Ground) -> None:
    """It would not know in which room."""
    call = ToolCall(tool="mcp__campfire__search", input={})
    has = Given(BOT, OWN)
    assert isinstance(decide(call, has, ASKING, ground), Allowed)
    assert isinstance(decide(call, has, None, ground), Denied)


@pytest.mark.parametrize(
    ("name", "size", "allowed"),
    [
        ("small.pdf", LARGEST_PDF, True),
        ("large.pdf", LARGEST_PDF + 1, False),
        ("large.PDF", 12_000_000, False),
        ("link.pdf", 12_000_000, False),
        ("large.txt", 12_000_000, True),
        ("large.png", 12_000_000, True),
        ("missing.pdf", None, True),
    ],
)
def test_what_would_kill_the_client_is_not_read(
    ground: Ground, name: str, size: int | None, allowed: bool
) -> None:
    """A PDF goes whole into one message; text and pictures are cut down by the CLI itself."""
    file = ground.folder / name
    if name.startswith("link"):
        file.symlink_to("whole")
        file = ground.folder / "whole"
    if size is not None:
        with file.open("wb") as sparse:
            sparse.truncate(size)
    assert decided(ground, "Read", {"file_path": name}) is allowed


SENDER = Asker(user_id=7, name="Ada")


@pytest.mark.parametrize(
    ("asking", "subagent", "allowed"),
    [
        ({"asker": SENDER}, None, True),
        ({"asker": SENDER, "is_ping": True}, None, False),
        ({"asker": Asker(user_id=9, name="Bo")}, None, False),
        ({"asker": None}, None, False),
        ({"asker": SENDER, "unattended": True}, None, False),
        ({"asker": SENDER, "subagent": True}, None, False),
        ({"asker": SENDER}, "reader", False),
        (None, None, False),
    ],
)
def test_a_right_is_the_askers_and_nobody_elses(
    ground: Ground, asking: dict[str, Any] | None, subagent: str | None, allowed: bool
) -> None:
    """Nobody known, a bot, a schedule or a subagent has it only where everyone does."""
    reader = {"description": "x", "model": "claude-haiku-4-5", "tools": ["Grep"], "prompt": "x"}
    rule = {"tools": ["Grep"], "room": "allow", "people": [7]}
    free = {"tools": ["Read"], "policy": "allow"}
    bot = bot_with(
        BOT, tools=("Grep", "Read", "Write"), agents={"reader": reader}, permissions=[rule, free]
    )
    of = None if asking is None else Asking(bot=bot, lane=Lane(1, "bot"), job_id="1", **asking)

    def may(tool: str, values: Mapping[str, Any], by: str | None = subagent) -> bool:
        call = ToolCall(tool=tool, input=values, subagent=by)
        return isinstance(decide(call, Given(bot, ()), of, ground), Allowed)

    assert may("Grep", {"pattern": "x"}) is allowed
    assert may("Read", {"file_path": str(ground.folder / "x")}, None)
    assert not may("Write", {"file_path": str(ground.folder / "x")}, None), "no rule names it"
    assert may("Agent", {"subagent_type": "reader"}, None), "what it calls is asked for"
