"""The transcripts: where they live, and how one is deleted. A port and its disk adapter.

On disk they are the CLI's own: `<config dir>/projects/<folder as a slug>/<session id>.jsonl`.
"""

import asyncio
import shutil
from pathlib import Path
from typing import Protocol
from uuid import UUID


class Transcripts(Protocol):
    """Where transcripts live, as far as the session manager cares."""

    async def forget(self, session_id: str) -> None:
        """Delete the session's transcript, if there is one."""
        ...


class DiskTranscripts:
    """The CLI's folder."""

    def __init__(self, claude_dir: Path) -> None:
        self._claude_dir = claude_dir

    async def forget(self, session_id: str) -> None:
        """See Transcripts."""
        await asyncio.to_thread(delete_transcript, self._claude_dir, session_id)


class Copies:
    """A transcript in several places: with Redis, the machine that began it has one of its own."""

    def __init__(self, *places: Transcripts) -> None:
        self._places = places

    async def forget(self, session_id: str) -> None:
        """See Transcripts."""
        for place in self._places:
            await place.forget(session_id)


def transcript_files(claude_dir: Path, session_id: str) -> list[Path]:
    """The files and folders of one session; none for an id that is no UUID."""
    try:
        name = str(UUID(session_id))
    except ValueError:
        return []  # never let an id from a file become a pattern or a path
    return list((claude_dir / "projects").glob(f"*/{name}*"))


def delete_transcript(claude_dir: Path, session_id: str) -> None:
    """Delete a session's transcript and whatever the CLI keeps beside it."""
    for path in transcript_files(claude_dir, session_id):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
