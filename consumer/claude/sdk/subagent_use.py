"""What subagents use while they work, from the little that the CLI (2.1.330) tells of them. Pure.

It streams nothing of theirs. A message that calls a tool is told, block by block, with what it
read; the last one maybe, and its size (read and written) when the subagent is done.
"""

from collections import defaultdict


class SubagentUse:
    """Counts the tokens of one turn's subagents, each known by the call that began it."""

    def __init__(self) -> None:
        self._read: set[str] = set()
        """Messages of which it was told what they read."""
        self._last: defaultdict[str, int] = defaultdict(int)
        """What was told of the message that each is at, should it be its last."""

    def said(self, call: str, message: str, *, read: int, written: int, calls_a_tool: bool) -> int:
        """Tokens to count for one block of a message."""
        tokens = written + (0 if message in self._read else read)
        self._read.add(message)
        self._last[call] = 0 if calls_a_tool else self._last[call] + tokens
        return tokens

    def done(self, call: str, size: int) -> int:
        """Tokens to count when a subagent is done; `size`: of its last message."""
        return max(0, size - self._last.pop(call, 0))
