"""What is told of tokens while a turn runs, from what the SDK yields."""

from typing import Any

import pytest
from claude_agent_sdk import AssistantMessage, StreamEvent, SystemMessage, TextBlock, ToolUseBlock

from consumer.agent.agent_client import Used
from consumer.claude.sdk.messages import translate, used_by_subagent
from consumer.claude.sdk.subagent_use import SubagentUse

READ = {"input_tokens": 3, "cache_creation_input_tokens": 40, "cache_read_input_tokens": 500}


def _event(kind: str, parent: str | None = None, **event: Any) -> StreamEvent:
    whole = {"type": kind, **event}
    return StreamEvent(uuid="u", session_id="s", event=whole, parent_tool_use_id=parent)


def _said(message_id: str, text: str, parent: str | None = "tool") -> AssistantMessage:
    return AssistantMessage(
        content=[TextBlock(text)],
        model="m",
        parent_tool_use_id=parent,
        message_id=message_id,
        usage={**READ, "output_tokens": 1},
    )


def test_what_is_read_is_told_when_it_is_taken_up() -> None:
    """From the API's cache too."""
    started = _event("message_start", message={"usage": READ})
    assert [it for it in translate(started) if isinstance(it, Used)] == [Used(543)]


@pytest.mark.parametrize(
    ("stop", "goes_on"),
    [("tool_use", True), ("max_tokens", True), ("pause_turn", True), ("end_turn", False)],
)
def test_what_is_written_is_told_at_an_answer_s_end(stop: str, goes_on: bool) -> None:
    """And whether the turn goes on after it."""
    ended = _event("message_delta", delta={"stop_reason": stop}, usage={"output_tokens": 7})
    assert [it for it in translate(ended) if isinstance(it, Used)] == [Used(7, goes_on=goes_on)]


def test_a_message_without_numbers_counts_nothing() -> None:
    """Whatever a gateway leaves out."""
    for event in (
        _event("message_start", message={}),
        _event("message_delta", delta={}, usage=None),
    ):
        assert [it.tokens for it in translate(event) if isinstance(it, Used)] == [0]


def test_a_subagent_is_counted_once_whatever_is_told_of_it() -> None:
    """Blocks come one by one, each with the usage of the whole; the last message's size at the end,
    whether that was told before or not. A bot's own messages are streamed."""
    use = SubagentUse()
    looks, more = _said("a", "x" * 400), _said("a", "y" * 800)
    more.content.append(ToolUseBlock(id="t", name="Read", input={}))
    first, second = (next(used_by_subagent(it, use)).tokens for it in (looks, more))
    assert 543 + 100 <= first < 543 + 120
    assert 200 <= second < 250
    assert list(used_by_subagent(_done(700), use)) == [Used(700)], "nothing was told of the last"
    last = next(used_by_subagent(_said("b", "z" * 40), use)).tokens
    assert list(used_by_subagent(_done(700), use)) == [Used(700 - last)]
    assert not list(used_by_subagent(_said("c", "x", parent=None), use))


def _done(size: int) -> SystemMessage:
    told = {"tool_use_id": "tool", "usage": {"total_tokens": size}}
    return SystemMessage(subtype="task_notification", data=told)
