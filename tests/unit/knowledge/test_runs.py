"""A run takes in what changed, and no more."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from consumer.documents.bounded import Bounds, Converter
from consumer.documents.section import Section, Trouble
from consumer.knowledge.library import Library
from consumer.knowledge.schema import open_for_reading
from tests.unit.documents import samples
from tests.unit.knowledge.folder import HANDBOOK, take_in, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "kb", leave__md=HANDBOOK, other__txt="A tiger")
    return tmp_path / "kb"


@pytest.fixture
def index(tmp_path: Path, folder: Path) -> Path:
    take_in(folder, tmp_path / "index.sqlite3")
    return tmp_path / "index.sqlite3"


def _found(index: Path, asked: str) -> list[str]:
    return [passage.file for passage in Library(index).search(asked, 5)]


def test_only_what_changed_is_read_again(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By size, times and number of the file: also a change that keeps size and time."""
    taken = []

    whole = Converter.sections

    def counted(self: Converter, data: bytes, kind: str) -> list[Section]:
        taken.append(data)
        return whole(self, data, kind)

    monkeypatch.setattr(Converter, "sections", counted)
    take_in(folder, index)
    assert taken == []
    before = (folder / "other.txt").stat()
    (folder / "other.txt").write_text("A zebra")
    os.utime(folder / "other.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    take_in(folder, index)
    assert taken == [b"A zebra"]
    assert (_found(index, "tiger"), _found(index, "zebra")) == ([], ["other.txt"])


def test_what_is_gone_is_not_found_any_more(folder: Path, index: Path) -> None:
    """Removed, renamed, or made unreadable: its old words are gone from every table."""
    (folder / "leave.md").rename(folder / "holidays.md")
    write(folder, other__txt=b"\0")
    take_in(folder, index)
    assert set(_found(index, "annual leave")) == {"holidays.md"}
    assert _found(index, "tiger") == []
    assert Library(index).holdings().troubles == {"other.txt": Trouble.DAMAGED}
    with closing(sqlite3.connect(index)) as opened, opened:
        opened.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        files = opened.execute("SELECT count(*) FROM files").fetchone()
        assert files == (2,)


def test_a_mended_file_is_taken_in(folder: Path, index: Path) -> None:
    """Its trouble is over with the next run."""
    write(folder, plan__docx=b"no docx")
    take_in(folder, index)
    assert Library(index).holdings().troubles == {"plan.docx": Trouble.DAMAGED}
    write(folder, plan__docx=samples.docx())
    take_in(folder, index)
    assert Library(index).holdings().troubles == {}
    assert _found(index, "per diem") == ["plan.docx"]


def test_an_index_of_another_release_is_made_anew(folder: Path, index: Path) -> None:
    """Words cut in another way would not be found."""
    with closing(sqlite3.connect(index)) as opened, opened:
        opened.execute("UPDATE about SET format = 'older'")
        opened.execute("UPDATE sections SET text = 'stale'")
    take_in(folder, index)
    assert Library(index).search("sick", 1)[0].text == "Call before nine."


def test_the_tools_connection_cannot_write(index: Path) -> None:
    """Whatever a search were talked into: the file is opened for reading."""
    opened = open_for_reading(index)
    for statement in ("DELETE FROM files", "CREATE TABLE x (y)", "PRAGMA query_only = off"):
        try:
            opened.execute(statement)
        except sqlite3.OperationalError:
            continue
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        opened.execute("DELETE FROM files")
    opened.close()


def test_what_is_too_big_fails_alone(folder: Path, index: Path) -> None:
    """A file over the bound is not even read."""
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(1 << 30)
    write(folder, new__md="# Giraffes")
    take_in(folder, index, Bounds(file_mb=1))
    assert Library(index).holdings().troubles == {"huge.txt": Trouble.LARGE}
    assert _found(index, "giraffe") == ["new.md"]
