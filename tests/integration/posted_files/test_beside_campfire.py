"""Read beside a process that holds the database open, as Campfire does, and has just posted."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import which

import pytest

from consumer.cage.our_paths import ROOT
from tests.campfire_storage import ROOM, Storage

LOOK = """
import asyncio, json, os, sys
from pathlib import Path
from consumer.posted_files.posted_file import Viewer
from consumer.posted_files.storage import CampfireStorage

async def look():
    storage = CampfireStorage(Path(sys.argv[1]))
    viewer = Viewer(room_id=1, bot_user_id=3, asker_user_id=7)
    found = await storage.lately(viewer, 20)
    read = [(await storage.read(file, 1000)).decode() for file in found]
    may_write = os.access(sys.argv[1], os.W_OK)
    print(json.dumps([storage.trouble(), [file.message_id for file in found], read, may_write]))

asyncio.run(look())
"""
WRITE = """
import sqlite3, sys
from pathlib import Path
from tests.campfire_storage import Storage

storage = Storage(Path(sys.argv[1]))
database = sqlite3.connect(storage.database)
database.execute("PRAGMA journal_mode = wal")
database.execute("PRAGMA wal_autocheckpoint = 0")
for number in sys.stdin:
    storage.post(int(number), data=b"posted just now", database=database)
    print("posted", flush=True)
"""


@pytest.fixture
def campfire(tmp_path: Path) -> Storage:
    return Storage(tmp_path).make()


@pytest.fixture
def writer(campfire: Storage) -> Iterator["subprocess.Popen[str]"]:
    """Posts a file for each number it reads, and keeps the database open."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(campfire.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with process:
        yield process
        process.kill()


def _post(writer: "subprocess.Popen[str]", number: int) -> None:
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write(f"{number}\n")
    writer.stdin.flush()
    assert writer.stdout.readline() == "posted\n"


def _look(folder: Path) -> list[object]:
    """What a process finds that has the folder mounted read-only, as an operator mounts it."""
    cage = [which("bwrap") or "bwrap", "--ro-bind", "/", "/", "--dev", "/dev"]
    looked = subprocess.run(
        [*cage, sys.executable, "-c", LOOK, str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert looked.returncode == 0, looked.stderr
    found: list[object] = json.loads(looked.stdout)
    return found


def test_what_was_posted_just_now_is_found(
    campfire: Storage, writer: "subprocess.Popen[str]"
) -> None:
    """Through a read-only mount, while it stands in the write-ahead log alone."""
    _post(writer, 41)
    assert _look(campfire.folder) == [None, [41], ["posted just now"], False]
    _post(writer, 42)
    assert _look(campfire.folder) == [None, [42, 41], ["posted just now"] * 2, False]
    with closing(sqlite3.connect(f"file:{campfire.database}?immutable=1", uri=True)) as past:
        assert past.execute("SELECT * FROM messages WHERE room_id = ?", (ROOM,)).fetchall() == []


def test_reading_is_in_nobodys_way(campfire: Storage, writer: "subprocess.Popen[str]") -> None:
    """What is read leaves the database and what lies beside it as they were; Campfire goes on."""
    _post(writer, 41)
    beside = sorted(path.name for path in campfire.database.parent.iterdir())
    _look(campfire.folder)
    assert sorted(path.name for path in campfire.database.parent.iterdir()) == beside
    _post(writer, 42)
    with closing(sqlite3.connect(campfire.database)) as own:
        assert own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        assert own.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_while_campfire_is_down_nothing_is_made_beside_it(campfire: Storage) -> None:
    """Its database cannot be opened through the mount then; that is a sentence, and no file."""
    campfire.post(41)
    look = LOOK.replace("found = await", "print(storage.trouble()); found = await")
    cage = [which("bwrap") or "bwrap", "--ro-bind", "/", "/", "--dev", "/dev"]
    looked = subprocess.run(
        [*cage, sys.executable, "-c", look, str(campfire.folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert looked.stdout == "None\n"
    assert "ToolFailed: Campfire's files cannot be read at the moment." in looked.stderr
    assert [path.name for path in campfire.database.parent.iterdir()] == ["production.sqlite3"]
