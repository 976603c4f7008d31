"""Models for which the Claude CLI has a price of its own: what it tells of others is a guess.

From the catalogue inside the CLI (2.1.330; docs/claude-agent-sdk.md, "What turns cost"). A test
compares this list with the CLI that is locked.
"""

import re

PRICED = frozenset(
    {
        *("claude-3-5-haiku", "claude-haiku-4-5", "claude-haiku-5-5"),
        *("claude-3-5-sonnet", "claude-3-7-sonnet", "claude-sonnet-4-0", "claude-sonnet-4-5"),
        *("claude-sonnet-4-6", "claude-sonnet-5", "claude-sonnet-5-5"),
        *("claude-opus-4-0", "claude-opus-4-1", "claude-opus-4-5", "claude-opus-4-6"),
        *("claude-opus-4-7", "claude-opus-4-8", "claude-opus-5", "claude-opus-5-5"),
        *("claude-fable-5", "claude-fable-5-1", "claude-fable-5-2"),
        *("claude-mythos-5", "claude-mythos-5-1", "claude-mythos-5-2"),
    }
)
_DATED = {
    "claude-sonnet-4-20250514": "claude-sonnet-4-0",
    "claude-opus-4-20250514": "claude-opus-4-0",
}
_DATE = re.compile(r"-20[0-9]{6}$")


def is_priced(model: str) -> bool:
    """Whether it is one of them, with or without a date, or `[1m]`, behind its name."""
    plain = model.partition("[")[0].lower()
    return _DATED.get(plain, _DATE.sub("", plain)) in PRICED
