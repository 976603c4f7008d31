"""Reading the message list of a request: what the person said, earlier and now, and the tools."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

AFTER_REFUSAL = "Your response above was stopped by a safety classifier"
"""How the CLI (2.1.330) goes on by itself after a refusal; not a message of the person."""

_NOT_THE_PERSON = re.compile(r"<system-reminder>.*?</system-reminder>", re.DOTALL)
"""What the CLI adds to a person's message: the machine, its own advice."""
_INTERRUPTED = re.compile(r"\[Request interrupted by user[^\]]*\]")
"""What it puts between a message whose turn was interrupted and the next, both in one."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the stand-in needs to know of one request."""

    said: tuple[str, ...]
    """The text of every message of the person, oldest first, the present one last."""
    tool_results: tuple[str, ...]
    """The results of the tools called since the present message."""

    @property
    def last(self) -> str:
        """The message that is to be answered; empty when there is none."""
        return self.said[-1] if self.said else ""

    @property
    def earlier(self) -> tuple[str, ...]:
        """The messages before it."""
        return self.said[:-1]


def read_conversation(body: Mapping[str, Any]) -> Conversation:
    """The conversation in a Messages API request body, whatever else it holds."""
    said: list[str] = []
    results: list[str] = []
    for content in _user_contents(body):
        results += [_text_of(b.get("content")) for b in content if b.get("type") == "tool_result"]
        if words := _words(content):
            said += words
            results = []
    return Conversation(tuple(said), tuple(results))


def _words(content: list[Mapping[str, Any]]) -> list[str]:
    """What the person said in one message, or in several that were left unanswered."""
    texts = [_text_of(block.get("text")) for block in content if block.get("type") == "text"]
    words = _NOT_THE_PERSON.sub("", "\n".join(texts)).strip()
    if words.startswith(AFTER_REFUSAL):
        return []  # the CLI's own
    return [part for each in _INTERRUPTED.split(words) if (part := each.strip())]


def _user_contents(body: Mapping[str, Any]) -> Iterator[list[Mapping[str, Any]]]:
    messages = body.get("messages")
    for message in messages if isinstance(messages, list) else []:
        if not isinstance(message, dict) or message.get("role") != "user":
            continue
        content = message.get("content")
        if isinstance(content, str):
            yield [{"type": "text", "text": content}]
        elif isinstance(content, list):
            yield [block for block in content if isinstance(block, dict)]


def _text_of(content: object) -> str:
    """The text in a block's content: a string, or a list of text blocks."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = [str(block.get("text", "")) for block in content if isinstance(block, dict)]
        return "\n".join(texts)
    return ""
