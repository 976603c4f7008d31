"""The agents' working directories: one a lane, or a spare's that became a lane's."""

import shutil
import uuid
from functools import cached_property
from pathlib import Path
from typing import Literal

from consumer.archive.disk_name import disk_name
from consumer.archive.file_names import workspace_name
from consumer.archive.records import SessionRecord
from shared.lane import Lane

SPARE_PREFIX = "spare-"

Files = Literal["here", "gone", "older"]
"""Where what an agent wrote in earlier turns lies. gone: nothing of it is here; older: what is here
was left before the lane was elsewhere."""


class Workspaces:
    """Folders under one root; the agent and its tools get nothing above theirs."""

    def __init__(self, root: Path, *, member: str = "") -> None:
        """`member`: whose spares' folders are ours, where others answer too; "" is for all."""
        self._root = root
        self._member = member

    @cached_property
    def disk(self) -> str | None:
        """Where the folders lie; None where nobody else answers. Raises OSError."""
        return disk_name(self._root) if self._member else None

    def folder(self, lane: Lane, record: SessionRecord | None) -> Path:
        """The lane's folder, made if need be."""
        folder = self.place(lane, record)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def place(self, lane: Lane, record: SessionRecord | None) -> Path:
        """Where the lane's folder is, or would be."""
        name = record.folder if record is not None and record.folder else workspace_name(lane)
        return self._root / Path(name).name

    def files_of(self, record: SessionRecord) -> Files:
        """Where the files of a conversation on record are, as seen from here."""
        if record.disk in (None, self.disk):
            return "here"
        return "older" if any(self.folder(record.lane, record).iterdir()) else "gone"

    def new_spare(self) -> Path:
        """A folder for a client whose lane is not known yet."""
        folder = self._root / f"{self._spares}{uuid.uuid4()}"
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
        """The folders that our spares brought along, those of earlier processes as well.

        Several consumers may see the same folders: another's spare is on no record, and lives.
        """
        return list(self._root.glob(f"{self._spares}*"))

    @property
    def _spares(self) -> str:
        """What the names of our spares' folders begin with; a member's name holds no dot."""
        return f"{SPARE_PREFIX}{self._member}." if self._member else SPARE_PREFIX


def _drop_empty(folder: Path) -> bool:
    """Whether the folder is gone: it was not there, or it was empty and is deleted."""
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
