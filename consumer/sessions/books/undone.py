"""What an agent is told of turns that its conversation does not hold: what ran in them. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

MOST = 10
"""Names in the line; a turn may call hundreds of tools."""
_NAME = re.compile(r"[\w.-]{1,80}")
"""A model makes up names; one that could end the line is no tool's."""


def undone_note(tools: Sequence[str]) -> str:
    """One line that stands before the next prompt; empty where nothing ran."""
    counts = Counter(name if _NAME.fullmatch(name) else "another tool" for name in tools)
    if not counts:
        return ""
    named = [
        name if times == 1 else f"{name} ({times} times)"
        for name, times in counts.most_common(MOST)
    ]
    more = ["others"] if len(counts) > MOST else []
    return (
        "[tools: an earlier request here got no answer and is not in this conversation; "
        f"what ran in it was not undone: {', '.join([*named, *more])}]"
    )
