"""What the CLI (2.1.330) says when it cannot resume, or start, as an error of ours."""

from collections.abc import Sequence

from consumer.agent.errors import AgentUnavailable, UnknownEntry, UnknownSession
from consumer.claude.files.cli_config import CONFIG, DAMAGED
from shared.errors import AgentError

NOTHING_TO_RESUME = ("No conversation found", "--resume requires", "Failed to resume session")
"""Of an unknown id, of one that is none, and of a broken transcript."""
NO_SUCH_ENTRY = "No message found with message.uuid"


class DamagedConfig(AgentError):
    """The CLI's own configuration cannot be read."""


def resume_error(errors: Sequence[str], message: str) -> AgentError:
    """The error of what it named as `errors`, and of the SDK's `message` about them."""
    said = " ".join(errors)
    if DAMAGED in said or DAMAGED in message:
        return DamagedConfig(f"{CONFIG} is damaged")
    if NO_SUCH_ENTRY in said:
        return UnknownEntry(said)
    if any(text in said for text in NOTHING_TO_RESUME):
        return UnknownSession(said)
    return AgentUnavailable(f"the CLI did not start: {said[:200]}")
