"""The CLI's transcripts on disk: `<config dir>/projects/<folder as a slug>/<session id>.jsonl`."""

import shutil
from pathlib import Path
from uuid import UUID


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
