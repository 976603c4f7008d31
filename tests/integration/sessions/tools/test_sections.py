"""Skills, subagents and models of the bot file, with the real CLI: those of the file, and no other.

What is shown here the design leans on: it runs with each upgrade of the CLI.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from consumer.archive.workspaces import SPARE_PREFIX
from consumer.sessions import SessionManager, TurnResult
from sandbox.model.server import ModelServer
from shared.bots import Bot, Skills, Subagent
from shared.bots.sections.room_override import RoomOverride
from shared.cli_tools import BUILT_IN_AGENTS
from shared.lane import Lane
from tests.bots import bot_with
from tests.conftest import eventually
from tests.integration.sessions.conftest import API_KEY, BOT, LANE, OTHER, kill
from tests.integration.sessions.scripted_model import ScriptedModel, api_error, calls, says
from tests.integration.sessions.tools.test_tools import first_words

READER = Subagent(
    description="Reads a file.", model="claude-haiku-4-5", tools=("Read",), prompt="READER-PROMPT"
)


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    """With one skill, one subagent, and Read."""
    (skill := tmp_path / "skills" / "refund").mkdir(parents=True)
    (skill / "SKILL.md").write_text(
        "---\nname: refund\ndescription: How refunds are done.\n---\nREFUND-STEPS, then more.md"
    )
    (skill / "more.md").write_text("MORE-STEPS")
    skills = Skills.read(tmp_path / "skills")
    return bot_with(BOT, skills=skills, agents={"reader": READER}, tools=("Read", "Write"))


def _plant(folder: Path) -> None:
    """What a tool of the model, or a file that somebody sent, could leave in the lane's folder."""
    (folder / "sub" / ".claude" / "rules").mkdir(parents=True)
    (folder / "sub" / "x.txt").write_text("OPENED")
    (folder / "sub" / ".claude" / "rules" / "all.md").write_text("PLANTED-RULES")
    for name in ("CLAUDE.md", "CLAUDE.local.md", "AGENTS.md", "sub/CLAUDE.md", "sub/AGENTS.md"):
        (folder / name).write_text("PLANTED-ORDERS")
    for where in (folder, folder / ".claude"):
        (where / "skills" / "planted").mkdir(parents=True)
        front = "---\ndescription: PLANTED-SKILL\n---\nPLANTED-STEPS"
        (where / "skills" / "planted" / "SKILL.md").write_text(front)
        (where / "agents").mkdir()
        front = "---\nname: planted\ndescription: PLANTED-AGENT\n---\nPLANTED-PROMPT"
        (where / "agents" / "planted.md").write_text(front)
        (where / "CLAUDE.md").write_text("PLANTED-ORDERS")
    (folder / ".mcp.json").write_text('{"mcpServers": {"planted": {"command": "true"}}}')
    (folder / ".claude" / "settings.json").write_text('{"env": {"PLANTED": "1"}}')


def _memory(claude_dir: Path) -> None:
    for project in (claude_dir / "projects").iterdir():
        (project / "memory").mkdir(exist_ok=True)
        (project / "memory" / "MEMORY.md").write_text("PLANTED-MEMORY")


async def _results(scripted: SessionManager, script: ScriptedModel, bot: Bot, *steps: Any) -> str:
    """What the model is told after each of these calls, in one text."""
    script.enqueue(*steps, says("done"))
    assert (await scripted.run_turn(LANE, bot, "go")).text == "done"
    return script.last_text


async def test_only_the_file_s_skills_are_listed_and_open(
    scripted: SessionManager, script: ScriptedModel, bot: Bot
) -> None:
    """With the files beside them; another's name, the CLI's own, and writing there are refused."""
    told = await _results(
        scripted,
        script,
        bot,
        calls("", "Skill", skill="own:refund"),
        calls("", "Skill", skill="debug"),
        calls("", "Skill", skill="own:other"),
    )
    assert "REFUND-STEPS" in told
    listed = told[told.index("skills are available") :][:200]
    assert "- own:refund: How refunds are done." in listed
    assert listed.count("\n- ") == 1
    assert "other" in told
    folder = next(Path(line.split()[-1]) for line in told.splitlines() if "Base directory" in line)
    told = await _results(
        scripted,
        script,
        bot,
        calls("", "Read", file_path=str(folder / "more.md")),
        calls("", "Write", file_path=str(folder / "SKILL.md"), content="PLANTED"),
        calls("", "Read", file_path=str(folder.parents[2] / "api-key")),
    )
    assert "MORE-STEPS" in told
    assert told.count("That path is not yours") == 2
    assert "REFUND-STEPS" in (folder / "SKILL.md").read_text()


async def test_what_is_planted_in_the_lane_s_folder_is_not_loaded(
    scripted: SessionManager, script: ScriptedModel, bot: Bot, settings: Any
) -> None:
    """Skills, agents, orders, servers and a memory, before a new client starts in it; nor when it
    opens a file beside such orders."""
    first = await scripted.run_turn(LANE, bot, "hello")
    _plant(first.folder)
    _memory(settings.claude_dir)
    await scripted.remove_session(LANE)
    script.enqueue(
        calls("", "Skill", skill="planted"),
        calls("", "Agent", description="x", prompt="x", subagent_type="planted"),
        calls("", "Read", file_path=str(first.folder / "sub" / "x.txt")),
        calls("", "Read", file_path=str(first.folder / "sub" / "x.txt")),
    )
    assert (await scripted.run_turn(LANE, bot, "again")).tier == "warm"
    assert "OPENED" in script.last_text
    assert "PLANTED" not in json.dumps(script.requests)
    assert "There is no subagent planted. Yours are: reader." in script.last_text
    assert "Unknown skill: planted" in script.last_text


async def test_a_subagent_is_as_the_file_says(
    scripted: SessionManager, script: ScriptedModel, bot: Bot
) -> None:
    """Its prompt, its model, its tools and no other; the bot's own are not its."""
    told = await _results(
        scripted,
        script,
        bot,
        calls("", "Agent", description="x", prompt="look", subagent_type="reader"),
        calls("", "Read", file_path="not-there.txt"),
        calls("", "Write", file_path="x", content="y"),
        says("SUB-ANSWER"),
    )
    (asked, _, again) = [
        it for it in script.requests if "READER-PROMPT" in json.dumps(it["system"])
    ]
    assert asked["model"] == "claude-haiku-4-5"
    assert [tool["name"] for tool in asked["tools"]] == ["Read"]
    assert "No such tool available: Write" in json.dumps(again["messages"])
    assert "File does not exist" in json.dumps(again["messages"])
    assert "SUB-ANSWER" in told


@pytest.mark.pairs
@pytest.mark.long
async def test_both_are_there_in_every_kind_of_session(
    start_manager: Any, script: ScriptedModel, bot: Bot
) -> None:
    """New, hot, resumed after kill -9, resumed by another process, and an adopted spare."""

    async def turn(manager: SessionManager, lane: Lane) -> TurnResult:
        asked = len(script.requests)
        script.enqueue(
            calls("", "Skill", skill="own:refund"),
            calls("", "Agent", description="x", prompt="look", subagent_type="reader"),
            says("SUB-ANSWER"),
            says("done"),
        )
        result = await manager.run_turn(lane, bot, "go")
        mine = script.requests[asked:]
        assert [it["model"] for it in mine].count("claude-haiku-4-5") == 1
        assert script.last_text.count("Launching skill") == script.last_text.count("user: go")
        return result

    first = await start_manager(base_url=script.base_url)
    tiers = [(await turn(first, LANE)).tier]
    hot = await turn(first, LANE)
    kill(hot.pid)
    tiers += [hot.tier, (await turn(first, LANE)).tier]
    await first.shutdown_all()
    second = await start_manager(base_url=script.base_url, spares=1)
    second.keep_spares([bot])

    async def there() -> bool:
        return bool(second.stats().spares)

    await eventually(there)
    tiers += [(await turn(second, LANE)).tier]
    adopted = await turn(second, OTHER)
    assert [*tiers, adopted.tier] == ["cold", "hot", "warm", "warm", "cold"]
    assert adopted.folder.name.startswith(SPARE_PREFIX)


async def test_the_cli_s_own_subagents_are_neither_listed_nor_called(
    scripted: SessionManager, script: ScriptedModel, bot: Bot
) -> None:
    """By all of their names, and by none, which would be the general one."""
    one = {"description": "x", "prompt": "x"}
    steps = [calls("", "Agent", **one, subagent_type=name) for name in BUILT_IN_AGENTS]
    told = await _results(scripted, script, bot, *steps, calls("", "Agent", **one))
    assert told.count("There is no subagent") == len(BUILT_IN_AGENTS) + 1
    listed = told[told.index("Available agent types") :][:120]
    assert listed.splitlines()[1:3] == ["- reader: Reads a file. (Tools: Read)", ""]


async def test_the_list_of_built_in_subagents_is_of_the_locked_cli(
    model: ModelServer, tmp_path: Path
) -> None:
    """A new one would be there beside the bot's own: it must be put on the list."""
    init = await first_words(model, tmp_path, tools=["Agent"])
    assert set(init["agents"]) - set(BUILT_IN_AGENTS) == set()


async def test_the_cage_shows_skills_and_lets_nothing_be_written_there(
    scripted: SessionManager, script: ScriptedModel, bot: Bot
) -> None:
    """A skill's program can be run; another's secrets beside it stay hidden."""
    shell = bot_with(bot, tools=("Bash",), agents={})
    script.enqueue(calls("", "Skill", skill="own:refund"), says("done"))
    await scripted.run_turn(LANE, shell, "go")
    line = next(it for it in script.last_text.splitlines() if "Base directory" in it)
    folder = Path(line.split()[-1])
    write = f"python3 -c \"open('{folder}/SKILL.md', 'w').write('PLANTED')\""
    commands = (f"cat {folder}/more.md", write, f"cat {folder.parents[2]}/api-key")
    steps = [calls("", "Bash", command=command) for command in commands]
    told = await _results(scripted, script, shell, *steps)
    assert "MORE-STEPS" in told
    assert "Read-only file system" in told
    assert API_KEY not in told
    assert "REFUND-STEPS" in (folder / "SKILL.md").read_text()


@pytest.mark.long
async def test_a_bot_without_them_has_neither_tool(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """Nor is it told of any skill or subagent."""
    await scripted.run_turn(LANE, BOT, "hello")
    assert script.requests[0].get("tools", []) == []
    assert "skills are available" not in script.last_text
    assert "agent types" not in script.last_text


async def test_the_model_s_side_of_the_file_reaches_the_cli(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """Effort and the bound of a message in each request; the other model where the first fails."""
    bot = bot_with(BOT, effort="low", max_output_tokens=1234, fallback_model="claude-haiku-4-5")
    script.enqueue(api_error(404, "not_found_error", "model: claude-sonnet-5"), says("from it"))
    assert (await scripted.run_turn(LANE, bot, "hello")).text == "from it"
    first, second = script.requests
    assert (first["model"], second["model"]) == ("claude-sonnet-5", "claude-haiku-4-5")
    assert first["max_tokens"] == 1234
    assert first["output_config"]["effort"] == "low"


async def test_a_room_with_an_override_gets_an_agent_of_its_own(
    start_manager: Any, script: ScriptedModel
) -> None:
    """No spare that was connected as the bot is elsewhere; the other rooms take that one."""
    manager = await start_manager(base_url=script.base_url, spares=1)
    own = RoomOverride(model="claude-haiku-4-5", system_prompt_add="BE-BRIEF", tools=("Read",))
    bot = bot_with(BOT, tools=("Read", "Grep"), room_overrides={LANE.room_id: own})
    manager.keep_spares([bot])

    async def there() -> bool:
        return bool(manager.stats().spares)

    await eventually(there)
    for lane in (LANE, OTHER, LANE):
        await manager.run_turn(lane, bot, "hello")
    here, there_, again = script.requests
    assert [it["model"] for it in (here, there_)] == ["claude-haiku-4-5", "claude-sonnet-5"]
    assert [[tool["name"] for tool in it["tools"]] for it in (here, there_)] == [
        ["Read"], ["Grep", "Read"],
    ]  # fmt: skip
    assert ["BE-BRIEF" in json.dumps(it["system"]) for it in (here, there_)] == [True, False]
    assert again["model"] == "claude-haiku-4-5"
    tiers = manager.stats().tiers
    assert (tiers["cold"], tiers["hot"]) == (2, 1)
