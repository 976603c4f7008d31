"""Folders that a bot may read in the midst of what is hidden, with the real CLI in a real cage."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from consumer.agent import SessionSettings
from consumer.claude import options
from consumer.tool_calls.rules import cage
from tests.bots import bot_with
from tests.integration.sessions.conftest import (
    BOT,
    LANE,
    StartManager,
    model,
    settings,
    start_manager,
)

__all__ = ["model", "settings", "start_manager"]


@pytest.fixture
def knowledge(settings: SessionSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder below DATA_DIR that each cage shows, with a secret in it."""
    folder = settings.data_dir / "knowledge" / "ops"
    folder.mkdir(parents=True)
    (folder / "handbook").write_text("water the plants")
    (folder / "key").write_text("SECRET")
    (folder.parent / "other").write_text("of another bot")

    def shown_too(*arguments: Any, readable: Sequence[Path] = (), **more: Any) -> dict[str, Any]:
        return cage(*arguments, readable=[*readable, folder], **more)

    monkeypatch.setattr(options, "cage", shown_too)
    yield folder
    assert (folder / "handbook").read_text() == "water the plants"


async def test_it_is_read_and_not_written(start_manager: StartManager, knowledge: Path) -> None:
    """Its neighbours stay hidden, and a secret in it does."""
    manager = await start_manager(secret_files=(knowledge / "key",))
    command = (
        f"cd {knowledge}; cat handbook; cat key; cat ../other; echo x > handbook; rm handbook;"
        " touch new; ls .. | wc -l; echo tried"
    )
    words = "tool Bash " + json.dumps({"command": command})
    text = (await manager.run_turn(LANE, bot_with(BOT, tools=("Bash",)), words)).text
    assert "water the plants" in text
    assert "SECRET" not in text
    assert "of another bot" not in text
    assert text.count("Read-only file system") == 3
    assert "\n1\ntried" in text
    assert sorted(path.name for path in knowledge.iterdir()) == ["handbook", "key"]


@pytest.mark.long
async def test_a_folder_of_documents_is_not_read_by_a_shell(
    start_manager: StartManager, tmp_path: Path
) -> None:
    """Not the bot's own and not another's: they are reached by the tools that cite them."""
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "handbook.md").write_text("water the plants")
    manager = await start_manager(documents=lambda: (documents,))
    words = "tool Bash " + json.dumps({"command": f"cat {documents}/*; ls {documents}; echo tried"})
    text = (await manager.run_turn(LANE, bot_with(BOT, tools=("Bash",)), words)).text
    assert "tried" in text
    assert "water the plants" not in text
    assert "handbook.md\n" not in text
