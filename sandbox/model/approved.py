"""What the stand-in does when it is told that a call of its was approved: it makes that call."""

import re

from sandbox.model.conversation import Conversation
from sandbox.model.script import Script, ToolCall

_APPROVED = re.compile(
    r"^\[request \d+ was approved by .*\]\nNow, first of all, call (?P<tool>\w+) once, with this "
    r"input[^\n]*:\n<(?P<word>[0-9a-f]+)>\n(?P<input>.*?)\n</(?P=word)>",
    re.MULTILINE,
)
_FORGETFUL, _REWORDED = "forgetful", "reworded"
"""What holds the first is not called; the second is written in other words."""


def carried_out(conversation: Conversation, script: Script) -> Script:
    """The script; of an approved call, one that makes it."""
    approved = _APPROVED.search(conversation.last)
    if approved is None:
        return script
    if _FORGETFUL in approved["input"]:
        return Script(echo="It is done.")
    words = approved["input"].replace(_REWORDED, "in other words")
    return Script(tools=(ToolCall(name=approved["tool"], words=words),))
