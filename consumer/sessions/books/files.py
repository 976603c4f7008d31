"""What an agent is told whose conversation came here without the files that it wrote. Pure."""

from collections.abc import Iterable

from consumer.sessions.session.conversation import Files
from shared.cli_tools import GRANTABLE, Reach

_WHAT = {
    "gone": "your working directory is empty now",
    "older": "your working directory holds only what was in it before that",
}


def files_note(files: Files, tools: Iterable[str]) -> str:
    """One line that stands before the next prompt; empty where none is missing, and for an agent
    without a tool that would reach any."""
    reaches = {GRANTABLE.get(tool) for tool in tools}
    if files == "here" or not reaches & {Reach.CAGE, Reach.FOLDER}:
        return ""
    return (
        "[files: this conversation went on on another machine, and what you wrote there did not "
        f"come along: {_WHAT[files]}; where it matters, say so and make it anew]"
    )
