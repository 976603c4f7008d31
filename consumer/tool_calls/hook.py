"""The hook: the CLI asks it before every tool call, and what it denies does not run.

In the shapes of the SDK's hooks, without importing the SDK. Give `before` to the SDK with
`on_failure="block"`: else a call would run when the hook fails.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from consumer.agent.agent_client import ClientOptions
from consumer.agent.settings import SessionSettings
from consumer.cage.watch import CageWatch
from consumer.tool_calls.approving import Approving, NobodyApproves
from consumer.tool_calls.calls import Calls
from consumer.tool_calls.cell import Cell, CellTurn
from consumer.tool_calls.decision import NOBODY_ASKED, Asks, Denied, ToolCall, decide
from consumer.tool_calls.given import Given
from consumer.tool_calls.noted import noted
from consumer.tool_calls.paths import Ground
from consumer.tool_calls.rules import SHELLS
from consumer.tool_calls.skills import skills_folders
from consumer.toolboxes import Asking
from shared.approvals import Request
from shared.audit import NO_AUDIT, Audit
from shared.kill_points import reached

log = structlog.get_logger(__name__)

FAILURE = "PostToolUseFailure"
NOT_ON_RECORD = (
    "It did not run: the service could not put on record that it runs, and nothing runs without. "
    "Tell the person what was not done; it may work again later."
)


NOT_APPROVED = (
    "It did not run: its approval does not hold any more, or another call has used it up. Tell the "
    "person; it can be asked for again."
)


class ToolHook:
    """Asks for the decision on each call of one client, has it put on record before it runs, and
    has its commands watched."""

    def __init__(
        self,
        settings: SessionSettings,
        options: ClientOptions,
        temp: Path,
        watch: CageWatch,
        cell: Cell,
        calls: Calls,
        own_tools: frozenset[str] = frozenset(),
        audit: Audit = NO_AUDIT,
        approving: Approving | None = None,
    ) -> None:
        """`own_tools`: those of toolboxes that the client's agent was given, by full name.
        `approving`: asks people; None: there is nobody, and what needs a word does not run."""
        self.on_call: Callable[[str, str | None], None] = lambda _, __: None
        """Told of each call that ran to its end: its tool, and the CLI's words where it failed."""
        self._settings = settings
        self._watch = watch
        self._temp = temp
        self._options = options
        self._cell, self._calls = cell, calls
        self._given = Given(options.bot, own_tools)
        self._audit = audit
        self._approving = approving or NobodyApproves()

    async def before(
        self, asked: Mapping[str, Any], tool_use_id: str | None, context: Any
    ) -> dict[str, Any]:
        """The answer to PreToolUse, always plain: what is not allowed here, nothing allows."""
        del tool_use_id, context
        call, turn = _call(asked), self._cell.turn_of(asked["tool_use_id"])
        asking = turn.asking if turn else None
        approved = await self._approved(call, asking)
        if approved is not None:
            call = replace(call, input=approved.stored_input())
        why = await self._why_not(call, asked, turn, approved)
        is_allowed = why is None
        await self._audit.note(noted(call, self._given, asking, approved, is_allowed=is_allowed))
        if why is not None or turn is None:
            self._calls.denied(asked["tool_use_id"], call.tool)
            return {"hookSpecificOutput": _denial(why or NOBODY_ASKED)}
        if call.tool in SHELLS:
            await self._watch.began(asked["tool_use_id"])
        by_subagent = call.subagent is not None
        turn.let_run(asked["tool_use_id"], subagent=by_subagent)
        self._calls.began(asked["tool_use_id"], call.tool, subagent=by_subagent)
        reached("tool.calling")
        runs = {"updatedInput": dict(call.input)} if approved is not None else {}
        return {"hookSpecificOutput": {**_ALLOWANCE, **runs}}

    async def after(
        self, asked: Mapping[str, Any], tool_use_id: str | None, context: Any
    ) -> dict[str, Any]:
        """The answer to PostToolUse and PostToolUseFailure: what the model is to know beside it."""
        del tool_use_id, context
        reached("tool.called")
        failed = asked["hook_event_name"] == FAILURE
        self.on_call(asked["tool_name"], str(asked.get("error")) if failed else None)
        interrupted = bool(asked.get("is_interrupt"))
        self._calls.ended(asked["tool_use_id"], failed=failed, interrupted=interrupted)
        if not interrupted:  # how far it came nobody knows
            await self._approving.ran(asked["tool_use_id"], failed=failed)
        if asked["tool_name"] not in SHELLS:
            return {}
        why = await self._watch.ended(asked["tool_use_id"])
        if why is None:
            return {}
        event = asked["hook_event_name"]
        return {"hookSpecificOutput": {"hookEventName": event, "additionalContext": why}}

    async def _approved(self, call: ToolCall, asking: Asking | None) -> Request | None:
        """The request that this call carries out, as it was asked for; None: it is one of its own.

        Whoever approved it has seen that input: whatever the model writes now, that is what runs.
        """
        if asking is None or call.subagent is not None:
            return None
        return await self._approving.approved(asking, call.tool)

    async def _why_not(
        self,
        call: ToolCall,
        asked: Mapping[str, Any],
        turn: CellTurn | None,
        approved: Request | None,
    ) -> str | None:
        """A sentence for the model where the call may not run in the turn it belongs to.

        Not one that is not on record: after a kill -9 the next turn would not know that it ran,
        and do it again. To be denied a tool is what a person sees, and can ask for again.
        """
        ground = self._ground(asked["transcript_path"])
        decision = decide(call, self._given, turn.asking if turn else None, ground)
        if isinstance(decision, Denied):
            return decision.why
        if turn is None:
            return NOBODY_ASKED
        call_id, asking = asked["tool_use_id"], turn.asking
        if isinstance(decision, Asks) and (approved is None or asking is None):
            if asking is None:
                return NOBODY_ASKED
            approvers = decision.approvers
            return await self._approving.ask(asking, call.tool, call.input, call_id, approvers)
        if not await turn.before_tool(call_id, call.tool):
            return NOT_ON_RECORD
        # The last thing before it runs: what was taken has run, whatever comes then.
        if approved is None or asking is None:
            return None
        taken = await self._approving.take(asking, approved, call_id)
        return None if taken else NOT_APPROVED

    def _ground(self, transcript: str) -> Ground:
        return Ground(
            folder=self._options.folder.absolute(),
            temp=self._temp,
            ours=(self._settings.data_dir.absolute(), self._temp.parent),
            home=self._settings.home_dir.absolute(),
            readable=skills_folders(self._settings.run_dir, self._options.bot),
            results=Path(transcript).with_suffix("") / "tool-results",
        )


def _call(asked: Mapping[str, Any]) -> ToolCall:
    """An agent's own calls name no agent; a subagent of which no kind is told is given nothing."""
    subagent = str(asked.get("agent_type") or "") if asked.get("agent_id") else None
    return ToolCall(tool=asked["tool_name"], input=asked["tool_input"], subagent=subagent)


_ALLOWANCE = {"hookEventName": "PreToolUse", "permissionDecision": "allow"}


def _denial(why: str) -> dict[str, str]:
    return {
        "hookEventName": "PreToolUse",
        "permissionDecision": "deny",
        "permissionDecisionReason": why,
    }
