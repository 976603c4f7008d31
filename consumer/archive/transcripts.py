"""The transcripts: where they live, and how one is deleted. A port and its disk adapter.

On disk they are the CLI's own: `<config dir>/projects/<folder as a slug>/<session id>.jsonl`.
"""

import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Protocol
from uuid import UUID

from consumer.agent.spending import Spent

COST = b'"cost-state"'
LONGEST_SLUG = 200
MEMORIES = ("projects/*/memory", "memory", "agent-memory")
"""Where the CLI (2.1.330) keeps what it calls memory, in its config folder."""


class Transcripts(Protocol):
    """The store of the CLI's transcripts, as far as the session manager needs it."""

    async def forget(self, session_id: str, folder: Path | None = None) -> None:
        """Delete the session's transcript, if there is one; `folder`: where it ran, if known."""
        ...

    async def counted(self, session_id: str, folder: Path) -> Spent:
        """The total from which the CLI counts on when it resumes the session from here."""
        ...


class DiskTranscripts:
    """The CLI's folder."""

    def __init__(self, claude_dir: Path) -> None:
        self._claude_dir = claude_dir

    async def forget(self, session_id: str, folder: Path | None = None) -> None:
        """See Transcripts."""
        await asyncio.to_thread(delete_transcript, self._claude_dir, session_id, folder)

    async def counted(self, session_id: str, folder: Path) -> Spent:
        """See Transcripts. A CLI that was killed left the total of the one before it, or none."""
        return await asyncio.to_thread(counted_cost, self._claude_dir, session_id, folder)


class Copies:
    """A transcript in several places: with Redis, the machine that began it has one of its own.

    It is resumed from the first.
    """

    def __init__(self, *places: Transcripts) -> None:
        self._places = places

    async def forget(self, session_id: str, folder: Path | None = None) -> None:
        """See Transcripts."""
        for place in self._places:
            await place.forget(session_id, folder)

    async def counted(self, session_id: str, folder: Path) -> Spent:
        """See Transcripts."""
        return await self._places[0].counted(session_id, folder)


def transcript_files(claude_dir: Path, session_id: str, folder: Path | None = None) -> list[Path]:
    """The files and folders of one session; none for an id that is no UUID.

    They lie beside those of the folder in which it ran. Where that is not known, or has another
    name by now, the files of all lanes are looked through.
    """
    try:
        name = str(UUID(session_id))
    except ValueError:
        return []  # never let an id from a file become a pattern or a path
    projects = claude_dir / "projects"
    beside = [] if folder is None else list((projects / _slug(folder)).glob(f"{name}*"))
    return beside or list(projects.glob(f"*/{name}*"))


def _slug(folder: Path) -> str:
    """What the CLI (2.1.330) calls it; long ones get a digest, and are looked for."""
    return re.sub("[^a-zA-Z0-9]", "-", str(folder.resolve()))[:LONGEST_SLUG]


def counted_cost(claude_dir: Path, session_id: str, folder: Path | None = None) -> Spent:
    """The total in the last `cost-state`, the line a CLI (2.1.330) writes when it leaves; else 0.

    Raises OSError when the transcript cannot be read.
    """
    found = transcript_files(claude_dir, session_id, folder)
    files = [path for path in found if path.suffix == ".jsonl"]
    lines = [line for path in files for line in path.read_bytes().splitlines() if COST in line]
    return next((cost for line in reversed(lines) if (cost := _total(line)) is not None), Spent())


def _total(line: bytes) -> Spent | None:
    """None for a line that only speaks of a cost, or that was cut off."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if not isinstance(entry, dict) or entry.get("type") != "cost-state":
        return None
    total, models = entry.get("totalCostUSD"), entry.get("modelUsage")
    if not isinstance(total, int | float):
        return None
    return Spent.told(float(total), models if isinstance(models, dict) else {})


def delete_transcript(claude_dir: Path, session_id: str, folder: Path | None = None) -> None:
    """Delete a session's transcript and whatever the CLI keeps beside it."""
    for path in transcript_files(claude_dir, session_id, folder):
        _delete(path)
    delete_memories(claude_dir)


def delete_memories(claude_dir: Path) -> None:
    """Delete what agents were led to remember, by a CLI whose auto-memory was on.

    Of every lane at once: with a DATA_DIR inside a git repository the CLI (2.1.330) keeps one
    memory for all of them, and it is never of use.
    """
    for pattern in MEMORIES:
        for path in claude_dir.glob(pattern):
            _delete(path)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
