"""The agents' working directories: one a lane, or a spare's that became a lane's."""

import shutil
import uuid
from pathlib import Path

from consumer.sessions.file_names import workspace_name
from consumer.sessions.records import SessionRecord
from shared.lane import Lane

SPARE_PREFIX = "spare-"


class Workspaces:
    """Folders under one root; the agent and its tools get nothing above theirs."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def of(self, lane: Lane, record: SessionRecord | None) -> Path:
        """The lane's folder, made if need be."""
        name = record.folder if record is not None and record.folder else workspace_name(lane)
        folder = self._root / Path(name).name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def new_spare(self) -> Path:
        """A folder for a client whose lane is not known yet."""
        folder = self._root / f"{SPARE_PREFIX}{uuid.uuid4()}"
        folder.mkdir(parents=True)
        return folder

    def remove(self, folder: Path) -> None:
        """Delete a folder and what the agent left in it."""
        shutil.rmtree(folder, ignore_errors=True)
