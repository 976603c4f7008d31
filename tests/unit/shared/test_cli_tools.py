"""What a bot file may grant: names of one list, exactly as they stand there."""

from pathlib import Path

import pytest

from shared.bots import load_bots
from shared.cli_tools import GRANTABLE, NEVER, Reach
from shared.errors import ConfigurationError

HEAD = "id: helper\nname: Helper\nsystem_prompt: You help.\n"


def _problem(folder: Path, tools: str) -> str:
    (folder / "a.yaml").write_text(HEAD + tools)
    with pytest.raises(ConfigurationError) as error:
        load_bots(folder)
    (problem,) = error.value.problems
    return problem.removeprefix(f"{folder}/")


def test_every_tool_on_the_list_can_be_granted(tmp_path: Path) -> None:
    """All of them at once, and nothing is on both lists."""
    (tmp_path / "a.yaml").write_text(HEAD + f"tools: [{', '.join(GRANTABLE)}]\n")
    assert load_bots(tmp_path)["helper"].tools == tuple(GRANTABLE)
    assert not GRANTABLE.keys() & NEVER.keys()
    assert GRANTABLE["Bash"] is Reach.CAGE


@pytest.mark.parametrize(
    ("tools", "where"),
    [
        ("tools:\n  - Read, Bash\n", "a.yaml:5: tools: 'Read, Bash' is no tool"),
        ("tools:\n  - Read\n  - Read Bash\n", "a.yaml:6: tools: 'Read Bash' is no tool"),
        ("tools: [Read, 'Bash ']\n", "a.yaml:4: tools: 'Bash ' is no tool"),
        ("tools: ['Read,Bash']\n", "a.yaml:4: tools: 'Read,Bash' is no tool"),
        ("tools: [bash]\n", "a.yaml:4: tools: 'bash' is no tool"),
        ("tools: [Bassh]\n", "a.yaml:4: tools: 'Bassh' is no tool"),
        ("tools: [Bash(ls)]\n", "a.yaml:4: tools: 'Bash(ls)' is no tool"),
        ("tools: [Bаsh]\n", "a.yaml:4: tools: 'Bаsh' is no tool"),  # a Cyrillic а
        ("tools: ['Bash\u200b']\n", "a.yaml:4: tools: 'Bash\\u200b' is no tool"),
        ("tools: [default]\n", "a.yaml:4: tools: 'default' is no tool"),
        ("tools: ['*']\n", "a.yaml:4: tools: '*' is no tool"),
        ("tools: [mcp__x__y]\n", "a.yaml:4: tools: 'mcp__x__y' is no tool"),
        ("tools: [- Read, Bash]\n", "a.yaml:4: "),
        ("tools: ['']\n", "a.yaml:4: tools must be a list of tool names"),
        ("tools: [7]\n", "a.yaml:4: tools must be a list of tool names"),
        ("tools: Bash\n", "a.yaml:4: tools must be a list of tool names"),
        ("tools: {Bash: true}\n", "a.yaml:4: tools must be a list of tool names"),
    ],
)
def test_what_is_not_on_the_list_is_refused(tmp_path: Path, tools: str, where: str) -> None:
    """With file and line: the CLI would split it, trim it, or take it for all of its tools."""
    assert _problem(tmp_path, tools).startswith(where)


@pytest.mark.parametrize("tool", NEVER)
def test_what_no_bot_may_have_is_refused_with_the_reason(tmp_path: Path, tool: str) -> None:
    """What leaves the lane, the cage or the turn is a tool of the CLI and still not granted."""
    assert _problem(tmp_path, f"tools: [{tool}]\n").startswith(
        f"a.yaml:4: tools: {tool} cannot be granted: {NEVER[tool]}"
    )


@pytest.mark.parametrize(
    ("tool", "section"), [("Skill", "skills"), ("Agent", "agents"), ("Task", "agents")]
)
def test_what_a_section_gives_is_named_with_it(tmp_path: Path, tool: str, section: str) -> None:
    """In `tools` it would be all skills, or all subagents, of whatever folder."""
    assert _problem(tmp_path, f"tools: [{tool}]\n").endswith(f"by its section `{section}`")
