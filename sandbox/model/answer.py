"""From a request and its script to one answer: text or a tool call, and what it would cost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.model.approved import carried_out
from sandbox.model.conversation import Conversation
from sandbox.model.documents import SEARCH, looked_up, quoted
from sandbox.model.samples import LOREM, MARKDOWN
from sandbox.model.script import Script, ToolCall, typed_words

STAND_IN = "I am a stand-in for Claude, not Claude: no ANTHROPIC_API_KEY is set."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the model says to one request."""

    text: str
    tool: Mapping[str, Any] | None = None
    """Name and input of the tool it calls, if it calls one."""
    stop_reason: str = "end_turn"
    usage: Mapping[str, int]

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The answer as content blocks of the Messages API, without tool ids."""
        blocks: list[dict[str, Any]] = [{"type": "text", "text": self.text}] if self.text else []
        return blocks + ([{"type": "tool_use", **self.tool}] if self.tool else [])


def compose(body: Mapping[str, Any], conversation: Conversation, script: Script) -> Answer:
    """The answer to the request `body`; pure: the same request gets the same answer."""
    script = carried_out(conversation, looked_up(body, conversation, script))
    call = _next_tool(script, conversation)
    if call is None:
        text = "" if script.refused else _words(conversation, script)
        reason = "refusal" if script.refused else "end_turn"
        return Answer(text=text, stop_reason=reason, usage=_usage(body, script, text))
    tool = _tool_use(body, call)
    if tool is None:
        text = f"{STAND_IN} I was asked to use the tool {call.name}, but I was given no such tool."
        return Answer(text=text, usage=_usage(body, script, text))
    text = f"Let me use {call.name}."
    usage = _usage(body, script, text)
    return Answer(text=text, tool=tool, stop_reason="tool_use", usage=usage)


def _next_tool(script: Script, conversation: Conversation) -> ToolCall | None:
    if script.loop is not None:
        return script.loop
    done = len(conversation.tool_results)
    return script.tools[done] if done < len(script.tools) else None


def _tool_use(body: Mapping[str, Any], call: ToolCall) -> dict[str, Any] | None:
    """The call as the tool's own schema wants it; None when the request offers no such tool."""
    for tool in body.get("tools") or []:
        if tool.get("name", "").lower() in (call.name.lower(), f"mcp__{call.name}".lower()):
            return {"name": tool["name"], "input": _input(tool.get("input_schema") or {}, call)}
    return None


def _input(schema: Mapping[str, Any], call: ToolCall) -> dict[str, Any]:
    if call.words.startswith("{"):
        try:
            return dict(json.loads(call.words))
        except ValueError:
            pass  # words that only look like JSON are words
    names = list(schema.get("required") or []) + list(schema.get("properties") or {})
    return {names[0]: call.words} if names and call.words else {}


def _words(conversation: Conversation, script: Script) -> str:
    if script.echo is not None:
        return script.echo
    if script.markdown:
        return f"{STAND_IN} Here is a sample:\n\n{MARKDOWN}"
    if script.length is not None:
        return _filled(script.length)
    if script.tools:
        if script.tools[-1].name == SEARCH and (told := quoted(conversation.tool_results[-1])):
            return f"{STAND_IN} {told}"
        return f"{STAND_IN} The tool answered: {conversation.tool_results[-1]}"
    if _asks_for_the_first(conversation.last) and conversation.earlier:
        return f'{STAND_IN} The first thing you said was: "{typed_words(conversation.earlier[0])}"'
    return _friendly(conversation)


def _filled(length: int) -> str:
    start = f"{STAND_IN} This answer has {length} characters.\n\n"
    filler = LOREM * (length // len(LOREM) + 1)
    return (start + filler)[:length]


def _asks_for_the_first(text: str) -> bool:
    words = typed_words(text).lower()
    return ("first" in words and ("say" in words or "ask" in words)) or "第一次" in words


def _friendly(conversation: Conversation) -> str:
    number = len(conversation.earlier)
    messages = "message" if number == 1 else "messages"
    typed = typed_words(conversation.last)
    said = f"You said: {typed!r}." if typed else "You sent no words."
    return (
        f"Hello! {STAND_IN} {said} "
        f"I remember {number} earlier {messages} from you in this conversation."
    )


def _usage(body: Mapping[str, Any], script: Script, text: str) -> dict[str, int]:
    """Token counts as a real answer carries them: all but the last message from the cache."""
    messages = body.get("messages") or []
    fixed = count_tokens({**body, "messages": messages[:-1]})
    fresh = count_tokens({"messages": messages[-1:]})
    cached = fixed if len(messages) > 2 else 0
    usage = {
        "input_tokens": fresh,
        "cache_creation_input_tokens": fixed - cached,
        "cache_read_input_tokens": cached,
        "output_tokens": max(1, len(text) // 4),
    }
    return usage if script.full is None else {**usage, "input_tokens": script.full}


def count_tokens(body: Mapping[str, Any]) -> int:
    """About what a tokenizer says: a token for four characters of system, tools and messages."""
    counted = [body.get(name) for name in ("system", "tools", "messages")]
    return max(1, len(json.dumps([part for part in counted if part])) // 4)
