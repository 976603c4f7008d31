"""What granted tools may do: files in the lane's folder only, commands in a cage or not at all."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from consumer.agent.settings import SessionSettings
from consumer.boundary import HOW_TO_READ
from consumer.cage.hiding import hiding
from consumer.outbox.folder import OUTBOX
from shared.cli_tools import GRANTABLE, Reach

SHELLS = frozenset(tool for tool, reach in GRANTABLE.items() if reach is Reach.CAGE)
"""Tools that run commands of the model."""
EDITORS = frozenset({"Edit", "Write", "NotebookEdit"})
OUTBOX_NOTE = (
    f"To give the people in the room a file, write it to the folder `{OUTBOX}/` in your working "
    "directory: what you write or change there while you answer is posted right after your answer. "
    "Give such a file a plain name without spaces, and speak of it by that name."
)


def told(system_prompt: str, tools: Iterable[str]) -> str:
    """The system prompt, how messages are to be read, and how a bot that can write sends a file."""
    writes = (EDITORS | SHELLS) & set(tools)
    return "\n\n".join([system_prompt, HOW_TO_READ, *([OUTBOX_NOTE] if writes else [])])


def cage(
    settings: SessionSettings, folder: Path, temp: Path, *, readable: Sequence[Path] = ()
) -> dict[str, Any]:
    """The CLI's settings for a bot with a shell: nothing of ours to read, its folders to write.

    The other lanes' transcripts, records and folders lie under the same DATA_DIR, and the other
    clients' temporary folders beside `temp`. `readable`: folders of the bot's own that it may read
    beside its two. The names are the CLI's `sandbox` settings (2.1.330); `filesystem` is not in
    the SDK's own type.
    """
    writable = [folder.absolute(), temp]
    ours = [settings.data_dir, temp.parent, *settings.out_of_sight, *settings.secret_files]
    here = hiding(ours, [*writable, *readable])
    files = {
        "denyRead": _strings(here.hidden),
        "allowRead": _strings(here.shown),
        "denyWrite": _strings([settings.home_dir.absolute()]),
        "allowWrite": _strings(writable),
    }
    sandbox = {
        "enabled": True,
        "failIfUnavailable": True,
        "allowUnsandboxedCommands": False,
        "filesystem": files,
    }
    return {"sandbox": sandbox}


def _strings(paths: Iterable[Path]) -> list[str]:
    return [str(path) for path in paths]
