"""What the running worker has left to read of its bots."""

import pytest

from consumer.mcp.trouble import Trouble
from operate.doctor.groups.worker_says import worker_findings
from shared.between_processes.service_status import KnowledgeStatus, ServerStatus
from shared.operating.bots import BotRow

ASKED_HERE = (Trouble.STARTING, Trouble.UNREACHABLE, Trouble.SILENT, Trouble.UNAUTHORIZED)


def _row(state: str, **more: object) -> BotRow:
    server = ServerStatus(bot_id="ops", server="tickets", state=state)
    return BotRow.model_validate({"bot_id": "ops", "servers": (server,), **more})


@pytest.mark.parametrize("trouble", [it for it in Trouble if it not in ASKED_HERE])
def test_a_server_that_failed_its_bot_is_told(trouble: Trouble) -> None:
    """A wrong tool name among them: the server has none of that name."""
    (found,) = worker_findings([_row(trouble.value)])
    assert found.found.startswith("ops: the MCP server tickets ")
    assert found.mend


def test_what_is_well_or_asked_here_is_not_told_twice() -> None:
    """Nor what concerns a bot that takes no part."""
    rows = [_row(state) for state in ("up", *(it.value for it in ASKED_HERE))]
    assert not list(worker_findings([*rows, _row("failed", takes_part=False)]))


def test_a_file_that_is_not_used_and_documents_that_are_gone_are_told() -> None:
    """The bot goes on as it was."""
    row = _row(
        "up",
        file_errors=("bots/ops.yaml:4: no",),
        knowledge=KnowledgeStatus(bot_id="ops", folder_missing=True),
    )
    file, folder = worker_findings([row])
    assert "bots/ops.yaml:4: no" in file.found
    assert "folder of documents" in folder.found
