"""What only the running worker knows of its bots: MCP servers, files not taken, documents."""

from collections.abc import Iterable, Iterator

from consumer.mcp.trouble import Trouble
from operate.doctor.finding import Finding, warning
from shared.operating.bots import BotRow

_KNOWN_HERE = ("up", Trouble.STARTING, Trouble.UNREACHABLE, Trouble.SILENT, Trouble.UNAUTHORIZED)
"""Well, or what the doctor asks servers itself: the worker's word may be of an hour ago."""
_SERVERS = {
    Trouble.TOOLS_GONE: (
        "has not got the tools that the bot's file names",
        "Set the names under `tools` of that server in the bot's file to those that it has.",
    ),
    Trouble.ENDED: (
        "ended, or did not start",
        "Type its command, as it stands in the bot's file, in a shell, and see what it says.",
    ),
}
_ELSE = ("fails", "Look into its log.")


def worker_findings(rows: Iterable[BotRow]) -> Iterator[Finding]:
    """What is not well of bots that take part."""
    for row in (it for it in rows if it.takes_part):
        for server in (it for it in row.servers if it.state not in _KNOWN_HERE):
            how, mend = _SERVERS.get(Trouble(server.state), _ELSE)
            yield warning(f"{row.bot_id}: the MCP server {server.server} {how}", mend)
        for problem in row.file_errors:
            yield warning(
                f"{row.bot_id} goes on as it was before its file changed: {problem}",
                "Mend that line of the bot's file; docs/bots.md has each key.",
            )
        if row.knowledge is not None and row.knowledge.folder_missing:
            yield warning(
                f"{row.bot_id}: its folder of documents is not there",
                "Set `knowledge` in the bot's file to a folder that the service's user can read.",
            )
