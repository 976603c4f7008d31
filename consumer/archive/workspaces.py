"""The agents' working directories: one a lane, or a spare's that became a lane's."""

import shutil
import uuid
from pathlib import Path

from consumer.archive.file_names import workspace_name
from consumer.archive.records import SessionRecord
from shared.lane import Lane

SPARE_PREFIX = "spare-"


class Workspaces:
    """Folders under one root; the agent and its tools get nothing above theirs."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, lane: Lane, record: SessionRecord | None) -> Path:
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

    def without_files(self, lane: Lane) -> bool:
        """Whether no earlier session of the lane left files; its own folder is then gone, too.

        For a spare's to take its place: else that would find it taken when it is put away.
        """
        return _drop_empty(self._root / workspace_name(lane))

    def retire(self, lane: Lane, record: SessionRecord | None) -> None:
        """Put away the folder of a session that is over; the files in it stay the lane's."""
        self._put_away(self.folder(lane, record), self._root / workspace_name(lane))

    def retire_spare(self, lane: Lane, folder: Path) -> None:
        """The same for a folder that a spare brought along and that is on no record.

        The lane's own is left alone: its next session may be starting there.
        """
        if folder.name.startswith(SPARE_PREFIX) and folder.is_dir():
            self._put_away(folder, self._root / workspace_name(lane))

    def _put_away(self, folder: Path, own: Path) -> None:
        if not any(folder.iterdir()):
            self.remove(folder)
        elif folder != own and not own.exists():
            folder.rename(own)

    def remove(self, folder: Path) -> None:
        """Delete a folder and what the agent left in it."""
        shutil.rmtree(folder, ignore_errors=True)

    def of_spares(self) -> list[Path]:
        """The folders that spares brought along, those of earlier processes as well."""
        return list(self._root.glob(f"{SPARE_PREFIX}*"))


def _drop_empty(folder: Path) -> bool:
    """Whether the folder is gone: it was not there, or it was empty and is deleted."""
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
