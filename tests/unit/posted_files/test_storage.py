"""Campfire's storage: what is found in it, and what is not."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from consumer.posted_files.database import READ
from consumer.posted_files.posted_file import Viewer
from consumer.posted_files.storage import CampfireStorage
from consumer.toolboxes import ToolFailed
from tests.campfire_storage import ANN, BOB, BOT, ELSEWHERE, ROOM, SCHEMA, Storage

NO_FILES = "there is no folder files in it that this service may read"
HERE = Viewer(room_id=ROOM, bot_user_id=BOT, asker_user_id=ANN)


@pytest.fixture
def campfire(tmp_path: Path) -> Storage:
    return Storage(tmp_path).make()


@pytest.fixture
def storage(campfire: Storage) -> CampfireStorage:
    return CampfireStorage(campfire.folder)


async def _numbers(storage: CampfireStorage, viewer: Viewer) -> Sequence[int]:
    return [file.message_id for file in await storage.lately(viewer, 20)]


async def test_a_file_of_the_room_is_found_and_read(
    campfire: Storage, storage: CampfireStorage
) -> None:
    """By its message's number, with its poster's name, from below files/ab/cd."""
    campfire.post(41, "季度 报告.csv", b"a,b", content_type=None)
    file = await storage.one(HERE, 41)
    assert file is not None
    told = (file.name, file.content_type, file.size, file.posted_by, file.posted_at)
    assert told == ("季度 报告.csv", "", 3, "Ann", "2026-11-28 10:00:41")
    assert await storage.read(file, 3) == b"a,b"


async def test_the_newest_come_first(campfire: Storage, storage: CampfireStorage) -> None:
    """And no more than asked for."""
    for number in range(1, 6):
        campfire.post(number)
    assert [file.message_id for file in await storage.lately(HERE, 3)] == [5, 4, 3]


@pytest.mark.parametrize(
    "viewer",
    [
        Viewer(room_id=ROOM, bot_user_id=BOT, asker_user_id=BOB),
        Viewer(room_id=ROOM, bot_user_id=99, asker_user_id=ANN),
        Viewer(room_id=ROOM, bot_user_id=BOB, asker_user_id=None),
        Viewer(room_id=ELSEWHERE, bot_user_id=BOT, asker_user_id=ANN),
        Viewer(room_id=ELSEWHERE, bot_user_id=BOT, asker_user_id=BOB),
        Viewer(room_id=77, bot_user_id=BOT, asker_user_id=ANN),
    ],
)
async def test_who_is_no_member_finds_nothing(
    campfire: Storage, storage: CampfireStorage, viewer: Viewer
) -> None:
    """The file is not there for another room, a bot or an asker that is not in the room."""
    campfire.post(41)
    assert await storage.one(viewer, 41) is None
    assert await _numbers(storage, viewer) == []


async def test_a_bot_that_nobody_asks_sees_its_room(
    campfire: Storage, storage: CampfireStorage
) -> None:
    """Where no one person asks, the bot's own membership counts."""
    campfire.post(41)
    assert await _numbers(storage, Viewer(room_id=ROOM, bot_user_id=BOT, asker_user_id=None)) == [
        41
    ]


async def test_other_attachments_are_no_posted_files(
    campfire: Storage, storage: CampfireStorage
) -> None:
    """Avatars, logos and previews of Campfire's own hang on other records or by other names."""
    campfire.post(41)
    with closing(sqlite3.connect(campfire.database)) as database:
        database.execute("UPDATE active_storage_attachments SET record_type = 'User'")
        database.commit()
    assert await _numbers(storage, HERE) == []


@pytest.mark.parametrize(
    "key",
    [
        "../../../../../../../../etc/passwd",
        "../../db/production.sqlite3",
        "ab/../../../db/production.sqlite3",
        "/etc/passwd",
        "..",
        "",
        "0000000000000000000000000000\0",
        "00000000000000000000000000\n0",
        "0000000000000000000000000/..",
    ],
)
async def test_a_key_leads_below_the_files_and_nowhere_else(
    campfire: Storage, storage: CampfireStorage, key: str
) -> None:
    """Whatever a database says: `..`, slashes, an absolute path open nothing."""
    campfire.post(41, key=key)
    file = await storage.one(HERE, 41)
    assert file is not None
    with pytest.raises(ToolFailed, match="not there"):
        await storage.read(file, 1000)


async def test_no_part_of_the_way_may_be_a_link(
    campfire: Storage, storage: CampfireStorage, tmp_path: Path
) -> None:
    """A link in place of the file or of a folder is not followed; a pipe is not waited for."""
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"secret")
    as_file = campfire.post(41)
    as_file.unlink()
    as_file.symlink_to(secret)
    pipe = campfire.post(42, data=b"")
    pipe.unlink()
    os.mkfifo(pipe)
    third = campfire.post(43)
    for number in (41, 42):
        file = await storage.one(HERE, number)
        assert file is not None
        with pytest.raises(ToolFailed, match="not there"):
            await storage.read(file, 1000)
    moved = tmp_path / "moved"
    third.parent.parent.rename(moved)
    third.parent.parent.symlink_to(moved)
    file = await storage.one(HERE, 43)
    assert file is not None
    with pytest.raises(ToolFailed, match="not there"):
        await storage.read(file, 1000)


@pytest.mark.parametrize("told", [100_000_000, 5])
async def test_a_file_over_its_bound_is_not_read(
    campfire: Storage, storage: CampfireStorage, told: int
) -> None:
    """Neither by what the database says of its size, nor by what it really is; 100 MB sparse."""
    path = campfire.post(41)
    os.truncate(path, 100_000_000)
    with closing(sqlite3.connect(campfire.database)) as database:
        database.execute("UPDATE active_storage_blobs SET byte_size = ?", (told,))
        database.commit()
    file = await storage.one(HERE, 41)
    assert file is not None
    with pytest.raises(ToolFailed, match=r"too big to open: 100\.0 MB, at most 20 MB"):
        await storage.read(file, 20_000_000)


async def test_a_file_that_lies_elsewhere(campfire: Storage, storage: CampfireStorage) -> None:
    """What another service of Active Storage keeps is not looked for on this disk."""
    campfire.post(41, service="amazon")
    file = await storage.one(HERE, 41)
    assert file is not None
    with pytest.raises(ToolFailed, match="somewhere else"):
        await storage.read(file, 1000)


def test_a_storage_that_is_known(storage: CampfireStorage) -> None:
    """Nothing is wrong with one that has what is read."""
    assert storage.trouble() is None


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, some in READ.items() for column in some]
)
def test_each_table_and_column_is_asked_for(tmp_path: Path, table: str, column: str) -> None:
    """A Campfire that calls any of them otherwise is told by its name, before anybody asks."""
    known = {one: [*some] for one, some in READ.items()}
    known[table][known[table].index(column)] = "other"
    schema = "".join(f"CREATE TABLE {one} ({', '.join(some)});" for one, some in known.items())
    trouble = CampfireStorage(Storage(tmp_path).make(schema).folder).trouble()
    assert trouble is not None
    assert column in trouble


def test_the_test_database_has_what_is_read_and_no_more(campfire: Storage) -> None:
    """Our CREATE statements are those of docs/campfire.md."""
    with closing(sqlite3.connect(campfire.database)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master")]
        columns = {
            table: {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
            for table in tables
        }
    assert columns == {table: set(some) for table, some in READ.items()}
    assert "CREATE" in SCHEMA


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    """A storage that is not mounted, or something else, is told in a sentence."""
    assert CampfireStorage(tmp_path / "nowhere").trouble() == NO_FILES
    (tmp_path / "files").mkdir()
    trouble = CampfireStorage(tmp_path).trouble()
    assert trouble == "there is no db/production.sqlite3 in it that this service may read"
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "production.sqlite3").write_bytes(b"no database at all" * 1000)
    assert "not as this release knows it" in (CampfireStorage(tmp_path).trouble() or "")


async def test_a_database_that_went_away(campfire: Storage, storage: CampfireStorage) -> None:
    """While the service runs that is a sentence for the model, and no file is made in its place."""
    campfire.database.unlink()
    with pytest.raises(ToolFailed, match="cannot be read"):
        await storage.lately(HERE, 20)
    assert not campfire.database.exists()


async def test_nothing_is_written(campfire: Storage, storage: CampfireStorage) -> None:
    """Reading leaves the database's bytes as they were."""
    campfire.post(41)
    before = campfire.database.read_bytes()
    await storage.lately(HERE, 20)
    assert campfire.database.read_bytes() == before


def test_it_must_be_mounted_read_only(
    storage: CampfireStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a look of ours could leave a log beside the database that Campfire cannot write to."""
    monkeypatch.setattr(os, "geteuid", lambda: 10001)
    assert storage.trouble() == "it can be written to by this service: mount it read-only"


def test_a_campfire_that_is_down_is_asked_later(
    storage: CampfireStorage, campfire: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be started after us: that its database cannot be opened yet turns nothing off."""
    campfire.database.write_bytes(b"")
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    assert storage.trouble() is None
