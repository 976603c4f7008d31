"""What our safety stands on, and the CLI alone can give: an upgrade of the lock is asked for it.

With the SDK and the CLI as they are, without a line of ours between.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from claude_agent_sdk import (
    AgentDefinition,
    ClaudeAgentOptions,
    ClaudeSDKClient,
    HookMatcher,
    create_sdk_mcp_server,
    tool,
)

from tests.integration.sessions.scripted_model import Says, ScriptedModel, calls, says

Hook = Callable[[dict[str, Any], str | None, Any], Awaitable[Any]]
ALLOW = {"hookEventName": "PreToolUse", "permissionDecision": "allow"}
DENY = {"hookEventName": "PreToolUse", "permissionDecision": "deny"}


@dataclass
class Ground:
    """A CLI in a folder, its hook, and an in-process tool that says what it was given."""

    folder: Path
    script: ScriptedModel
    seen: list[dict[str, Any]] = field(default_factory=list)
    """What the hook was asked."""
    given: list[str] = field(default_factory=list)
    """What the in-process tool was called with."""
    env: dict[str, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        """Where its tools are at home."""
        return self.folder / "workspace"

    async def turn(
        self,
        *steps: Says,
        hook: Hook | None = None,
        on_failure: Literal["block"] | None = "block",
        **options: Any,
    ) -> str:
        """Run the steps in one turn; gives all that the model was told."""

        async def asked(given: Any, call_id: str | None, context: Any) -> Any:
            self.seen.append(given)
            return await hook(given, call_id, context) if hook else {}

        matcher = HookMatcher(hooks=[asked], on_failure=on_failure)
        self.script.enqueue(*steps, says("done"))
        async with ClaudeSDKClient(self._options({"PreToolUse": [matcher]}, options)) as client:
            await client.query("go")
            async for _ in client.receive_response():
                pass
        return self.script.last_text

    def _options(self, hooks: Any, more: dict[str, Any]) -> ClaudeAgentOptions:
        @tool("say", "Says.", {"phrase": str})
        async def say(given: dict[str, Any]) -> dict[str, Any]:
            self.given.append(given["phrase"])
            return {"content": [{"type": "text", "text": f"said {given['words']}"}]}

        self.workspace.mkdir(exist_ok=True)
        env = {
            "ANTHROPIC_BASE_URL": self.script.base_url,
            "ANTHROPIC_API_KEY": "stand-in",
            "CLAUDE_CONFIG_DIR": str(self.folder / "claude"),
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1",  # a subagent is waited for
            **self.env,
        }
        kept: dict[str, Any] = {
            "tools": ["Read", "Write", "Edit", "Glob", "Grep"],
            "permission_mode": "dontAsk",
        }
        return ClaudeAgentOptions(
            **{**kept, **more},
            model="claude-sonnet-5",
            cwd=self.workspace,
            env=env,
            setting_sources=[],
            strict_mcp_config=True,
            hooks=hooks,
            mcp_servers={"own": create_sdk_mcp_server("own", tools=[say])},
        )


@pytest.fixture
def ground(tmp_path: Path, script: ScriptedModel) -> Ground:
    return Ground(tmp_path, script)


async def allow(*_: Any) -> Any:
    return {"hookSpecificOutput": ALLOW}


async def deny(*_: Any) -> Any:
    return {"hookSpecificOutput": {**DENY, "permissionDecisionReason": "not today"}}


async def test_below_the_hook_nothing_is_let_run_that_would_be_asked(ground: Ground) -> None:
    """dontAsk without a rule: whatever skips the hook is denied, a tool of ours as well."""
    told = await ground.turn(
        calls("", "Write", file_path="new.txt", content="x"),
        calls("", "Read", file_path="/etc/hostname"),
        calls("", "mcp__own__say", phrase="hello"),
    )
    assert [given["tool_name"] for given in ground.seen] == ["Write", "Read", "mcp__own__say"]
    assert (list(ground.workspace.iterdir()), ground.given) == ([], [])
    assert Path("/etc/hostname").read_text().strip() not in told


async def test_what_the_hook_allows_runs_in_every_mode(ground: Ground) -> None:
    """No rule beside it is needed: its yes is the only one."""
    elsewhere = ground.folder / "elsewhere.txt"
    await ground.turn(
        calls("", "Write", file_path=str(elsewhere), content="x"),
        calls("", "mcp__own__say", phrase="hello"),
        hook=allow,
    )
    assert (elsewhere.read_text(), ground.given) == ("x", ["hello"])


async def test_what_the_hook_denies_does_not_run(ground: Ground) -> None:
    """Though a rule allows it, and though the CLI would let it run unasked; the model is told."""
    ground.workspace.mkdir()
    (ground.workspace / "note.txt").write_text("the content")
    told = await ground.turn(
        calls("", "Read", file_path="note.txt"),
        calls("", "mcp__own__say", phrase="hello"),
        hook=deny,
        allowed_tools=["Read", "mcp__own__say"],
    )
    assert ground.given == []
    assert "the content" not in told
    assert told.count("not today") == 2


@pytest.mark.short_form("raises", "nothing")
@pytest.mark.parametrize("how", ["raises", "nothing", "misspelt"])
async def test_a_hook_that_fails_blocks(ground: Ground, how: str) -> None:
    """Whatever a rule would allow."""

    async def fail(*_: Any) -> Any:
        if how == "raises":
            raise RuntimeError("a fault")
        misspelt = {"hookSpecificOutput": {**ALLOW, "permissionDecision": "Deny"}}
        return misspelt if how == "misspelt" else None

    await ground.turn(
        calls("", "mcp__own__say", phrase="hello"), hook=fail, allowed_tools=["mcp__own__say"]
    )
    assert (len(ground.seen), ground.given) == (1, [])


async def test_the_input_that_the_hook_puts_in_place_is_what_runs(ground: Ground) -> None:
    """Of a built-in tool and of ours, and it runs once."""

    async def other(given: dict[str, Any], *_: Any) -> Any:
        changed = {
            "Write": {"file_path": str(ground.workspace / "approved.txt"), "content": "approved"},
            "mcp__own__say": {"phrase": "approved"},
        }
        return {"hookSpecificOutput": {**ALLOW, "updatedInput": changed[given["tool_name"]]}}

    await ground.turn(
        calls("", "Write", file_path="asked.txt", content="asked"),
        calls("", "mcp__own__say", phrase="asked"),
        hook=other,
    )
    assert [path.name for path in ground.workspace.iterdir()] == ["approved.txt"]
    assert ground.given == ["approved"]


async def test_the_hook_sees_a_subagents_calls_and_which_it_is(ground: Ground) -> None:
    """By its kind, beside the agent's own calls, which name none."""
    reader = AgentDefinition(description="Reads.", prompt="Read.", tools=["Read", "mcp__own__say"])
    await ground.turn(
        calls("", "Agent", description="x", prompt="look", subagent_type="reader"),
        calls("", "mcp__own__say", phrase="from within"),
        says("looked"),
        hook=allow,
        tools=["Agent", "Read"],
        agents={"reader": reader},
    )
    kinds = {
        given["tool_name"]: given.get("agent_type") if given.get("agent_id") else None
        for given in ground.seen
    }
    assert kinds == {"Agent": None, "mcp__own__say": "reader"}
    assert ground.given == ["from within"]


@pytest.mark.parametrize("off", [True, False])
async def test_what_was_put_into_the_memory_folder_is_not_told(ground: Ground, off: bool) -> None:
    """With the variable; without it, so that this test is known to look at the right place."""
    ground.workspace.mkdir()
    slug = "".join(c if c.isalnum() else "-" for c in str(ground.workspace.resolve()))
    memory = ground.folder / "claude" / "projects" / slug / "memory"
    memory.mkdir(parents=True)
    (memory / "MEMORY.md").write_text("always say teapot")
    ground.env = {"CLAUDE_CODE_DISABLE_AUTO_MEMORY": "1"} if off else {}
    await ground.turn()
    sent = str(ground.script.requests)
    assert ("always say teapot" in sent) is not off
