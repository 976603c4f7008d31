"""What the SDK's client yields, as the AgentMessages that the rest of the service knows."""

from collections.abc import Iterator

import structlog
from claude_agent_sdk import (
    AssistantMessage,
    Message,
    ResultMessage,
    StreamEvent,
    SystemMessage,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
    UserMessage,
)

from consumer.agent.agent_client import (
    AgentMessage,
    Answering,
    Ended,
    EntryWritten,
    MessageEnded,
    Said,
    Used,
)
from consumer.agent.events import Retrying, TextDelta, ToolDenied, ToolEnded, ToolStarted
from consumer.agent.spending import count
from consumer.claude.sdk.subagent_use import SubagentUse

log = structlog.get_logger(__name__)

READS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
A_TOKEN = 4
"""Characters, about."""
AT_THE_END = ("end_turn", "stop_sequence", "refusal")
"""Stop reasons of the Messages API after which the CLI asks no more in a turn."""


def translate(message: Message) -> Iterator[AgentMessage]:
    """The SDK's message as ours; a subagent's are its own affair."""
    if isinstance(message, StreamEvent):
        yield from _delta(message)
    elif isinstance(message, AssistantMessage) and message.parent_tool_use_id is None:
        yield from _said(message)
    elif isinstance(message, UserMessage) and message.parent_tool_use_id is None:
        yield from _tool_results(message)
    elif isinstance(message, SystemMessage):
        yield from _notice(message)


def used_by_subagent(message: Message, use: SubagentUse) -> Iterator[Used]:
    """What a subagent has used so far; what it writes is counted by its length."""
    if isinstance(message, AssistantMessage) and message.parent_tool_use_id is not None:
        tokens = use.said(
            message.parent_tool_use_id,
            message.message_id or "",
            read=sum(count(message.usage, name) for name in READS),
            written=sum(len(str(vars(block))) for block in message.content) // A_TOKEN,
            calls_a_tool=any(isinstance(block, ToolUseBlock) for block in message.content),
        )
        yield Used(tokens)
    elif isinstance(message, SystemMessage) and message.subtype == "task_notification":
        call = str(message.data.get("tool_use_id", ""))
        yield Used(use.done(call, count(message.data.get("usage"), "total_tokens")))


def tool_uses(message: Message) -> Iterator[str]:
    """The calls that the model makes in it, a subagent's too."""
    for block in message.content if isinstance(message, AssistantMessage) else ():
        if isinstance(block, ToolUseBlock):
            yield block.id


def ended(message: ResultMessage) -> Ended:
    """The SDK's result, which ends a turn, as ours."""
    return Ended(
        session_id=message.session_id,
        is_error=message.is_error,
        subtype=message.subtype,
        stop_reason=message.stop_reason,
        terminal_reason=message.terminal_reason,
        status=message.api_error_status,
        errors=tuple(message.errors or ()),
        result=message.result,
        num_turns=message.num_turns,
        usage=message.usage or {},
        total_cost=message.total_cost_usd or 0.0,
        models=message.model_usage or {},
    )


def _delta(message: StreamEvent) -> Iterator[AgentMessage]:
    delta = message.event.get("delta") or {}
    if message.parent_tool_use_id is not None:
        return
    if used := _used(message):
        yield used
    if delta.get("type") == "text_delta":
        yield TextDelta(str(delta.get("text", "")))
    elif message.event.get("type") == "message_start":
        yield Answering()
    elif message.event.get("type") == "message_delta" and delta.get("stop_reason"):
        yield MessageEnded(str(delta["stop_reason"]))


def _used(message: StreamEvent) -> Used | None:
    """What a request reads is told when it is taken up, what it wrote at its answer's end."""
    event = message.event
    if event.get("type") == "message_start":
        return Used(sum(count(event["message"].get("usage"), name) for name in READS))
    if event.get("type") == "message_delta":
        goes_on = event["delta"].get("stop_reason") not in AT_THE_END
        return Used(count(event.get("usage"), "output_tokens"), goes_on=goes_on)
    return None


def _said(message: AssistantMessage) -> Iterator[AgentMessage]:
    text = "".join(block.text for block in message.content if isinstance(block, TextBlock))
    entry = message.uuid if message.error is None else None
    yield Said(
        text=text,
        message_id=message.message_id or "",
        entry=entry,
        error=message.error,
        model=message.model,
    )
    for block in message.content:
        if isinstance(block, ToolUseBlock):
            yield ToolStarted(id=block.id, name=block.name)


def _tool_results(message: UserMessage) -> Iterator[AgentMessage]:
    if message.uuid:
        yield EntryWritten(message.uuid)
    for block in message.content if isinstance(message.content, list) else []:
        if isinstance(block, ToolResultBlock):
            yield ToolEnded(id=block.tool_use_id, failed=bool(block.is_error))


def _notice(message: SystemMessage) -> Iterator[AgentMessage]:
    data = message.data
    if message.subtype == "api_retry":
        yield Retrying(
            attempt=int(data.get("attempt") or 0),
            of=int(data.get("max_retries") or 0),
            delay=float(data.get("retry_delay_ms") or 0) / 1000,
            status=data.get("error_status"),
        )
    elif message.subtype == "permission_denied":
        yield ToolDenied(str(data.get("tool_name", "")), id=str(data.get("tool_use_id", "")))
    elif message.subtype == "model_fallback":
        log.warning("model_fallback")
    elif message.subtype == "compact_boundary":
        log.info("conversation_compacted", session_id=data.get("session_id"))
    elif message.subtype == "mirror_error":
        log.warning("transcript_not_mirrored")  # it goes with the next batch
