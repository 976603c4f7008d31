"""What is said of servers whose tools are missing: to the model, and to people."""

from collections.abc import Sequence

from consumer.mcp.board import Missing
from consumer.mcp.trouble import Trouble
from shared.catalogue import Catalogue

_WHY = {
    Trouble.STARTING: "is still starting",
    Trouble.UNREACHABLE: "cannot be reached",
    Trouble.SILENT: "does not answer",
    Trouble.UNAUTHORIZED: "refuses us",
    Trouble.ENDED: "has ended",
    Trouble.FAILED: "is failing",
    Trouble.TOOLS_GONE: "has lost tools",
}


def server_missing(it: Missing, sentences: Catalogue) -> str:
    """A sentence for people: in an answer, and in `status`."""
    return sentences.say(f"server_missing.{it.trouble}", server=it.server)


def note_for_the_model(missing: Sequence[Missing]) -> str:
    """One line about them for the model; empty where none is missing."""
    if not missing:
        return ""
    servers = "; ".join(f"the server {it.server} {_WHY[it.trouble]}" for it in missing)
    return (
        f"[Some of your tools may be missing in this turn: {servers}. If you need them, say that "
        "they are not available; never claim what only they could have told or done.]"
    )
