"""A call as the audit has it: which tool, for whom, by which right. No word of its input. Pure."""

from consumer.tool_calls.decision import ToolCall
from consumer.tool_calls.given import Given
from consumer.tool_calls.rights import right_of
from consumer.toolboxes import Asking
from shared.approvals import Request
from shared.audit import Entry
from shared.bots.rights import Right


def noted(
    call: ToolCall,
    given: Given,
    asking: Asking | None,
    approved: Request | None = None,
    *,
    is_allowed: bool,
) -> Entry:
    """The entry of a call that is let run, or is not; what it came to is no matter of rights.

    `approved`: the request that it carries out.
    """
    right = right_of(call.tool, given, asking, by_subagent=call.subagent is not None)
    return Entry(
        what="tool_allowed" if is_allowed else "tool_denied",
        bot=given.bot.id,
        room=asking.lane.room_id if asking else None,
        person=asking.asker.user_id if asking and asking.asker else None,
        job=asking.job_id if asking else None,
        tool=call.tool,
        right=_in_words(right),
        by=approved.by if approved else None,
        detail=_how(call, approved),
    )


def _how(call: ToolCall, approved: Request | None) -> str | None:
    if approved is not None:
        return f"request {approved.number}"
    return None if call.subagent is None else "by a subagent"


def _in_words(right: Right | None) -> str | None:
    if right is None:
        return None
    return f"rule {right.rule}" if right.rule else right.why
