"""Session records on disk: the seed's format, atomic, and safe to read whatever is in them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.archive.disk_records import DiskRecords
from consumer.archive.file_names import record_name, safe, workspace_name
from consumer.archive.record_json import decode, encode
from consumer.archive.records import SessionRecords
from consumer.replaced_files import replace_file, version_before
from shared.lane import Lane
from tests.fakes.records_conformance import RECORD, RecordsConformance

SEEDS = """{
  "session_id": "abc-123",
  "room_id": 1,
  "bot_id": "financial_analyst",
  "last_used": "2025-10-14T08:24:49.123456",
  "created_at": "2025-10-14T08:21:55.789012"
}"""


@pytest.fixture
def records(tmp_path: Path) -> DiskRecords:
    return DiskRecords(tmp_path)


class TestDiskRecords(RecordsConformance):
    @pytest.fixture
    def records(self, tmp_path: Path) -> SessionRecords:
        return DiskRecords(tmp_path)


async def test_the_seeds_own_file_is_read(records: DiskRecords, tmp_path: Path) -> None:
    """A file of version 1, with its times in local time, is a record."""
    (tmp_path / "session_1_financial_analyst.json").write_text(SEEDS)
    record = await records.load(RECORD.lane)
    assert record is not None
    assert record.session_id == "abc-123"
    assert record.last_used == datetime(2025, 10, 14, 8, 24, 49, 123456).astimezone(UTC)


def test_the_five_fields_of_the_seed_are_there() -> None:
    """The predecessor's tools can read our files."""
    fields = json.loads(encode(RECORD))
    assert list(fields)[:5] == ["session_id", "room_id", "bot_id", "last_used", "created_at"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"session_id": "x"}',
        SEEDS.replace("2025-10", "x").encode(),
        SEEDS.replace('"abc-123"', "7").encode(),
        SEEDS.replace("1,", '"one",').encode(),
    ],
)
async def test_an_unreadable_record_is_none_and_kept_aside(
    records: DiskRecords, tmp_path: Path, content: bytes
) -> None:
    """A broken file is a cold start, and stays for the operator."""
    file = tmp_path / "session_1_financial_analyst.json"
    file.write_bytes(content)
    assert await records.load(RECORD.lane) is None
    assert not file.exists()
    assert file.with_suffix(".unreadable").read_bytes() == content
    assert await records.all() == []


async def test_a_record_of_another_lane_is_not_used(records: DiskRecords, tmp_path: Path) -> None:
    """A file that was copied to another name gives nobody somebody else's conversation."""
    (tmp_path / record_name(Lane(2, "other"))).write_text(encode(RECORD))
    assert await records.load(Lane(2, "other")) is None


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """The new content is complete beside the old before it takes its place."""
    file = tmp_path / "record.json"
    replace_file(file, "old")
    with pytest.raises(UnicodeEncodeError):
        replace_file(file, "new \ud800")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


async def test_until_the_disk_has_a_record_the_one_before_stays_beside(
    records: DiskRecords, tmp_path: Path
) -> None:
    """A power cut may spoil what was just written: then the one before is the record."""
    for turns in (1, 2):
        await records.save(replace(RECORD, turns=turns), 0)
        await records.settled()
    file = tmp_path / record_name(RECORD.lane)
    assert list(tmp_path.iterdir()) == [file]
    replace_file(file, encode(replace(RECORD, turns=3)))
    assert await records.load(RECORD.lane) == replace(RECORD, turns=3)
    file.write_bytes(b"")
    assert await records.load(RECORD.lane) == replace(RECORD, turns=2)
    assert await records.all() == [replace(RECORD, turns=2)]
    await records.forget(RECORD.lane)
    assert list(tmp_path.iterdir()) == []


async def test_without_hard_links_the_disk_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be kept beside, the new file is on the disk before it takes its place."""

    def refused(self: Path, target: Path) -> None:
        raise PermissionError

    synced: list[int] = []
    monkeypatch.setattr(Path, "hardlink_to", refused)
    monkeypatch.setattr("os.fsync", synced.append)
    file = tmp_path / "record.json"
    replace_file(file, "new")
    assert (file.read_text(), len(synced)) == ("new", 1)
    assert not version_before(file).exists()


@given(st.text(), st.text())
def test_file_names_are_safe_and_unique(one: str, other: str) -> None:
    """Whatever a bot is called, its file name is plain, short, and its own."""
    name = safe(one)
    assert len(name) <= 120
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-%~ABCDEF")
    assert "/" not in workspace_name(Lane(1, one))
    assert (safe(one) == safe(other)) == (one == other)
    assert one == other or safe(one).lower() != safe(other).lower()


@given(st.integers(), st.text(min_size=1).filter(lambda t: t.isprintable()))
def test_any_record_survives_its_json(room: int, bot: str) -> None:
    """decode(encode(r)) is r."""
    record = replace(RECORD, lane=Lane(room, bot), session_id=bot)
    assert decode(encode(record)) == record
