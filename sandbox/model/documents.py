"""What the stand-in does with a knowledge folder: it looks questions up and quotes a hit."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.model.conversation import Conversation
from sandbox.model.script import Script, ToolCall, typed_words

SEARCH = "mcp__knowledge__search"
_CITED = re.compile(r"cite as: (?P<source>\(.*\))\n(?P<text>(?:.+\n)*?)(?=\n|</)")


def looked_up(body: Mapping[str, Any], conversation: Conversation, script: Script) -> Script:
    """The script; of a plain question to a bot that can search, one that searches first."""
    question = typed_words(conversation.last)
    offered = any(tool.get("name") == SEARCH for tool in body.get("tools") or [])
    if script != Script() or not offered or not question.endswith(("?", "？")):
        return script
    return replace(script, tools=(ToolCall(name=SEARCH, words=question),))


def quoted(result: str) -> str | None:
    """What a search found first, with its source; None where it found nothing."""
    found = _CITED.search(result)
    return f"The documents say: {found['text'].strip()} {found['source']}" if found else None
