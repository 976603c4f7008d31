"""Which transcripts on disk are a session's."""

import re
from pathlib import Path

from consumer.archive.transcripts import delete_transcript, transcript_files


def test_only_the_sessions_own_transcript_is_deleted(tmp_path: Path) -> None:
    """The id names exactly its files; what is no id names none."""
    ids = ["7c4e7c4e-0000-4000-8000-00000000000" + digit for digit in "12"]
    project = tmp_path / "projects" / "-data"
    (project / ids[0]).mkdir(parents=True)
    for name in ids:
        (project / f"{name}.jsonl").write_text("{}")
    delete_transcript(tmp_path, ids[0])
    assert [path.name for path in project.iterdir()] == [f"{ids[1]}.jsonl"]
    assert transcript_files(tmp_path, "*") == []


def test_a_transcript_is_looked_for_where_its_session_ran(tmp_path: Path) -> None:
    """Other lanes' folders are looked through only where it is not there."""
    session_id = "7c4e7c4e-0000-4000-8000-000000000001"
    ran = tmp_path / "work spaces" / "2_a"
    slug = re.sub("[^a-zA-Z0-9]", "-", str(ran))
    for project in (slug, "-elsewhere"):
        (tmp_path / "projects" / project).mkdir(parents=True)
        (tmp_path / "projects" / project / f"{session_id}.jsonl").write_text("{}")
    (found,) = transcript_files(tmp_path, session_id, ran)
    assert found.parent.name == slug
    found.unlink()
    (found,) = transcript_files(tmp_path, session_id, ran)
    assert found.parent.name == "-elsewhere"
