"""Lines that stand before an agent's next prompt: tools that ran in turns that were cut off, files
that stayed on another machine. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from consumer.archive.workspaces import Files
from shared.cli_tools import GRANTABLE, Reach

MOST = 10
"""Names in the line; a turn may call hundreds of tools."""
_NAME = re.compile(r"[\w.-]{1,80}")
"""A model makes up names; one that could end the line is no tool's."""
_WHAT = {
    "gone": "your working directory is empty now",
    "older": "your working directory holds only what was in it before that",
}


def files_note(files: Files, tools: Iterable[str]) -> str:
    """One line on a conversation that came here without the files its agent wrote; empty where none
    is missing, and for an agent without a tool that would reach any."""
    reaches = {GRANTABLE.get(tool) for tool in tools}
    if files == "here" or not reaches & {Reach.CAGE, Reach.FOLDER}:
        return ""
    return (
        "[files: this conversation went on on another machine, and what you wrote there did not "
        f"come along: {_WHAT[files]}; where it matters, say so and make it anew]"
    )


def undone_note(tools: Sequence[str]) -> str:
    """One line on the tools that ran in turns which were cut off; empty where none did."""
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
